"""Minutes and decisions: who writes, who reads, who is told."""

import pytest
from django.urls import reverse

from core.errors import Invalid, Refused
from core.richtext import to_html
from meetings.models import Decision
from meetings.workflows import minutes
from tests import factories as make
from tests.meetings.helpers import house, registered, told

pytestmark = pytest.mark.django_db


def test_a_draft_of_minutes_is_read_by_organisers_only(client):
    """A member of the same organisation sees nothing of it until it is published."""
    home, boss, member = house()
    meeting = make.make_meeting(host=home, state="in_progress")
    minutes.write_minutes(meeting, {"minutes": "We **agreed**."}, by=boss)
    address = reverse("meetings:meeting_detail", args=[meeting.pk])
    client.force_login(member)
    assert "agreed" not in client.get(address).content.decode()
    minutes.publish_minutes(meeting, by=boss)
    assert "We <strong>agreed</strong>." in client.get(address).content.decode()


def test_publishing_tells_the_registered_and_the_group():
    """Exactly these, without the actor; not twice; not before the meeting; not without text."""
    home, boss, member = house()
    group = make.make_workgroup()
    make.make_group_member(group, member.person)
    make.make_group_member(group, boss.person)
    meeting = make.make_meeting(host=home, workgroup=group, state="in_progress")
    guest = registered(meeting)
    with pytest.raises(Refused):
        minutes.publish_minutes(meeting, by=boss)
    minutes.write_minutes(meeting, {"minutes": "Text"}, by=boss)
    minutes.publish_minutes(meeting, by=boss)
    assert told("meetings-minutes-published") == {guest.person.pk, member.person.pk}
    with pytest.raises(Refused):
        minutes.publish_minutes(meeting, by=boss)
    early = make.make_meeting(host=home, minutes="Text")
    with pytest.raises(Refused):
        minutes.publish_minutes(early, by=boss)


def test_decisions_are_numbered_through_all_meetings():
    """The next number, whichever meeting; items of other meetings and drafts are refused."""
    home, boss, member = house()
    first, second = (make.make_meeting(host=home, state="in_progress") for _n in range(2))
    minutes.record_decision(first, by=boss, text="One")
    minutes.record_decision(second, by=boss, text="Two")
    assert list(Decision.objects.order_by("number").values_list("number", "text")) == [(1, "One"), (2, "Two")]
    item = first.agenda_items.create(title="Item")
    with pytest.raises(Invalid):
        minutes.record_decision(second, by=boss, text="x", agenda_item=item)
    with pytest.raises(Refused):
        minutes.record_decision(make.make_meeting(host=home), by=boss, text="x")
    assert set(Decision.objects.visible_to(member)) == set()
    assert Decision.objects.visible_to(boss).count() == 2


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        '<a href="x" onclick="y">z</a>',
        "![p](https://example.org/p.png)",
        "<style>p{}</style>",
    ],
)
def test_rich_text_is_harmless(text):
    """No tag that runs, loads or styles comes out, whatever goes in."""
    html = to_html(text)
    assert not any(tag in html for tag in ("<script", "<img", "<style", '<a href="javascript', '<a href="x"'))


def test_rich_text_keeps_headings_below_those_of_the_page():
    """The first level becomes the third; tables and lists stay."""
    assert to_html("# A\n\n* b") == "<h3>A</h3>\n<ul>\n<li>b</li>\n</ul>\n"
