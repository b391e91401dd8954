"""A letter that cannot be written, or that kills who writes it, ends alone: after five claims, with one alert."""

import logging
import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import delivery
from notifications.models import Letter
from notifications.posting import post_to_address
from notifications.registry import Content
from tests.factories import make_person
from tests.notifications.proof.conftest import wait_for


def drained(now):
    """Drain at the moment ``now`` without chance; return the ends."""
    return dict(delivery.drain(clock=lambda: now, chance=lambda: 0.5))


def template_error(thing, person, data):
    raise ZeroDivisionError


def lone_surrogate(thing, person, data):
    return Content("A note", ["One line."], "Because.", calendar=("BEGIN:VCALENDAR \ud800", "REQUEST"))


def broken_bytes(thing, person, data):
    return Content("A note", ["One line."], "Because.", calendar=(b"\xff\xfe", "REQUEST"))


@pytest.mark.django_db
@pytest.mark.parametrize("write", [template_error, lone_surrogate, broken_bytes])
def test_a_letter_that_cannot_be_written_ends_alone(letters, kinds, through, now, caplog, write):
    """The 99 others go out in the same round. Seen to fail with letters that never die."""
    kinds("poison-note", write)
    letters(1, kind="poison-note", due_at=now - timedelta(hours=1))
    names = [name for n in range(3) for name in letters(33, person=make_person())]
    with caplog.at_level(logging.WARNING):
        assert drained(now) == {"queued": 1, "sent": 99}
        ends = [drained(now + timedelta(hours=5 * n)) for n in range(1, 6)]
    assert sorted(through.accepted) == sorted(names)
    assert ends == [{"queued": 1}] * 3 + [{"dead": 1}, {}]
    assert Letter.objects.get(kind="poison-note").claims == 5
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1


@pytest.mark.django_db
def test_an_address_with_a_header_in_it_ends_alone(letters, kinds, through, now):
    kinds("poison-note", lambda *_: Content("A note", ["One line."], "Because."), is_essential=True)
    fields = {"about": make_person(), "due_at": now}
    post_to_address("poison-note", address="word\x0bBcc: all@example.org", **fields)
    post_to_address("poison-note", address="x@example.org\r\nBcc: all@example.org", **fields)
    names = letters(1)
    assert drained(now) == {"queued": 2, "sent": 1}
    for n in range(1, 5):
        drained(now + timedelta(hours=5 * n))
    assert through.accepted == names
    assert sorted(Letter.objects.values_list("state", "claims")) == [("dead", 5), ("dead", 5), ("sent", 1)]


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["word\x0bBcc: all@example.org", "one\r\nBcc: all@example.org", "half \ud800 pair"])
def test_what_people_type_into_titles_poisons_nothing(kinds, letters, through, now, title):
    """It is cleaned before it reaches a header: the letter goes out and has no header more."""
    kinds("typed-note", lambda *_: Content(title, [title], "Because."))
    (name,) = letters(1, kind="typed-note")
    assert drained(now) == {"sent": 1}
    head = through.bodies[name].partition(b"\r\n\r\n")[0]
    assert not [line for line in head.split(b"\r\n") if line.lower().startswith(b"bcc")]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_letter_that_kills_its_process_dies_after_five(letters, kinds, portal, server, now, caplog):
    """Seen to fail with claims that are not counted: processes died for ever."""
    kinds("sample-killer", template_error)
    letters(1, kind="sample-killer", due_at=now - timedelta(hours=1))
    names = letters(20)
    deaths = 0
    for _ in range(7):
        with portal("mailer", "--once") as process:
            code = process.wait(60)
        assert code in (0, -signal.SIGKILL)
        deaths += code == -signal.SIGKILL
        assert wait_for(lambda: not server.talks)
        if deaths == 2:
            assert sorted(server.accepted) == sorted(names)
        delivery.sweep(timezone.now() + timedelta(minutes=6))
    killer = Letter.objects.get(kind="sample-killer")
    assert (deaths, killer.state, killer.claims) == (5, "dead", 5)
    assert killer.reason == "the process that sent it ended 5 times"
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1
