"""What the clock reminds of, and when, checked against plain zoneinfo."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from meetings.notices import reminders
from meetings.workflows import planning, todos
from notifications.delivery import write
from notifications.models import Letter
from notifications.planning import plan
from notifications.registry import Skip
from tests import factories as make
from tests.meetings.helpers import house, registered

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def at(zone, *parts):
    """Return the UTC instant of a wall-clock time in ``zone``."""
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def waiting(now, kind="meetings-tomorrow"):
    """Return the queued letters of a kind that are due."""
    return Letter.objects.due(now).filter(kind=kind)


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        ((2027, 3, 28, 10, 0), datetime(2027, 3, 27, 9, 0, tzinfo=UTC)),  # the day before, clocks change in between
        ((2027, 3, 29, 2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # 02:30 does not exist on the 28th
        ((2027, 11, 1, 2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # 02:30 comes twice on the 31st
        ((2027, 10, 31, 10, 0), datetime(2027, 10, 30, 8, 0, tzinfo=UTC)),
    ],
)
def test_the_day_before_at_the_same_hour(starts, due):
    """Nothing a minute early; one letter when due; none more however often the clock asks."""
    start = at("Europe/Brussels", *starts)
    meeting = make.make_meeting(starts_at=start, time_zone="Europe/Brussels")
    registered(meeting, before=timezone.now() - due + timedelta(days=3))
    plan(due - MINUTE)
    assert waiting(due - MINUTE).count() == 0
    plan(due)
    plan(due + MINUTE)
    plan(due + 90 * MINUTE)
    assert waiting(due + 90 * MINUTE).count() == 1
    assert waiting(due).get().useful_until == start


def test_only_the_registered_of_open_meetings():
    """Not the withdrawn, not of drafts, cancelled or begun meetings, not who registered after the hour."""
    soon = timezone.now().replace(microsecond=0) + timedelta(hours=20)
    meeting = make.make_meeting(starts_at=soon)
    here, gone = registered(meeting), registered(meeting)
    meeting.registrations.filter(person=gone.person).update(state="withdrawn")
    registered(meeting, before=timedelta(0))
    for fields in (
        {"state": "draft"},
        {"state": "cancelled", "cancel_reason": "Ill"},
        {"state": "in_progress"},
        {"starts_at": timezone.now() - timedelta(hours=1)},
    ):
        registered(make.make_meeting(**{"starts_at": soon} | fields))
    plan(timezone.now())
    assert set(waiting(timezone.now()).values_list("person_id", "object_id")) == {(here.person.pk, meeting.pk)}


def test_a_moved_meeting_reminds_of_the_new_time_only():
    """The old reminder is cancelled; the new one comes when the new time is a day ahead."""
    _home, boss, _member = house()
    now = timezone.now().replace(microsecond=0)
    meeting = make.make_meeting(starts_at=now + timedelta(hours=20), host=_home)
    registered(meeting)
    plan(now)
    later = now + timedelta(days=5)
    planning.change_meeting(meeting, {"starts_at": later, "ends_at": later + timedelta(hours=1)}, by=boss)
    assert waiting(now).count() == 0
    plan(now + MINUTE)
    assert waiting(now + MINUTE).count() == 0
    plan(later - timedelta(hours=20))
    assert waiting(later - timedelta(hours=20)).get().data == {"sequence": 1}


def test_a_reminder_checks_again_when_it_is_sent():
    """Cancelled, moved or withdrawn in the meantime: the letter is skipped with a reason."""
    meeting = make.make_meeting(starts_at=timezone.now() + timedelta(hours=20))
    guest = registered(meeting)
    plan(timezone.now())
    letter = waiting(timezone.now()).get()
    day = "Today" if meeting.local_start.date() == timezone.localdate(timezone=meeting.zone) else "Tomorrow"
    assert write(letter, timezone.now()).subject == f"{day}: {meeting.title}"
    meeting.registrations.filter(person=guest.person).update(state="withdrawn")
    assert isinstance(write(Letter.objects.get(pk=letter.pk), timezone.now()), Skip)
    meeting.registrations.filter(person=guest.person).update(state="registered")
    type(meeting).objects.update(sequence=1)
    assert isinstance(write(Letter.objects.get(pk=letter.pk), timezone.now()), Skip)


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "Europe/Bucharest", "Atlantic/Azores"])
def test_a_todo_is_due_at_eight_of_the_day_before(zone):
    """08:00 in the owner's zone, once, not for what is done."""
    owner = make.make_person(time_zone=zone)
    todo = make.make_todo(owner=owner, due_date=date(2027, 3, 29))
    due = at(zone, 2027, 3, 28, 8, 0)
    plan(due - MINUTE)
    assert waiting(due - MINUTE, "meetings-todo-due").count() == 0
    plan(due)
    plan(due + 300 * MINUTE)
    late = due + 300 * MINUTE
    assert list(waiting(late, "meetings-todo-due").values_list("person_id", flat=True)) == [owner.pk]
    todos.complete_todo(todo, by=make.make_coordinator())
    assert waiting(late, "meetings-todo-due").count() == 0


def test_the_weekly_letter_names_what_is_near_or_new():
    """Meetings of two weeks and changed ones; not drafts, not hidden ones, not old news far away."""
    user = make.make_user(organisation=make.make_organisation())
    now = timezone.now()
    long_ago = now - timedelta(days=60)

    def meeting(title, days, *, changed, **fields):
        return make.make_meeting(title=title, starts_at=now + timedelta(days=days), changed_at=changed, **fields)

    meeting("near", 5, changed=long_ago)
    meeting("new", 50, changed=now - timedelta(days=1))
    meeting("far", 50, changed=long_ago)
    meeting("draft", 5, changed=now, state="draft")
    meeting("hidden", 5, changed=now, visibility="organisation", host=make.make_organisation())
    lines = reminders.meetings_of_the_week(user, now - timedelta(days=7), now)
    assert [line.text.split(",")[0] for line in lines] == ["near", "new"]
