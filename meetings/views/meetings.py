"""Pages of a meeting: list, detail, new, change and its verbs."""

import zoneinfo

from allauth.account.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import history
from core.access import get_visible, require
from core.doors import create_page, form_page, verb
from core.text import words
from meetings import rules
from meetings.filters import MeetingFilter
from meetings.forms.meetings import CancelMeetingForm, ChangeMeetingForm, CreateMeetingForm, meeting_initial
from meetings.models import Decision, Meeting, Todo
from meetings.notices.wording import moment_text
from meetings.papers import agenda_days
from meetings.workflows import planning
from partners.querysets import standing

PER_PAGE = 25
COMMON_ZONES = sorted(
    name for name in zoneinfo.available_timezones() if name.startswith(("Europe/", "Atlantic/")) or name == "UTC"
)


def meeting_of(request, pk):
    """Return the meeting that the person may see, or raise 404."""
    return get_visible(Meeting.objects.select_related("host", "workgroup", "created_by"), request.user, pk=pk)


def version_of(request):
    """Return the version that a button carries, or None."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@require_safe
def meeting_list(request):
    """List meetings to come, or those of the past."""
    is_past = request.GET.get("tab") == "past"
    rows = Meeting.objects.visible_to(request.user)
    filters = MeetingFilter(request.GET, queryset=rows)
    found = filters.qs if filters.is_valid() else rows.none()
    counts = {"upcoming": found.upcoming().count(), "past": found.past().count()}
    shown = found.past() if is_past else found.upcoming()
    shown = shown.select_related("host", "workgroup").with_counts()
    query = request.GET.copy()
    for name in ("tab", "page"):
        query.pop(name, None)
    return render(
        request,
        "meetings/meeting_list.html",
        {
            "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
            "form": filters.form,
            "is_past": is_past,
            "counts": counts,
            "rest": query.urlencode(),
            "is_filtered": any(words(value) for value in query.values()),
            "may_create": rules.can_create_meeting(request.user),
        },
    )


@require_safe
def meeting_detail(request, pk):
    """Show a meeting: facts and programme to all who see it, the rest to whom it concerns."""
    meeting = meeting_of(request, pk)
    user = request.user
    decisions = Decision.objects.visible_to(user).filter(meeting=meeting).select_related("agenda_item")
    context = {
        "meeting": meeting,
        "days": agenda_days(meeting, meeting.agenda_items.all()),
        "decisions": decisions.order_by("number"),
        "todos": Todo.objects.visible_to(user).filter(meeting=meeting).select_related("owner", "workgroup", "meeting"),
        "is_organiser": rules.is_organiser(user, meeting),
        "may_read_minutes": bool(meeting.minutes) and rules.can_read_minutes(user, meeting),
        "may_create_todo": rules.can_create_todo(user, meeting),
        "today": timezone.localdate(),
        **participation(user, meeting),
        **_times(user, meeting),
        "history": history.of(meeting)[:20] if standing(user).is_member else [],
    }
    return render(request, "meetings/meeting_detail.html", context)


def participation(user, meeting):
    """Return who takes part, as far as ``user`` may know, and what the person may do about it."""
    who = standing(user)
    active = meeting.registrations.active()
    count = active.count()
    own = meeting.registrations.filter(person_id=who.person_id).first() if who.person_id else None
    mine = own if own is not None and own.state == own.State.REGISTERED else None
    is_full = meeting.seat_limit is not None and count >= meeting.seat_limit
    is_open = meeting.is_registration_open()
    return {
        "participants": (
            active.select_related("person").prefetch_related("person__memberships__organisation")
            if rules.can_see_participants(user, meeting)
            else None
        ),
        "registered_count": count,
        "mine": mine,
        "has_answered": own is not None,
        "is_full": is_full,
        "is_registration_open": is_open,
        "may_register": is_open and not is_full and mine is None and rules.can_register(user, meeting),
        "may_ever_register": rules.can_register(user, meeting),
        "may_enter": rules.can_enter_online(user, meeting, is_registered=mine is not None),
    }


def _times(user, meeting):
    person = getattr(user, "person", None)
    own_zone = person.time_zone if person is not None and person.time_zone != meeting.time_zone else ""
    return {
        "starts_text": moment_text(meeting.starts_at, meeting.time_zone),
        "ends_text": moment_text(meeting.ends_at, meeting.time_zone),
        "own_starts_text": moment_text(meeting.starts_at, own_zone) if own_zone else "",
    }


def _chosen_group(request):
    text = request.GET.get("workgroup", "")
    return {"workgroup": int(text)} if text.isascii() and text.isdigit() and len(text) < 18 else {}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def meeting_create(request):
    """Draw up a meeting as a draft."""
    require(rules.can_create_meeting(request.user))
    form = CreateMeetingForm(request.POST or None, user=request.user, initial=_chosen_group(request))
    return create_page(
        request,
        form,
        "meetings/meeting_form.html",
        make=lambda valid: planning.create_meeting(valid.data_of_fields(), by=request.user),
        done=_("The draft is saved. Nobody has been told. Add the agenda, then open the meeting."),
        context={"zones": COMMON_ZONES},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def meeting_change(request, pk):
    """Change the facts of a meeting."""
    meeting = meeting_of(request, pk)
    require(rules.can_change_meeting(request.user, meeting))
    form = ChangeMeetingForm(request.POST or None, user=request.user, meeting=meeting, initial=meeting_initial(meeting))

    def save(valid):
        current = meeting_of(request, pk)
        return planning.change_meeting(
            current, valid.data_of_fields(), by=request.user, version=valid.cleaned_data["version"]
        )

    return form_page(
        request,
        form,
        "meetings/meeting_form.html",
        save=save,
        done=_("The meeting is saved."),
        context={"meeting": meeting, "zones": COMMON_ZONES},
        current=lambda: _stored(pk),
    )


def _stored(pk):
    meeting = Meeting.objects.select_related("host", "workgroup").get(pk=pk)
    facts = {
        _("Title"): meeting.title,
        _("Begins"): moment_text(meeting.starts_at, meeting.time_zone),
        _("Ends"): moment_text(meeting.ends_at, meeting.time_zone),
        _("Place"): meeting.place,
        _("How people take part"): meeting.get_mode_display(),
        _("Host"): meeting.host or "",
        _("Workgroup"): meeting.workgroup or "",
        _("Who may see it"): meeting.get_visibility_display(),
        _("Places"): meeting.seat_limit or _("no limit"),
        _("What it is about"): meeting.summary,
    }
    return facts, meeting.version


def _run(request, pk, rule, workflow, done):
    meeting = meeting_of(request, pk)
    require(rule(request.user, meeting))
    target = reverse("meetings:meeting_detail", args=[pk])
    return verb(request, meeting, workflow, done=done, target=target, version=version_of(request))


@require_POST
@login_required
def open_meeting(request, pk):
    """Show a draft to its audience."""
    return _run(request, pk, rules.can_open_meeting, planning.open_meeting, _("The meeting is open."))


@require_POST
@login_required
def start_meeting(request, pk):
    """Say that the meeting has begun."""
    return _run(request, pk, rules.can_start_meeting, planning.start_meeting, _("The meeting is in progress."))


@require_POST
@login_required
def close_meeting(request, pk):
    """Say that the meeting is over."""
    return _run(request, pk, rules.can_close_meeting, planning.close_meeting, _("The meeting is closed."))


@require_POST
@login_required
def reopen_meeting(request, pk):
    """Unlock a closed meeting."""
    return _run(request, pk, rules.can_reopen_meeting, planning.reopen_meeting, _("The meeting is open again."))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cancel_meeting(request, pk):
    """Call a meeting off, with a reason."""
    meeting = meeting_of(request, pk)
    require(rules.can_cancel_meeting(request.user, meeting))
    form = CancelMeetingForm(request.POST or None, initial={"version": meeting.version})
    count = meeting.registrations.active().count()

    def save(valid):
        data = valid.cleaned_data
        return planning.cancel_meeting(
            meeting_of(request, pk), by=request.user, reason=data["reason"], version=data["version"]
        )

    return form_page(
        request,
        form,
        "meetings/cancel_meeting.html",
        save=save,
        done=_("The meeting is cancelled."),
        context={"meeting": meeting, "count": count},
        current=lambda: _stored(pk),
    )
