"""Actions of a plan and what inspired them."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from actionplans import notices
from actionplans.models import Action, ActionSource
from actionplans.workflows.steps import check_dates, claim_action, claim_plan_of, move, refuse_closed, unique, write
from core import history, search
from core.errors import Invalid
from core.workflows import claim

State = Action.State


@transaction.atomic
def create_action(data, *, by):
    """Add an action to ``data["plan"]`` under the plan's next free number."""
    check_dates(data.get("start_date"), data.get("end_date"))
    plan = claim(data["plan"])
    refuse_closed(plan)
    last = plan.actions.aggregate(last=Max("number"))["last"] or 0
    action = Action.objects.create(**data, number=last + 1)
    history.record(action, "created", by=by)
    search.index(action)
    return action


@transaction.atomic
def change_action(action, data, *, by, version=None):
    """Change what an action says."""
    claim_plan_of(action)
    claim(action, version)
    check_dates(data.get("start_date", action.start_date), data.get("end_date", action.end_date))
    write(action, data, by=by)
    return action


@transaction.atomic
def set_action_state(action, *, by, state, reason="", version=None):
    """Say how the action stands; putting it off or giving it up needs a reason."""
    claim_plan_of(action)
    claim(action, version)
    move(action, state)
    reason = reason.strip()
    if state in Action.REASON_NEEDED and not reason:
        raise Invalid({"reason": _("Please say why. The partners and the programme ask for it.")})
    write(action, {"state": State(state), "reason": reason}, by=by, verb="state-set", note=reason)
    if state in Action.REASON_NEEDED:
        notices.action_stopped(action, by=by)
    return action


@transaction.atomic
def add_source(action, *, by, note="", version=None, **cited):
    """Name one record that inspired the action: ``practice``, ``visit``, ``takeaway`` or ``transfer``."""
    given = {name: record for name, record in cited.items() if record is not None}
    if len(given) != 1:
        raise Invalid({"source": _("Please choose one source.")})
    (name, record), *_rest = given.items()
    if not type(record).objects.visible_to(by).filter(pk=record.pk).exists():
        raise Invalid({name: _("This record is not known.")})
    claim_plan_of(action)
    claim(action, version)
    with unique(name, _("This action names that source already.")):
        ActionSource.objects.create(action=action, note=note.strip(), **given)
    history.record(action, "source-added", by=by, note=str(record._meta.verbose_name))
    return action


@transaction.atomic
def remove_source(source, *, by, version=None):
    """Take a source off its action."""
    action = claim_action(source.action, version)
    name = next(name for name in ActionSource.objects.all().cited if getattr(source, f"{name}_id"))
    kind = ActionSource._meta.get_field(name).related_model._meta.verbose_name
    source.delete()
    history.record(action, "source-removed", by=by, note=str(kind))
    return action
