"""The button on a thing's page that ends letters about it."""

from django import template

from notifications.choices.reading import is_muted

register = template.Library()


@register.inclusion_tag("notifications/_mute.html", takes_context=True)
def mute_button(context, thing):
    """Offer to mute ``thing``, or to hear of it again; nothing for visitors."""
    user = context["request"].user
    if not user.is_authenticated:
        return {"thing": None}
    return {
        "thing": thing,
        "label": thing._meta.label_lower,
        "is_muted": is_muted(user.person, thing),
        "csrf_token": context.get("csrf_token"),
    }
