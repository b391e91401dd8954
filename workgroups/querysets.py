"""Which workgroups, members and initiatives; and a person's standing in the groups."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from core.querysets import SearchQuerySet
from partners.querysets import current, standing


@dataclass(frozen=True)
class GroupStanding:
    """The groups of a person today: ``member_ids`` of all, ``led_ids`` where chair, deputy or secretary."""

    member_ids: frozenset = frozenset()
    led_ids: frozenset = frozenset()


def group_standing(user):
    """Return the GroupStanding of ``user``, read once per user object."""
    who = standing(user)
    if who.person_id is None:
        return GroupStanding()
    known = getattr(user, "_group_standing", None)
    if known is None:
        rows = list(user.person.group_memberships.current().values_list("workgroup_id", "role"))
        known = user._group_standing = GroupStanding(
            member_ids=frozenset(group for group, role in rows),
            led_ids=frozenset(group for group, role in rows if role != "member"),
        )
    return known


class WorkgroupQuerySet(SearchQuerySet):
    """Workgroups."""

    def visible_to(self, user):
        """Return all groups: their themes are public; what is inside has rules of its own."""
        return self

    def with_counts(self):
        """Add ``member_count``: people who are members today."""
        return self.annotate(member_count=models.Count("memberships", filter=current("memberships__"), distinct=True))


class GroupMembershipQuerySet(models.QuerySet):
    """Memberships in workgroups."""

    def current(self, on=None):
        """Return those that hold today (or ``on`` that day)."""
        return self.filter(current(on=on))

    def visible_to(self, user):
        """Members of the partnership see who is in a group; others see nobody but themselves."""
        who = standing(user)
        if who.is_member:
            return self
        return self.filter(person_id=who.person_id) if who.person_id else self.none()


class InitiativeQuerySet(SearchQuerySet):
    """Initiatives."""

    def visible_to(self, user):
        """Public ones for all, those of the partnership for members, a group's own for the group."""
        who = standing(user)
        if who.leads_all:
            return self
        allowed = Q(visibility="public")
        if who.is_member:
            allowed |= Q(visibility="partnership")
            allowed |= Q(visibility="workgroup", workgroup_id__in=group_standing(user).member_ids)
            allowed |= Q(visibility="organisation", lead_organisation_id__in=who.organisation_ids)
        return self.filter(allowed)

    def active(self):
        """Return initiatives that are neither done nor dropped."""
        return self.exclude(state__in=["done", "dropped"])
