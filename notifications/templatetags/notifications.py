"""Tags of letters: the warning on staff pages, and the way to a thing's reminders."""

from django import template
from django.urls import reverse
from django.utils import timezone

from notifications import rules
from notifications.registry import REMINDERS, SCOPES
from notifications.staff import read_clock

register = template.Library()


@register.filter
def is_past(moment):
    """True for a moment that has passed."""
    return moment is not None and moment <= timezone.now()


@register.filter
def letter_title(letter):
    """Return the subject; before it is written, the title of the reminder, or the kind in plain words."""
    rule = REMINDERS.get(letter.rule)
    return letter.subject or (rule.title if rule else letter.kind.replace("-", " "))


@register.simple_tag(takes_context=True)
def clock_now(context):
    """Return the Clock for curators, None for others."""
    user = getattr(context.get("request"), "user", None)
    return read_clock() if user is not None and rules.can_see_letters(user) else None


@register.simple_tag
def reminders_address(thing):
    """Return the address of the page of a thing's letters and reminders, or nothing."""
    for key, scope in SCOPES.items():
        if scope.model is type(thing):
            return reverse("notifications:letters_about", args=[key, thing.pk])
    return ""
