"""Which people and organisations; and what a person's standing in the partnership is."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.querysets import SearchQuerySet


@dataclass(frozen=True)
class Standing:
    """What an account may count as today: read once per request, asked by every rule."""

    person_id: int | None = None
    is_member: bool = False
    is_curator: bool = False
    is_coordinator: bool = False
    organisation_ids: frozenset = frozenset()
    coordinated_organisation_ids: frozenset = frozenset()
    region_ids: frozenset = frozenset()

    @property
    def leads_all(self):
        """True for those who look after the whole partnership: its coordinators and curators."""
        return self.is_curator or self.is_coordinator


NOBODY = Standing()


def standing(user):
    """Return the Standing of ``user`` (an account, anonymous, or None), read once per user object."""
    if user is None or not user.is_authenticated or not user.is_active:
        return NOBODY
    known = getattr(user, "_standing", None)
    if known is None:
        known = user._standing = _read_standing(user)
    return known


def _read_standing(user):
    current = list(user.person.memberships.current().values_list("organisation_id", "role", "organisation__region_id"))
    is_curator = user.is_staff or user.is_superuser
    is_coordinator = user.person.is_coordinator
    return Standing(
        person_id=user.person_id,
        is_member=bool(current) or is_curator or is_coordinator,
        is_curator=is_curator,
        is_coordinator=is_coordinator,
        organisation_ids=frozenset(row[0] for row in current),
        coordinated_organisation_ids=frozenset(row[0] for row in current if row[1] == "coordinator"),
        region_ids=frozenset(row[2] for row in current),
    )


def current(prefix="", *, on=None):
    """Return the condition "started and not ended" for rows with ``start_date`` and ``end_date``."""
    day = on or timezone.localdate()
    started = Q(**{f"{prefix}start_date__isnull": True}) | Q(**{f"{prefix}start_date__lte": day})
    not_ended = Q(**{f"{prefix}end_date__isnull": True}) | Q(**{f"{prefix}end_date__gte": day})
    return started & not_ended


class DatedQuerySet(models.QuerySet):
    """Rows that hold from a day to a day (both included; empty means open)."""

    def current(self, on=None):
        """Return the rows that hold today (or ``on`` that day)."""
        return self.filter(current(on=on))


class RegionQuerySet(SearchQuerySet):
    """Regions."""

    def visible_to(self, user):
        """Return all regions: they are public facts."""
        return self


class OrganisationQuerySet(SearchQuerySet):
    """Organisations."""

    def visible_to(self, user):
        """Return all organisations: the list of partners is public."""
        return self

    def partners(self):
        """Return the organisations that are partners, in the order of their partner numbers."""
        return self.filter(partner_number__isnull=False).order_by("partner_number")


class PersonQuerySet(SearchQuerySet):
    """People."""

    def visible_to(self, user):
        """Members see members and themselves; guests see only themselves; leaders see everybody."""
        who = standing(user)
        if who.leads_all:
            return self
        if who.is_member:
            mine = Q(pk=who.person_id)
            return self.filter(mine | (Q(memberships__isnull=False) & current("memberships__"))).distinct()
        return self.filter(pk=who.person_id) if who.person_id else self.none()

    def active(self):
        """Return people whose account, if they have one, is active."""
        return self.filter(Q(user__isnull=True) | Q(user__is_active=True))

    def of_organisations(self, organisation_ids):
        """Return the current people of these organisations."""
        return self.filter(Q(memberships__organisation_id__in=organisation_ids) & current("memberships__")).distinct()

    def coordinators(self):
        """Return the coordinators of the partnership."""
        return self.filter(is_coordinator=True)

    def curators(self):
        """Return the people whose accounts are staff."""
        return self.filter(user__is_staff=True, user__is_active=True)


class InvitationQuerySet(models.QuerySet):
    """Invitations."""

    def visible_to(self, user):
        """Leaders see all; an organisation's coordinator sees those of the own organisation."""
        who = standing(user)
        if who.leads_all:
            return self
        return self.filter(organisation_id__in=who.coordinated_organisation_ids)

    def open(self, now=None):
        """Return invitations that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now or timezone.now())
