"""Which visits, seats and takeaways?"""

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from core.querysets import SearchQuerySet
from partners.querysets import standing


class VisitQuerySet(SearchQuerySet):
    """Study visits."""

    def visible_to(self, user):
        """Return visits of meetings that ``user`` sees; drafts only to organisers and those who lead all."""
        who = standing(user)
        if who.leads_all:
            return self
        meetings = self.model._meta.get_field("meeting").related_model
        rows = self.filter(meeting__in=meetings.objects.visible_to(user))
        organised = Q(meeting__host_id__in=who.coordinated_organisation_ids)
        if who.person_id:
            organised |= Q(created_by_id=who.person_id)
        return rows.filter(~Q(state="draft") | organised)

    def upcoming(self, now=None):
        """Return visits to come that were not cancelled, soonest first."""
        moment = now or timezone.now()
        return self.filter(ends_at__gte=moment).exclude(state="cancelled").order_by("starts_at", "id")

    def with_counts(self):
        """Add ``taken_count`` and ``waiting_count``."""
        return self.annotate(
            taken_count=Count("sign_ups", filter=Q(sign_ups__state="confirmed"), distinct=True),
            waiting_count=Count("sign_ups", filter=Q(sign_ups__state="waiting"), distinct=True),
        )


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
        organised = Q(visit__meeting__host_id__in=who.coordinated_organisation_ids)
        if not who.is_member:
            return self.filter(mine)
        seated = Q(state="confirmed", visit__in=visits.objects.visible_to(user))
        return self.filter(mine | organised | seated)

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
