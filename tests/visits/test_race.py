"""Many people at the same moment, real transactions: nobody too many, nobody lost, the order kept.

``test_the_race_would_show`` runs the same crowd through a sign-up whose lock is taken out and asserts that
it overbooks: a test that could not fail would prove nothing.
"""

import itertools
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connections

from core.errors import Refused
from notifications.models import Letter
from tests import factories as make
from visits.models import SignUp, StudyVisit
from visits.workflows import seats, visits

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
THREADS = 20


def crowd(visit, users):
    """Sign all up from many threads at once; return the errors."""
    start, errors = threading.Barrier(THREADS), []

    def work(mine):
        start.wait()
        try:
            for user in mine:
                try:
                    seats.sign_up(visit, by=user)
                except DatabaseError as error:
                    errors.append(repr(error))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, [users[n::THREADS] for n in range(THREADS)]))
    return errors


def counts(visit):
    """Return how many have a seat and how many wait."""
    return visit.sign_ups.confirmed().count(), visit.sign_ups.waiting().count()


def test_two_hundred_for_twenty_seats(shared_database):
    """Twenty get seats, 180 wait; seats have the first numbers; each number once."""
    visit = make.make_visit(seats=20)
    users = [make.make_user() for _ in range(200)]
    assert crowd(visit, users) == []
    assert counts(visit) == (20, 180)
    numbers = list(visit.sign_ups.order_by("queue_number").values_list("queue_number", "state"))
    assert numbers == [(n, "confirmed" if n <= 20 else "waiting") for n in range(1, 201)]
    assert Letter.objects.filter(kind="visits-signed-up").count() == 200


def test_the_race_would_show(shared_database, monkeypatch):
    """Planted fault: ``locked`` without transaction and lock; the count is read before others have written."""
    meet = threading.Barrier(THREADS, timeout=30)

    @contextmanager
    def unlocked(visit):
        yield StudyVisit.objects.select_related("meeting").get(pk=visit.pk)

    real = seats._taken

    def slowly(visit):
        number = real(visit)
        meet.wait()
        return number

    numbers = itertools.count(1)
    monkeypatch.setattr(seats, "locked", unlocked)
    monkeypatch.setattr(seats, "_next_number", lambda _visit: next(numbers))
    monkeypatch.setattr(seats, "_taken", slowly)
    visit = make.make_visit(seats=5)
    errors = crowd(visit, [make.make_user() for _ in range(THREADS)])
    assert errors == []
    assert counts(visit)[0] == THREADS


def test_a_thousand_random_acts(shared_database):
    """Sign up, withdraw, change the seats: never too many, no seat left while people wait, each let in once."""
    visit = make.make_visit(seats=10)
    organiser = make.make_coordinator()
    users = [make.make_user() for _ in range(40)]
    errors = []

    def work(seed):
        dice = random.Random(seed)
        try:
            for _ in range(125):
                try:
                    _act(dice, visit, users, organiser)
                except Refused:
                    continue
                except DatabaseError as error:
                    errors.append(repr(error))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert errors == []
    visit.refresh_from_db()
    taken, waiting = counts(visit)
    assert taken <= visit.seats
    assert waiting == 0 or taken == visit.seats
    let_in = Letter.objects.filter(kind="visits-let-in")
    assert let_in.count() == let_in.values("key").distinct().count()


def _act(dice, visit, users, organiser):
    user = dice.choice(users)
    act = dice.random()
    if act < 0.55:
        seats.sign_up(visit, by=user)
    elif act < 0.9:
        row = SignUp.objects.filter(visit=visit, person=user.person).select_related("visit__meeting").first()
        if row:
            seats.withdraw(row, by=user)
    else:
        visits.change_visit(StudyVisit.objects.get(pk=visit.pk), {"seats": dice.randint(5, 20)}, by=organiser)
