"""What waits for a person: exact sets, most urgent first."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from meetings.models import Registration
from overview.waiting import next_dates, waiting_for
from tests import factories as make
from visits.models import SignUp

pytestmark = pytest.mark.django_db


def _kinds(user):
    return [item.kind for item in waiting_for(user)]


def test_nothing_waits_for_nobody():
    """No account, no list."""
    make.make_meeting(visibility="public")
    assert waiting_for(AnonymousUser()) == []


def test_everything_of_a_member_in_the_order_of_its_day():
    """To-do tomorrow, registration, milestone; without a date last."""
    home = make.make_organisation()
    user = make.make_user(organisation=home)
    today = timezone.localdate()
    now = timezone.now()
    make.make_todo(owner=user.person, due_date=today + timedelta(days=1), meeting=make.make_meeting(state="closed"))
    make.make_meeting(registration_closes_at=now + timedelta(days=3), time_zone="UTC")
    make.make_milestone(action=make.make_action(responsible_person=user.person), due_date=today + timedelta(days=5))
    make.make_practice(state="changes_requested", authors=[user.person])
    assert _kinds(user) == ["todo", "registration", "milestone", "practice"]


def test_what_is_done_or_not_mine_does_not_wait():
    """Registered, withdrawn, answered, a stranger's, a group's that is not mine, a closed window."""
    home = make.make_organisation()
    user = make.make_user(organisation=home)
    meeting = make.make_meeting()
    Registration.objects.create(meeting=meeting, person=user.person)
    make.make_meeting(workgroup=make.make_workgroup())
    make.make_meeting(registration_closes_at=timezone.now() - timedelta(hours=1))
    make.make_meeting(registration_opens_at=timezone.now() + timedelta(hours=1))
    make.make_todo(owner=user.person, state="done", meeting=meeting)
    make.make_todo(meeting=meeting)
    make.make_practice(state="submitted", authors=[user.person])
    make.make_milestone(action=make.make_action(responsible_person=make.make_person()))
    assert _kinds(user) == []


def test_a_registered_person_is_asked_to_choose_a_visit_once():
    """Sign-up or waiting list ends the question."""
    user = make.make_user(organisation=make.make_organisation())
    meeting = make.make_meeting()
    Registration.objects.create(meeting=meeting, person=user.person)
    visit = make.make_visit(meeting=meeting)
    make.make_visit(meeting=meeting, state="draft")
    assert _kinds(user) == ["visit"]
    SignUp.objects.create(visit=visit, person=user.person, state="waiting", queue_number=1)
    assert _kinds(user) == []


def test_whoever_was_there_is_asked_for_a_takeaway():
    """Until one is written."""
    user = make.make_user(organisation=make.make_organisation())
    past = timezone.now() - timedelta(days=3)
    visit = make.make_visit(meeting=make.make_meeting(starts_at=past, state="closed"), state="done")
    SignUp.objects.create(visit=visit, person=user.person, state="confirmed", queue_number=1)
    assert _kinds(user) == ["takeaway"]
    make.make_takeaway(visit=visit, person=user.person)
    assert _kinds(user) == []


def test_reviewers_get_what_is_submitted_but_not_their_own():
    """A curator sees all but the own; a chair those of the group."""
    group = make.make_workgroup()
    curator, chair = make.make_curator(), make.make_user(organisation=make.make_organisation())
    make.make_group_member(group, chair.person, "chair")
    make.make_practice(state="submitted", workgroup=group)
    make.make_practice(state="submitted", authors=[curator.person])
    make.make_practice(state="accepted")
    assert _kinds(curator) == ["review", "review"]
    assert _kinds(chair) == ["review"]


def test_next_dates_are_soonest_first_and_mark_what_is_mine():
    """Meetings that one may see, and visits with a seat."""
    user = make.make_user(organisation=make.make_organisation())
    meeting = make.make_meeting(title="Mine")
    Registration.objects.create(meeting=meeting, person=user.person)
    visit = make.make_visit(meeting=meeting, title="Seat")
    SignUp.objects.create(visit=visit, person=user.person, state="confirmed", queue_number=1)
    make.make_visit(meeting=meeting, title="No seat")
    make.make_meeting(title="Draft", state="draft")
    make.make_meeting(title="Cancelled", state="cancelled", cancel_reason="x")
    make.make_meeting(title="Later", starts_at=timezone.now() + timedelta(days=60))
    assert [(d.title, d.is_mine) for d in next_dates(user)] == [("Mine", True), ("Seat", True), ("Later", False)]
