"""Seats in order of arrival; the waiting list moves up by itself; each letter once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import Refused
from core.history import of
from notifications.models import Letter
from tests import factories as make
from visits import rules
from visits.models import SignUp, StudyVisit
from visits.workflows import seats, visits

pytestmark = pytest.mark.django_db


def states(visit):
    """Return (number, state) of each sign-up in order."""
    return list(visit.sign_ups.order_by("queue_number").values_list("queue_number", "state"))


def letters(kind):
    """Return the ids of people who get letters of ``kind``, with repeats."""
    return sorted(Letter.objects.filter(kind=kind).values_list("person_id", flat=True))


def test_seats_go_in_order_of_arrival_then_people_wait(trip):
    people = [trip.member() for _ in range(4)]
    for user in people:
        seats.sign_up(trip.visit, by=user)
    assert states(trip.visit) == [(1, "confirmed"), (2, "confirmed"), (3, "waiting"), (4, "waiting")]
    assert letters("visits-signed-up") == sorted(user.person_id for user in people)


def test_asking_twice_changes_nothing(trip):
    user = trip.member()
    first, second = seats.sign_up(trip.visit, by=user), seats.sign_up(trip.visit, by=user)
    assert (first.pk, first.queue_number) == (second.pk, second.queue_number)
    assert letters("visits-signed-up") == [user.person_id]


def test_withdrawing_frees_the_seat_for_the_next_one(trip):
    users = [trip.member() for _ in range(4)]
    rows = [seats.sign_up(trip.visit, by=user) for user in users]
    seats.withdraw(rows[0], by=users[0])
    assert states(trip.visit) == [(1, "withdrawn"), (2, "confirmed"), (3, "confirmed"), (4, "waiting")]
    assert letters("visits-let-in") == [users[2].person_id]
    seats.withdraw(rows[0], by=users[0])
    assert letters("visits-let-in") == [users[2].person_id]


def test_who_leaves_the_queue_changes_nobody_else(trip):
    users = [trip.member() for _ in range(4)]
    rows = [seats.sign_up(trip.visit, by=user) for user in users]
    seats.withdraw(rows[2], by=users[2])
    assert states(trip.visit) == [(1, "confirmed"), (2, "confirmed"), (3, "withdrawn"), (4, "waiting")]
    assert letters("visits-let-in") == []


def test_who_comes_back_stands_at_the_end_with_a_new_number(trip):
    users = [trip.member() for _ in range(4)]
    rows = [seats.sign_up(trip.visit, by=user) for user in users]
    seats.withdraw(rows[0], by=users[0])
    again = seats.sign_up(trip.visit, by=users[0])
    assert (again.pk, again.queue_number, again.state) == (rows[0].pk, 5, "waiting")
    assert again.withdrawn_at is None
    assert letters("visits-signed-up").count(users[0].person_id) == 2


def test_nobody_passes_those_who_wait(trip):
    """A seat that is free while people wait goes to them, not to the one who comes now."""
    users = [trip.member() for _ in range(3)]
    for user in users:
        seats.sign_up(trip.visit, by=user)
    StudyVisit.objects.filter(pk=trip.visit.pk).update(seats=3)
    assert seats.sign_up(trip.visit, by=trip.member()).state == "waiting"


def test_more_seats_let_the_next_ones_in(trip):
    users = [trip.member() for _ in range(5)]
    for user in users:
        seats.sign_up(trip.visit, by=user)
    visits.change_visit(trip.visit, {"seats": 4}, by=trip.organiser)
    assert [state for _number, state in states(trip.visit)] == ["confirmed"] * 4 + ["waiting"]
    assert letters("visits-let-in") == sorted([users[2].person_id, users[3].person_id])
    visits.change_visit(trip.visit, {"seats": None}, by=trip.organiser)
    assert {state for _number, state in states(trip.visit)} == {"confirmed"}
    assert letters("visits-let-in") == sorted(user.person_id for user in users[2:])


def test_fewer_seats_than_taken_are_refused(trip):
    for _ in range(2):
        seats.sign_up(trip.visit, by=trip.member())
    with pytest.raises(Refused, match="2 seats are taken") as refusal:
        visits.change_visit(trip.visit, {"seats": 1}, by=trip.organiser)
    assert refusal.value.field == "seats"
    trip.visit.refresh_from_db()
    assert trip.visit.seats == 2


@pytest.mark.parametrize("state", ["draft", "closed", "done", "cancelled"])
def test_only_an_open_visit_takes_people(trip, state):
    StudyVisit.objects.filter(pk=trip.visit.pk).update(state=state, cancel_reason="x")
    with pytest.raises(Refused, match="not open"):
        seats.sign_up(trip.visit, by=trip.member())
    assert states(trip.visit) == []


def test_the_closing_date_ends_sign_up_but_not_for_organisers(trip):
    StudyVisit.objects.filter(pk=trip.visit.pk).update(sign_up_closes_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Refused, match="has closed"):
        seats.sign_up(trip.visit, by=trip.member())
    late = make.make_person()
    assert seats.sign_up(trip.visit, by=trip.organiser, person=late).state == "confirmed"
    assert letters("visits-signed-up") == [late.pk]


def test_after_the_beginning_the_list_stays_as_it_is(trip):
    user = trip.member()
    row = seats.sign_up(trip.visit, by=user)
    StudyVisit.objects.filter(pk=trip.visit.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Refused, match="has begun"):
        seats.sign_up(trip.visit, by=trip.member())
    with pytest.raises(Refused, match="has begun"):
        seats.withdraw(row, by=user)
    assert states(trip.visit) == [(1, "confirmed")]


def test_an_organiser_withdraws_a_member_who_gets_a_letter(trip):
    user = trip.member()
    seats.withdraw(seats.sign_up(trip.visit, by=user), by=trip.organiser)
    assert letters("visits-withdrawn") == [user.person_id]


def test_the_history_names_whom_the_organiser_moved(trip):
    user = trip.member()
    seats.withdraw(seats.sign_up(trip.visit, by=user), by=trip.organiser)
    entries = of(trip.visit).values_list("verb", "note", "actor")
    assert list(entries) == [
        ("withdrawn", user.person.name, trip.organiser.person_id), ("signed-up", "", user.person_id)
    ]  # fmt: skip


def test_sign_ups_do_not_make_an_edit_stale(trip):
    version = trip.visit.version
    seats.sign_up(trip.visit, by=trip.member())
    visits.change_visit(trip.visit, {"summary": "New"}, by=trip.organiser, version=version)
    trip.visit.refresh_from_db()
    assert trip.visit.summary == "New"


def test_who_may_withdraw_whom(trip):
    user, other = trip.member(), trip.member()
    row = seats.sign_up(trip.visit, by=user)
    allowed = {name for name, who in (("own", user), ("other", other), ("organiser", trip.organiser))
               if rules.can_withdraw(who, row)}  # fmt: skip
    assert allowed == {"own", "organiser"}


def test_who_sees_which_sign_ups(trip):
    users = [trip.member() for _ in range(3)]
    rows = [seats.sign_up(trip.visit, by=user) for user in users]
    guest = make.make_user()

    def seen(user):
        return set(SignUp.objects.visible_to(user).values_list("pk", flat=True))

    seated = {rows[0].pk, rows[1].pk}
    assert seen(guest) == set()
    assert seen(None) == set()
    assert seen(users[0]) == seated
    assert seen(users[2]) == seated | {rows[2].pk}
    assert seen(trip.organiser) == seated | {rows[2].pk}
    assert seen(make.make_coordinator()) == seated | {rows[2].pk}
