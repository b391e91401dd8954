"""The way of a visit: its stops, in order."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import history
from core.errors import Refused
from core.workflows import claim
from visits.models import Stop, StudyVisit, VisitHost

FIELDS = ("title", "host", "place", "begins", "minutes", "note")


def _claimed(visit, version):
    claim(visit, version)
    if visit.state == StudyVisit.State.CANCELLED:
        raise Refused(_("The visit was cancelled. It can no longer be changed."))


def _values(data):
    values = {name: data[name] for name in FIELDS if name in data}
    name = data.get("new_host", "").strip()
    if name:
        values["host"] = VisitHost.objects.filter(name__iexact=name).first() or VisitHost.objects.create(name=name)
    return values


@transaction.atomic
def add_stop(visit, data, *, by, version=None):
    """Add a stop at the end of the way."""
    _claimed(visit, version)
    last = visit.stops.aggregate(last=Max("position"))["last"]
    stop = Stop.objects.create(visit=visit, position=0 if last is None else last + 1, **_values(data))
    history.record(visit, "stop-added", by=by, note=stop.title)
    return stop


@transaction.atomic
def change_stop(stop, data, *, by, version=None):
    """Change what is given of a stop."""
    _claimed(stop.visit, version)
    values = _values(data)
    for name, value in values.items():
        setattr(stop, name, value)
    stop.save(update_fields=list(values) or None)
    history.record(stop.visit, "stop-changed", by=by, note=stop.title)
    return stop


@transaction.atomic
def remove_stop(stop, *, by, version=None):
    """Take a stop off the way."""
    _claimed(stop.visit, version)
    history.record(stop.visit, "stop-removed", by=by, note=stop.title)
    stop.delete()


@transaction.atomic
def move_stop(stop, *, by, direction, version=None):
    """Change places with the stop before (``up``) or after (``down``); at the end of the way nothing happens."""
    _claimed(stop.visit, version)
    stops = list(stop.visit.stops.all())
    here = next(index for index, row in enumerate(stops) if row.pk == stop.pk)
    there = here + (-1 if direction == "up" else 1)
    if not 0 <= there < len(stops):
        return
    stops[here], stops[there] = stops[there], stops[here]
    for position, row in enumerate(stops):
        row.position = position
    Stop.objects.bulk_update(stops, ["position"])
    history.record(stop.visit, "stop-moved", by=by, note=stop.title)
