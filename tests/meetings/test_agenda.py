"""The agenda: running times, what does not fit, order."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from core.errors import Invalid, Refused, Stale
from meetings.papers import agenda_days, minutes_in_words
from meetings.workflows import agenda, minutes
from tests import factories as make
from tests.meetings.helpers import house

pytestmark = pytest.mark.django_db


def hour_long(**fields):
    """Return a meeting of one hour from 10:00 in Budapest."""
    start = make.moment(2027, 5, 14, 8)
    return make.make_meeting(starts_at=start, ends_at=start + timedelta(hours=1), **fields)


def add(meeting, *items):
    """Add items given as (title, minutes) or (title, minutes, begins)."""
    boss = make.make_coordinator()
    for title, length, *begins in items:
        agenda.add_item(meeting, {"title": title, "minutes": length, "begins": begins[0] if begins else None}, by=boss)
    return boss


def shown(meeting):
    """Return [(title, time)] of the first day."""
    days = agenda_days(meeting, meeting.agenda_items.all())
    return [(line.item.title, f"{line.begins:%H:%M}" if line.begins else None) for line in days[0].lines]


def test_times_run_on_in_the_zone_of_the_meeting():
    """From the beginning; an own time makes a jump; after an unknown length no time is claimed."""
    meeting = hour_long()
    add(meeting, ("A", 20), ("B", 10), ("C", None, time(10, 45)), ("D", 5))
    assert shown(meeting) == [("A", "10:00"), ("B", "10:20"), ("C", "10:45"), ("D", None)]


def test_over_a_change_of_clocks_the_wall_counts():
    """A day's times are what the clock on the wall shows."""
    start = make.moment(2027, 3, 28, 6)
    meeting = make.make_meeting(starts_at=start, ends_at=start + timedelta(hours=2), time_zone="Europe/Vienna")
    add(meeting, ("A", 60), ("B", 60))
    assert shown(meeting) == [("A", "08:00"), ("B", "09:00")]


def problem(meeting):
    """Return what does not fit on the first day."""
    return agenda_days(meeting, meeting.agenda_items.all())[0].problem


def test_what_does_not_fit_is_said_in_words():
    """Sum against length, and one item into the next."""
    meeting = hour_long()
    add(meeting, ("A", 40), ("B", 20))
    assert problem(meeting) == ""
    add(meeting, ("C", 30))
    assert problem(meeting) == "The agenda takes 1 hour 30 minutes and ends 30 minutes after the meeting (11:00)."
    other = hour_long()
    add(other, ("A", 40), ("B", 10, time(10, 30)))
    assert problem(other) == "“A” is not over when “B” begins."


@pytest.mark.parametrize(
    ("minutes_", "text"), [(0, "0 minutes"), (1, "1 minute"), (60, "1 hour"), (150, "2 hours 30 minutes")]
)
def test_minutes_in_words(minutes_, text):
    """Whole words with the right plural."""
    assert minutes_in_words(minutes_) == text


def test_items_change_places_and_the_meeting_gets_a_new_version():
    """Up and down by one; the ends are told; each step claims the meeting."""
    meeting = hour_long()
    boss = add(meeting, ("A", 1), ("B", 1), ("C", 1))
    last = meeting.agenda_items.get(title="C")
    agenda.move_item_up(last, by=boss)
    assert [title for title, _time in shown(meeting)] == ["A", "C", "B"]
    agenda.move_item_down(meeting.agenda_items.get(title="A"), by=boss)
    assert [title for title, _time in shown(meeting)] == ["C", "A", "B"]
    with pytest.raises(Refused):
        agenda.move_item_up(meeting.agenda_items.get(title="C"), by=boss)
    meeting.refresh_from_db()
    assert meeting.version == 6


def test_items_stay_inside_the_meeting():
    """A day after the last one is refused; a locked or stale agenda too; an item with a decision stays."""
    meeting = hour_long()
    boss = add(meeting, ("A", 1))
    item = meeting.agenda_items.get()
    with pytest.raises(Invalid):
        agenda.add_item(meeting, {"title": "x", "day": 2}, by=boss)
    with pytest.raises(Stale):
        agenda.add_item(meeting, {"title": "x"}, by=boss, version=1)
    type(meeting).objects.update(state="in_progress")
    meeting.refresh_from_db()
    minutes.record_decision(meeting, by=boss, text="Yes", agenda_item=item)
    with pytest.raises(Refused):
        agenda.remove_item(item, by=boss)
    type(meeting).objects.update(state="closed")
    with pytest.raises(Refused):
        agenda.change_item(item, {"title": "y"}, by=boss)


def test_the_buttons_work_without_a_mouse(client):
    """The page has a form per step; posting it moves the item."""
    home, boss, member = house()
    meeting = hour_long(host=home)
    add(meeting, ("A", 1), ("B", 1))
    client.force_login(boss)
    item = meeting.agenda_items.get(title="B")
    address = reverse("meetings:move_item_up", args=[meeting.pk, item.pk])
    page = client.get(reverse("meetings:meeting_agenda", args=[meeting.pk])).content.decode()
    assert f'action="{address}"' in page
    meeting.refresh_from_db()
    assert client.post(address, {"version": meeting.version}).status_code == 302
    assert [title for title, _time in shown(meeting)] == ["B", "A"]
    client.force_login(member)
    assert client.post(address).status_code == 403
