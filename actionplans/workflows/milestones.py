"""Milestones of an action; what happens to them stands in the history of the action."""

from django.db import transaction
from django.utils.translation import gettext as _

from actionplans.models import Milestone
from actionplans.workflows.steps import check_past, claim_action, needed
from core import history
from core.errors import Refused
from core.workflows import claim
from notifications.posting import settle

State = Milestone.State
ASKING = ("actionplans-milestone-due", "actionplans-milestone-missed", "actionplans-milestone-late")


@transaction.atomic
def create_milestone(data, *, by):
    """Add a milestone to ``data["action"]``."""
    action = claim_action(data["action"])
    milestone = Milestone.objects.create(**data)
    history.record(action, "milestone-created", by=by, note=milestone.title)
    return milestone


@transaction.atomic
def change_milestone(milestone, data, *, by, version=None):
    """Change the title or the day of an open milestone."""
    _claim(milestone, version, is_open=True)
    _write(milestone, dict(data), by=by, verb="milestone-changed")
    return milestone


@transaction.atomic
def complete_milestone(milestone, *, by, done_date, evidence="", version=None):
    """Say on which day the milestone was done, and what shows it."""
    _claim(milestone, version, is_open=True)
    check_past("done_date", done_date)
    fields = {"state": State.DONE, "done_date": done_date, "evidence": evidence.strip()}
    _write(milestone, fields, by=by, verb="milestone-completed")
    settle(milestone, kinds=ASKING)
    return milestone


@transaction.atomic
def drop_milestone(milestone, *, by, reason, version=None):
    """Give a milestone up, and say why."""
    _claim(milestone, version, is_open=True)
    why = needed("reason", reason, _("Please say why the milestone is dropped."))
    _write(milestone, {"state": State.DROPPED, "reason": why}, by=by, verb="milestone-dropped")
    settle(milestone, kinds=ASKING)
    return milestone


@transaction.atomic
def reopen_milestone(milestone, *, by, version=None):
    """Make a milestone open again that was done or dropped."""
    _claim(milestone, version, is_open=False)
    _write(milestone, {"state": State.OPEN, "done_date": None, "reason": ""}, by=by, verb="milestone-reopened")
    return milestone


def _claim(milestone, version, *, is_open):
    claim_action(milestone.action)
    claim(milestone, version)
    if is_open and milestone.state != State.OPEN:
        words = {"state": milestone.get_state_display()}
        raise Refused(_("This milestone is %(state)s. Reopen it first.") % words)
    if not is_open and milestone.state == State.OPEN:
        raise Refused(_("This milestone is open already."))


def _write(milestone, fields, *, by, verb):
    before = {name: getattr(milestone, name) for name in fields}
    for name, value in fields.items():
        setattr(milestone, name, value)
    milestone.save(update_fields=list(fields))
    changes = history.differences(before, fields)
    if changes:
        history.record(milestone.action, verb, by=by, note=milestone.title, changes=changes)
