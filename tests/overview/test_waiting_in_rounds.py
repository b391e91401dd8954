"""What waits for a person is the same on the home page and in a round of letters that shares answers.

Seen failing with: a round that forgot who is registered already, and one that thought nothing waits for anybody.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from meetings.models import Meeting
from notifications import registry
from notifications.registry import one_round
from overview.waiting import waiting_for
from partners.models import User
from tests import factories as make
from tests.worlds import make_world
from visits.models import SignUp

pytestmark = pytest.mark.django_db


def _said(now):
    """Return what waits for each account, by its number, read as a new letter reads it."""
    return {user.pk: waiting_for(user, now) for user in User.objects.order_by("pk")}


def _things(world):
    """Make sure that every sort of thing waits for somebody."""
    author = world.users["author"]
    make.make_practice(state="changes_requested", authors=[author.person], title="Sent back")
    gone = timezone.now() - timedelta(days=1)
    when = {"starts_at": gone - timedelta(hours=2), "ends_at": gone}
    ended = make.make_visit(meeting=world.named["meeting_public"], **when)
    SignUp.objects.create(visit=ended, person=author.person, state="confirmed", queue_number=1)
    action = make.make_action(responsible_person=author.person)
    make.make_milestone(action=action, due_date=timezone.localdate() + timedelta(days=3))
    make.make_meeting(visibility="organisation", host=world.named["organisation"], title="Of one house")
    Meeting.objects.update(registration_closes_at=None)


def test_a_round_says_what_the_page_says(monkeypatch):
    monkeypatch.setattr(registry, "FRESH_SECONDS", 600)
    _things(make_world())
    now = timezone.now()
    alone = _said(now)
    with one_round():
        assert _said(now) == alone
    assert {each.kind for rows in alone.values() for each in rows} >= {
        "todo",
        "practice",
        "registration",
        "milestone",
        "takeaway",
    }
    assert len({tuple(rows) for rows in alone.values()}) > 3
