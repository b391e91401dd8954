"""Windows of the room: meetings and to-dos on pages of groups and organisations; and its own small parts."""

from django import template
from django.utils import timezone

from core.richtext import to_html
from meetings import rules
from meetings.models import Meeting, Todo

register = template.Library()

SHOWN = 5


@register.filter
def richtext(markdown):
    """Return Markdown as safe HTML."""
    return to_html(markdown)


def _with_counts(user, rows):
    return list(Meeting.objects.visible_to(user).filter(**rows).upcoming().select_related("host", "workgroup")[:SHOWN])


@register.inclusion_tag("meetings/_upcoming_meetings.html", takes_context=True)
def upcoming_meetings(context, workgroup):
    """List the next meetings of a workgroup that the person may see."""
    user = context["request"].user
    may_create = rules.can_create_meeting(user) and rules.can_place(user, None, workgroup.pk)
    return {"meetings": _with_counts(user, {"workgroup": workgroup}), "workgroup": workgroup, "may_create": may_create}


@register.inclusion_tag("meetings/_meetings_hosted.html", takes_context=True)
def meetings_hosted_by(context, organisation):
    """List the meetings that an organisation hosts or hosted, latest first."""
    rows = Meeting.objects.visible_to(context["request"].user).filter(host=organisation)
    rows = rows.select_related("host", "workgroup").order_by("-starts_at", "-id")
    return {"meetings": list(rows[:SHOWN]), "organisation": organisation}


@register.inclusion_tag("meetings/_todos_of.html", takes_context=True)
def todos_of(context, workgroup):
    """List the open to-dos of a workgroup that the person may see."""
    user = context["request"].user
    rows = Todo.objects.visible_to(user).filter(workgroup=workgroup).open().select_related("owner", "meeting")
    return {
        "todos": list(rows[:SHOWN]),
        "workgroup": workgroup,
        "today": timezone.localdate(),
        "may_create": rules.can_create_todo(user, workgroup),
        "is_signed_in": user.is_authenticated,
    }
