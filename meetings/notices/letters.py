"""The letters of the room: each says what happened in its subject, and checks again when it is sent."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import written
from meetings.models import Meeting, Registration
from meetings.notices.calendar import calendar_of
from meetings.notices.wording import changes_in_words, facts_of
from notifications.models import Letter
from notifications.registry import Content, Skip, letter, mutable, topic
from workgroups.querysets import visible_among

topic(
    "changes",
    gettext_lazy("Changes to what you take part in"),
    gettext_lazy("A meeting moves to another day, or a study visit is cancelled."),
    order=10,
)
topic(
    "reminders",
    gettext_lazy("Reminders"),
    gettext_lazy("A meeting for which you are registered begins tomorrow."),
    order=20,
)
topic(
    "todos",
    gettext_lazy("Your to-dos"),
    gettext_lazy("Somebody gives you a to-do, or one of yours is due tomorrow."),
    order=30,
)
topic(
    "confirmations",
    gettext_lazy("Confirmations"),
    gettext_lazy("You have registered for a meeting; the letter brings the file for your calendar."),
    order=40,
)
topic(
    "new-meetings",
    gettext_lazy("New meetings of your workgroups"),
    gettext_lazy("Registration for the next meeting of your workgroup is open."),
    order=50,
)
topic(
    "minutes",
    gettext_lazy("Minutes"),
    gettext_lazy("The minutes of a meeting of your workgroup can be read."),
    order=60,
)
mutable(Meeting)
SOON = timedelta(hours=3)
Cause = Letter.Cause


def begins_soon(meeting, now):
    """True for a meeting that begins within three hours: letters about it cannot wait."""
    return now <= meeting.starts_at <= now + SOON


def is_today(meeting, now):
    """True for a meeting that begins on this day of its own zone, or within three hours."""
    is_same_day = timezone.localtime(now, meeting.zone).date() == meeting.local_start.date()
    return begins_soon(meeting, now) or (is_same_day and meeting.starts_at >= now)


def group_of(meeting):
    """Return the workgroup of a meeting."""
    return meeting.workgroup


def meeting_of(registration):
    """Return the meeting of a registration."""
    return registration.meeting


def group_of_registration(registration):
    """Return the workgroup of the meeting of a registration."""
    return registration.meeting.workgroup


def why_registered():
    """Return the sentence below letters to people who are registered."""
    return _("You get this letter because you are registered for this meeting.")


def is_registered(meeting, person):
    """True while the person's registration holds."""
    return Registration.objects.active().filter(meeting=meeting, person=person).exists()


def sees(meeting, person):
    """True if the person's account may see the meeting today."""
    account = getattr(person, "user", None)
    if account is None or not account.is_active:
        return False
    return meeting.pk in visible_among(Meeting.objects.filter(pk=meeting.pk), account, key=("meeting", meeting.pk))


def _file(meeting, person, *, method="REQUEST"):
    """Return the calendar part of a letter: for one person, of this moment, newer than every one before."""
    row = Registration.objects.filter(meeting=meeting, person=person).first()
    extra = {
        "attendee": person,
        "steps": row.calendar_steps if row else 0,
        "stamp": timezone.now(),
        "status": "CANCELLED" if method == "CANCEL" else None,
    }
    rooms = {meeting.pk} if method == "REQUEST" else set()
    return calendar_of([meeting], method=method, rooms=rooms, **extra), method


def _ways_to_come(meeting, person):
    """Return the acts of a letter that asks whether one comes, while the answer is open."""
    is_known = Registration.objects.filter(meeting=meeting, person=person).exists()
    if is_known or not meeting.is_registration_open():
        return []
    modes = {
        Meeting.Mode.ON_SITE: ["meeting-register"],
        Meeting.Mode.ONLINE: ["meeting-register-online"],
        Meeting.Mode.HYBRID: ["meeting-register", "meeting-register-online"],
    }
    return [(name, meeting) for name in [*modes[meeting.mode], "meeting-decline"]]


def ways_to_withdraw(meeting):
    """Return the acts of letters to the registered."""
    return [("meeting-withdraw", meeting)] if meeting.state == Meeting.State.OPEN else []


@letter("meetings-opened", topic="new-meetings", group=group_of)
def meeting_opened(meeting, person, data):
    """Tell the workgroup that its meeting can be joined."""
    if meeting.state != Meeting.State.OPEN:
        return Skip(_("the meeting is no longer open"))
    if not sees(meeting, person):
        return Skip(_("the person may not see the meeting"))
    return Content(
        subject=_("New meeting on %(day)s: %(title)s")
        % {"day": written(meeting.local_start, "DATE_FORMAT"), "title": meeting.title},
        lines=[_("Your workgroup meets. You can register now.")],
        facts=facts_of(meeting, person),
        acts=_ways_to_come(meeting, person),
        action=(_("Look and register"), meeting.get_absolute_url()),
        why=_("You get this letter because you belong to the workgroup."),
    )


@letter("meetings-moved", topic="changes", group=group_of, is_urgent=begins_soon)
def meeting_moved(meeting, person, data):
    """Say in words what changed since the person last knew; edits in a row make one letter."""
    if meeting.state not in {Meeting.State.OPEN, Meeting.State.IN_PROGRESS}:
        return Skip(_("the meeting is no longer open"))
    if not is_registered(meeting, person):
        return Skip(_("the person is not registered"))
    changes = [_("Time or place of this meeting has changed.")]  # letters that waited while this came into use
    if "before" in data:
        changes = changes_in_words(data["before"], meeting)
    if not changes:
        return Skip(_("everything is as it was before"))
    return Content(
        subject=_("Changed: %(title)s") % {"title": meeting.title},
        lines=[" ".join(changes)],
        facts=facts_of(meeting, person, shows_room=True),
        action=(_("Open the meeting"), meeting.get_absolute_url()),
        acts=ways_to_withdraw(meeting),
        calendar=_file(meeting, person),
        why=why_registered(),
    )


@letter("meetings-cancelled", topic="changes", group=group_of, is_urgent=is_today)
def meeting_cancelled(meeting, person, data):
    """Say that the meeting does not take place, and why."""
    if meeting.state != Meeting.State.CANCELLED:
        return Skip(_("the meeting is not cancelled"))
    return Content(
        subject=_("Cancelled: %(title)s") % {"title": meeting.title},
        lines=[_("This meeting does not take place."), meeting.cancel_reason],
        facts=facts_of(meeting, person),
        action=(_("Open the meeting"), meeting.get_absolute_url()),
        calendar=_file(meeting, person, method="CANCEL"),
        why=why_registered(),
    )


@letter("meetings-registered", topic="confirmations", group=group_of_registration, thread=meeting_of)
def registered(registration, person, data):
    """Confirm a registration, with the calendar file."""
    meeting = registration.meeting
    if registration.state != Registration.State.REGISTERED:
        return Skip(_("the registration was withdrawn"))
    if meeting.state == Meeting.State.CANCELLED:
        return Skip(_("the meeting is cancelled"))
    return Content(
        subject=_("You are registered: %(title)s") % {"title": meeting.title},
        lines=[_("You take part in this meeting. The file attached puts it into your calendar.")],
        facts=facts_of(meeting, person, shows_room=True),
        action=(_("Open the meeting"), meeting.get_absolute_url()),
        acts=ways_to_withdraw(meeting),
        calendar=_file(meeting, person),
        why=why_registered(),
    )


@letter("meetings-withdrawn", topic="confirmations", group=group_of_registration, thread=meeting_of)
def withdrawn(registration, person, data):
    """Confirm that somebody no longer takes part; the file takes the meeting out of the calendar."""
    meeting = registration.meeting
    if registration.state != Registration.State.WITHDRAWN:
        return Skip(_("the person has registered again"))
    return Content(
        subject=_("You no longer take part: %(title)s") % {"title": meeting.title},
        lines=[_("You withdrew your registration. While registration is open you can register again.")],
        facts=facts_of(meeting, person),
        action=(_("Open the meeting"), meeting.get_absolute_url()),
        calendar=_file(meeting, person, method="CANCEL"),
        why=_("You get this letter because you were registered for this meeting."),
    )


@letter("meetings-minutes-published", topic="minutes", group=group_of)
def minutes_published(meeting, person, data):
    """Say that the minutes can be read."""
    if meeting.minutes_published_at is None:
        return Skip(_("the minutes are not published"))
    if not sees(meeting, person):
        return Skip(_("the person may not see the meeting"))
    count = meeting.decisions.count()
    facts = [(_("Decisions"), str(count))] if count else []
    return Content(
        subject=_("Minutes to read: %(title)s") % {"title": meeting.title},
        lines=[_("The minutes of this meeting are published.")],
        facts=facts,
        action=(_("Read the minutes"), f"{meeting.get_absolute_url()}#minutes"),
        why=_("You get this letter because you were registered or belong to the workgroup."),
    )
