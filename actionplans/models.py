"""From the policy instrument down to the milestone, and what inspired each action."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actionplans import querysets
from core.models import Versioned
from partners.models import Organisation, Person, Region, Sourced, Visibility
from practices.models import Practice, Transfer
from visits.models import StudyVisit, Takeaway


class PolicyInstrument(Versioned, Sourced):
    """A programme or strategy of a region that the project wants to improve."""

    class Kind(models.TextChoices):
        """What sort of instrument (part II of the programme's plan template)."""

        GROWTH = "growth", _("Investment for Growth and Jobs programme")
        COOPERATION = "cooperation", _("European Territorial Cooperation programme")
        OTHER = "other", _("other regional development instrument")

    name = models.CharField(_("name"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    region = models.ForeignKey(Region, models.PROTECT, related_name="instruments", verbose_name=_("region"))
    owner_name = models.CharField(_("authority in charge"), max_length=200, blank=True)
    summary = models.TextField(_("what it does"), max_length=3000, blank=True)
    improvement = models.TextField(_("policy improvement reached"), max_length=3000, blank=True)

    objects = querysets.InstrumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy instrument")
        verbose_name_plural = _("policy instruments")
        ordering = ["region", "name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """Return the address of the instrument's page."""
        return reverse("actionplans:instrument_detail", args=[self.pk])

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.name} {self.owner_name} {self.summary}"


class ActionPlan(Versioned, Sourced):
    """How one instrument shall be improved with what was learned; partners may share a plan."""

    class State(models.TextChoices):
        """Life of a plan."""

        DRAFTING = "drafting", _("being drafted")
        ENDORSED = "endorsed", _("endorsed")
        MONITORING = "monitoring", _("being carried out")
        CLOSED = "closed", _("closed")

    TRANSITIONS = {
        State.DRAFTING: {State.ENDORSED},
        State.ENDORSED: {State.MONITORING, State.DRAFTING},
        State.MONITORING: {State.CLOSED},
        State.CLOSED: {State.MONITORING},
    }

    instrument = models.ForeignKey(
        PolicyInstrument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name=_("policy instrument"),
    )
    title = models.CharField(_("title"), max_length=200)
    organisations = models.ManyToManyField(Organisation, related_name="plans", verbose_name=_("partners"))
    language = models.CharField(_("language of the plan"), max_length=10, default="en")
    context = models.TextField(_("policy context"), max_length=10_000, blank=True)
    english_summary = models.TextField(
        _("English summary"), max_length=5000, blank=True, help_text=_("Needed when the plan is in another language.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFTING)
    visibility = models.CharField(
        _("who may see it once endorsed"), max_length=12, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    endorsed_date = models.DateField(_("endorsed on"), null=True, blank=True)
    endorsed_by = models.CharField(_("endorsed by"), max_length=200, blank=True)
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = querysets.PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("action plan")
        verbose_name_plural = _("action plans")
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["instrument"], name="one_plan_per_instrument"),
            models.CheckConstraint(
                condition=Q(visibility__in=["public", "partnership", "organisation"]), name="plan_has_no_workgroup"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Return the address of the plan's page."""
        return reverse("actionplans:plan_detail", args=[self.pk])

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.title} {self.context} {self.english_summary}"


class Action(Versioned, Sourced):
    """A line of an action plan. Its state says what people do; whether it is late follows from dates."""

    class State(models.TextChoices):
        """What people say of it."""

        PLANNED = "planned", _("planned")
        IN_PROGRESS = "in_progress", _("in progress")
        COMPLETED = "completed", _("completed")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", pgettext_lazy("action", "cancelled")

    TRANSITIONS = {
        State.PLANNED: {State.IN_PROGRESS, State.POSTPONED, State.CANCELLED},
        State.IN_PROGRESS: {State.COMPLETED, State.POSTPONED, State.CANCELLED},
        State.POSTPONED: {State.PLANNED, State.IN_PROGRESS, State.CANCELLED},
        State.COMPLETED: {State.IN_PROGRESS},
        State.CANCELLED: {State.PLANNED},
    }
    REASON_NEEDED = (State.POSTPONED, State.CANCELLED)

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="actions", verbose_name=_("action plan"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    background = models.TextField(_("background: which lesson of which partner"), max_length=5000, blank=True)
    description = models.TextField(_("what is done"), max_length=5000, blank=True)
    players = models.TextField(_("players involved"), max_length=2000, blank=True)
    costs = models.TextField(_("costs"), max_length=1000, blank=True)
    funding = models.TextField(_("funding sources"), max_length=1000, blank=True)
    start_date = models.DateField(_("from"), null=True, blank=True)
    end_date = models.DateField(_("until"), null=True, blank=True)
    responsible_organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("organisation in charge"),
    )
    responsible_person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="actions", verbose_name=_("person in charge")
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PLANNED)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)

    objects = querysets.ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["plan", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_action_per_number"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(start_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="action_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["postponed", "cancelled"]) | ~Q(reason=""),
                name="postponed_or_cancelled_action_has_reason",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Return the address of the action's page."""
        return reverse("actionplans:action_detail", args=[self.pk])

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.title} {self.background} {self.description}"

    def is_late(self, today=None):
        """True when the last day has passed and the action is neither completed nor given up."""
        waits = self.state in (self.State.PLANNED, self.State.IN_PROGRESS)
        return waits and self.end_date is not None and self.end_date < (today or timezone.localdate())


class ActionSource(models.Model):
    """What inspired an action: exactly one record for each row."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="sources_of_action")
    practice = models.ForeignKey(Practice, models.PROTECT, null=True, blank=True, related_name="cited_by")
    visit = models.ForeignKey(StudyVisit, models.PROTECT, null=True, blank=True, related_name="cited_by")
    takeaway = models.ForeignKey(Takeaway, models.PROTECT, null=True, blank=True, related_name="cited_by")
    transfer = models.ForeignKey(Transfer, models.PROTECT, null=True, blank=True, related_name="cited_by")
    note = models.CharField(_("how it helped"), max_length=300, blank=True)

    objects = querysets.SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of an action")
        verbose_name_plural = _("sources of actions")
        ordering = ["action", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(practice__isnull=False, visit=None, takeaway=None, transfer=None)
                    | Q(practice=None, visit__isnull=False, takeaway=None, transfer=None)
                    | Q(practice=None, visit=None, takeaway__isnull=False, transfer=None)
                    | Q(practice=None, visit=None, takeaway=None, transfer__isnull=False)
                ),
                name="action_source_is_exactly_one",
            ),
            models.UniqueConstraint(fields=["action", "practice"], name="practice_cited_once"),
            models.UniqueConstraint(fields=["action", "visit"], name="visit_cited_once"),
            models.UniqueConstraint(fields=["action", "takeaway"], name="takeaway_cited_once"),
            models.UniqueConstraint(fields=["action", "transfer"], name="transfer_cited_once"),
        ]

    def __str__(self):
        return f"source of {self.action_id}"


class Milestone(Versioned):
    """A day by which a part of an action is done."""

    class State(models.TextChoices):
        """Open until done or dropped."""

        OPEN = "open", _("open")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    action = models.ForeignKey(Action, models.CASCADE, related_name="milestones", verbose_name=_("action"))
    title = models.CharField(_("title"), max_length=200)
    due_date = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    done_date = models.DateField(_("done on"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), max_length=2000, blank=True)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    is_fictional = models.BooleanField(_("fictional"), default=False)

    objects = querysets.MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_date", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(reason=""), name="dropped_milestone_has_reason"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_date__isnull=False), name="done_milestone_has_date"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Return the address of the milestone on its action's page."""
        return f"{reverse('actionplans:action_detail', args=[self.action_id])}#milestone-{self.pk}"

    def is_late(self, today=None):
        """True for an open milestone whose day has passed."""
        return self.state == self.State.OPEN and self.due_date < (today or timezone.localdate())
