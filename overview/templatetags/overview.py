"""Windows of the top room: the learning trail, on the pages of the rooms below."""

from django import template

from overview.trail import learning_trail as compute

register = template.Library()


@register.inclusion_tag("overview/_learning_trail.html", takes_context=True)
def learning_trail(context, thing):
    """Draw the trail of a practice, visit, takeaway, transfer, action or instrument."""
    trail = compute(thing, context["request"].user)
    return {"trail": trail, "thing": thing, "colour": _colour(trail)}


def _colour(trail):
    return next((station["colour"] for station in trail["stations"] if station["colour"]), 0)
