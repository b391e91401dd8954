"""Many verdicts at the same moment on one practice: one counts, one is on record, the authors get one letter.

``test_the_race_would_show`` takes the claim out and asserts that several verdicts then go through.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connections

from core import history
from core.errors import Refused
from notifications.models import Letter
from practices.models import Practice
from practices.workflows import practices, reviews
from tests import factories as make

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
THREADS = 12


def send_back(practice, boss, _author):
    """The reviewer asks for changes."""
    return reviews.send_back_practice(practice, by=boss, comment="Please say more.")


def decline(practice, boss, _author):
    """The reviewer declines."""
    return reviews.decline_practice(practice, by=boss, comment="Not for us.")


def withdraw(practice, _boss, author):
    """The author takes it back."""
    return practices.withdraw_practice(practice, by=author)


VERBS = [send_back, decline, withdraw]  # each ends the wait; none may follow another


def at_once(practice, bosses, author):
    """Let all verbs run on ``practice`` at once; return how each ended: "done", "refused" or the error."""
    start = threading.Barrier(THREADS)

    def work(number):
        mine = Practice.objects.select_related("template").get(pk=practice.pk)
        start.wait()
        try:
            VERBS[number % len(VERBS)](mine, bosses[number], author)
        except Refused:
            return "refused"
        except DatabaseError as error:
            return repr(error)
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS)))


def a_submitted_practice():
    """Return a practice that waits for a review, its author, and as many reviewers as threads."""
    author = make.make_user(organisation=make.make_organisation())
    practice = make.make_practice(authors=[author.person], state="submitted", scope="regional")
    return practice, author, [make.make_coordinator() for _ in range(THREADS)]


def test_one_verdict_counts(shared_database):
    practice, author, bosses = a_submitted_practice()
    for _ in range(5):
        Practice.objects.filter(pk=practice.pk).update(state="submitted")
        before = (history.of(practice).count(), Letter.objects.filter(person=author.person).count())
        ends = at_once(practice, bosses, author)
        assert sorted(ends) == ["done"] + ["refused"] * (THREADS - 1)
        practice.refresh_from_db()
        was_withdrawn = practice.state == "draft"
        assert practice.state in {"changes_requested", "declined", "draft"}
        assert history.of(practice).count() == before[0] + 1
        letters = Letter.objects.filter(person=author.person).count() - before[1]
        assert letters == (0 if was_withdrawn else 1)


def test_the_race_would_show(shared_database, monkeypatch):
    """Planted fault: the version is not claimed, and all read the state before anybody writes."""
    meet = threading.Barrier(THREADS, timeout=30)

    def unclaimed(practice, version=None):
        meet.wait()
        return practice

    monkeypatch.setattr(reviews, "claim", unclaimed)
    monkeypatch.setattr(practices, "claim", unclaimed)
    practice, author, bosses = a_submitted_practice()
    ends = at_once_unlocked(practice, bosses, author)
    assert ends.count("done") > 1


def at_once_unlocked(practice, bosses, author):
    """The same crowd without a transaction around each verb (SQLite would hand out its one lock in turn)."""
    start = threading.Barrier(THREADS)

    def work(number):
        mine = Practice.objects.select_related("template").get(pk=practice.pk)
        start.wait()
        try:
            reviews.accept_practice.__wrapped__(mine, by=bosses[number])
        except Refused:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS)))
