"""Pages and verbs of actions and their sources."""

from allauth.account.decorators import login_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actionplans import rules, workflows
from actionplans.forms import ActionChangeForm, ActionForm, ActionStateForm, SourceForm, initial_of, name_of, stored_now
from actionplans.models import Action, ActionPlan, ActionSource
from actionplans.views.shared import history_of, version_of
from core.access import get_visible, require
from core.doors import create_page, form_page, verb


def find_action(request, pk):
    """Return the action if the person may see it, with its plan."""
    rows = Action.objects.select_related(
        "plan__instrument__region", "responsible_organisation", "responsible_person"
    ).prefetch_related("plan__organisations")
    return get_visible(rows, request.user, pk=pk)


def keeps(user, action):
    """True if the page offers its verbs: the person keeps the action, and the plan is not closed."""
    return action.plan.state != ActionPlan.State.CLOSED and rules.keeps_action(user, action)


@require_safe
def action_detail(request, pk):
    """Show an action: background, money, sources, milestones, trail, history."""
    action = find_action(request, pk)
    sources = ActionSource.objects.visible_to(request.user).filter(action=action).with_cited()
    can_see_people = rules.can_see_people(request.user)
    context = {
        "action": action,
        "plan": action.plan,
        "sources": [(source, *_cited(source)) for source in sources],
        "milestones": action.milestones.all(),
        "history": history_of(action) if can_see_people else [],
        "can_see_people": can_see_people,
        "keeps": keeps(request.user, action),
    }
    return render(request, "actionplans/action_detail.html", context)


def _cited(source):
    """Return the word for the kind of the cited record, the record and its name."""
    name = next(name for name in ActionSource.objects.all().cited if getattr(source, f"{name}_id"))
    record = getattr(source, name)
    return record._meta.verbose_name, record, name_of(record)


@require_http_methods(["GET", "POST"])
@login_required
def action_create(request, pk):
    """Add an action to the plan ``pk``."""
    plan = get_visible(ActionPlan.objects.prefetch_related("organisations"), request.user, pk=pk)
    require(rules.can_create_action(request.user, plan))
    form = ActionForm(request.POST or None, user=request.user, plan=plan)
    return create_page(
        request,
        form,
        "actionplans/action_create.html",
        make=lambda valid: workflows.create_action(valid.data_of_fields() | {"plan": plan}, by=request.user),
        done=_("The action is part of the plan now. Add what inspired it, and its milestones."),
        context={"plan": plan},
    )


@require_http_methods(["GET", "POST"])
@login_required
def action_change(request, pk):
    """Change an action."""
    action = find_action(request, pk)
    require(rules.can_change_action(request.user, action))
    form = ActionChangeForm(
        request.POST or None,
        initial=initial_of(action, ActionChangeForm),
        user=request.user,
        plan=action.plan,
        kept=action.responsible_person_id,
    )

    def save(valid):
        version = valid.cleaned_data["version"]
        return workflows.change_action(action, valid.data_of_fields(), by=request.user, version=version)

    return form_page(
        request,
        form,
        "actionplans/action_change.html",
        save=save,
        done=_("The action is saved."),
        context={"action": action, "plan": action.plan},
        current=lambda: stored_now(action, form),
    )


@require_http_methods(["GET", "POST"])
@login_required
def set_action_state(request, pk):
    """Say how the action stands."""
    action = find_action(request, pk)
    require(rules.can_set_action_state(request.user, action))
    form = ActionStateForm(request.POST or None, initial={"version": action.version}, action=action)
    return form_page(
        request,
        form,
        "actionplans/set_action_state.html",
        save=lambda valid: workflows.set_action_state(action, by=request.user, **valid.data_of_verb()),
        done=_("The state is saved."),
        context={"action": action, "plan": action.plan},
        current=lambda: stored_now(action, form),
    )


@require_http_methods(["GET", "POST"])
@login_required
def add_source(request, pk):
    """Name a record that inspired the action."""
    action = find_action(request, pk)
    require(rules.can_add_source(request.user, action))
    form = SourceForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        "actionplans/add_source.html",
        save=lambda valid: workflows.add_source(action, by=request.user, **valid.data_of_fields()),
        done=_("The source is named."),
        context={"action": action, "plan": action.plan},
    )


@require_POST
@login_required
def remove_source(request, pk):
    """Take a source off its action."""
    rows = ActionSource.objects.select_related("action__plan", "action__responsible_person")
    source = get_visible(rows, request.user, pk=pk)
    require(rules.can_remove_source(request.user, source))
    action, version = source.action, version_of(request)
    done = _("The source is taken off.")
    return verb(request, source, workflows.remove_source, done=done, target=action, version=version)
