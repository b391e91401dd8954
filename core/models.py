"""Tables without a subject: history, search text, form keys, files; and the abstract bases."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Versioned(models.Model):
    """A row with a version number, raised by one with every change (see ``core.workflows.claim``)."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        abstract = True


class About(models.Model):
    """A row that speaks about any other row."""

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    thing = GenericForeignKey()

    class Meta:
        abstract = True


class HistoryEntry(About):
    """Who did what to which thing, and when. Only ever added (``core.history.record``)."""

    actor = models.ForeignKey(settings.PERSON_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    verb = models.SlugField(_("verb"), max_length=60)
    note = models.TextField(_("note"), blank=True)
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("history entry")
        verbose_name_plural = _("history entries")
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["content_type", "object_id", "-happened_at"], name="history_of_thing")]

    def __str__(self):
        return f"{self.verb} {self.content_type_id}:{self.object_id}"


class SearchText(About):
    """The folded words of one thing, each with a space before it (``core.search.index``)."""

    text = models.TextField()

    class Meta:
        verbose_name = _("search text")
        constraints = [models.UniqueConstraint(fields=["content_type", "object_id"], name="one_search_text_per_thing")]

    def __str__(self):
        return f"{self.content_type_id}:{self.object_id}"


class FormKey(models.Model):
    """A key that a form carries, so that the same form sent twice is done once."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(settings.PERSON_MODEL, models.CASCADE, null=True, related_name="+")
    result_url = models.CharField(max_length=300, blank=True)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("form key")

    def __str__(self):
        return str(self.key)


def file_path(instance, filename):
    """Return a storage path that says nothing about the file: names are shown from the row."""
    return f"{instance.key.hex[:2]}/{instance.key.hex}"


class File(About):
    """A file that belongs to one thing and is seen by whoever sees that thing."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    content = models.FileField(upload_to=file_path)
    name = models.CharField(_("name"), max_length=150)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    alt_text = models.CharField(_("text for those who do not see the picture"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(settings.PERSON_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["uploaded_at", "id"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="file_of_thing")]

    def __str__(self):
        return self.name


class Stamp(models.Model):
    """A number that the database raises with every change of a room's tables (``core.stamps``).

    On PostgreSQL each open transaction raises a slot of its own; the sum counts.
    """

    room = models.CharField(max_length=40)
    slot = models.PositiveIntegerField(default=0)
    number = models.BigIntegerField()

    class Meta:
        verbose_name = _("stamp")
        constraints = [models.UniqueConstraint(fields=["room", "slot"], name="one_stamp_per_room_and_slot")]

    def __str__(self):
        return f"{self.room}:{self.slot}"


class Heartbeat(models.Model):
    """When a job of the clock last ran, for operators."""

    job = models.CharField(primary_key=True, max_length=80)
    beat_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("heartbeat")

    def __str__(self):
        return self.job
