"""What the letters say, to whom, and when they are not needed any more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Letter
from notifications.planning import plan
from notifications.registry import Content, Skip
from tests import factories as make
from visits import notices
from visits.models import StudyVisit
from visits.workflows import seats

pytestmark = pytest.mark.django_db


def test_the_receipt_says_seat_or_place(trip):
    users = [trip.member() for _ in range(4)]
    for user in users:
        seats.sign_up(trip.visit, by=user)
    first = notices.write_signed_up(trip.visit, users[0].person, {})
    last = notices.write_signed_up(trip.visit, users[3].person, {})
    assert first.subject == f"Your seat is confirmed: {trip.visit.title}"
    assert last.subject == f"You are on the waiting list: {trip.visit.title}"
    assert "You are number 2 in the waiting list." in last.lines[0]
    assert last.action[1] == trip.visit.get_absolute_url()


@pytest.mark.parametrize("write", [
    notices.write_signed_up, notices.write_let_in, notices.write_moved, notices.write_reminder,
])  # fmt: skip
def test_no_letter_for_who_has_left_or_when_it_is_cancelled(trip, write):
    user = trip.member()
    row = seats.sign_up(trip.visit, by=user)
    assert isinstance(write(trip.visit, user.person, {"was": "x"}), Content)
    seats.withdraw(row, by=user)
    assert isinstance(write(trip.visit, user.person, {"was": "x"}), Skip)
    trip.visit.state = "cancelled"
    assert isinstance(write(trip.visit, user.person, {"was": "x"}), Skip)
    assert isinstance(write(None, user.person, {}), Skip)


def test_no_letter_for_who_may_no_longer_see_the_visit(trip):
    user = trip.member()
    seats.sign_up(trip.visit, by=user)
    user.person.memberships.update(end_date=timezone.localdate() - timedelta(days=1))
    assert isinstance(notices.write_signed_up(trip.visit, user.person, {}), Skip)


def test_the_cancelled_letter_gives_the_reason(trip):
    trip.visit.cancel_reason = "Snow"
    assert "Snow" in notices.write_cancelled(trip.visit, trip.member().person, {}).lines


def test_the_day_before_is_told_once_to_those_with_seats(trip):
    users = [trip.member() for _ in range(3)]
    for user in users:
        seats.sign_up(trip.visit, by=user)
    begin = trip.visit.starts_at
    for now in (begin - timedelta(hours=25), begin - timedelta(hours=23), begin - timedelta(hours=2)):
        plan(now)
        plan(now)
    rows = Letter.objects.filter(kind="visits-reminder").values_list("person_id", flat=True)
    assert sorted(rows) == sorted(user.person_id for user in users[:2])
    StudyVisit.objects.filter(pk=trip.visit.pk).update(
        starts_at=begin + timedelta(days=7), ends_at=begin + timedelta(days=8)
    )
    plan(begin + timedelta(days=6, hours=3))
    assert Letter.objects.filter(kind="visits-reminder").count() == 4


def test_nobody_is_reminded_when_hours_are_unknown_or_it_is_cancelled(trip):
    seats.sign_up(trip.visit, by=trip.member())
    for fields in ({"is_time_known": False}, {"is_time_known": True, "state": "cancelled", "cancel_reason": "x"}):
        StudyVisit.objects.filter(pk=trip.visit.pk).update(**fields)
        plan(trip.visit.starts_at - timedelta(hours=3))
    assert not Letter.objects.filter(kind="visits-reminder").exists()


def test_the_weekly_letter_lists_what_others_brought_home(past_trip):
    reader = past_trip.member()
    shown = make.make_takeaway(visit=past_trip.visit, seen="A robot")
    make.make_takeaway(visit=past_trip.visit, seen="My own", person=reader.person)
    make.make_takeaway(visit=past_trip.visit, seen="Hidden", visibility="organisation")
    now = timezone.now()
    lines = list(notices.takeaways_in_digest(reader, now - timedelta(days=1), now))
    assert [(line.text, line.url) for line in lines] == [
        (f"A robot ({past_trip.visit.title})", shown.get_absolute_url())
    ]
    assert list(notices.takeaways_in_digest(reader, now, now + timedelta(days=1))) == []
