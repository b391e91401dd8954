"""How letters end: sent, skipped, tried again, given up; each with its reason."""

from datetime import timedelta

import pytest
from django.core import mail

from notifications import delivery
from notifications.models import Letter
from notifications.posting import cancel, post_to_address
from notifications.registry import Content, Skip
from tests.factories import make_person, make_user, make_workgroup

pytestmark = pytest.mark.django_db


def drained(now):
    """Drain at the moment ``now``; return the ends."""
    return dict(delivery.drain(clock=lambda: now, chance=lambda: 0.5))


def test_a_letter_is_sent_and_kept(make_letter, now, mailoutbox):
    letter = make_letter(person=make_person(name="Ilse Berger", email="ilse@example.org"))
    assert drained(now) == {"sent": 1}
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at, letter.attempts, letter.nonce) == ("sent", now, 1, None)
    assert (letter.subject, letter.reason) == ("A note", "")
    assert letter.text.startswith("Dear Ilse Berger,")
    assert letter.text == mailoutbox[0].body
    assert letter.html == mailoutbox[0].alternatives[0].content
    assert mailoutbox[0].to == ["ilse@example.org"]
    assert drained(now) == {}


def test_the_headers_say_that_a_machine_wrote(make_letter, now, mailoutbox, settings):
    settings.MAIL_DOMAIN = "portal.example.org"
    letter = make_letter()
    drained(now)
    sent = mailoutbox[0].message()
    assert sent["Message-ID"] == f"<{letter.uid}@portal.example.org>"
    assert sent["List-Id"] == "<sample.portal.example.org>"
    assert (sent["Auto-Submitted"], sent["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert [part.get_content_type() for part in sent.walk()][1:] == ["text/plain", "text/html"]


def test_the_letter_goes_to_the_address_of_today(make_letter, now, mailoutbox):
    person = make_person()
    letter = make_letter(person=person)
    type(person).objects.filter(pk=person.pk).update(email="new@example.org")
    drained(now)
    letter.refresh_from_db()
    assert (mailoutbox[0].to, letter.address) == (["new@example.org"], "new@example.org")


def test_a_cancelled_letter_is_not_sent(make_letter, now):
    letter = make_letter()
    assert cancel(letter.person, reason="moved") == 1
    assert drained(now) == {}
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("cancelled", "moved")


def too_late(letter, now):
    Letter.objects.filter(pk=letter.pk).update(useful_until=now)


def thing_is_gone(letter, now):
    letter.thing.delete()


def account_is_shut(letter, now):
    make_user(person=letter.person, email=letter.person.email, is_active=False)


def no_address(letter, now):
    type(letter.person).objects.filter(pk=letter.person_id).update(email="")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (too_late, "it would come too late"),
        (thing_is_gone, "what it was about no longer exists"),
        (account_is_shut, "the account is not active"),
        (no_address, "the person has no address"),
    ],
)
def test_a_letter_that_is_not_needed_is_skipped_with_its_reason(make_letter, now, mailoutbox, spoil, reason):
    letter = make_letter(about=make_workgroup())
    spoil(letter, now)
    assert drained(now) == {"skipped": 1}
    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.nonce) == ("skipped", reason, None)
    assert mailoutbox == []


def test_the_kind_itself_may_skip(make_letter, now, kinds):
    kinds("other-note", lambda *_: Skip("the meeting is cancelled"))
    letter = make_letter(kind="other-note")
    assert drained(now) == {"skipped": 1}
    letter.refresh_from_db()
    assert letter.reason == "the meeting is cancelled"


def test_an_essential_letter_reaches_a_shut_account(make_letter, now, kinds):
    kinds("essential-note", lambda *_: Content("Yes", ["Read this."], "It matters."), is_essential=True)
    letter = make_letter(kind="essential-note")
    account_is_shut(letter, now)
    assert drained(now) == {"sent": 1}


def test_an_address_of_nobody_known_gets_its_letter(now, kinds, mailoutbox):
    kinds("invitation", lambda *_: Content("Welcome", ["Open an account."], "You are invited."))
    group = make_workgroup()
    fields = {"address": "guest@example.org", "about": group, "due_at": now}
    assert [post_to_address("invitation", **fields) for _ in range(2)] == [1, 0]
    assert drained(now) == {"sent": 1}
    assert mailoutbox[0].to == ["guest@example.org"]
    assert mailoutbox[0].body.startswith("Good day,")


@pytest.mark.parametrize(
    ("tries", "chance", "minutes"),
    [
        *[(1, 0.5, 1), (2, 0.5, 5), (3, 0.5, 15), (4, 0.5, 60), (5, 0.5, 240), (6, 0.5, 720), (7, 0.5, 720)],
        *[(1, 0.0, 0.8), (1, 1.0, 1.2), (4, 0.0, 48)],
    ],
)
def test_waiting_grows_with_a_fifth_of_chance(tries, chance, minutes):
    assert delivery.wait_after(tries, lambda: chance) == timedelta(minutes=minutes)


def test_a_letter_that_cannot_be_written_is_given_up_and_the_others_go_on(make_letter, now, kinds, caplog):
    def faulty(thing, person, data):
        raise ZeroDivisionError

    kinds("faulty-note", faulty)
    poison = make_letter(kind="faulty-note", due_at=now - timedelta(hours=1))
    for n in range(5):
        make_letter(slot=str(n))
    assert drained(now) == {"queued": 1, "sent": 5}
    moments = [now + timedelta(hours=5 * n) for n in range(1, 5)]
    assert [drained(moment) for moment in moments] == [{"queued": 1}] * 3 + [{"dead": 1}]
    poison.refresh_from_db()
    assert (poison.state, poison.claims, poison.attempts) == ("dead", 5, 0)
    assert poison.reason == "it cannot be written; the log of the server says why"
    assert "ZeroDivisionError" in caplog.text


def test_a_kind_that_this_process_does_not_know_waits(make_letter, now, kinds):
    """An old process meets a letter of a new version: it must not end there."""
    letter = make_letter()
    Letter.objects.filter(pk=letter.pk).update(kind="kind-of-tomorrow")
    assert drained(now) == {"queued": 1}


def test_sweeping_takes_back_only_what_is_over(make_letter, now):
    over = make_letter(state="claimed", claims=1, lease_until=now - timedelta(seconds=1))
    runs = make_letter(state="claimed", claims=1, lease_until=now + timedelta(seconds=1))
    deadly = make_letter(state="claimed", claims=5, lease_until=now - timedelta(seconds=1))
    assert delivery.sweep(now) == 2
    states = dict(Letter.objects.values_list("pk", "state"))
    assert states == {over.pk: "queued", runs.pk: "claimed", deadly.pk: "dead"}
    deadly.refresh_from_db()
    assert deadly.reason == "the process that sent it ended 5 times"


def test_texts_of_old_letters_are_forgotten_but_the_row_stays(make_letter, now):
    letter = make_letter(data={"subject": "Old"})
    Letter.objects.filter(pk=letter.pk).update(created_at=now)
    drained(now)
    delivery.sweep(now + timedelta(days=30))
    letter.refresh_from_db()
    assert letter.text
    delivery.sweep(now + timedelta(days=30, seconds=1))
    letter.refresh_from_db()
    assert (letter.text, letter.html, letter.data) == ("", "", {})
    assert (letter.subject, letter.state) == ("Old", "sent")


def test_a_round_ends_at_its_limit(make_letter, now):
    for n in range(3):
        make_letter(slot=str(n))
    assert delivery.drain(limit=2, clock=lambda: now) == {"sent": 2}
    assert len(mail.outbox) == 2


def test_a_round_ends_at_its_time(make_letter, now):
    for n in range(3):
        make_letter(slot=str(n))
    ticks = iter(now + timedelta(seconds=n) for n in range(100))
    ends = delivery.drain(seconds=4, clock=lambda: next(ticks))
    assert 0 < ends["sent"] < 3
