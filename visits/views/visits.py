"""Pages of visits: list, detail, make and change, and the verbs of organisers."""

from allauth.account.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import doors, history
from core.access import get_visible, require
from meetings.models import Meeting
from partners.querysets import standing
from practices.models import Practice
from visits import rules
from visits.filters import VisitFilter
from visits.forms import CancelForm, VisitChangeForm, VisitForm, current_of_visit, initial_of
from visits.models import SignUp, StudyVisit, Takeaway
from visits.workflows import visits as workflows

# What the history's verbs say on the page.
WORDS = {
    "created": gettext_lazy("Draft made"),
    "changed": gettext_lazy("Changed"),
    "practices-chosen": gettext_lazy("Practices chosen"),
    "opened": gettext_lazy("Opened for sign-up"),
    "sign-up-closed": gettext_lazy("Sign-up closed"),
    "sign-up-reopened": gettext_lazy("Sign-up opened again"),
    "finished": gettext_lazy("Took place"),
    "cancelled": gettext_lazy("Cancelled"),
    "signed-up": gettext_lazy("Seat given"),
    "put-on-waiting-list": gettext_lazy("Put on the waiting list"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "let-in": gettext_lazy("Let in from the waiting list"),
    "seat-accepted": gettext_lazy("Seat accepted"),
    "stop-added": gettext_lazy("Stop added"),
    "stop-changed": gettext_lazy("Stop changed"),
    "stop-removed": gettext_lazy("Stop removed"),
    "stop-moved": gettext_lazy("Stop moved"),
    "takeaway-written": gettext_lazy("Takeaway written"),
    "added-by-curator": gettext_lazy("Added by a curator"),
    "changed-by-curator": gettext_lazy("Changed by a curator"),
}


def find_visit(request, pk):
    """Return the visit if the person may see it, with its meeting."""
    rows = StudyVisit.objects.select_related("meeting__host", "meeting__workgroup")
    return get_visible(rows, request.user, pk=pk)


@require_safe
def visit_list(request):
    """List the visits, latest first."""
    rows = StudyVisit.objects.visible_to(request.user).select_related("meeting__workgroup")
    rows = rows.with_counts().with_mine(standing(request.user).person_id)
    found = VisitFilter(request.GET, rows, request=request)
    context = {
        "filter": found,
        "page": Paginator(found.qs, 25).get_page(request.GET.get("page")),
        "may_create": rules.can_create_some_visit(request.user),
    }
    return render(request, "visits/visit_list.html", context)


@require_safe
def visit_detail(request, pk):
    """Show the way, the seats, who comes along, and what people brought home."""
    user, person_id = request.user, standing(request.user).person_id
    rows = StudyVisit.objects.with_counts().with_mine(person_id).select_related("meeting__host", "meeting__workgroup")
    visit = get_visible(rows, user, pk=pk)
    is_organiser = rules.can_change_visit(user, visit)
    people = SignUp.objects.visible_to(user).filter(visit=visit).select_related("person").order_by("queue_number")
    people = list(people) if rules.can_see_participants(user, visit) else []
    takeaways = Takeaway.objects.visible_to(user).filter(visit=visit)
    context = {
        "visit": visit,
        "stops": visit.stops.select_related("host"),
        "practices": Practice.objects.visible_to(user).filter(visits=visit).select_related("workgroup", "region"),
        "takeaways": takeaways.select_related("person", "organisation", "region"),
        "seen_practices": Practice.objects.visible_to(user).filter(takeaways__in=takeaways).distinct(),
        "own_takeaway_ids": _own_takeaways(user, takeaways),
        "mine": visit.sign_ups.filter(person_id=person_id).first() if person_id else None,
        "seated": [row for row in people if row.state == SignUp.State.CONFIRMED],
        "waiting": [row for row in people if row.state == SignUp.State.WAITING] if is_organiser else [],
        "is_organiser": is_organiser,
        "may_see_people": rules.can_see_participants(user, visit),
        "is_sign_up_open": visit.is_sign_up_open(),
        "is_full": visit.seats is not None and (visit.taken_count >= visit.seats or visit.waiting_count > 0),
        "has_begun": visit.has_begun(),
        "may_write": rules.can_create_takeaway(user, visit) and visit.has_begun() and visit.state != "cancelled",
        "history": _lines(visit) if is_organiser else [],
    }
    return render(request, "visits/visit_detail.html", context)


def _lines(visit):
    """Return pairs of word and entry: the latest lines of the history."""
    return [(WORDS.get(entry.verb, entry.verb), entry) for entry in history.of(visit)[:20]]


def _own_takeaways(user, takeaways):
    who = standing(user)
    if who.person_id is None:
        return set()
    rows = takeaways if who.leads_all else takeaways.filter(person_id=who.person_id)
    return set(rows.values_list("pk", flat=True))


@login_required
@require_http_methods(["GET", "POST"])
def visit_create(request):
    """Make a visit of the meeting that the address names."""
    number = request.GET.get("meeting", "")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise Http404
    meeting = get_visible(Meeting.objects, request.user, pk=int(number))
    require(rules.can_create_visit(request.user, meeting))
    initial = {"starts_at": meeting.local_start, "ends_at": meeting.local_end}
    form = VisitForm(request.POST or None, initial=initial, user=request.user, meeting=meeting)
    return doors.create_page(
        request, form, "visits/visit_create.html",
        make=lambda valid: workflows.create_visit(valid.data_of_fields() | {"meeting": meeting}, by=request.user),
        done=_("The visit is a draft now. Add its stops, then open it for sign-up."),
        context={"meeting": meeting},
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def visit_change(request, pk):
    """Change a visit."""
    visit = find_visit(request, pk)
    require(rules.can_change_visit(request.user, visit))
    form = VisitChangeForm(request.POST or None, initial=initial_of(visit), user=request.user, meeting=visit.meeting)

    def save(valid):
        data = valid.data_of_fields()
        data["kept_practices"] = visit.practices.exclude(pk__in=valid.fields["practices"].queryset.values("pk"))
        return workflows.change_visit(visit, data, by=request.user, version=valid.cleaned_data["version"])

    return doors.form_page(
        request, form, "visits/visit_change.html", save=save, done=_("The visit is saved."),
        context={"visit": visit, "meeting": visit.meeting}, current=lambda: current_of_visit(visit),
    )  # fmt: skip


def _verb(request, pk, rule, workflow, *, done):
    visit = find_visit(request, pk)
    require(rule(request.user, visit))
    return doors.verb(request, visit, workflow, done=done)


@login_required
@require_POST
def open_visit(request, pk):
    """Let people sign up."""
    return _verb(request, pk, rules.can_open_visit, workflows.open_visit, done=_("People can sign up now."))


@login_required
@require_POST
def close_visit(request, pk):
    """End sign-up."""
    return _verb(request, pk, rules.can_close_visit, workflows.close_visit, done=_("Sign-up is closed."))


@login_required
@require_POST
def reopen_visit(request, pk):
    """Take sign-ups again."""
    return _verb(request, pk, rules.can_reopen_visit, workflows.reopen_visit, done=_("People can sign up again."))


@login_required
@require_POST
def finish_visit(request, pk):
    """Note that it took place."""
    return _verb(request, pk, rules.can_finish_visit, workflows.finish_visit, done=_("Noted: the visit took place."))


@login_required
@require_http_methods(["GET", "POST"])
def cancel_visit(request, pk):
    """Ask for the reason, then cancel."""
    visit = find_visit(request, pk)
    require(rules.can_cancel_visit(request.user, visit))
    return doors.form_page(
        request, CancelForm(request.POST or None), "visits/cancel_visit.html",
        save=lambda form: workflows.cancel_visit(visit, by=request.user, reason=form.cleaned_data["reason"]),
        done=_("The visit is cancelled. Everybody on the lists gets a letter."), context={"visit": visit},
    )  # fmt: skip
