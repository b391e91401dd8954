"""News: the newest lines that a person may see, however many hidden ones are newer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import history
from core.models import HistoryEntry
from overview.news import DEPTH, news_for
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    """Return a member."""
    return make.make_user(organisation=make.make_organisation())


def tell(thing, verb, *, hours_ago):
    """Add a line to the history of ``thing``."""
    entry = history.record(thing, verb, by=None)
    HistoryEntry.objects.filter(pk=entry.pk).update(happened_at=timezone.now() - timedelta(hours=hours_ago))


def test_the_newest_come_first_from_all_rooms(reader):
    practice, meeting = make.make_practice(title="A practice"), make.make_meeting(title="A meeting")
    tell(practice, "published", hours_ago=3)
    tell(meeting, "opened", hours_ago=2)
    tell(meeting, "changed", hours_ago=1)  # no news
    assert [str(line.title) for line in news_for(reader)] == ["A meeting", "A practice"]


def test_hidden_ones_neither_show_nor_crowd_out(reader):
    draft = make.make_meeting(title="A draft", state="draft")
    practice = make.make_practice(title="A practice")
    tell(practice, "published", hours_ago=500)
    for hours in range(2 * DEPTH + 5):
        tell(draft, "moved", hours_ago=hours)
    assert [line.title for line in news_for(reader, count=2)] == ["A practice"]
    assert {line.title for line in news_for(make.make_coordinator(), count=2)} == {"A draft"}


def test_own_acts_are_no_news(reader):
    meeting = make.make_meeting(title="A meeting")
    history.record(meeting, "opened", by=reader)
    assert news_for(reader) == []
    assert [line.title for line in news_for(make.make_coordinator())] == ["A meeting"]


def test_since_leaves_out_what_was_seen(reader):
    meeting = make.make_meeting(title="A meeting")
    tell(meeting, "opened", hours_ago=5)
    tell(meeting, "moved", hours_ago=1)
    since = timezone.now() - timedelta(hours=2)
    assert [str(line.sentence) for line in news_for(reader, since=since)] == ["has a new time or place"]
