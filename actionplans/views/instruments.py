"""Pages of policy instruments."""

from allauth.account.decorators import login_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from actionplans import rules, workflows
from actionplans.filters import InstrumentFilter
from actionplans.forms import InstrumentChangeForm, InstrumentForm, initial_of, stored_now
from actionplans.models import Action, ActionPlan, PolicyInstrument
from actionplans.views.shared import history_of, page_of
from core.access import get_visible, require
from core.doors import create_page, form_page


@require_safe
def instrument_list(request):
    """List the policy instruments."""
    rows = PolicyInstrument.objects.visible_to(request.user).select_related("region")
    found = InstrumentFilter(request.GET, rows.order_by("name", "id"), request=request)
    context = {
        "filter": found,
        "page": page_of(request, found.qs),
        "can_create": rules.can_create_some_instrument(request.user),
    }
    return render(request, "actionplans/instrument_list.html", context)


@require_safe
def instrument_detail(request, pk):
    """Show an instrument, the plan that shall improve it, and what it learned from."""
    instrument = get_visible(PolicyInstrument.objects.select_related("region"), request.user, pk=pk)
    plan = ActionPlan.objects.visible_to(request.user).filter(instrument=instrument).first()
    actions = Action.objects.visible_to(request.user).filter(plan=plan) if plan else Action.objects.none()
    can_see_people = rules.can_see_people(request.user)
    context = {
        "instrument": instrument,
        "plan": plan,
        "actions": actions.select_related("responsible_organisation"),
        "history": history_of(instrument) if can_see_people else [],
        "can_change": rules.can_change_instrument(request.user, instrument),
        "can_create_plan": plan is None and rules.can_create_some_plan(request.user),
    }
    return render(request, "actionplans/instrument_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def instrument_create(request):
    """Add a policy instrument."""
    require(rules.can_create_some_instrument(request.user))
    form = InstrumentForm(request.POST or None, user=request.user)
    return create_page(
        request,
        form,
        "actionplans/instrument_create.html",
        make=lambda valid: workflows.create_instrument(valid.data_of_fields(), by=request.user),
        done=_("The instrument is written down."),
    )


@require_http_methods(["GET", "POST"])
@login_required
def instrument_change(request, pk):
    """Change a policy instrument."""
    instrument = get_visible(PolicyInstrument.objects, request.user, pk=pk)
    require(rules.can_change_instrument(request.user, instrument))
    initial = initial_of(instrument, InstrumentChangeForm)
    form = InstrumentChangeForm(request.POST or None, initial=initial, user=request.user, kept=instrument.region_id)

    def save(valid):
        version = valid.cleaned_data["version"]
        return workflows.change_instrument(instrument, valid.data_of_fields(), by=request.user, version=version)

    return form_page(
        request,
        form,
        "actionplans/instrument_change.html",
        save=save,
        done=_("The instrument is saved."),
        context={"instrument": instrument},
        current=lambda: stored_now(instrument, form),
    )
