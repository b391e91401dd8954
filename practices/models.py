"""Practices, their form as data, their reviews and their transfers to other regions."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Versioned
from partners.models import Organisation, Person, Region, Sourced, Visibility
from practices import querysets
from workgroups.models import Workgroup

# The official languages of the Union: texts may be written in any of them.
LANGUAGES = [
    "bg",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "fi",
    "fr",
    "ga",
    "hr",
    "hu",
    "it",
    "lt",
    "lv",
    "mt",
    "nl",
    "pl",
    "pt",
    "ro",
    "sk",
    "sl",
    "sv",
]
TIMESCALE = "timescale"  # the gap that stands for the dates, which are no text of the form


class FormTemplate(models.Model):
    """A version of the practice form; practices keep the version they were written in."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    note = models.TextField(
        _("note for curators"),
        blank=True,
        default="The programme's current working template decides; limits below are as known.",
    )
    is_current = models.BooleanField(_("used for new practices"), default=False)

    objects = querysets.FormTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice form")
        verbose_name_plural = _("practice forms")
        ordering = ["-is_current", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="one_current_practice_form"
            )
        ]

    def __str__(self):
        return self.name


class FormField(models.Model):
    """One field of a form: label, help, limit in characters, and whether it is required on submit."""

    class Kind(models.TextChoices):
        """How the field is filled in."""

        LINE = "line", _("one line")
        TEXT = "text", _("text")

    template = models.ForeignKey(FormTemplate, models.CASCADE, related_name="fields")
    name = models.SlugField(
        _("name in the API"),
        max_length=40,
        help_text=_("“title” and “summary” are the practice's own; every other name is free."),
    )
    label = models.CharField(_("label"), max_length=120)
    help_text = models.CharField(_("help"), max_length=400, blank=True)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, default=Kind.TEXT)
    limit = models.PositiveIntegerField(_("limit in characters"), null=True, blank=True)
    is_required = models.BooleanField(_("required on submit"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("field of a practice form")
        verbose_name_plural = _("fields of a practice form")
        ordering = ["template", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["template", "name"], name="one_field_per_name_and_form")]

    def __str__(self):
        return self.label


class Practice(Versioned, Sourced):
    """A good practice of a region, written in a structured form."""

    class State(models.TextChoices):
        """Where the practice stands in its review."""

        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        CHANGES_REQUESTED = "changes_requested", _("changes requested")
        ACCEPTED = "accepted", _("accepted")
        PUBLISHED = "published", _("published")
        DECLINED = "declined", _("declined")

    class Scope(models.TextChoices):
        """Geographical scope."""

        NATIONAL = "national", _("national")
        REGIONAL = "regional", _("regional")
        LOCAL = "local", _("local")

    TRANSITIONS = {
        State.DRAFT: {State.SUBMITTED},
        State.SUBMITTED: {State.CHANGES_REQUESTED, State.ACCEPTED, State.DECLINED, State.DRAFT},
        State.CHANGES_REQUESTED: {State.SUBMITTED},
        State.ACCEPTED: {State.PUBLISHED, State.CHANGES_REQUESTED},
        State.PUBLISHED: set(),
        State.DECLINED: set(),
    }
    EDITABLE_STATES = (State.DRAFT, State.CHANGES_REQUESTED)

    # Title and summary are text without a database limit: a draft over the form's limit is kept whole.
    title = models.TextField(_("title"))
    summary = models.TextField(_("summary"), blank=True)
    template = models.ForeignKey(FormTemplate, models.PROTECT, related_name="practices", verbose_name=_("form"))
    texts = models.JSONField(_("texts"), default=dict, blank=True)
    gaps = models.JSONField(
        _("fields that are not documented"),
        default=list,
        blank=True,
        help_text=_("Names of fields about which nothing is on record."),
    )
    language = models.CharField(_("language of the texts"), max_length=10, default="en")
    workgroup = models.ForeignKey(
        Workgroup, models.PROTECT, null=True, blank=True, related_name="practices", verbose_name=_("workgroup")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="practices",
        verbose_name=_("organisation in charge"),
    )
    owner_name = models.CharField(
        _("owner, if no partner"), max_length=200, blank=True, help_text=_("For example a ministry.")
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="practices", verbose_name=_("region")
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    scope = models.CharField(_("geographical scope"), max_length=8, choices=Scope.choices, blank=True)
    start_date = models.DateField(_("began"), null=True, blank=True)
    end_date = models.DateField(_("ended"), null=True, blank=True)
    is_ongoing = models.BooleanField(_("still running"), default=False)
    web_address = models.URLField(_("more on the web"), blank=True)
    visibility = models.CharField(
        _("who may see it once published"), max_length=12, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    state = models.CharField(_("state"), max_length=18, choices=State.choices, default=State.DRAFT)
    authors = models.ManyToManyField(Person, blank=True, related_name="practices", verbose_name=_("authors"))
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = querysets.PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(start_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="practice_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="published_practice_has_date"
            ),
        ]
        indexes = [models.Index(fields=["state", "-published_at"], name="practice_published")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Return the address of the practice's page."""
        return reverse("practices:practice_detail", args=[self.pk])

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.title} {self.summary} {self.owner_name} {' '.join(self.texts.values())}"

    def text_of(self, name):
        """Return the text of the form's field ``name``."""
        return getattr(self, name) if name in ("title", "summary") else self.texts.get(name, "")


class Review(models.Model):
    """What a reviewer said about a submitted practice."""

    class Verdict(models.TextChoices):
        """Result of a review."""

        CHANGES_REQUESTED = "changes_requested", _("changes requested")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="reviews")
    verdict = models.CharField(_("result"), max_length=18, choices=Verdict.choices)
    comment = models.TextField(_("comment"), max_length=4000, blank=True)
    field_comments = models.JSONField(_("comments on fields"), default=dict, blank=True)
    reviewed_at = models.DateTimeField(_("when"), default=timezone.now)

    objects = querysets.ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-reviewed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="accepted") | ~Q(comment=""), name="sent_back_or_declined_with_comment"
            )
        ]

    def __str__(self):
        return f"{self.verdict} by {self.reviewer_id}"


class Transfer(Versioned, Sourced):
    """What a region makes of another region's practice, from first interest to adoption."""

    class Stage(models.TextChoices):
        """How far it has come; each stage is a step with a date."""

        INTEREST = "interest", _("interest")
        CONTACT = "contact", _("contact")
        STUDY = "study", _("study")
        ADAPTING = "adapting", _("adapting")
        PILOTING = "piloting", _("piloting")
        ADOPTED = "adopted", _("adopted")
        DROPPED = "dropped", pgettext_lazy("transfer", "dropped")

    LINE = (Stage.INTEREST, Stage.CONTACT, Stage.STUDY, Stage.ADAPTING, Stage.PILOTING, Stage.ADOPTED)

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="transfers", verbose_name=_("practice"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="transfers", verbose_name=_("taking region")
    )
    taker_name = models.CharField(
        _("taker, if no partner region"), max_length=200, blank=True, help_text=_("For example a ministry.")
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, default=Stage.INTEREST)
    what = models.TextField(_("what is taken over"), max_length=1000, blank=True)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    started_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = querysets.TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["practice", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "region", "taker_name"], name="one_transfer_per_practice_and_taker"
            ),
            models.CheckConstraint(condition=~Q(stage="dropped") | ~Q(reason=""), name="dropped_transfer_has_reason"),
            models.CheckConstraint(condition=Q(region__isnull=False) | ~Q(taker_name=""), name="transfer_has_a_taker"),
        ]

    def __str__(self):
        return f"{self.practice_id} to {self.taker_name or self.region_id}"

    def get_absolute_url(self):
        """Return the address of the transfer's page."""
        return reverse("practices:transfer_detail", args=[self.pk])

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.what} {self.taker_name}"

    @property
    def taker(self):
        """Name of who takes: the region, or the body that is no partner region."""
        return self.taker_name or (self.region.name if self.region else "")


class TransferStep(models.Model):
    """One stage reached by a transfer: when, by whom, with what note."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="steps")
    stage = models.CharField(_("stage"), max_length=10, choices=Transfer.Stage.choices)
    step_date = models.DateField(_("when"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)

    objects = querysets.TransferStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a transfer")
        verbose_name_plural = _("steps of transfers")
        ordering = ["recorded_at", "id"]

    def __str__(self):
        return f"{self.stage} of {self.transfer_id}"
