"""Forms and verbs of milestones; they are shown on the page of their action."""

from allauth.account.decorators import login_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from actionplans import rules, workflows
from actionplans.forms import CompleteForm, DropForm, MilestoneChangeForm, MilestoneForm, initial_of, stored_now
from actionplans.models import Milestone
from actionplans.views.actions import find_action
from actionplans.views.shared import version_of
from core.access import get_visible, require
from core.doors import create_page, form_page, verb


def _milestone(request, pk):
    rows = Milestone.objects.select_related("action__plan", "action__responsible_person")
    return get_visible(rows, request.user, pk=pk)


def _context(milestone):
    return {"milestone": milestone, "action": milestone.action, "plan": milestone.action.plan}


@require_http_methods(["GET", "POST"])
@login_required
def milestone_create(request, pk):
    """Add a milestone to the action ``pk``."""
    action = find_action(request, pk)
    require(rules.can_create_milestone(request.user, action))
    form = MilestoneForm(request.POST or None)
    return create_page(
        request,
        form,
        "actionplans/milestone_create.html",
        make=lambda valid: workflows.create_milestone(valid.data_of_fields() | {"action": action}, by=request.user),
        done=_("The milestone is added."),
        context={"action": action, "plan": action.plan},
    )


@require_http_methods(["GET", "POST"])
@login_required
def milestone_change(request, pk):
    """Change the title or the day of a milestone."""
    milestone = _milestone(request, pk)
    require(rules.can_change_milestone(request.user, milestone))
    form = MilestoneChangeForm(request.POST or None, initial=initial_of(milestone, MilestoneChangeForm))

    def save(valid):
        version = valid.cleaned_data["version"]
        return workflows.change_milestone(milestone, valid.data_of_fields(), by=request.user, version=version)

    return form_page(
        request,
        form,
        "actionplans/milestone_change.html",
        save=save,
        done=_("The milestone is saved."),
        context=_context(milestone),
        current=lambda: stored_now(milestone, form),
    )


@require_http_methods(["GET", "POST"])
@login_required
def complete_milestone(request, pk):
    """Say when the milestone was done."""
    milestone = _milestone(request, pk)
    require(rules.can_complete_milestone(request.user, milestone))
    form = CompleteForm(request.POST or None, initial={"version": milestone.version})
    return form_page(
        request,
        form,
        "actionplans/complete_milestone.html",
        save=lambda valid: workflows.complete_milestone(milestone, by=request.user, **valid.data_of_verb()),
        done=_("The milestone is done."),
        context=_context(milestone),
        current=lambda: stored_now(milestone, form),
    )


@require_http_methods(["GET", "POST"])
@login_required
def drop_milestone(request, pk):
    """Give a milestone up."""
    milestone = _milestone(request, pk)
    require(rules.can_drop_milestone(request.user, milestone))
    form = DropForm(request.POST or None, initial={"version": milestone.version})
    return form_page(
        request,
        form,
        "actionplans/drop_milestone.html",
        save=lambda valid: workflows.drop_milestone(milestone, by=request.user, **valid.data_of_verb()),
        done=_("The milestone is dropped."),
        context=_context(milestone),
        current=lambda: stored_now(milestone, form),
    )


@require_POST
@login_required
def reopen_milestone(request, pk):
    """Make a milestone open again."""
    milestone = _milestone(request, pk)
    require(rules.can_reopen_milestone(request.user, milestone))
    done = _("The milestone is open again.")
    return verb(request, milestone, workflows.reopen_milestone, done=done, version=version_of(request))
