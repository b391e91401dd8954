"""Workgroups, who belongs to them and what they set out to do."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from partners.models import Organisation, Person, Sourced, Visibility
from workgroups import querysets


class Workgroup(Versioned, Sourced):
    """A theme on which some partners work together: a line on the map, with letter and colour."""

    class State(models.TextChoices):
        """Life of a group."""

        FORMING = "forming", _("forming")
        ACTIVE = "active", _("active")
        DORMANT = "dormant", _("resting")
        CLOSED = "closed", _("closed")

    name = models.CharField(_("name"), max_length=120, unique=True)
    letter = models.CharField(_("letter"), max_length=1, unique=True)
    colour = models.PositiveSmallIntegerField(
        _("colour"), validators=[MinValueValidator(1), MaxValueValidator(8)], help_text=_("Line colour 1 to 8.")
    )
    summary = models.CharField(_("in one sentence"), max_length=250, blank=True)
    scope = models.TextField(_("scope"), blank=True)
    subtopics = models.JSONField(_("subtopics"), default=list, blank=True)
    lead_organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="led_workgroups",
        verbose_name=_("lead organisation"),
    )
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="workgroups", verbose_name=_("partners seen active")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = querysets.WorkgroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("workgroup")
        verbose_name_plural = _("workgroups")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(colour__gte=1, colour__lte=8), name="workgroup_colour_1_to_8")
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """Return the address of the group's page."""
        return reverse("workgroups:workgroup_detail", args=[self.pk])

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.name} {self.summary} {self.scope} {' '.join(self.subtopics)}"


class GroupMembership(models.Model):
    """That a person works in a group, from a day to a day; history stays."""

    class Role(models.TextChoices):
        """Part in the group."""

        CHAIR = "chair", _("chair")
        DEPUTY = "deputy", _("deputy chair")
        SECRETARY = "secretary", _("secretary")
        MEMBER = "member", _("member")

    workgroup = models.ForeignKey(Workgroup, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="group_memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    start_date = models.DateField(_("from"), null=True, blank=True)
    end_date = models.DateField(_("until"), null=True, blank=True)

    objects = querysets.GroupMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership in a workgroup")
        verbose_name_plural = _("memberships in workgroups")
        ordering = ["workgroup", "role", "person", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workgroup", "person"], condition=Q(end_date=None), name="one_open_group_membership"
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(start_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="group_membership_ends_after_start",
            ),
        ]

    def __str__(self):
        return f"{self.person_id} in {self.workgroup_id}"


class Initiative(Versioned, Sourced):
    """Something that a workgroup sets out to do together."""

    class State(models.TextChoices):
        """Life of an initiative."""

        IDEA = "idea", _("idea")
        PLANNED = "planned", _("planned")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    TRANSITIONS = {
        State.IDEA: {State.PLANNED, State.RUNNING, State.DROPPED},
        State.PLANNED: {State.IDEA, State.RUNNING, State.DROPPED},
        State.RUNNING: {State.DONE, State.DROPPED},
        State.DONE: {State.RUNNING},
        State.DROPPED: {State.IDEA},
    }

    workgroup = models.ForeignKey(Workgroup, models.CASCADE, related_name="initiatives", verbose_name=_("workgroup"))
    title = models.CharField(_("title"), max_length=150)
    summary = models.TextField(_("what it is about"), max_length=2000)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.IDEA)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    lead_organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("lead organisation"),
    )
    lead_person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="initiatives", verbose_name=_("contact")
    )
    start_date = models.DateField(_("from"), null=True, blank=True)
    end_date = models.DateField(_("until"), null=True, blank=True)
    visibility = models.CharField(
        _("who may see it"), max_length=12, choices=Visibility.choices, default=Visibility.PARTNERSHIP
    )

    objects = querysets.InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["workgroup", "title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(start_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="initiative_ends_after_start",
            ),
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(reason=""), name="dropped_initiative_has_reason"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Return the address of the initiative's page."""
        return reverse("workgroups:initiative_detail", args=[self.pk])

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.title} {self.summary}"
