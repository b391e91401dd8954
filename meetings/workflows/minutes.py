"""What is left of a meeting: minutes and decisions."""

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history, search
from core.errors import Invalid, Refused
from core.workflows import claim
from meetings.models import Decision, Meeting
from meetings.workflows.planning import group_people, registered_people
from notifications.posting import post

HELD = {Meeting.State.IN_PROGRESS, Meeting.State.CLOSED}
TRIES = 20


@transaction.atomic
def write_minutes(meeting, data, *, by, version=None):
    """Save the text of the minutes; before publication only organisers read it."""
    if meeting.state in {Meeting.State.DRAFT, Meeting.State.CANCELLED}:
        raise Refused(_("A draft or a cancelled meeting has no minutes."))
    claim(meeting, version)
    if meeting.minutes_published_at is not None and not data["minutes"].strip():
        raise Invalid({"minutes": _("Published minutes cannot be empty.")})
    before, meeting.minutes = meeting.minutes, data["minutes"]
    if before != meeting.minutes:
        meeting.save(update_fields=["minutes"])
        history.record(meeting, "minutes-written", by=by)
    return meeting


@transaction.atomic
def publish_minutes(meeting, *, by, version=None):
    """Let everybody who sees the meeting read the minutes; tell the registered and the workgroup."""
    claim(meeting, version)
    if meeting.minutes_published_at is not None:
        raise Refused(_("The minutes are published already."))
    if meeting.state not in HELD:
        raise Refused(_("Minutes can be published once the meeting has begun."))
    if not meeting.minutes.strip():
        raise Refused(_("There are no minutes yet. Write them first."))
    meeting.minutes_published_at = timezone.now()
    meeting.save(update_fields=["minutes_published_at"])
    history.record(meeting, "minutes-published", by=by)
    people = [*registered_people(meeting), *group_people(meeting)]
    post("meetings-minutes-published", to=people, about=meeting, by=by)
    return meeting


@transaction.atomic
def record_decision(meeting, *, by, text, version=None, **data):
    """Record a decision under the next number of all meetings.

    ``data``: ``agenda_item`` (of this meeting) and ``decided_date`` (default: today in the meeting's zone).
    """
    claim(meeting, version)
    if meeting.state not in HELD:
        raise Refused(_("Decisions are recorded once the meeting has begun."))
    item = data.get("agenda_item")
    if item is not None and item.meeting_id != meeting.pk:
        raise Invalid({"agenda_item": _("Choose an item of this meeting.")})
    day = data.get("decided_date") or timezone.localdate(timezone=meeting.zone)
    decision = _number(Decision(meeting=meeting, agenda_item=item, text=text, decided_date=day))
    history.record(meeting, "decision-recorded", by=by, note=_("No. %(number)d") % {"number": decision.number})
    search.index(decision)
    return decision


def _number(decision):
    """Save with the next free number; who comes second at the same moment takes the one after."""
    for _try in range(TRIES):
        decision.number = (Decision.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        try:
            with transaction.atomic():
                decision.save(force_insert=True)
        except IntegrityError:
            continue
        return decision
    raise Refused(_("Too many decisions at this moment. Please try again."))
