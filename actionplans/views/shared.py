"""What the pages of this room share."""

from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from actionplans.models import Action, ActionPlan, Milestone
from core import history

VERBS = {
    "loaded": _("Taken into the portal"),
    "created": _("Written down"),
    "changed": _("Changed"),
    "endorsed": _("Endorsed"),
    "monitoring-started": _("Carrying out began"),
    "closed": _("Closed"),
    "reopened": _("Opened again"),
    "state-set": _("New state"),
    "source-added": _("Source added"),
    "source-removed": _("Source taken off"),
    "milestone-created": _("Milestone added"),
    "milestone-changed": _("Milestone changed"),
    "milestone-completed": _("Milestone done"),
    "milestone-dropped": _("Milestone dropped"),
    "milestone-reopened": _("Milestone open again"),
    "added-by-curator": _("Added by a curator"),
    "changed-by-curator": _("Changed by a curator"),
}
PAGE_ROWS = 25  # rows on a page of a list


def history_of(thing):
    """Return the latest lines of the history as word, entry."""
    return [(VERBS.get(entry.verb, _("Changed")), entry) for entry in history.of(thing)[:20]]


def page_of(request, rows):
    """Return the page of ``rows`` that the address asks for."""
    return Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))


def version_of(request):
    """Return the version that a button carries, or None."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


MARKS = {Milestone.State.DONE: "done", Milestone.State.OPEN: "ahead"}
TRACKS = {
    Action.State.PLANNED: "ahead",
    Action.State.IN_PROGRESS: "here",
    Action.State.COMPLETED: "done",
    Action.State.POSTPONED: "ahead",
    Action.State.CANCELLED: "ended",
}


def timeline_of(actions, today):
    """Return the time line of a plan's actions, or None when none of them has a day."""
    if not any(action.start_date or action.end_date or action.milestones.all() for action in actions):
        return None
    return {"today": today, "start": None, "end": None, "rows": [_row(action, today) for action in actions]}


def _row(action, today):
    is_late = action.is_late(today)
    word = action.get_state_display()
    marks = [
        {
            "date": milestone.done_date or milestone.due_date,
            "title": milestone.title,
            "state": "late" if milestone.is_late(today) else MARKS[milestone.state],
        }
        for milestone in action.milestones.all()
        if milestone.state != Milestone.State.DROPPED
    ]
    return {
        "title": f"{action.number}. {action.title}",
        "url": action.get_absolute_url(),
        "start": action.start_date,
        "end": action.end_date,
        "state": "late" if is_late else TRACKS[action.state],
        "word": f"{word} · {_('late')}" if is_late else word,
        "marks": marks,
    }


def stages_of(plan):
    """Return the life of a plan as stages."""
    states = list(ActionPlan.State)
    reached = states.index(ActionPlan.State(plan.state))
    stages = []
    for position, state in enumerate(states):
        place = "done" if position < reached else "here" if position == reached else "ahead"
        is_endorsed = state == ActionPlan.State.ENDORSED and position <= reached
        stages.append(
            {"name": state.label.capitalize(), "state": place, "date": plan.endorsed_date if is_endorsed else None}
        )
    return stages
