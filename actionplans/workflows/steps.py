"""The steps that the verbs of this room share: check, lock, write."""

from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.models import ActionPlan
from core import history, search
from core.errors import Invalid, Refused
from core.workflows import claim


@contextmanager
def unique(field, message):
    """Say ``message`` at ``field`` when the database finds that the row exists already."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Invalid({field: message}) from None


def write(thing, fields, *, by, verb="changed", note=""):
    """Set ``fields`` on a claimed ``thing``, save, index and record; a plain change only if one was made."""
    before = {name: getattr(thing, name) for name in fields}
    for name, value in fields.items():
        setattr(thing, name, value)
    thing.save(update_fields=list(fields))
    changes = history.differences(before, fields)
    if changes or verb != "changed":
        history.record(thing, verb, by=by, note=note, changes=changes)
    if hasattr(thing, "search_text"):
        search.index(thing)
    return changes


def move(thing, state):
    """Refuse a step that the life of ``thing`` does not know."""
    if state not in type(thing).TRANSITIONS[type(thing).State(thing.state)]:
        words = {"now": thing.get_state_display(), "then": type(thing).State(state).label}
        raise Refused(_("It is “%(now)s” now. From there it cannot become “%(then)s”.") % words, field="state")


def refuse_closed(plan):
    """Refuse changes below a closed plan."""
    if plan.state == ActionPlan.State.CLOSED:
        raise Refused(_("This plan is closed. Reopen the plan first, then change it."))


def claim_plan_of(action):
    """Claim the plan of ``action``, which must not be closed; its row stays locked until the end."""
    plan = claim(ActionPlan.objects.get(pk=action.plan_id))
    refuse_closed(plan)
    return plan


def claim_action(action, version=None):
    """Claim ``action`` for a change below it; its plan is locked and must not be closed."""
    refuse_closed(ActionPlan.objects.select_for_update().get(pk=action.plan_id))
    return claim(action, version)


def check_dates(start, end):
    """Refuse an end before the start."""
    if start and end and end < start:
        raise Invalid({"end_date": _("The last day is before the first day.")})


def check_past(field, day):
    """Refuse a day to come for something that has happened."""
    if day > timezone.localdate():
        raise Invalid({field: _("This day is still to come. Please give today or an earlier day.")})


def needed(field, text, message):
    """Return ``text`` without outer spaces; refuse an empty one."""
    if not text.strip():
        raise Invalid({field: message})
    return text.strip()
