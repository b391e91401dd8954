"""Which visits, seats and takeaways?"""

from django.db import models
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.querysets import SearchQuerySet
from partners.querysets import standing
from workgroups.querysets import group_standing


def organised_by(user, prefix=""):
    """Return the condition "the account organises the visit": see ``visits.rules.organises``."""
    who = standing(user)
    if not who.is_member:
        return Q(pk__in=[])
    return (
        Q(**{f"{prefix}meeting__host_id__in": who.coordinated_organisation_ids})
        | Q(**{f"{prefix}meeting__workgroup_id__in": group_standing(user).led_ids})
        | Q(**{f"{prefix}meeting__created_by_id": who.person_id})
        | Q(**{f"{prefix}created_by_id": who.person_id})
    )


class VisitQuerySet(SearchQuerySet):
    """Study visits."""

    def visible_to(self, user):
        """Return visits of meetings that ``user`` sees; drafts only to organisers and those who lead all."""
        who = standing(user)
        if who.leads_all:
            return self
        meetings = self.model._meta.get_field("meeting").related_model
        rows = self.filter(meeting__in=meetings.objects.visible_to(user))
        return rows.filter(~Q(state="draft") | organised_by(user))

    def upcoming(self, now=None):
        """Return visits to come that were not cancelled, soonest first."""
        moment = now or timezone.now()
        return self.filter(ends_at__gte=moment).exclude(state="cancelled").order_by("starts_at", "id")

    def with_counts(self):
        """Add ``taken_count`` and ``waiting_count``."""
        return self.annotate(taken_count=self._number("confirmed"), waiting_count=self._number("waiting")).in_order()

    def _number(self, state, **condition):
        """Return the expression "sign-ups of the visit in this state"; a subquery keeps order and other counts."""
        sign_ups = self.model._meta.get_field("sign_ups").related_model.objects
        rows = sign_ups.filter(visit=OuterRef("pk"), state=state, **condition).order_by().values("visit")
        counted = rows.annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))

    def with_mine(self, person_id):
        """Add ``my_state`` and ``my_number`` of the person's sign-up, and ``my_place`` in the waiting list."""
        sign_ups = self.model._meta.get_field("sign_ups").related_model.objects
        mine = sign_ups.filter(visit=OuterRef("pk"), person_id=person_id or 0).order_by()
        return self.annotate(
            my_state=Subquery(mine.values("state")[:1]), my_number=Subquery(mine.values("queue_number")[:1])
        ).annotate(my_place=self._number("waiting", queue_number__lt=OuterRef("my_number")) + 1)


class SignUpQuerySet(models.QuerySet):
    """Sign-ups."""

    def visible_to(self, user):
        """Organisers see all of their visits; members see who has a seat; everybody the own sign-up."""
        who = standing(user)
        if who.leads_all:
            return self
        if who.person_id is None:
            return self.none()
        visits = self.model._meta.get_field("visit").related_model
        mine = Q(person_id=who.person_id)
        if not who.is_member:
            return self.filter(mine)
        seated = Q(state="confirmed", visit__in=visits.objects.visible_to(user))
        return self.filter(mine | organised_by(user, "visit__") | seated)

    def confirmed(self):
        """Return sign-ups that have a seat."""
        return self.filter(state="confirmed")

    def waiting(self):
        """Return the waiting list in its order."""
        return self.filter(state="waiting").order_by("queue_number")


class TakeawayQuerySet(SearchQuerySet):
    """Takeaways."""

    def visible_to(self, user):
        """Return public takeaways of visits that ``user`` sees, those of the partnership for members, own ones."""
        who = standing(user)
        if who.leads_all:
            return self
        visits = self.model._meta.get_field("visit").related_model
        seen = Q(visit__in=visits.objects.visible_to(user))
        allowed = seen & Q(visibility="public")
        if who.is_member:
            allowed |= seen & Q(visibility="partnership")
            allowed |= seen & Q(visibility="organisation", organisation_id__in=who.organisation_ids)
        if who.person_id:
            allowed |= Q(person_id=who.person_id)
        return self.filter(allowed)
