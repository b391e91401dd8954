"""Pages of the agenda."""

from allauth.account.decorators import login_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import require
from core.doors import form_page, verb
from meetings import rules
from meetings.forms.meetings import AgendaItemForm
from meetings.models import Meeting
from meetings.papers import agenda_days
from meetings.views.meetings import meeting_of, version_of
from meetings.workflows import agenda

FIELDS = ("title", "kind", "day", "minutes", "begins", "presenter", "note")


def _organised(request, pk):
    meeting = meeting_of(request, pk)
    require(rules.can_change_meeting(request.user, meeting))
    return meeting


def _address(pk):
    return reverse("meetings:meeting_agenda", args=[pk])


def _stored(pk):
    meeting = Meeting.objects.get(pk=pk)
    facts = {f"{item.day}.{n}": item.title for n, item in enumerate(meeting.agenda_items.all(), 1)}
    return facts, meeting.version


@require_safe
@login_required
def meeting_agenda(request, pk):
    """Show the agenda with buttons to order it."""
    meeting = _organised(request, pk)
    days = agenda_days(meeting, meeting.agenda_items.all())
    is_locked = meeting.state in {Meeting.State.CLOSED, Meeting.State.CANCELLED}
    return render(request, "meetings/meeting_agenda.html", {"meeting": meeting, "days": days, "is_locked": is_locked})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add_item(request, pk):
    """Add an item to the agenda."""
    meeting = _organised(request, pk)
    form = AgendaItemForm(request.POST or None, meeting=meeting, initial={"version": meeting.version})

    def save(valid):
        data = valid.data_of_fields()
        agenda.add_item(meeting, data, by=request.user, version=valid.cleaned_data["version"])
        return _address(pk)

    return form_page(
        request,
        form,
        "meetings/agenda_item_form.html",
        save=save,
        done=_("The item is on the agenda."),
        context={"meeting": meeting},
        current=lambda: _stored(pk),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_item(request, pk, item_pk):
    """Change an item of the agenda."""
    meeting = _organised(request, pk)
    item = get_object_or_404(meeting.agenda_items, pk=item_pk)
    initial = {name: getattr(item, name) for name in FIELDS} | {"version": meeting.version}
    form = AgendaItemForm(request.POST or None, meeting=meeting, initial=initial)

    def save(valid):
        data = valid.data_of_fields()
        agenda.change_item(item, data, by=request.user, version=valid.cleaned_data["version"])
        return _address(pk)

    return form_page(
        request,
        form,
        "meetings/agenda_item_form.html",
        save=save,
        done=_("The item is saved."),
        context={"meeting": meeting, "item": item},
        current=lambda: _stored(pk),
    )


def _run(request, pk, item_pk, *, workflow, done):
    meeting = _organised(request, pk)
    item = get_object_or_404(meeting.agenda_items, pk=item_pk)
    return verb(request, item, workflow, done=done, target=_address(pk), version=version_of(request))


@require_POST
@login_required
def remove_item(request, pk, item_pk):
    """Take an item off the agenda."""
    return _run(request, pk, item_pk, workflow=agenda.remove_item, done=_("The item is removed."))


@require_POST
@login_required
def move_item_up(request, pk, item_pk):
    """Move an item one place up."""
    return _run(request, pk, item_pk, workflow=agenda.move_item_up, done=_("The item is moved up."))


@require_POST
@login_required
def move_item_down(request, pk, item_pk):
    """Move an item one place down."""
    return _run(request, pk, item_pk, workflow=agenda.move_item_down, done=_("The item is moved down."))
