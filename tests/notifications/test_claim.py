"""One letter is in the hands of one process: claims race, and the fence holds against who comes too late."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections

from notifications import delivery, mailing
from notifications.models import Letter
from notifications.querysets import LetterQuerySet
from tests.factories import make_person


def claim_in_threads(now, count):
    """Let ``count`` threads claim until nothing is due; return the ids that each got, in one list."""
    start, claimed = threading.Barrier(count), []

    def work():
        start.wait()
        try:
            while letter := delivery.claim(now):
                claimed.append(letter.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        for done in [pool.submit(work) for _ in range(count)]:
            done.result()
    return claimed


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_each_letter_is_claimed_once(shared_database, make_letter, now):
    """Eight claimers, forty letters: each letter once.

    Seen to fail (69 claims of 40 letters) with the SELECT outside the transaction and the UPDATE without
    the condition of ``due``; either guard alone holds. ``test_the_race_would_show`` keeps that fault planted.
    """
    person = make_person()
    letters = {make_letter(person=person, slot=str(n)).pk for n in range(40)}
    claimed = claim_in_threads(now, 8)
    assert sorted(claimed) == sorted(letters)
    assert set(Letter.objects.values_list("state", "claims")) == {("claimed", 1)}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_race_would_show(shared_database, make_letter, now, monkeypatch):
    """Without compare and set the same letters are claimed several times: the test above can fail."""
    person = make_person()
    for n in range(40):
        make_letter(person=person, slot=str(n))
    meet = threading.Barrier(8, timeout=10)

    def careless(moment):
        letter = Letter.objects.due(moment).order_by("pk").first()
        meet.wait()
        if letter is not None:
            Letter.objects.filter(pk=letter.pk).update(state="claimed")
        meet.wait()
        return letter

    monkeypatch.setattr(delivery, "claim", careless)
    claimed = claim_in_threads(now, 8)
    assert len(claimed) == 320
    assert len(set(claimed)) == 40


@pytest.mark.django_db
def test_letters_that_never_failed_go_first(make_letter, now):
    old = make_letter(claims=2, due_at=now - timedelta(hours=2))
    new = make_letter()
    assert [delivery.claim(now).pk, delivery.claim(now).pk] == [new.pk, old.pk]
    assert delivery.claim(now) is None


@pytest.mark.django_db
def test_nothing_is_claimed_before_it_is_due(make_letter, now):
    make_letter(due_at=now + timedelta(seconds=1))
    waiting = make_letter()
    Letter.objects.filter(pk=waiting.pk).update(next_try_at=now + timedelta(seconds=1))
    assert delivery.claim(now) is None


class Server:
    """A mail server that takes everything."""

    name = "a server"

    def open(self):
        pass

    def hand(self, sealed):
        pass

    def finish(self):
        pass

    def drop(self):
        pass


def frozen_and_overtaken(now):
    """Claim, let the lease pass, let another process send: return the claim that wakes too late."""
    late = delivery.claim(now)
    later = now + timedelta(minutes=6)
    assert delivery.sweep(later) == 1
    assert delivery.drain(clock=lambda: later) == {"sent": 1}
    return late


@pytest.mark.django_db
def test_a_process_that_wakes_too_late_sends_nothing(make_letter, now, mailoutbox):
    """The fence: with ``held_by`` asking for neither state nor nonce the second copy went out (seen)."""
    letter = make_letter()
    late = frozen_and_overtaken(now)
    assert delivery.deliver(late, mailing.connect(), clock=lambda: now) == delivery.LOST
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at) == ("sent", now + timedelta(minutes=6))
    assert len(mailoutbox) == 1


@pytest.mark.django_db
def test_a_process_that_wakes_while_another_sends_sends_nothing(make_letter, now, mailoutbox):
    """The nonce: with ``held_by`` asking for the state alone, both had it in hand (seen)."""
    make_letter()
    late, later = delivery.claim(now), now + timedelta(minutes=6)
    delivery.sweep(later)
    second = delivery.claim(later)
    assert delivery.deliver(late, mailing.connect(), clock=lambda: later) == delivery.LOST
    assert mailoutbox == []
    assert delivery.deliver(second, mailing.connect(), clock=lambda: later) == "sent"


@pytest.mark.django_db
def test_without_the_fence_it_would_send_again(make_letter, now, mailoutbox, monkeypatch):
    """The planted fault, kept: the test above can fail."""
    make_letter()
    late = frozen_and_overtaken(now)
    monkeypatch.setattr(LetterQuerySet, "held_by", lambda rows, letter: rows.filter(pk=letter.pk))
    assert delivery.deliver(late, mailing.connect(), clock=lambda: now) == "sent"
    assert len(mailoutbox) == 2


@pytest.mark.django_db
def test_a_process_frozen_while_sending_does_not_overwrite_the_end(make_letter, now):
    """It freezes inside SMTP, its lease passes, another process gives the letter up; it wakes with an error."""
    letter = make_letter()
    later = now + timedelta(minutes=6)

    class Frozen(Server):
        def hand(self, sealed):
            delivery.sweep(later)
            second = delivery.claim(later)
            Letter.objects.held_by(second).update(state="dead", reason="the other's word", nonce=None)
            raise TimeoutError

    assert delivery.deliver(delivery.claim(now), Frozen(), clock=lambda: now) == delivery.LOST
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("dead", "the other's word")


@pytest.mark.django_db
def test_no_transaction_is_open_while_sending(make_letter, now, transactional_db):
    make_letter()
    seen = []

    class Watching(Server):
        def hand(self, sealed):
            seen.append(connection.in_atomic_block)

        def finish(self):
            seen.append(connection.in_atomic_block)

    assert delivery.deliver(delivery.claim(now), Watching(), clock=lambda: now) == "sent"
    assert seen == [False, False]
