"""Which instruments, plans, actions and milestones?"""

from django.db.models import Count, Q
from django.utils import timezone

from core.querysets import SearchQuerySet
from partners.querysets import standing


class InstrumentQuerySet(SearchQuerySet):
    """Policy instruments."""

    def visible_to(self, user):
        """Return all instruments: which ones are addressed is a public fact of the project."""
        return self


class PlanQuerySet(SearchQuerySet):
    """Action plans."""

    def visible_to(self, user):
        """Return what ``user`` may see.

        Plans being drafted: members of their organisations and those who lead all. Others by visibility.
        """
        who = standing(user)
        if who.leads_all:
            return self
        finished = ~Q(state="drafting")
        allowed = finished & Q(visibility="public")
        if who.is_member:
            allowed |= finished & Q(visibility="partnership")
            own = self.model.organisations.through.objects.filter(organisation_id__in=who.organisation_ids).values(
                "actionplan_id"
            )
            allowed |= Q(pk__in=own)
        return self.filter(allowed)

    def late(self, today=None):
        """Return plans with an action that should have ended and has not."""
        actions = self.model._meta.get_field("actions").related_model.objects.late(today)
        return self.filter(pk__in=actions.values("plan_id"))

    def with_counts(self):
        """Add ``action_count`` and ``late_count`` (actions that are late today)."""
        today = timezone.localdate()
        late = Q(actions__end_date__lt=today, actions__state__in=["planned", "in_progress"])
        return self.annotate(
            action_count=Count("actions", distinct=True), late_count=Count("actions", filter=late, distinct=True)
        ).order_by("title", "id")


class OfPlanQuerySet(SearchQuerySet):
    """Rows that are seen by whoever sees their plan."""

    plan_path = "plan"

    def visible_to(self, user):
        """Return the rows whose plan ``user`` may see."""
        model = self.model
        for part in self.plan_path.split("__"):
            model = model._meta.get_field(part).related_model
        return self.filter(**{f"{self.plan_path}__in": model.objects.visible_to(user)})


class ActionQuerySet(OfPlanQuerySet):
    """Actions."""

    def late(self, today=None):
        """Return actions that should have ended and have not."""
        day = today or timezone.localdate()
        return self.filter(end_date__lt=day, state__in=["planned", "in_progress"])


class MilestoneQuerySet(OfPlanQuerySet):
    """Milestones."""

    plan_path = "action__plan"

    def open(self):
        """Return milestones that wait."""
        return self.filter(state="open")

    def late(self, today=None):
        """Return open milestones whose day has passed."""
        return self.open().filter(due_date__lt=today or timezone.localdate())


class SourceQuerySet(OfPlanQuerySet):
    """Sources of actions."""

    plan_path = "action__plan"
    cited = ("practice", "visit", "takeaway", "transfer")

    def visible_to(self, user):
        """Return the sources of visible plans whose cited record ``user`` may see, too."""
        seen = Q(pk=None)
        for name in self.cited:
            records = self.model._meta.get_field(name).related_model.objects.visible_to(user)
            seen |= Q(**{f"{name}__in": records.values("pk")})
        return super().visible_to(user).filter(seen)

    def with_cited(self):
        """Read the cited records along, with what their names need."""
        joined = ("practice", "visit", "takeaway__visit", "transfer__practice", "transfer__region")
        return self.select_related(*joined)
