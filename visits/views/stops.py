"""The stops of a visit."""

from allauth.account.decorators import login_required
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import doors
from core.access import require
from visits import rules
from visits.forms import StopForm
from visits.views.visits import find_visit
from visits.workflows import stops as workflows


def _find(request, pk):
    visit = find_visit(request, pk)
    require(rules.can_change_visit(request.user, visit))
    return visit


@login_required
@require_http_methods(["GET", "POST"])
def add_stop(request, pk):
    """Add a stop at the end of the way."""
    visit = _find(request, pk)
    form = StopForm(request.POST or None, initial={"version": visit.version})
    return _page(
        request, form, visit,
        save=lambda data: workflows.add_stop(visit, data, by=request.user, version=form.cleaned_data["version"]),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def change_stop(request, pk, stop):
    """Change a stop."""
    visit = _find(request, pk)
    row = get_object_or_404(visit.stops.select_related("visit__meeting"), pk=stop)
    initial = {name: getattr(row, name) for name in workflows.FIELDS} | {"version": visit.version}
    form = StopForm(request.POST or None, initial=initial)
    return _page(
        request, form, visit, row=row,
        save=lambda data: workflows.change_stop(row, data, by=request.user, version=form.cleaned_data["version"]),
    )  # fmt: skip


def _page(request, form, visit, *, save, row=None):
    def keep(valid):
        save(valid.data_of_fields())
        return f"{visit.get_absolute_url()}#way"

    def current():
        fresh = find_visit(request, visit.pk)
        return {stop.title: stop.place for stop in fresh.stops.all()}, fresh.version

    return doors.form_page(
        request, form, "visits/stop_form.html", save=keep, done=_("The way is saved."),
        context={"visit": visit, "stop": row}, current=current,
    )  # fmt: skip


@login_required
@require_POST
def remove_stop(request, pk, stop):
    """Take a stop off the way."""
    visit = _find(request, pk)
    row = get_object_or_404(visit.stops.select_related("visit__meeting"), pk=stop)
    target = f"{visit.get_absolute_url()}#way"
    return doors.verb(request, row, workflows.remove_stop, done=_("The stop is removed."), target=target)


@login_required
@require_POST
def move_stop(request, pk, stop):
    """Move a stop up or down."""
    visit = _find(request, pk)
    row = get_object_or_404(visit.stops.select_related("visit__meeting"), pk=stop)
    direction = "up" if request.POST.get("direction") == "up" else "down"
    target = f"{visit.get_absolute_url()}#way"
    return doors.verb(request, row, workflows.move_stop, direction=direction, target=target)
