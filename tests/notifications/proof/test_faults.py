"""Faults of a mail server, one by one: what becomes of the letter, of its next try and of the other letters."""

import time
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from notifications import delivery, mailing
from notifications.models import Letter, MailAddress, MailPause
from notifications.registry import LETTERS
from tests.factories import make_person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def drained(now):
    """Drain at the moment ``now`` without chance; return the ends."""
    return dict(delivery.drain(clock=lambda: now, chance=lambda: 0.5))


def outcome(now):
    """Return what the outbox says of its one letter: state, tries, minutes until the next try, minutes of pause."""
    letter, pause = Letter.objects.get(), MailPause.objects.first()
    wait = letter.next_try_at and (letter.next_try_at - now) / MINUTE
    return letter.state, letter.attempts, wait, pause and (pause.until - now) / MINUTE


UNTOUCHED = ("queued", 0, 0.25, 0.25)  # the server is away: no try is counted, everybody waits 15 seconds
PUT_OFF = ("queued", 1, 1, None)  # this letter waits a minute
SLOWED = ("queued", 1, 1, 1)  # the server wants less: this letter and all others wait


@pytest.mark.parametrize("fault", ["hang_at", "cut_at"])
@pytest.mark.parametrize(
    ("step", "expected"),
    [("banner", UNTOUCHED), ("ehlo", UNTOUCHED), ("mail", PUT_OFF), ("rcpt", PUT_OFF), ("data", PUT_OFF)],
)
@pytest.mark.parametrize("policy", ["resend", "hold"])
def test_silence_before_the_dot_is_safe(hasty, letters, now, fault, step, expected, policy):
    """Seen to fail with the policy asked at every silence: under hold the letter was held for nothing."""
    letters(1, policy=policy)
    setattr(hasty, fault, step)
    drained(now)
    assert outcome(now) == expected
    assert hasty.accepted == []


@pytest.mark.parametrize(("fault", "step"), [("hang_at", "dot"), ("cut_at", "after")])
@pytest.mark.parametrize(("policy", "expected"), [("resend", PUT_OFF), ("hold", ("held", 1, None, None))])
def test_silence_after_the_dot_follows_the_policy(hasty, letters, now, fault, step, policy, expected):
    """Seen to fail with ``_doubtful`` that always tries again."""
    names = letters(1, policy=policy)
    setattr(hasty, fault, step)
    drained(now)
    assert outcome(now) == expected
    assert hasty.accepted == names
    hasty.hang_at = hasty.cut_at = ""
    drained(now + MINUTE)
    assert hasty.accepted == names * (2 if policy == "resend" else 1)


def test_a_held_letter_says_why(through, letters, now):
    letters(1, policy="hold")
    through.cut_at = "after"
    drained(now)
    assert Letter.objects.get().reason.startswith("it may have arrived: ")


@pytest.mark.parametrize(
    ("step", "answer", "expected"),
    [
        ("banner", "421 too many connections", ("queued", 0, 1, 1)),
        ("ehlo", "421 too many connections", ("queued", 0, 1, 1)),
        ("mail", "421 4.7.0 try later", SLOWED),
        ("rcpt", "421 4.7.0 try later", SLOWED),
        ("rcpt", "432 4.3.2 concurrent connections exceeded", SLOWED),
        ("rcpt", "452 4.5.3 too many recipients", SLOWED),
        ("dot", "452 4.3.1 out of storage", SLOWED),
        ("rcpt", "452 4.2.2 mailbox full", PUT_OFF),
        ("rcpt", "451 4.7.1 greylisted", PUT_OFF),
        ("dot", "451 4.3.0 later", PUT_OFF),
        ("rcpt", "550 5.1.1 no such user", ("dead", 1, None, None)),
        ("mail", "550 5.7.1 not you", PUT_OFF),
        ("data", "554 no", ("dead", 1, None, None)),
        ("dot", "552 5.3.4 too big", ("dead", 1, None, None)),
    ],
)
@pytest.mark.parametrize("policy", ["resend", "hold"])
def test_an_answer_is_no_doubt(through, letters, now, step, answer, expected, policy):
    """Whatever the server answers, also to the dot, it says whether it has the letter: both policies alike."""
    letters(1, policy=policy)
    through.answers[step] = answer
    drained(now)
    assert outcome(now) == expected
    assert through.accepted == []


def test_no_encryption_where_it_is_asked_for(through, letters, now, settings):
    """A server without STARTTLS: no letter goes out in the clear, and none is lost for it."""
    settings.EMAIL_USE_TLS = True
    letters(1)
    drained(now)
    assert outcome(now) == UNTOUCHED
    assert "STARTTLS" in Letter.objects.get().reason


def test_a_wrong_password_costs_no_letter(through, letters, now, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    through.answers.update(ehlo="250-sink\r\n250 AUTH PLAIN", auth="535 5.7.8 wrong password")
    letters(2)
    assert drained(now) == {"unreachable": 1, "paused": 1}
    assert set(Letter.objects.values_list("state", "attempts")) == {("queued", 0)}
    assert MailPause.objects.get().reason.startswith("535")


def test_no_letter_keeps_a_process_long(through, letters, now, settings, monkeypatch):
    """A slow server gets one span for the whole letter, not one for each step. Seen to fail with no span."""
    settings.EMAIL_TIMEOUT = 20
    monkeypatch.setattr(mailing, "LETTER_SECONDS", 0.4)
    letters(1)
    through.hang_at = "data"
    began = time.monotonic()
    drained(now)
    assert time.monotonic() - began < 10
    assert mailing.LETTER_SECONDS < 1
    assert outcome(now) == PUT_OFF


def test_no_letter_keeps_a_process_longer_than_75_seconds(settings):
    """What the settings allow: signing in and one letter."""
    assert settings.EMAIL_TIMEOUT <= 20
    assert mailing.LETTER_SECONDS <= 60


# --- The pause that all share ------------------------------------------------------------------------------


def test_a_server_that_wants_less_gets_it_from_everybody(through, letters, now):
    """Seen to fail without ``pauses.current``: the second letter went to the server at once."""
    letters(3)
    through.answers["rcpt"] = "432 4.3.2 slower"
    assert drained(now) == {"queued": 1, "paused": 2}
    through.answers.clear()
    assert drained(now + MINUTE / 2) == {}
    assert drained(now + MINUTE) == {"sent": 3}
    assert not MailPause.objects.exists()


def test_pauses_grow_while_the_server_goes_on_refusing(through, letters, now):
    letters(1)
    through.answers["banner"] = "421 no"
    pauses, moment = [], now
    for _ in range(6):
        drained(moment)
        pause = MailPause.objects.get()
        pauses.append((pause.until - moment) / MINUTE)
        moment = pause.until
    assert pauses == [1, 5, 15, 60, 60, 60]
    assert Letter.objects.get().attempts == 0


def test_a_long_outage_uses_up_no_letter(through, letters, now):
    """72 hours: the letter goes out five minutes after the server is back, at the latest."""
    names = letters(1)
    through.cut_at = "banner"
    for hours in range(0, 73, 6):
        assert drained(now + timedelta(hours=hours)) == {"unreachable": 1}
    through.cut_at, back = "", MailPause.objects.get().until
    assert back <= now + timedelta(hours=72, minutes=5)
    assert drained(back) == {"sent": 1}
    assert through.accepted == names


# --- Addresses that are refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "strikes", "is_suppressed"),
    [
        ("550 5.1.1 no such user", 2, True),
        ("550 no such user here", 2, True),
        ("550 5.2.1 mailbox disabled", 2, True),
        ("552 5.2.2 mailbox full", 2, False),
        ("550 5.7.1 your message looks like spam", 2, False),
        ("554 relay access denied", 2, False),
    ],
)
def test_a_refusal_counts_against_the_address_or_against_us(through, letters, now, answer, strikes, is_suppressed):
    """A server that does not want us would else shut every address of its town."""
    letters(1, person=make_person(email="Gone@Example.org"))
    through.answers["rcpt"] = answer
    assert drained(now) == {"dead": 1}
    state = MailAddress.objects.get()
    assert (state.address, state.strikes, state.reason) == ("gone@example.org", strikes, answer)
    assert (state.suppressed_at is not None) == is_suppressed


def test_two_refusals_of_another_kind_suppress_too(through, letters, now):
    letters(2)
    through.answers["rcpt"] = "552 5.2.2 mailbox full"
    assert drained(now) == {"dead": 2}
    assert MailAddress.objects.get().suppressed_at is not None


def test_a_suppressed_address_gets_nothing_but_what_is_essential(through, letters, now, kinds):
    """Seen to fail without ``_is_suppressed``: both went out."""
    person = make_person(email="gone@example.org")
    MailAddress.objects.create(address="gone@example.org", suppressed_at=now)
    letters(1, person=person)
    kinds("essential-note", LETTERS["sample-note"].write, is_essential=True)
    names = letters(1, kind="essential-note", person=person)
    assert drained(now) == {"skipped": 1, "sent": 1}
    assert through.accepted == names
    assert Letter.objects.get(state="skipped").reason == "letters to this address come back"


# --- What a letter looks like on the wire ------------------------------------------------------------------


def test_dots_at_the_beginning_of_lines_arrive(through):
    """Seen to fail without stuffing: the letter ended at its first lonely dot."""
    smtp = mailing.connect()
    smtp.open()
    mail = EmailMessage("Dots", "one\n.\n..two\n.three", to=["a@example.org"], headers={"Message-ID": "<d@x>"})
    smtp.hand(mailing.seal(mail))
    smtp.finish()
    smtp.close()
    assert through.bodies["<d@x>"].endswith(b"\r\n\r\none\r\n.\r\n..two\r\n.three\r\n")


def test_a_letter_without_its_dot_is_forgotten(through):
    smtp = mailing.connect()
    smtp.open()
    smtp.hand(mailing.seal(EmailMessage("Half", "half", to=["a@example.org"])))
    smtp.drop()
    smtp.open()
    smtp.hand(mailing.seal(EmailMessage("Whole", "whole", to=["a@example.org"], headers={"Message-ID": "<w@x>"})))
    smtp.finish()
    smtp.close()
    assert through.accepted == ["<w@x>"]
