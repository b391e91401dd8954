"""Study visits, who goes there, and what they bring home."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from meetings.models import Meeting
from partners.models import Organisation, Person, Region, Sourced, Visibility
from practices.models import Practice
from visits import querysets


class VisitHost(Sourced):
    """A place or body that receives visitors."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    about = models.TextField(_("about"), max_length=3000, blank=True)

    class Meta:
        verbose_name = _("host of visits")
        verbose_name_plural = _("hosts of visits")
        ordering = ["name"]

    def __str__(self):
        return self.name


class StudyVisit(Versioned, Sourced):
    """A study visit of a meeting: a way with stops, and a number of seats that is never exceeded."""

    class State(models.TextChoices):
        """Life of a visit; full or not is counted, not stored."""

        DRAFT = "draft", _("draft")
        OPEN = "open", _("open for sign-up")
        CLOSED = "closed", _("sign-up closed")
        DONE = "done", _("took place")
        CANCELLED = "cancelled", _("cancelled")

    TRANSITIONS = {
        State.DRAFT: {State.OPEN, State.CANCELLED},
        State.OPEN: {State.CLOSED, State.DONE, State.CANCELLED},
        State.CLOSED: {State.OPEN, State.DONE, State.CANCELLED},
        State.DONE: set(),
        State.CANCELLED: set(),
    }

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="visits", verbose_name=_("meeting"))
    title = models.CharField(_("title"), max_length=150)
    summary = models.TextField(_("what there is to see"), max_length=3000, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    is_time_known = models.BooleanField(_("times are known"), default=True)
    meeting_point = models.CharField(_("where the group meets"), max_length=200, blank=True)
    seats = models.PositiveIntegerField(
        _("seats"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("Empty: no limit."),
    )
    sign_up_closes_at = models.DateTimeField(_("sign-up closes"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    cancel_reason = models.TextField(_("reason"), max_length=1000, blank=True)
    practices = models.ManyToManyField(Practice, blank=True, related_name="visits", verbose_name=_("practices shown"))
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    last_queue_number = models.PositiveIntegerField(default=0, editable=False)

    objects = querysets.VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("study visit")
        verbose_name_plural = _("study visits")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="visit_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="cancelled_visit_has_reason"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Return the address of the visit's page."""
        return reverse("visits:visit_detail", args=[self.pk])

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.title} {self.summary} {self.meeting_point}"

    @property
    def local_start(self):
        """The beginning in the zone of the meeting."""
        return timezone.localtime(self.starts_at, self.meeting.zone)

    @property
    def local_end(self):
        """The end in the zone of the meeting."""
        return timezone.localtime(self.ends_at, self.meeting.zone)

    @property
    def local_close(self):
        """When sign-up closes, in the zone of the meeting; None where it stays open until the visit begins."""
        return self.sign_up_closes_at and timezone.localtime(self.sign_up_closes_at, self.meeting.zone)

    def has_begun(self, now=None):
        """True from the moment at which the group sets off."""
        return (now or timezone.now()) >= self.starts_at

    def is_sign_up_open(self, now=None):
        """True while people may sign up."""
        moment = now or timezone.now()
        if self.state != self.State.OPEN or moment >= self.starts_at:
            return False
        return self.sign_up_closes_at is None or moment < self.sign_up_closes_at


class Stop(models.Model):
    """One stop on the way of a visit."""

    visit = models.ForeignKey(StudyVisit, models.CASCADE, related_name="stops")
    host = models.ForeignKey(
        VisitHost, models.PROTECT, null=True, blank=True, related_name="stops", verbose_name=_("host")
    )
    title = models.CharField(_("title"), max_length=150)
    place = models.CharField(_("place"), max_length=200, blank=True)
    begins = models.TimeField(_("begins at"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, validators=[MaxValueValidator(1440)]
    )
    note = models.TextField(_("note"), max_length=1000, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering = ["visit", "position", "id"]

    def __str__(self):
        return self.title


class SignUp(models.Model):
    """That a person wants to come along: with a seat, or waiting in order."""

    class State(models.TextChoices):
        """A seat, a place in the queue, or no longer."""

        CONFIRMED = "confirmed", _("seat confirmed")
        WAITING = "waiting", _("on the waiting list")
        WITHDRAWN = "withdrawn", _("withdrawn")

    visit = models.ForeignKey(StudyVisit, models.CASCADE, related_name="sign_ups")
    person = models.ForeignKey(Person, models.CASCADE, related_name="sign_ups")
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    queue_number = models.PositiveIntegerField(_("number in order of arrival"))
    signed_up_at = models.DateTimeField(_("signed up"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("seat confirmed"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = querysets.SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        ordering = ["visit", "queue_number"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "person"], name="one_sign_up_per_person"),
            models.UniqueConstraint(fields=["visit", "queue_number"], name="one_queue_number_per_visit"),
        ]

    def __str__(self):
        return f"{self.person_id} on {self.visit_id}"


class Takeaway(Versioned, Sourced):
    """What a person brings home from a visit; it may cite the practice that was seen."""

    visit = models.ForeignKey(StudyVisit, models.CASCADE, related_name="takeaways", verbose_name=_("visit"))
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="takeaways", verbose_name=_("author"))
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="takeaways",
        verbose_name=_("organisation"),
    )
    region = models.ForeignKey(
        Region, models.SET_NULL, null=True, blank=True, related_name="takeaways", verbose_name=_("region")
    )
    practice = models.ForeignKey(
        Practice, models.SET_NULL, null=True, blank=True, related_name="takeaways", verbose_name=_("practice")
    )
    seen = models.TextField(_("what I saw"), max_length=2000)
    fits = models.TextField(_("what fits at home"), max_length=2000, blank=True)
    blocks = models.TextField(_("what would block it"), max_length=2000, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_step_date = models.DateField(_("next step until"), null=True, blank=True)
    visibility = models.CharField(
        _("who may see it"), max_length=12, choices=Visibility.choices, default=Visibility.PARTNERSHIP
    )

    objects = querysets.TakeawayQuerySet.as_manager()

    class Meta:
        verbose_name = _("takeaway")
        verbose_name_plural = _("takeaways")
        ordering = ["-created_at", "-id"]

    def __str__(self):
        return self.seen[:60]

    def get_absolute_url(self):
        """Return the address of the takeaway on its visit's page."""
        return f"{reverse('visits:visit_detail', args=[self.visit_id])}#takeaway-{self.pk}"

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.seen} {self.fits} {self.next_step}"
