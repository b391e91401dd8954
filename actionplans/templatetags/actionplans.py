"""Windows of the room: which actions cite a practice, a visit, a takeaway or a transfer."""

from django import template

from actionplans.models import Action
from core.access import visible_if_any
from practices.models import Practice, Transfer
from visits.models import StudyVisit, Takeaway

register = template.Library()
CITED = {Practice: "practice", StudyVisit: "visit", Takeaway: "takeaway", Transfer: "transfer"}


@register.inclusion_tag("actionplans/_actions_citing.html", takes_context=True)
def actions_citing(context, thing):
    """List the actions that name ``thing`` as their source, as far as the person may see them."""
    condition = {f"sources_of_action__{CITED[type(thing)]}": thing}
    rows = visible_if_any(Action.objects.filter(**condition), context["request"].user)
    return {"actions": rows.select_related("plan", "responsible_organisation")[:20], "thing": thing}
