"""Which workgroups, members and initiatives; and a person's standing in the groups."""

from dataclasses import dataclass, replace

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.querysets import SearchQuerySet
from notifications.registry import is_round, once
from partners.querysets import standing


def belonging(prefix="", *, on=None):
    """Return the condition "belongs to the group" on a day: whoever leaves is out on the same day."""
    day = on or timezone.localdate()
    started = Q(**{f"{prefix}start_date__isnull": True}) | Q(**{f"{prefix}start_date__lte": day})
    not_ended = Q(**{f"{prefix}end_date__isnull": True}) | Q(**{f"{prefix}end_date__gt": day})
    return started & not_ended


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


class _Alike:
    """Stands for all accounts with the same rights: nobody's own things are its own."""

    is_authenticated = is_active = True

    def __init__(self, rights):
        self._standing, self._group_standing = rights


def visible_among(rows, user, *, key):
    """Return the numbers of ``rows`` that ``user`` may see; in a round of letters, asked once for equal rights.

    What is one's own (written, registered for) only ever adds to what one sees, so it is asked about the rest
    alone. ``key`` names the rows: the same key, the same rows.
    """
    who = standing(user)
    if who.person_id is None or not is_round():
        return set(rows.visible_to(user).values_list("pk", flat=True))
    all_pks = once(("rows", key), lambda: frozenset(rows.values_list("pk", flat=True)))
    if not all_pks:
        return set()
    rights = (replace(who, person_id=0), group_standing(user))
    alike = once(("seen", key, rights), lambda: frozenset(rows.visible_to(_Alike(rights)).values_list("pk", flat=True)))
    rest = all_pks - alike
    return alike | set(rows.visible_to(user).filter(pk__in=rest).values_list("pk", flat=True)) if rest else alike


class WorkgroupQuerySet(SearchQuerySet):
    """Workgroups."""

    def visible_to(self, user):
        """Return all groups: their themes are public; what is inside has rules of its own."""
        return self

    def with_counts(self):
        """Add ``member_count``: people who are members today."""
        return self.annotate(
            member_count=models.Count("memberships", filter=belonging("memberships__"), distinct=True)
        ).in_order()


class GroupMembershipQuerySet(models.QuerySet):
    """Memberships in workgroups."""

    def current(self, on=None):
        """Return those that hold today (or ``on`` that day)."""
        return self.filter(belonging(on=on))

    def former(self, on=None):
        """Return those that have ended."""
        return self.filter(end_date__lte=on or timezone.localdate())

    def not_ended(self, on=None):
        """Return those that hold, or are yet to begin."""
        return self.exclude(end_date__lte=on or timezone.localdate())

    def leading(self):
        """Return chairs, deputies and secretaries."""
        return self.exclude(role="member")

    def visible_to(self, user):
        """Members of the partnership see who is in a group; others see nobody but themselves."""
        who = standing(user)
        if who.is_member:
            return self
        return self.filter(person_id=who.person_id) if who.person_id else self.none()


class InitiativeQuerySet(SearchQuerySet):
    """Initiatives."""

    def visible_to(self, user):
        """Public ones for all, those of the partnership for members, a group's own for the group.

        Whoever leads the group or the initiative sees it whatever its visibility.
        """
        who = standing(user)
        if who.leads_all:
            return self
        allowed = Q(visibility="public")
        if who.is_member:
            allowed |= Q(visibility="partnership")
            allowed |= Q(visibility="workgroup", workgroup_id__in=group_standing(user).member_ids)
            allowed |= Q(visibility="organisation", lead_organisation_id__in=who.organisation_ids)
            allowed |= Q(workgroup_id__in=group_standing(user).led_ids) | Q(lead_person_id=who.person_id)
        return self.filter(allowed)

    def active(self):
        """Return initiatives that are neither done nor dropped."""
        return self.exclude(state__in=["done", "dropped"])
