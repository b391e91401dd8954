"""Action plans: written together, endorsed, carried out, closed."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actionplans import notices
from actionplans.models import Action, ActionPlan
from actionplans.workflows.steps import check_past, move, needed, refuse_closed, unique, write
from core import history, search
from core.errors import Invalid, Refused
from core.workflows import claim

State = ActionPlan.State
LANGUAGES = {
    "bg": gettext_lazy("Bulgarian"),
    "cs": gettext_lazy("Czech"),
    "da": gettext_lazy("Danish"),
    "de": gettext_lazy("German"),
    "el": gettext_lazy("Greek"),
    "en": gettext_lazy("English"),
    "es": gettext_lazy("Spanish"),
    "et": gettext_lazy("Estonian"),
    "fi": gettext_lazy("Finnish"),
    "fr": gettext_lazy("French"),
    "ga": gettext_lazy("Irish"),
    "hr": gettext_lazy("Croatian"),
    "hu": gettext_lazy("Hungarian"),
    "it": gettext_lazy("Italian"),
    "lt": gettext_lazy("Lithuanian"),
    "lv": gettext_lazy("Latvian"),
    "mt": gettext_lazy("Maltese"),
    "nb": gettext_lazy("Norwegian"),
    "nl": gettext_lazy("Dutch"),
    "pl": gettext_lazy("Polish"),
    "pt": gettext_lazy("Portuguese"),
    "ro": gettext_lazy("Romanian"),
    "sk": gettext_lazy("Slovak"),
    "sl": gettext_lazy("Slovenian"),
    "sv": gettext_lazy("Swedish"),
}
_TAKEN = gettext_lazy("This instrument has a plan already. Partners who share an instrument write one plan together.")


def _check_organisations(organisations):
    if not organisations:
        raise Invalid({"organisations": _("Please choose at least one partner.")})


@transaction.atomic
def create_plan(data, *, by):
    """Start the plan of one or several organisations."""
    fields = dict(data)
    organisations = fields.pop("organisations")
    _check_organisations(organisations)
    with unique("instrument", _TAKEN):
        plan = ActionPlan.objects.create(created_by=history.person_of(by), **fields)
    plan.organisations.set(organisations)
    history.record(plan, "created", by=by)
    search.index(plan)
    return plan


@transaction.atomic
def change_plan(plan, data, *, by, version=None):
    """Change what the plan says, and whose it is."""
    fields = dict(data)
    organisations = fields.pop("organisations", None)
    claim(plan, version)
    refuse_closed(plan)
    with unique("instrument", _TAKEN):
        write(plan, fields, by=by)
    if organisations is not None:
        _check_organisations(organisations)
        _set_organisations(plan, organisations, by=by)
    return plan


def _set_organisations(plan, organisations, *, by):
    before = ", ".join(str(organisation) for organisation in plan.organisations.order_by("pk"))
    plan.organisations.set(organisations)
    after = ", ".join(str(organisation) for organisation in plan.organisations.order_by("pk"))
    if before != after:
        history.record(plan, "changed", by=by, changes={"organisations": [before, after]})


@transaction.atomic
def endorse_plan(plan, *, by, endorsed_date, endorsed_by, version=None):
    """Note who endorsed the plan and when; it may be seen by others from now on."""
    claim(plan, version)
    move(plan, State.ENDORSED)
    check_past("endorsed_date", endorsed_date)
    authority = needed("endorsed_by", endorsed_by, _("Please name the authority that endorsed the plan."))
    if plan.language != "en" and not plan.english_summary.strip():
        raise Refused(_("The plan is not in English. Please write its English summary first."))
    if not plan.actions.exists():
        raise Refused(_("The plan has no action yet. One action is enough."))
    fields = {"state": State.ENDORSED, "endorsed_date": endorsed_date, "endorsed_by": authority}
    write(plan, fields, by=by, verb="endorsed", note=authority)
    notices.plan_endorsed(plan, by=by)
    return plan


@transaction.atomic
def start_monitoring(plan, *, by, version=None):
    """Say that the plan is now carried out."""
    claim(plan, version)
    move(plan, State.MONITORING)
    if plan.state == State.CLOSED:
        raise Refused(_("This plan is closed. Reopen it to go on."))
    write(plan, {"state": State.MONITORING}, by=by, verb="monitoring-started")
    return plan


@transaction.atomic
def close_plan(plan, *, by, version=None):
    """End the plan: each action is completed, postponed or cancelled by then."""
    claim(plan, version)
    move(plan, State.CLOSED)
    count = plan.actions.filter(state__in=[Action.State.PLANNED, Action.State.IN_PROGRESS]).count()
    if count:
        sentence = ngettext(
            "%(count)d action is still open. Complete, postpone or cancel it first.",
            "%(count)d actions are still open. Complete, postpone or cancel them first.",
            count,
        )
        raise Refused(sentence % {"count": count})
    write(plan, {"state": State.CLOSED}, by=by, verb="closed")
    return plan


@transaction.atomic
def reopen_plan(plan, *, by, version=None):
    """Go one step back: a closed plan is carried out again, an endorsed one is drafted again."""
    claim(plan, version)
    if plan.state == State.CLOSED:
        fields = {"state": State.MONITORING}
    else:
        move(plan, State.DRAFTING)
        fields = {"state": State.DRAFTING, "endorsed_date": None, "endorsed_by": ""}
    write(plan, fields, by=by, verb="reopened")
    return plan
