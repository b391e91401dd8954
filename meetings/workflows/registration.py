"""Who takes part: never more people than there are places, whoever else registers at the same moment.

Each verb holds the meeting's row until its transaction ends (PostgreSQL locks the row; SQLite writers
wait for each other from BEGIN IMMEDIATE on). A registration does not raise the meeting's version:
an organiser who edits the text while many people register loses nothing.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history
from core.errors import Refused
from meetings import rules
from meetings.models import Meeting, Registration
from notifications.posting import post, settle

LETTERS = ("meetings-opened", "meetings-registered", "meetings-moved", "meetings-tomorrow")


def locked(meeting):
    """Return the meeting's current row, held until the transaction ends."""
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


@transaction.atomic
def register(meeting, *, by, is_online=False, note="", version=None):
    """Register the person who acts and send the calendar file. Asked twice, it answers with what is there."""
    current, person = locked(meeting), by.person
    row = current.registrations.filter(person=person).first()
    if row is not None and row.state == Registration.State.REGISTERED:
        return row
    if not rules.can_register(by, current):
        raise Refused(_("This meeting is not open to guests."))
    check_open(current)
    _check_mode(current, is_online)
    row = row or Registration(meeting=current, person=person)
    row.meeting, row.state, row.is_online, row.note = current, Registration.State.REGISTERED, is_online, note
    row.registered_at, row.withdrawn_at = timezone.now(), None
    row.calendar_steps += 1
    row.save()
    history.record(current, "registered", by=by)
    settle(current, kinds=["meetings-opened"], people=[person])
    post("meetings-registered", to=[person], about=row, slot=f"step-{row.calendar_steps}")
    return row


def check_open(meeting):
    """Refuse with the reason while nobody can register."""
    now = timezone.now()
    opens, closes = meeting.registration_opens_at, meeting.registration_closes_at
    if meeting.state == Meeting.State.CANCELLED:
        raise Refused(_("The meeting is cancelled."))
    if meeting.state == Meeting.State.OPEN and opens and now < opens:
        raise Refused(_("Registration has not opened yet."))
    if meeting.state == Meeting.State.OPEN and closes and now >= closes:
        raise Refused(_("Registration has closed. Please write to the organisers."))
    if not meeting.is_registration_open(now):
        raise Refused(_("Registration is not open for this meeting."))
    taken = meeting.registrations.active().count()
    if meeting.seat_limit is not None and taken >= meeting.seat_limit:
        raise Refused(_("All %(count)d places are taken.") % {"count": meeting.seat_limit})


def _check_mode(meeting, is_online):
    if is_online and meeting.mode == Meeting.Mode.ON_SITE:
        raise Refused(_("This meeting is on site only."), "is_online")


def _own(meeting, by):
    row = meeting.registrations.active().filter(person=by.person).first()
    if row is None:
        raise Refused(_("You are not registered for this meeting."))
    row.meeting = meeting
    return row


@transaction.atomic
def change_registration(meeting, *, by, is_online=False, note="", version=None):
    """Change how the person who acts takes part, until the meeting begins."""
    current = locked(meeting)
    row = _own(current, by)
    if current.state != Meeting.State.OPEN:
        raise Refused(_("The meeting has begun or is over, so the list stays as it is."))
    _check_mode(current, is_online)
    row.is_online, row.note = is_online, note
    row.save(update_fields=["is_online", "note"])
    history.record(current, "registration-changed", by=by)
    return row


@transaction.atomic
def withdraw(meeting, *, by, version=None):
    """Give the place back; the row stays and says so."""
    current = locked(meeting)
    row = _own(current, by)
    if current.state != Meeting.State.OPEN:
        raise Refused(_("The meeting has begun or is over, so the list stays as it is."))
    row.state, row.withdrawn_at = Registration.State.WITHDRAWN, timezone.now()
    row.calendar_steps += 1
    row.save(update_fields=["state", "withdrawn_at", "calendar_steps"])
    history.record(current, "withdrawn", by=by)
    settle(current, kinds=LETTERS, people=[row.person])
    settle(row, kinds=LETTERS, people=[row.person])
    post("meetings-withdrawn", to=[row.person], about=row, slot=f"step-{row.calendar_steps}")
    return row


@transaction.atomic
def decline(meeting, *, by, version=None):
    """Say that the person who acts does not come, without having registered: nobody asks again."""
    current, person = locked(meeting), by.person
    row = current.registrations.filter(person=person).first()
    if row is not None and row.state == Registration.State.REGISTERED:
        raise Refused(_("You are registered. If you cannot come, withdraw your registration."))
    if not rules.can_register(by, current):
        raise Refused(_("This meeting is not open to guests."))
    if current.state != Meeting.State.OPEN:
        raise Refused(_("The meeting has begun or is over, so the list stays as it is."))
    if row is None:
        now = timezone.now()
        state = Registration.State.WITHDRAWN
        row = Registration.objects.create(
            meeting=current, person=person, state=state, registered_at=now, withdrawn_at=now
        )
        history.record(current, "declined", by=by)
    settle(current, kinds=["meetings-opened"], people=[person])
    return row
