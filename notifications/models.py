"""The outbox: one row for each letter that a fact asks for."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Versioned
from notifications import querysets


class Letter(models.Model):
    """One letter to one person about one thing; it ends as sent, skipped, cancelled, dead or held."""

    class State(models.TextChoices):
        """Where the letter is. A claimed letter is in the hands of one process until ``lease_until``."""

        QUEUED = "queued", _("waiting")
        CLAIMED = "claimed", _("being sent")
        HANDING = "handing", _("being handed over")  # the mail server has it, its answer is not noted yet
        FOLDED = "folded", _("waits for the digest")
        SENT = "sent", _("sent")
        SKIPPED = "skipped", _("not needed")
        CANCELLED = "cancelled", pgettext_lazy("letter", "cancelled")
        DEAD = "dead", _("given up")
        HELD = "held", _("held back")

    class Channel(models.TextChoices):
        """How a person learns of it: by a letter of its own, in the digest, or in the portal alone."""

        MAIL = "mail", _("at once")
        DIGEST = "digest", _("in the digest")
        PORTAL = "portal", _("in the portal only")

    class Cause(models.TextChoices):
        """Why a letter was not needed, as one word that lists can be asked for; ``reason`` says it in full."""

        NO_USER = "no_user", _("nobody to write to")
        INACTIVE = "inactive", _("the account is not confirmed")
        SUSPENDED = "suspended", _("the account is closed")
        NO_ACCESS = "no_access", _("the person may not see it")
        PREFERENCE_OFF = "preference_off", _("the person does not want it")
        UNSUBSCRIBED = "unsubscribed", _("the person has unsubscribed")
        SUPPRESSED = "suppressed", _("the address does not take letters")
        OBJECT_GONE = "object_gone", _("what it was about is gone")
        OBJECT_CANCELLED = "object_cancelled", _("what it was about is cancelled")
        ALREADY_ACTED = "already_acted", _("it is done already")
        STALE = "stale", _("it would come too late")
        OTHER_CHANNEL = "other_channel", _("the person knows it another way")
        NOT_CONCERNED = "not_concerned", _("it does not concern the person any more")
        MOVED = "moved", _("it has another time now")
        SWITCHED_OFF = "switched_off", _("the reminder is switched off")
        FACTS = "facts", _("the facts have changed")
        GIVEN_UP = "given_up", _("a curator gave it up")

    # What a curator may do, and from which states.
    TRANSITIONS = {
        "requeue": ("dead", "held"),
        "give_up": ("queued", "held", "dead"),
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.SlugField(_("kind"), max_length=80)
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, blank=True)
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    thing = GenericForeignKey()
    person = models.ForeignKey(
        settings.PERSON_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name=_("to"),
    )
    address = models.EmailField(_("address"))
    key = models.CharField(max_length=200, unique=True, help_text=_("kind, thing, person, slot, revision"))
    data = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices, blank=True)
    rule = models.SlugField(_("reminder"), max_length=80, blank=True)  # the reminder that asked for it
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    useful_until = models.DateTimeField(_("useful until"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    nonce = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    claims = models.PositiveSmallIntegerField(default=0)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    channel = models.CharField(_("way"), max_length=10, choices=Channel.choices, default=Channel.MAIL)
    carried_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="carried", verbose_name=_("carried by")
    )
    url = models.CharField(_("leads to"), max_length=500, blank=True)
    seen_at = models.DateTimeField(_("seen in the portal"), null=True, blank=True)
    settled_at = models.DateTimeField(_("done"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("put off until"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = querysets.LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="letters_due"),
            models.Index(fields=["content_type", "object_id"], name="letters_about"),
            models.Index(fields=["person", "state", "settled_at"], name="letters_of_person"),
            models.Index(fields=["rule", "due_at"], name="letters_of_rule"),
        ]

    def __str__(self):
        return f"{self.kind} to {self.address}"

    def get_absolute_url(self):
        """Return the address of the letter's page, for curators."""
        return reverse("notifications:letter_detail", args=[self.pk])

    @property
    def message_id(self):
        """The Message-ID, the same in every try."""
        return f"<{self.uid}@{settings.MAIL_DOMAIN}>"


class LetterSettings(Versioned):
    """How often and when letters may reach one person; no row means the defaults of the fields."""

    class Digest(models.TextChoices):
        """How often the digest comes."""

        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every week, on Monday")
        NEVER = "never", _("never")

    person = models.OneToOneField(
        settings.PERSON_MODEL, models.CASCADE, related_name="letter_settings", verbose_name=_("person")
    )
    digest = models.CharField(_("digest"), max_length=10, choices=Digest.choices, default=Digest.WEEKLY)
    digest_hour = models.PositiveSmallIntegerField(_("hour of the digest"), default=7)
    digested_at = models.DateTimeField(_("last digest"), null=True, blank=True, editable=False)
    digest_slot = models.CharField(_("day or week of the last digest"), max_length=10, blank=True, editable=False)
    quiet_from = models.PositiveSmallIntegerField(_("quiet from"), null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(_("quiet until"), null=True, blank=True)
    quiet_days = models.JSONField(_("quiet days"), default=list, blank=True)  # 1 Monday … 7 Sunday
    holiday_until = models.DateField(_("on holiday until"), null=True, blank=True)
    daily_limit = models.PositiveSmallIntegerField(_("letters a day at most"), default=5)

    objects = querysets.OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter settings")
        verbose_name_plural = _("letter settings")
        constraints = [
            models.CheckConstraint(condition=Q(digest_hour__lt=24), name="digest_comes_at_an_hour"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__lt=24, quiet_until__lt=24),
                name="quiet_hours_are_hours",
            ),
        ]

    def __str__(self):
        return str(self.person)

    def get_absolute_url(self):
        """Return the address of the page where a person chooses letters."""
        return reverse("notifications:choices")


class Choice(models.Model):
    """One person's choice: which way things of a reason come, everywhere or about one group or thing.

    ``topic`` "" stands for every reason (a thing that is muted); without a thing the choice holds everywhere.
    """

    person = models.ForeignKey(
        settings.PERSON_MODEL, models.CASCADE, related_name="letter_choices", verbose_name=_("person")
    )
    topic = models.SlugField(_("reason"), max_length=80, blank=True)
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, blank=True)
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    thing = GenericForeignKey()
    channel = models.CharField(_("way"), max_length=10, choices=Letter.Channel.choices)
    is_by_link = models.BooleanField(_("by the link of a letter"), default=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("choice of letters")
        verbose_name_plural = _("choices of letters")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "topic", "content_type", "object_id"],
                name="one_choice_of_a_thing",
                condition=Q(content_type__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person", "topic"], name="one_choice_everywhere", condition=Q(content_type__isnull=True)
            ),
        ]

    def __str__(self):
        return f"{self.person}: {self.topic or 'all'} → {self.channel}"

    @property
    def label(self):
        """The kind of thing that the choice is about, as in addresses ("meetings.meeting")."""
        return f"{self.content_type.app_label}.{self.content_type.model}" if self.content_type else ""


class ReminderSetting(Versioned):
    """A coordinator's change of a reminder: off, or at another distance; for all, one group or one thing.

    The narrowest row that says something counts; a row that says nothing (on, no distance) lets the wider
    ones speak. Rows stay when they are taken back, so that their history stays.
    """

    class Unit(models.TextChoices):
        """Hours that pass, or days of the calendar: they differ when clocks change."""

        HOURS = "hours", _("hours")
        DAYS = "days", _("days")

    rule = models.SlugField(_("reminder"), max_length=80)
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, blank=True)
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    thing = GenericForeignKey()
    is_off = models.BooleanField(_("switched off"), default=False)
    offset = models.DurationField(_("how long"), null=True, blank=True)
    unit = models.CharField(_("counted in"), max_length=5, choices=Unit.choices, default=Unit.DAYS)

    objects = querysets.ReminderSettingQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a reminder")
        verbose_name_plural = _("changes of reminders")
        ordering = ["rule", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "content_type", "object_id"],
                name="one_reminder_setting_of_a_thing",
                condition=Q(content_type__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["rule"], name="one_reminder_setting_everywhere", condition=Q(content_type__isnull=True)
            ),
        ]

    def __str__(self):
        return self.rule

    def get_absolute_url(self):
        """Return the address of the page where it can be changed."""
        return reverse("notifications:reminder_change", args=[self.rule])

    @property
    def amount(self):
        """The number of hours or days, or None where the distance is not changed."""
        if self.offset is None:
            return None
        one = timedelta(hours=1) if self.unit == self.Unit.HOURS else timedelta(days=1)
        return self.offset // one

    @property
    def says_something(self):
        """False for a row that leaves everything as it is elsewhere."""
        return self.is_off or self.offset is not None


class MailAddress(models.Model):
    """What mail servers said about an address: strikes, and whether letters still go there."""

    address = models.EmailField(_("address"), max_length=320, unique=True)  # stored in small letters
    strikes = models.PositiveSmallIntegerField(_("strikes"), default=0)
    last_strike_at = models.DateTimeField(_("last strike"), null=True, blank=True)
    suppressed_at = models.DateTimeField(_("no letters since"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    cleared_at = models.DateTimeField(_("cleared by a curator"), null=True, blank=True)

    class Meta:
        verbose_name = _("state of an address")
        verbose_name_plural = _("states of addresses")
        ordering = ["address"]

    def __str__(self):
        return self.address


class MailReport(models.Model):
    """One thing that a mail server or a provider told about a letter; told twice, it is one row."""

    class Kind(models.TextChoices):
        """What was told."""

        SOFT = "soft", _("not now")
        HARD = "hard", _("not delivered")
        GONE = "gone", _("no such address")
        COMPLAINT = "complaint", _("called unwanted")
        DELAYED = "delayed", _("delayed")
        DELIVERED = "delivered", _("delivered")

    event = models.CharField(_("event"), max_length=200, unique=True)
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    address = models.EmailField(_("address"), max_length=320, db_index=True)  # in small letters
    letter = models.ForeignKey(
        Letter, models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("letter")
    )
    words = models.CharField(_("words of the server"), max_length=200, blank=True)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("report about an address")
        verbose_name_plural = _("reports about addresses")
        ordering = ["-happened_at", "-id"]

    def __str__(self):
        return f"{self.kind}: {self.address}"


class MailPause(models.Model):
    """A mail server that asked for less: nothing is sent through it until ``until``. One row per server."""

    server = models.CharField(_("mail server"), max_length=250, unique=True)
    until = models.DateTimeField(_("pause until"))
    refusals = models.PositiveSmallIntegerField(_("times in a row"), default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("pause of a mail server")
        verbose_name_plural = _("pauses of mail servers")

    def __str__(self):
        return self.server
