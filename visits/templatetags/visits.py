"""Windows of the room: visits on the page of a meeting, takeaways on the page of a practice."""

from django import template

from core.access import visible_if_any
from visits import rules
from visits.models import StudyVisit, Takeaway

register = template.Library()


@register.inclusion_tag("visits/_visits_of_meeting.html", takes_context=True)
def visits_of_meeting(context, meeting):
    """List the visits of a meeting that the person may see, and offer organisers a new one."""
    user = context["request"].user
    rows = StudyVisit.objects.visible_to(user).filter(meeting=meeting).with_counts().order_by("starts_at", "id")
    return {"visits": rows, "meeting": meeting, "may_create": rules.can_create_visit(user, meeting)}


@register.inclusion_tag("visits/_takeaways_of_practice.html", takes_context=True)
def takeaways_of(context, practice):
    """List what people brought home from where they saw this practice."""
    rows = visible_if_any(Takeaway.objects.filter(practice=practice), context["request"].user)
    return {"takeaways": rows.select_related("person", "organisation", "region", "visit")[:20], "practice": practice}
