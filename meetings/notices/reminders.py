"""What the clock reminds of: meetings of tomorrow, to-dos due tomorrow, and the part of the weekly letter."""

import zoneinfo
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import written
from meetings.models import Meeting, Todo
from meetings.notices.letters import group_of, group_of_todo, is_registered, todo_facts, why_registered
from meetings.notices.wording import facts_of
from notifications.registry import Content, DigestLine, Skip, digest_section, letter, reminder

DAY = timedelta(days=1)
LONGEST_DAY = timedelta(hours=26)  # from one local hour to the same of the next day, over a change of clocks
MORNING = time(8)
TWO_WEEKS = timedelta(days=14)


def day_before(meeting):
    """Return the moment (UTC) of the same wall-clock time one calendar day earlier, in the meeting's zone.

    A time that the clocks skip counts by the old offset; one that comes twice counts the first time.
    """
    local = meeting.local_start
    wall = datetime.combine(local.date() - DAY, local.time().replace(fold=0), meeting.zone)
    return wall.astimezone(UTC)


def morning_before(todo):
    """Return the moment (UTC) of 08:00 on the day before a to-do is due, in its owner's zone."""
    wall = datetime.combine(todo.due_date - DAY, MORNING, zoneinfo.ZoneInfo(todo.owner.time_zone))
    return wall.astimezone(UTC)


@reminder("meetings-tomorrow")
def meetings_of_tomorrow(now):
    """Yield the letters to people who registered before the reminder of an open meeting became due."""
    rows = Meeting.objects.filter(state=Meeting.State.OPEN, precision=Meeting.Precision.TIME)
    for meeting in rows.filter(starts_at__gt=now, starts_at__lte=now + LONGEST_DAY):
        moment = day_before(meeting)
        if moment > now:
            continue
        people = meeting.registrations.active().filter(registered_at__lte=moment).select_related("person")
        yield {
            "kind": "meetings-tomorrow",
            "to": [row.person for row in people],
            "about": meeting,
            "slot": "day-before",
            "rev": meeting.sequence,
            "data": {"sequence": meeting.sequence},
            "useful_until": meeting.starts_at,
        }


@letter("meetings-tomorrow", topic="reminders", group=group_of)
def meeting_tomorrow(meeting, person, data):
    """Remind of a meeting on the next day."""
    if meeting.state != Meeting.State.OPEN or meeting.starts_at <= timezone.now():
        return Skip(_("the meeting has begun or is cancelled"))
    if meeting.sequence != data["sequence"]:
        return Skip(_("the meeting was moved; there is a newer reminder"))
    if not is_registered(meeting, person):
        return Skip(_("the person is not registered"))
    return Content(
        subject=_("Tomorrow: %(title)s") % {"title": meeting.title},
        lines=[_("You are registered for this meeting. If you cannot come, please withdraw, so that others know.")],
        facts=facts_of(meeting, person, shows_room=True),
        action=(_("Open the meeting"), meeting.get_absolute_url()),
        why=why_registered(),
    )


@reminder("meetings-todo-due")
def todos_of_tomorrow(now):
    """Yield the letters to owners of open to-dos, from 08:00 of the day before until the day is over."""
    today = now.astimezone(UTC).date()
    rows = Todo.objects.open().filter(due_date__gte=today - DAY, due_date__lte=today + 2 * DAY)
    for todo in rows.select_related("owner"):
        end = datetime.combine(todo.due_date + DAY, time(0), zoneinfo.ZoneInfo(todo.owner.time_zone))
        if morning_before(todo) <= now < end:
            yield {
                "kind": "meetings-todo-due",
                "to": [todo.owner],
                "about": todo,
                "slot": todo.due_date.isoformat(),
                "data": {"due_date": todo.due_date.isoformat()},
                "useful_until": end.astimezone(UTC),
            }


@letter("meetings-todo-due", topic="todos", group=group_of_todo)
def todo_due(todo, person, data):
    """Remind the owner of a to-do that is due."""
    if todo.state != todo.State.OPEN:
        return Skip(_("the to-do is already answered"))
    if todo.owner_id != person.pk:
        return Skip(_("somebody else does it now"))
    if todo.due_date.isoformat() != data["due_date"]:
        return Skip(_("the to-do has another day now"))
    return Content(
        subject=_("Due %(day)s: %(text)s") % {"day": date_format(todo.due_date, "MONTH_DAY_FORMAT"), "text": todo.text},
        lines=[_("This to-do of yours is due. When it is done, or cannot be done, please say so.")],
        facts=todo_facts(todo),
        action=(_("Answer the to-do"), todo.get_absolute_url()),
        why=_("You get this letter because the to-do is yours."),
    )


@digest_section("meetings", gettext_lazy("Meetings"), order=10)
def meetings_of_the_week(user, since, until):
    """Return meetings that are new or were changed, and those of the next two weeks."""
    rows = Meeting.objects.visible_to(user).upcoming(until).exclude(state=Meeting.State.DRAFT)
    lines = []
    for meeting in rows[:50]:
        is_news = since <= meeting.changed_at < until
        if not is_news and meeting.starts_at >= until + TWO_WEEKS:
            continue
        day = written(meeting.local_start, "WEEKDAY_DATE")
        text = ", ".join(part for part in (meeting.title, day, meeting.place) if part)
        lines.append(DigestLine(text, meeting.get_absolute_url(), meeting.changed_at))
    return lines
