"""Which practices, reviews and transfers?"""

from django.db import models
from django.db.models import Count, Q

from core.querysets import SearchQuerySet
from partners.querysets import standing
from workgroups.querysets import group_standing


class FormTemplateQuerySet(models.QuerySet):
    """Versions of the practice form."""

    def visible_to(self, user):
        """Return all forms: their fields and limits are no secret."""
        return self


class PracticeQuerySet(SearchQuerySet):
    """Practices."""

    def visible_to(self, user):
        """Return what ``user`` may see.

        Published ones by their visibility. Others: the authors, the coordinators of the organisation in
        charge and those who lead all; once submitted, also the leaders of the workgroup, who review.
        """
        who = standing(user)
        if who.leads_all:
            return self
        published = Q(state="published")
        allowed = published & Q(visibility="public")
        if who.person_id is None:
            return self.filter(allowed)
        groups = group_standing(user)
        authored = self.model.authors.through.objects.filter(person_id=who.person_id).values("practice_id")
        allowed |= Q(pk__in=authored) | Q(created_by_id=who.person_id)
        if who.is_member:
            allowed |= published & Q(visibility="partnership")
            allowed |= published & Q(visibility="workgroup", workgroup_id__in=groups.member_ids)
            allowed |= published & Q(visibility="organisation", organisation_id__in=who.organisation_ids)
            allowed |= Q(organisation_id__in=who.coordinated_organisation_ids)
            allowed |= Q(workgroup_id__in=groups.led_ids) & ~Q(state="draft")
        return self.filter(allowed)

    def published(self):
        """Return published practices."""
        return self.filter(state="published")

    def waiting_for_review(self):
        """Return submitted practices, oldest first."""
        return self.filter(state="submitted").order_by("submitted_at", "id")

    def with_counts(self):
        """Add ``transfer_count``: transfers that were not dropped."""
        return self.annotate(
            transfer_count=Count("transfers", filter=~Q(transfers__stage="dropped"), distinct=True)
        ).in_order()


class ReviewQuerySet(models.QuerySet):
    """Reviews."""

    def visible_to(self, user):
        """Return reviews of practices whose authors or reviewers ``user`` belongs to; never to the public."""
        who = standing(user)
        if who.leads_all:
            return self
        if who.person_id is None:
            return self.none()
        authored = Q(practice__authors=who.person_id) | Q(practice__created_by_id=who.person_id)
        authored |= Q(practice__organisation_id__in=who.coordinated_organisation_ids)
        authored |= Q(practice__workgroup_id__in=group_standing(user).led_ids)
        return self.filter(authored | Q(reviewer_id=who.person_id)).distinct()


class TransferQuerySet(SearchQuerySet):
    """Transfers."""

    def visible_to(self, user):
        """Return transfers of practices that ``user`` sees; a first interest only to members."""
        who = standing(user)
        practices = self.model._meta.get_field("practice").related_model
        rows = self if who.leads_all else self.filter(practice__in=practices.objects.visible_to(user))
        if who.is_member:
            return rows
        mine = Q(started_by_id=who.person_id) if who.person_id else Q(pk=None)
        return rows.filter(mine | ~Q(stage="interest"))

    def active(self):
        """Return transfers that are on their way: neither adopted nor dropped."""
        return self.exclude(stage__in=["adopted", "dropped"])


class TransferStepQuerySet(models.QuerySet):
    """Steps of transfers."""

    def visible_to(self, user):
        """Return steps of transfers that ``user`` sees."""
        transfers = self.model._meta.get_field("transfer").related_model
        return self.filter(transfer__in=transfers.objects.visible_to(user))
