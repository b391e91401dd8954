"""What the mail server says, and what becomes of the letter."""

import smtplib
import socket
from datetime import timedelta

import pytest

from notifications import delivery, mailing
from notifications.models import Letter, MailPause
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def drained(now):
    """Drain at the moment ``now`` without chance; return the ends."""
    return dict(delivery.drain(clock=lambda: now, chance=lambda: 0.5))


def test_many_letters_go_over_one_connection(make_letter, now, through_sink, monkeypatch):
    opened = []
    connect = smtplib.SMTP.connect
    monkeypatch.setattr(smtplib.SMTP, "connect", lambda *args: opened.append(1) or connect(*args))
    letters = [make_letter() for _ in range(5)]
    assert drained(now) == {"sent": 5}
    assert through_sink.accepted == [letter.message_id for letter in letters]
    assert len(opened) == 1


@pytest.mark.parametrize("answer", ["550 no such user", "551 moved", "553 not here"])
def test_a_refused_recipient_is_given_up_at_once(make_letter, now, through_sink, answer):
    bad = make_letter(person=make_person(email="gone@example.org"))
    make_letter()
    through_sink.refusals["gone@example.org"] = answer
    assert drained(now) == {"dead": 1, "sent": 1}
    bad.refresh_from_db()
    assert (bad.state, bad.attempts, bad.reason) == ("dead", 1, answer)


@pytest.mark.parametrize("answer", ["450 mailbox busy", "451 greylisted, come back", "452 4.2.2 mailbox full"])
def test_a_recipient_put_off_is_tried_again(make_letter, now, through_sink, answer):
    slow = make_letter(person=make_person(email="slow@example.org"))
    make_letter()
    through_sink.refusals["slow@example.org"] = answer
    assert drained(now) == {"queued": 1, "sent": 1}
    slow.refresh_from_db()
    assert (slow.state, slow.attempts, slow.claims) == ("queued", 1, 0)
    assert slow.next_try_at == now + timedelta(minutes=1)
    assert answer[:3] in slow.reason
    through_sink.refusals.clear()
    assert drained(now + timedelta(seconds=59)) == {}
    assert drained(now + timedelta(seconds=60)) == {"sent": 1}
    slow.refresh_from_db()
    assert (slow.state, slow.reason) == ("sent", "")


@pytest.mark.parametrize(("answer", "end"), [("552 too big", "dead"), ("554 no", "dead"), ("451 later", "queued")])
def test_a_refused_letter(make_letter, now, through_sink, answer, end):
    letter = make_letter()
    through_sink.answer = answer
    assert drained(now) == {end: 1}
    letter.refresh_from_db()
    assert letter.reason == answer


def test_eight_tries_then_it_is_given_up(make_letter, now, through_sink):
    letter = make_letter()
    through_sink.answer = "451 never"
    moments = [now + timedelta(hours=13 * n) for n in range(9)]
    assert [drained(moment) for moment in moments] == [{"queued": 1}] * 7 + [{"dead": 1}, {}]
    letter.refresh_from_db()
    assert letter.attempts == 8


def test_no_try_after_the_letter_is_of_use(make_letter, now, through_sink):
    letter = make_letter(useful_until=now + timedelta(minutes=5, seconds=30))
    through_sink.answer = "451 later"
    assert drained(now) == {"queued": 1}
    assert drained(now + timedelta(minutes=1)) == {"dead": 1}
    letter.refresh_from_db()
    assert "451" in letter.reason


def test_a_mail_server_that_is_down_costs_no_try_and_no_letter(make_letter, now, settings):
    """Every letter waits for the end of the pause; only one of them made us knock."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = mailing.DJANGO_SMTP, "127.0.0.1"
    for _ in range(3):
        make_letter()
    assert drained(now) == {"unreachable": 1, "paused": 2}
    pause = MailPause.objects.get()
    assert (pause.until, pause.refusals) == (now + timedelta(seconds=15), 1)
    rows = set(Letter.objects.values_list("state", "attempts", "claims", "next_try_at"))
    assert rows == {("queued", 0, 0, pause.until)}
    assert drained(now + timedelta(seconds=14)) == {}


def test_a_mail_server_that_does_not_answer_is_left_alone(make_letter, now, settings):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = mailing.DJANGO_SMTP, "127.0.0.1"
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = silent.getsockname()[1], 0.2
        letter = make_letter()
        assert drained(now) == {"unreachable": 1}
    letter.refresh_from_db()
    assert "timed out" in letter.reason


def test_a_wrong_password_is_no_fault_of_the_letter(now):
    assert not delivery.is_permanent(smtplib.SMTPAuthenticationError(535, b"wrong password"))
    assert not delivery.is_permanent(smtplib.SMTPSenderRefused(550, b"not you", "portal@example.org"))
