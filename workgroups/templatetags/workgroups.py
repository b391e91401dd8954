"""Window of the room: the groups of a person, on the person's page."""

from django import template

from workgroups.models import GroupMembership

register = template.Library()


@register.inclusion_tag("workgroups/_groups_of.html", takes_context=True)
def groups_of(context, person):
    """List the groups to which a person belongs today, with the role."""
    rows = GroupMembership.objects.visible_to(context["request"].user).current().filter(person=person)
    return {"memberships": list(rows.select_related("workgroup").order_by("workgroup__position", "pk"))}
