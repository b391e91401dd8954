"""Which meetings, registrations and to-dos?"""

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from core.querysets import SearchQuerySet
from partners.querysets import standing
from workgroups.querysets import group_standing


class MeetingQuerySet(SearchQuerySet):
    """Meetings."""

    def visible_to(self, user):
        """Return what ``user`` may see.

        Drafts: their author, the host organisation's coordinators, the group's leaders, those who lead
        all. Others by their visibility; whoever is registered always sees the meeting.
        """
        who = standing(user)
        if who.leads_all:
            return self
        shown = ~Q(state="draft")
        allowed = shown & Q(visibility="public")
        if who.person_id is None:
            return self.filter(allowed)
        groups = group_standing(user)
        allowed |= shown & Q(pk__in=self._registered(who.person_id))
        allowed |= Q(created_by_id=who.person_id)
        if who.is_member:
            allowed |= shown & Q(visibility="partnership")
            allowed |= shown & Q(visibility="workgroup", workgroup_id__in=groups.member_ids)
            allowed |= shown & Q(visibility="organisation", host_id__in=who.organisation_ids)
            allowed |= Q(host_id__in=who.coordinated_organisation_ids)
            allowed |= Q(workgroup_id__in=groups.led_ids)
        return self.filter(allowed)

    def _registered(self, person_id):
        registrations = self.model._meta.get_field("registrations").related_model
        return registrations.objects.filter(person_id=person_id, state="registered").values("meeting_id")

    def upcoming(self, now=None):
        """Return meetings that have not ended, soonest first; cancelled ones are not among them."""
        moment = now or timezone.now()
        return self.filter(ends_at__gte=moment).exclude(state="cancelled").order_by("starts_at", "id")

    def past(self, now=None):
        """Return meetings that have ended, latest first."""
        return self.filter(ends_at__lt=now or timezone.now()).order_by("-starts_at", "-id")

    def with_counts(self):
        """Add ``registered_count``."""
        return self.annotate(
            registered_count=Count("registrations", filter=Q(registrations__state="registered"), distinct=True)
        ).in_order()


class OfMeetingQuerySet(models.QuerySet):
    """Rows that are seen by whoever sees their meeting (agenda items)."""

    def visible_to(self, user):
        """Return the rows whose meeting ``user`` may see."""
        meetings = self.model._meta.get_field("meeting").related_model
        return self.filter(meeting__in=meetings.objects.visible_to(user))


class DecisionQuerySet(OfMeetingQuerySet, SearchQuerySet):
    """Decisions."""

    def visible_to(self, user):
        """Return decisions whose meeting ``user`` sees, once the minutes are published or for its organisers."""
        who = standing(user)
        rows = super().visible_to(user)
        if who.leads_all:
            return rows
        published = Q(meeting__minutes_published_at__isnull=False)
        organised = Q(meeting__created_by_id=who.person_id) if who.person_id else Q(pk=None)
        organised |= Q(meeting__host_id__in=who.coordinated_organisation_ids)
        organised |= Q(meeting__workgroup_id__in=group_standing(user).led_ids)
        return rows.filter(published | organised)


class RegistrationQuerySet(models.QuerySet):
    """Registrations."""

    def active(self):
        """Return registrations that hold."""
        return self.filter(state="registered")

    def visible_to(self, user):
        """Members see who takes part in what they see; others see only their own registration."""
        who = standing(user)
        if who.leads_all:
            return self
        mine = Q(person_id=who.person_id) if who.person_id else Q(pk=None)
        if not who.is_member:
            return self.filter(mine)
        meetings = self.model._meta.get_field("meeting").related_model
        return self.filter(mine | Q(meeting__in=meetings.objects.visible_to(user)))


class TodoQuerySet(SearchQuerySet):
    """To-dos."""

    def visible_to(self, user):
        """Owners see their own; members those of meetings and groups they see; leaders all."""
        who = standing(user)
        if who.leads_all:
            return self
        if who.person_id is None:
            return self.none()
        mine = Q(owner_id=who.person_id) | Q(created_by_id=who.person_id)
        if not who.is_member:
            return self.filter(mine)
        meetings = self.model._meta.get_field("meeting").related_model
        of_meeting = Q(meeting__in=meetings.objects.visible_to(user))
        of_group = Q(meeting__isnull=True, workgroup_id__in=group_standing(user).member_ids)
        return self.filter(mine | of_meeting | of_group)

    def open(self):
        """Return to-dos that wait for somebody."""
        return self.filter(state="open")

    def overdue(self, today=None):
        """Return open to-dos whose day has passed."""
        return self.open().filter(due_date__lt=today or timezone.localdate())
