"""Meetings and what comes before and out of them."""

import zoneinfo
from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from meetings import querysets
from partners.models import Organisation, Person, Sourced, Visibility, check_time_zone
from workgroups.models import Workgroup


class Meeting(Versioned, Sourced):
    """A meeting of the partnership, on site, online or both."""

    class Kind(models.TextChoices):
        """What sort of meeting."""

        PARTNER = "partner", _("interregional partner meeting")
        STEERING = "steering", _("steering committee")
        WORKGROUP = "workgroup", _("workgroup meeting")
        STAKEHOLDER = "stakeholder", _("stakeholder group")
        WORKSHOP = "workshop", _("workshop")
        EVENT = "event", _("event")

    class Mode(models.TextChoices):
        """How people take part."""

        ON_SITE = "on_site", _("on site")
        ONLINE = "online", _("online")
        HYBRID = "hybrid", _("on site and online")

    class State(models.TextChoices):
        """Life of a meeting; a draft tells nobody, a cancelled meeting keeps its row."""

        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        IN_PROGRESS = "in_progress", _("in progress")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    class Precision(models.TextChoices):
        """How exactly the dates are known (records of the past)."""

        TIME = "time", _("day and time")
        DAYS = "days", _("first and last day")
        START = "start", _("first day only")
        INSIDE = "inside", _("one day of it")
        MONTH = "month", _("month only")

    TRANSITIONS = {
        State.DRAFT: {State.OPEN, State.CANCELLED},
        State.OPEN: {State.IN_PROGRESS, State.CLOSED, State.CANCELLED},
        State.IN_PROGRESS: {State.CLOSED},
        State.CLOSED: {State.IN_PROGRESS},
        State.CANCELLED: set(),
    }

    title = models.CharField(_("title"), max_length=150)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.PARTNER)
    mode = models.CharField(_("how people take part"), max_length=8, choices=Mode.choices, default=Mode.ON_SITE)
    place = models.CharField(_("place"), max_length=200, blank=True, help_text=_("Town, then house and street."))
    country = models.CharField(_("country"), max_length=2, blank=True)
    online_address = models.URLField(
        _("address of the online room"), blank=True, help_text=_("Shown only to people who are registered.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Vienna", validators=[check_time_zone])
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    precision = models.CharField(_("dates known"), max_length=8, choices=Precision.choices, default=Precision.TIME)
    summary = models.TextField(_("what it is about"), max_length=3000, blank=True)
    host = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hosted_meetings",
        verbose_name=_("host"),
    )
    workgroup = models.ForeignKey(
        Workgroup, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("workgroup")
    )
    visibility = models.CharField(
        _("who may see it"), max_length=12, choices=Visibility.choices, default=Visibility.PARTNERSHIP
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    cancel_reason = models.TextField(_("reason"), max_length=1000, blank=True)
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    seat_limit = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5000)],
        help_text=_("Empty: no limit."),
    )
    is_open_to_guests = models.BooleanField(_("guests may register"), default=False)
    minutes = models.TextField(_("minutes"), max_length=100_000, blank=True)
    minutes_published_at = models.DateTimeField(_("minutes published"), null=True, blank=True)
    sequence = models.PositiveIntegerField(_("calendar revision"), default=0, editable=False)
    created_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("drawn up by")
    )
    reported_count = models.PositiveIntegerField(_("people reported"), null=True, blank=True)

    objects = querysets.MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="meeting_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="cancelled_meeting_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(registration_closes_at__isnull=True)
                | Q(registration_opens_at__isnull=True)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                name="registration_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=~Q(visibility="workgroup") | Q(workgroup__isnull=False),
                name="meeting_seen_by_workgroup_has_one",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="meeting_starts")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Return the address of the meeting's page."""
        return reverse("meetings:meeting_detail", args=[self.pk])

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.title} {self.place} {self.summary}"

    @property
    def zone(self):
        """The time zone as an object."""
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def local_start(self):
        """The beginning in the meeting's own zone."""
        return timezone.localtime(self.starts_at, self.zone)

    @property
    def local_end(self):
        """The end in the meeting's own zone."""
        return timezone.localtime(self.ends_at, self.zone)

    @property
    def uid(self):
        """The identifier in calendars, never reused and never changed."""
        return f"meeting-{self.pk}"

    def is_registration_open(self, now=None):
        """True while the meeting is open and ``now`` is inside the registration window."""
        moment = now or timezone.now()
        if self.state != self.State.OPEN or moment >= self.starts_at:
            return False
        has_begun = self.registration_opens_at is None or moment >= self.registration_opens_at
        has_ended = self.registration_closes_at is not None and moment >= self.registration_closes_at
        return has_begun and not has_ended


class AgendaItem(models.Model):
    """One line of the agenda; times of a day run on from its first item."""

    class Kind(models.TextChoices):
        """What happens in it."""

        INFORMATION = "information", _("information")
        DISCUSSION = "discussion", _("discussion")
        DECISION = "decision", _("decision")
        VISIT = "visit", _("visit")
        BREAK = "break", _("break")
        SOCIAL = "social", _("social event")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda_items")
    day = models.PositiveSmallIntegerField(
        _("day of the meeting"), default=1, validators=[MinValueValidator(1), MaxValueValidator(14)]
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.INFORMATION)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(1440)],
        help_text=_("Empty: not known."),
    )
    begins = models.TimeField(
        _("begins at"), null=True, blank=True, help_text=_("Empty: when the item before it ends.")
    )
    presenter = models.CharField(_("presented by"), max_length=150, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    objects = querysets.OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["meeting", "day", "position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__isnull=True) | Q(minutes__lte=1440), name="item_fits_a_day")
        ]

    def __str__(self):
        return self.title

    @property
    def duration(self):
        """The planned time, or None where it is not known."""
        return None if self.minutes is None else timedelta(minutes=self.minutes)


class Registration(models.Model):
    """That a person takes part in a meeting."""

    class State(models.TextChoices):
        """Registered or withdrawn; the row stays."""

        REGISTERED = "registered", _("registered")
        WITHDRAWN = "withdrawn", _("withdrawn")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="registrations")
    person = models.ForeignKey(Person, models.CASCADE, related_name="registrations")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.REGISTERED)
    is_online = models.BooleanField(_("takes part online"), default=False)
    note = models.CharField(_("note for the organisers"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    # How often the meeting left the person's own calendar or came back: programs ignore a file with an old number.
    calendar_steps = models.PositiveIntegerField(default=0, editable=False)

    objects = querysets.RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["registered_at", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="one_registration_per_person")]

    def __str__(self):
        return f"{self.person_id} at {self.meeting_id}"


class Decision(models.Model):
    """What a meeting decided, with a number that runs through all meetings."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="decisions")
    agenda_item = models.ForeignKey(
        AgendaItem, models.SET_NULL, null=True, blank=True, related_name="decisions", verbose_name=_("agenda item")
    )
    text = models.TextField(_("decision"), max_length=2000)
    decided_date = models.DateField(_("decided on"))
    is_fictional = models.BooleanField(_("fictional"), default=False)

    objects = querysets.DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-number"]

    def __str__(self):
        return f"{self.number}: {self.text[:60]}"

    def get_absolute_url(self):
        """Return the address of the decision on its meeting's page."""
        return f"{reverse('meetings:meeting_detail', args=[self.meeting_id])}#decision-{self.number}"

    def search_text(self):
        """Return what the search finds this by."""
        return self.text


class Todo(Versioned):
    """Something that one person does until a day; it comes out of a meeting or a workgroup."""

    class State(models.TextChoices):
        """Open until done or dropped."""

        OPEN = "open", _("open")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, null=True, blank=True, related_name="todos", verbose_name=_("meeting")
    )
    workgroup = models.ForeignKey(
        Workgroup, models.CASCADE, null=True, blank=True, related_name="todos", verbose_name=_("workgroup")
    )
    text = models.CharField(_("what is to be done"), max_length=300)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="todos", verbose_name=_("who does it"))
    due_date = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(_("what was done, or why not"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    is_fictional = models.BooleanField(_("fictional"), default=False)

    objects = querysets.TodoQuerySet.as_manager()

    class Meta:
        verbose_name = _("to-do")
        verbose_name_plural = _("to-dos")
        ordering = ["due_date", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting__isnull=False) | Q(workgroup__isnull=False), name="todo_has_an_origin"
            ),
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(answer=""), name="dropped_todo_has_reason"),
        ]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        """Return the address of the to-do's page."""
        return reverse("meetings:todo_detail", args=[self.pk])

    def search_text(self):
        """Return what the search finds this by."""
        return self.text

    def is_overdue(self, today=None):
        """True for an open to-do whose day has passed."""
        return self.state == self.State.OPEN and self.due_date < (today or timezone.localdate())
