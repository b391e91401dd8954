"""Drawing up, changing and moving a meeting through its life."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import history, search
from core.errors import Invalid, Refused
from core.workflows import claim
from meetings import rules
from meetings.models import Meeting
from meetings.notices.wording import moving_facts
from notifications.posting import cancel, post, post_settled, settle
from partners.models import Person

State = Meeting.State
FIELDS = (
    "title",
    "kind",
    "mode",
    "place",
    "country",
    "online_address",
    "time_zone",
    "starts_at",
    "ends_at",
    "summary",
    "host",
    "workgroup",
    "visibility",
    "seat_limit",
    "registration_opens_at",
    "registration_closes_at",
    "is_open_to_guests",
)
MOVING = ("starts_at", "ends_at", "time_zone", "mode", "place", "country", "online_address")
LONGEST_DAYS = 14


@transaction.atomic
def create_meeting(data, *, by):
    """Return a new draft; nobody is told."""
    meeting = Meeting(created_by=history.person_of(by), **{name: data[name] for name in FIELDS if name in data})
    _check(meeting)
    _check_place(meeting, by)
    meeting.save()
    history.record(meeting, "created", by=by)
    search.index(meeting)
    return meeting


@transaction.atomic
def change_meeting(meeting, data, *, by, version=None):
    """Change facts of a meeting that is neither closed nor cancelled.

    A new time or place of an open meeting raises ``sequence`` and tells the registered what changed.
    """
    claim(meeting, version)
    _refuse_ended(meeting)
    fields = {name: data[name] for name in FIELDS if name in data}
    before = {name: getattr(meeting, name) for name in FIELDS}
    for name, value in fields.items():
        setattr(meeting, name, value)
    _check(meeting)
    if meeting.host != before["host"] or meeting.workgroup != before["workgroup"]:
        _check_place(meeting, by)
    _check_seats(meeting)
    changes = history.differences(before, fields)
    if not changes:
        return meeting
    is_moved = meeting.state != State.DRAFT and any(name in changes for name in MOVING)
    if is_moved:
        meeting.sequence += 1
    meeting.save(update_fields=[*fields, "sequence"])
    changes.pop("online_address", None)  # the history is read by people who are not registered
    history.record(meeting, "moved" if is_moved else "changed", by=by, changes=changes)
    search.index(meeting)
    if is_moved:
        _tell_moved(meeting, before, by=by)
    return meeting


def _refuse_ended(meeting):
    if meeting.state == State.CLOSED:
        raise Refused(_("The meeting is closed. Reopen it to change it."))
    if meeting.state == State.CANCELLED:
        raise Refused(_("The meeting is cancelled and stays as it was."))


def _check(meeting):
    problems = {}
    if meeting.ends_at <= meeting.starts_at:
        problems["ends_at"] = _("The end must be later than the beginning.")
    elif (meeting.ends_at - meeting.starts_at).days >= LONGEST_DAYS:
        problems["ends_at"] = _("A meeting lasts at most %(days)d days.") % {"days": LONGEST_DAYS}
    opens, closes = meeting.registration_opens_at, meeting.registration_closes_at
    if opens and closes and closes <= opens:
        problems["registration_closes_at"] = _("Registration must close later than it opens.")
    if opens and opens >= meeting.starts_at:
        problems["registration_opens_at"] = _("Registration must open before the meeting begins.")
    if meeting.visibility == "workgroup" and meeting.workgroup is None:
        problems["workgroup"] = _("Choose the workgroup whose members may see the meeting.")
    if meeting.visibility == "organisation" and meeting.host is None:
        problems["host"] = _("Choose the host whose people may see the meeting.")
    if problems:
        raise Invalid(problems)


def _check_place(meeting, by):
    if not rules.can_place(by, meeting.host_id, meeting.workgroup_id):
        raise Invalid(
            {
                "host": _("Choose your own organisation as host, and no workgroup or one of yours."),
            }
        )


def _check_seats(meeting):
    taken = meeting.registrations.active().count()
    if meeting.seat_limit is not None and meeting.seat_limit < taken:
        raise Invalid(
            {
                "seat_limit": _("%(count)d people are registered already; there cannot be fewer places.")
                % {"count": taken},
            }
        )


def registered_people(meeting):
    """Return the people whose registration holds."""
    return Person.objects.filter(registrations__meeting=meeting, registrations__state="registered").distinct()


def group_people(meeting):
    """Return the people of the meeting's workgroup today."""
    if meeting.workgroup_id is None:
        return Person.objects.none()
    current = meeting.workgroup.memberships.current()
    return Person.objects.filter(pk__in=current.values("person_id"))


def _tell_moved(meeting, before, *, by):
    cancel(meeting, kinds=["meetings-tomorrow"], reason=_("the meeting was moved"))
    post_settled(
        "meetings-moved",
        to=registered_people(meeting),
        about=meeting,
        keep=("before",),
        rev=meeting.sequence,
        by=by,
        data={"before": moving_facts(before)},
        useful_until=meeting.ends_at,
    )


def _move(meeting, state, *, by, version, verb, only_from=None):
    """Claim the meeting and take it to ``state`` if its life allows that."""
    claim(meeting, version)
    is_other = only_from is not None and meeting.state != only_from
    if is_other or state not in Meeting.TRANSITIONS[meeting.state]:
        raise Refused(
            _("The meeting is “%(now)s”, so it cannot become “%(then)s”.")
            % {"now": meeting.get_state_display(), "then": State(state).label}
        )
    before = str(meeting.get_state_display())
    meeting.state = state
    meeting.save(update_fields=["state"])
    changes = {"state": [before, str(meeting.get_state_display())]}
    history.record(meeting, verb, by=by, changes=changes)
    search.index(meeting)
    return meeting


@transaction.atomic
def open_meeting(meeting, *, by, version=None):
    """Show a draft to its audience and tell its workgroup."""
    _move(meeting, State.OPEN, by=by, version=version, verb="opened")
    post("meetings-opened", to=group_people(meeting), about=meeting, by=by, useful_until=meeting.starts_at)
    return meeting


@transaction.atomic
def start_meeting(meeting, *, by, version=None):
    """Say that the meeting has begun: registration is over."""
    return _move(meeting, State.IN_PROGRESS, by=by, version=version, verb="started", only_from=State.OPEN)


@transaction.atomic
def close_meeting(meeting, *, by, version=None):
    """Say that the meeting is over: its facts and agenda are locked, minutes and to-dos go on."""
    return _move(meeting, State.CLOSED, by=by, version=version, verb="closed")


@transaction.atomic
def reopen_meeting(meeting, *, by, version=None):
    """Unlock a closed meeting."""
    return _move(meeting, State.IN_PROGRESS, by=by, version=version, verb="reopened", only_from=State.CLOSED)


@transaction.atomic
def cancel_meeting(meeting, *, by, reason, version=None):
    """Call a meeting off. Its row, registrations and to-dos stay; the registered get a letter."""
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": _("Please say why, so that people understand.")})
    claim(meeting, version)
    if meeting.state == State.CANCELLED:
        raise Refused(_("The meeting is cancelled already."))
    if State.CANCELLED not in Meeting.TRANSITIONS[meeting.state]:
        raise Refused(_("A meeting that has begun can be closed, but not cancelled."))
    was_draft, before = meeting.state == State.DRAFT, str(meeting.get_state_display())
    meeting.state, meeting.cancel_reason = State.CANCELLED, reason
    meeting.sequence += 1
    meeting.save(update_fields=["state", "cancel_reason", "sequence"])
    changes = {"state": [before, str(meeting.get_state_display())]}
    history.record(meeting, "cancelled", by=by, note=reason, changes=changes)
    search.index(meeting)
    _tell_cancelled(meeting, was_draft=was_draft, by=by)
    return meeting


def _tell_cancelled(meeting, *, was_draft, by):
    waiting = ["meetings-tomorrow", "meetings-moved", "meetings-opened"]
    cancel(meeting, kinds=waiting, reason=_("the meeting is cancelled"))
    settle(meeting, kinds=waiting)
    if not was_draft:
        post("meetings-cancelled", to=registered_people(meeting), about=meeting, rev=meeting.sequence, by=by)
