"""The agenda: items with durations, their order, and whether they fit the meeting."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import history
from core.errors import Invalid, Refused
from core.workflows import claim
from meetings.models import Meeting

FIELDS = ("day", "title", "kind", "minutes", "begins", "presenter", "note")
MOST_ITEMS = 200


def _claim_meeting(meeting, version):
    claim(meeting, version)
    if meeting.state in {Meeting.State.CLOSED, Meeting.State.CANCELLED}:
        raise Refused(_("The agenda is locked, because the meeting is closed or cancelled."))


def _check_day(meeting, day):
    last = (meeting.local_end.date() - meeting.local_start.date()).days + 1
    if day > last:
        raise Invalid({"day": _("The meeting has %(days)d day(s).") % {"days": last}})


@transaction.atomic
def add_item(meeting, data, *, by, version=None):
    """Add an item at the end of its day."""
    _claim_meeting(meeting, version)
    if meeting.agenda_items.count() >= MOST_ITEMS:
        raise Refused(_("An agenda has at most %(count)d items.") % {"count": MOST_ITEMS})
    fields = {name: data[name] for name in FIELDS if name in data}
    _check_day(meeting, fields.get("day", 1))
    item = meeting.agenda_items.create(position=_next_position(meeting, fields.get("day", 1)), **fields)
    history.record(meeting, "item-added", by=by, note=item.title)
    return item


def _next_position(meeting, day):
    last = meeting.agenda_items.filter(day=day).order_by("-position").first()
    return last.position + 1 if last else 1


@transaction.atomic
def change_item(item, data, *, by, version=None):
    """Change an item; on another day it comes last. ``version``: of the meeting."""
    meeting = item.meeting
    _claim_meeting(meeting, version)
    fields = {name: data[name] for name in FIELDS if name in data}
    if "day" in fields and fields["day"] != item.day:
        _check_day(meeting, fields["day"])
        item.position = _next_position(meeting, fields["day"])
    before = {name: getattr(item, name) for name in fields}
    for name, value in fields.items():
        setattr(item, name, value)
    item.save()
    changes = history.differences(before, fields)
    if changes:
        history.record(meeting, "item-changed", by=by, note=item.title, changes=changes)
    return item


@transaction.atomic
def remove_item(item, *, by, version=None):
    """Take an item off the agenda."""
    meeting = item.meeting
    _claim_meeting(meeting, version)
    if item.decisions.exists():
        raise Refused(_("A decision belongs to this item, so it stays."))
    history.record(meeting, "item-removed", by=by, note=item.title)
    item.delete()
    return meeting


def move_item_up(item, *, by, version=None):
    """Change places with the item before it, on the same day."""
    return _shift(item, -1, by=by, version=version)


def move_item_down(item, *, by, version=None):
    """Change places with the item after it, on the same day."""
    return _shift(item, 1, by=by, version=version)


@transaction.atomic
def _shift(item, step, *, by, version):
    meeting = item.meeting
    _claim_meeting(meeting, version)
    rows = list(meeting.agenda_items.filter(day=item.day).order_by("position", "id"))
    place = next(n for n, row in enumerate(rows) if row.pk == item.pk)
    target = place + step
    if not 0 <= target < len(rows):
        raise Refused(
            _("The item is already at the end of its day.")
            if step > 0
            else _("The item is already at the beginning of its day.")
        )
    rows[place], rows[target] = rows[target], rows[place]
    for position, row in enumerate(rows, 1):
        if row.position != position:
            type(row).objects.filter(pk=row.pk).update(position=position)
    history.record(meeting, "item-moved", by=by, note=item.title)
    item.refresh_from_db()
    return item
