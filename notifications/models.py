"""The outbox: one row for each letter that a fact asks for."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications import querysets


class Letter(models.Model):
    """One letter to one person about one thing; it ends as sent, skipped, cancelled, dead or held."""

    class State(models.TextChoices):
        """Where the letter is. A claimed letter is in the hands of one process until ``lease_until``."""

        QUEUED = "queued", _("waiting")
        CLAIMED = "claimed", _("being sent")
        SENT = "sent", _("sent")
        SKIPPED = "skipped", _("not needed")
        CANCELLED = "cancelled", _("cancelled")
        DEAD = "dead", _("given up")
        HELD = "held", _("held back")

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
