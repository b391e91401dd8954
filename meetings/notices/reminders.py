"""What the clock reminds of: meetings that come, to-dos that are due or late; and the part of the digest."""

from datetime import datetime, time, timedelta
from itertools import islice

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.formats import written
from meetings import rules
from meetings.models import Meeting, Registration, Todo
from meetings.notices.letters import group_of, ways_to_withdraw, why_registered
from meetings.notices.todos import group_of_todo, todo_facts, ways_to_answer
from meetings.notices.wording import facts_of
from notifications.models import Letter
from notifications.registry import Content, DigestLine, Skip, digest_section, letter, once
from notifications.reminders import Case, Concern, Step, after, before, reminder, reminder_scope
from partners.notices import coordinators_above, partnership_coordinators
from workgroups.querysets import visible_among

DAY = timedelta(days=1)
MORNING = time(8)
TWO_WEEKS = timedelta(days=14)
MOST_MEETINGS = 50
Cause = Letter.Cause


# --- Meetings ---------------------------------------------------------------------------------------


def _open_meetings(start, end):
    rows = Meeting.objects.filter(state=Meeting.State.OPEN, precision=Meeting.Precision.TIME)
    return rows.filter(starts_at__gte=start, starts_at__lte=end).select_related("workgroup")


@reminder(
    "meetings-tomorrow",
    of="meeting",
    title=gettext_lazy("A meeting is near"),
    what=gettext_lazy("an open meeting whose hours are known"),
    whom=gettext_lazy("everybody who is registered"),
    base=gettext_lazy("the meeting begins"),
    when=before(days=1),
    useful=gettext_lazy("until the meeting begins"),
    condition=gettext_lazy("only people who were registered by then"),
    things=_open_meetings,
    prefetch=("registrations__person",),
    scopes=lambda meeting: (meeting, meeting.workgroup),
    levels=("meeting", "workgroup"),
)
def meeting_is_near(meeting):
    """Everybody who is registered, counted in the meeting's own zone; a moved meeting reminds anew."""
    if meeting.state == Meeting.State.CANCELLED:
        return Skip(_("the meeting is cancelled"), Cause.OBJECT_CANCELLED)
    if meeting.state != Meeting.State.OPEN or meeting.precision != Meeting.Precision.TIME:
        return Skip(_("the meeting is not open, or its hours are not known"), Cause.ALREADY_ACTED)
    active = [row for row in meeting.registrations.all() if row.state == Registration.State.REGISTERED]
    return Case(
        base=meeting.starts_at,
        zone=meeting.zone,
        people={row.person: row.registered_at for row in active},
        until=meeting.starts_at,
        slot="day-before",
        rev=meeting.sequence,
        data={"sequence": meeting.sequence},
    )


def _begins_soon(meeting, now):
    return meeting.starts_at - now < timedelta(hours=3)


@letter("meetings-tomorrow", topic="reminders", group=group_of, is_urgent=_begins_soon)
def meeting_tomorrow(meeting, person, data):
    """Remind of a meeting that is near; the planner's rule has checked that it still is as it was."""
    if meeting.starts_at <= timezone.now():
        return Skip(_("the meeting has begun"), Cause.STALE)
    days = (meeting.local_start.date() - timezone.localdate(timezone=meeting.zone)).days
    subjects = {0: _("Today: %(title)s"), 1: _("Tomorrow: %(title)s")}
    subject = subjects.get(days, _("On %(day)s: %(title)s"))
    return Content(
        subject=subject % {"title": meeting.title, "day": written(meeting.local_start, "WEEKDAY_DATE")},
        lines=[_("You are registered for this meeting. If you cannot come, please withdraw, so that others know.")],
        facts=facts_of(meeting, person, shows_room=True),
        acts=ways_to_withdraw(meeting),
        action=(_("Open the meeting"), meeting.get_absolute_url()),
        why=why_registered(),
    )


def _concerned(meeting):
    """Whom letters about a meeting reach, and why."""
    told = gettext_lazy("is registered: reminder, new time or place, cancellation, minutes")
    rows = meeting.registrations.active().select_related("person")
    return [Concern(row.person, told) for row in rows]


reminder_scope("meeting", Meeting, rules.can_change_meeting, whom=_concerned)


# --- To-dos -----------------------------------------------------------------------------------------


def _open_todos(start, end):
    rows = Todo.objects.open().filter(due_date__gte=start.date() - DAY, due_date__lte=end.date() + DAY)
    return rows.select_related("owner", "meeting__workgroup", "workgroup")


def _owners_coordinators(todos):
    above = coordinators_above([todo.owner for todo in todos])
    return {todo.pk: above[todo.owner_id] for todo in todos}


def _coordinators(todos):
    people = partnership_coordinators()
    return {todo.pk: [person for person in people if person.pk != todo.owner_id] for todo in todos}


@reminder(
    "meetings-todo-due",
    title=gettext_lazy("A to-do is due"),
    what=gettext_lazy("an open to-do"),
    whom=gettext_lazy("the person who does it"),
    base=gettext_lazy("the day until which it is to be done"),
    when=before(days=1, at=MORNING),
    useful=gettext_lazy("until the day is over"),
    things=_open_todos,
    scopes=lambda todo: (todo.meeting, group_of_todo(todo)),
    levels=("meeting", "workgroup"),
    units=("days",),
    steps=(
        Step(
            after(days=3, at=MORNING),
            gettext_lazy("coordinators of that person's organisation"),
            _owners_coordinators,
            "meetings-todo-late",
        ),
        Step(
            after(days=10, at=MORNING),
            gettext_lazy("coordinators of the partnership"),
            _coordinators,
            "meetings-todo-late",
        ),
    ),
)
def todo_is_due(todo):
    """The owner, by the owner's own clock."""
    if todo.state != Todo.State.OPEN:
        return Skip(_("the to-do is already answered"), Cause.ALREADY_ACTED)
    day = todo.due_date.isoformat()
    return Case(
        base=todo.due_date,
        people={todo.owner: None},
        until=lambda zone: datetime.combine(todo.due_date + DAY, time(0), zone),
        slot=day,
        data={"due_date": day},
    )


@letter("meetings-todo-due", topic="todos", group=group_of_todo)
def todo_due(todo, person, data):
    """Remind the owner of a to-do that is due."""
    return Content(
        subject=_("Due %(day)s: %(text)s") % {"day": date_format(todo.due_date, "MONTH_DAY_FORMAT"), "text": todo.text},
        lines=[_("This to-do of yours is due. When it is done, or cannot be done, please say so.")],
        facts=todo_facts(todo),
        acts=ways_to_answer(todo),
        action=(_("Answer the to-do"), todo.get_absolute_url()),
        why=_("You get this letter because the to-do is yours."),
    )


@letter("meetings-todo-late", topic="todos", group=group_of_todo)
def todo_late(todo, person, data):
    """Tell coordinators of a to-do that nobody has answered."""
    return Content(
        subject=_("Late: %(text)s") % {"text": todo.text},
        lines=[
            _("This to-do of %(name)s was to be done by %(day)s, and there is no answer yet.")
            % {"name": todo.owner.name, "day": date_format(todo.due_date, "MONTH_DAY_FORMAT")},
            _("Perhaps you can help, or agree on another day or another person."),
        ],
        facts=todo_facts(todo),
        action=(_("Look at the to-do"), todo.get_absolute_url()),
        why=_("You get this letter because you coordinate the organisation of that person, or the partnership."),
    )


# --- Digest -----------------------------------------------------------------------------------------


@digest_section("meetings", gettext_lazy("Meetings"), order=10)
def meetings_of_the_week(user, since, until):
    """Return meetings that are new or were changed, and those of the next two weeks."""
    rows = Meeting.objects.upcoming(until).exclude(state=Meeting.State.DRAFT)
    seen = visible_among(rows, user, key=("meetings", until))
    lines = once(("meeting-lines", since, until, get_language()), lambda: _lines_of(rows, since, until))
    nearest = islice((line for pk, line in lines.items() if pk in seen), MOST_MEETINGS)
    return [line for line in nearest if line is not None]


def _lines_of(rows, since, until):
    """Return the line of each meeting by its number, None where there is nothing to say about it yet."""
    return {meeting.pk: _line_of(meeting, since, until) for meeting in rows}


def _line_of(meeting, since, until):
    is_news = since <= meeting.changed_at < until
    if not is_news and meeting.starts_at >= until + TWO_WEEKS:
        return None
    day = written(meeting.local_start, "WEEKDAY_DATE")
    text = ", ".join(part for part in (meeting.title, day, meeting.place) if part)
    return DigestLine(text, meeting.get_absolute_url(), meeting.changed_at)
