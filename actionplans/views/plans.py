"""Pages and verbs of action plans."""

from allauth.account.decorators import login_required
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actionplans import rules, workflows
from actionplans.filters import PlanFilter
from actionplans.forms import EndorseForm, PlanChangeForm, PlanForm, initial_of, stored_now
from actionplans.models import ActionPlan, Milestone, PolicyInstrument
from actionplans.views.shared import history_of, page_of, stages_of, timeline_of, version_of
from core.access import get_visible, require
from core.doors import create_page, form_page, verb
from partners.models import Organisation
from partners.querysets import standing

State = ActionPlan.State


@require_safe
def plan_list(request):
    """List the action plans."""
    rows = ActionPlan.objects.visible_to(request.user).select_related("instrument__region")
    found = PlanFilter(request.GET, rows.prefetch_related("organisations").with_counts(), request=request)
    context = {
        "filter": found,
        "page": page_of(request, found.qs),
        "can_create": rules.can_create_some_plan(request.user),
    }
    return render(request, "actionplans/plan_list.html", context)


def _plan(request, pk):
    rows = ActionPlan.objects.select_related("instrument__region").prefetch_related("organisations__region")
    return get_visible(rows, request.user, pk=pk)


def _may(user, plan):
    """Return which verbs are possible now, for the buttons of the page."""
    is_open = plan.state != State.CLOSED
    steers = rules.steers_plan(user, plan)
    return {
        "change": is_open and rules.can_change_plan(user, plan),
        "add_action": is_open and rules.can_create_action(user, plan),
        "endorse": steers and plan.state == State.DRAFTING,
        "start": steers and plan.state == State.ENDORSED,
        "close": steers and plan.state == State.MONITORING,
        "reopen": steers and plan.state in (State.CLOSED, State.ENDORSED),
    }


@require_safe
def plan_detail(request, pk):
    """Show a plan with its actions on a time line."""
    plan = _plan(request, pk)
    today = timezone.localdate()
    actions = list(plan.actions.select_related("responsible_organisation").prefetch_related("milestones"))
    can_see_people = rules.can_see_people(request.user)
    context = {
        "plan": plan,
        "rows": [(action, *_milestones(action)) for action in actions],
        "timeline": timeline_of(actions, today),
        "stages": stages_of(plan),
        "language": workflows.LANGUAGES.get(plan.language, plan.language),
        "late_count": sum(action.is_late(today) for action in actions),
        "history": history_of(plan) if can_see_people else [],
        "may": _may(request.user, plan),
        "is_mine": rules.belongs_to_plan(request.user, plan),
    }
    return render(request, "actionplans/plan_detail.html", context)


def _milestones(action):
    """Return how many milestones are done, and of how many that were not dropped."""
    states = [milestone.state for milestone in action.milestones.all()]
    return states.count(Milestone.State.DONE), len(states) - states.count(Milestone.State.DROPPED)


@require_http_methods(["GET", "POST"])
@login_required
def plan_create(request):
    """Start a plan, for the own organisation to begin with."""
    require(rules.can_create_some_plan(request.user))
    own = Organisation.objects.filter(pk__in=standing(request.user).organisation_ids)
    initial = {"organisations": list(own), "instrument": _asked_instrument(request)}
    form = PlanForm(request.POST or None, initial=initial, user=request.user)
    return create_page(
        request,
        form,
        "actionplans/plan_create.html",
        make=lambda valid: workflows.create_plan(valid.data_of_fields(), by=request.user),
        done=_("The plan is begun. Now add its actions."),
    )


def _asked_instrument(request):
    asked = request.GET.get("instrument", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 16
    return PolicyInstrument.objects.visible_to(request.user).filter(pk=asked).first() if is_number else None


@require_http_methods(["GET", "POST"])
@login_required
def plan_change(request, pk):
    """Change a plan."""
    plan = _plan(request, pk)
    require(rules.can_change_plan(request.user, plan))
    initial = initial_of(plan, PlanChangeForm)
    form = PlanChangeForm(request.POST or None, initial=initial, user=request.user, kept=plan.instrument_id)

    def save(valid):
        version = valid.cleaned_data["version"]
        return workflows.change_plan(plan, valid.data_of_fields(), by=request.user, version=version)

    return form_page(
        request,
        form,
        "actionplans/plan_change.html",
        save=save,
        done=_("The plan is saved."),
        context={"plan": plan},
        current=lambda: stored_now(plan, form),
    )


@require_http_methods(["GET", "POST"])
@login_required
def endorse_plan(request, pk):
    """Ask for date and authority, then endorse the plan."""
    plan = _plan(request, pk)
    require(rules.can_endorse_plan(request.user, plan))
    form = EndorseForm(request.POST or None, initial={"version": plan.version})
    return form_page(
        request,
        form,
        "actionplans/endorse_plan.html",
        save=lambda valid: workflows.endorse_plan(plan, by=request.user, **valid.data_of_verb()),
        done=_("The plan is endorsed. Its coordinators and the people in charge are told."),
        context={"plan": plan},
        current=lambda: stored_now(plan, form),
    )


@require_POST
@login_required
def start_monitoring(request, pk):
    """Say that the plan is carried out from now on."""
    plan = _plan(request, pk)
    require(rules.can_start_monitoring(request.user, plan))
    done = _("The plan is now carried out.")
    return verb(request, plan, workflows.start_monitoring, done=done, version=version_of(request))


@require_POST
@login_required
def close_plan(request, pk):
    """End the plan."""
    plan = _plan(request, pk)
    require(rules.can_close_plan(request.user, plan))
    return verb(request, plan, workflows.close_plan, done=_("The plan is closed."), version=version_of(request))


@require_POST
@login_required
def reopen_plan(request, pk):
    """Go one step back."""
    plan = _plan(request, pk)
    require(rules.can_reopen_plan(request.user, plan))
    return verb(request, plan, workflows.reopen_plan, done=_("The plan is open again."), version=version_of(request))
