"""Which letters?"""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

ENDED = ("sent", "skipped", "cancelled", "dead")


class LetterQuerySet(models.QuerySet):
    """Rows of the outbox."""

    def visible_to(self, user):
        """Curators see all letters; nobody else sees any here."""
        return self if user.is_active and user.is_staff else self.none()

    def due(self, now):
        """Return the letters that may be claimed now."""
        return self.filter(state="queued", due_at__lte=now).filter(
            Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)
        )

    def stuck(self, now):
        """Return letters in the hands of a process that did not come back within its lease."""
        return self.filter(state__in=("claimed", "handing"), lease_until__lt=now)

    def held_by(self, letter):
        """Return the row of ``letter`` if the claim under which it was read still holds (the fence)."""
        if letter.nonce is None:
            return self.none()
        return self.filter(pk=letter.pk, state=letter.state, nonce=letter.nonce)

    def ended_before(self, moment):
        """Return letters that ended and were written before ``moment``."""
        return self.filter(state__in=ENDED, created_at__lt=moment)

    def about(self, thing):
        """Return the letters about ``thing``."""
        return self.filter(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk)

    def with_words(self, query):
        """Return the letters whose address, person or subject contains ``query``."""
        return self.filter(Q(address__icontains=query) | Q(subject__icontains=query) | Q(person__name__icontains=query))


class ReminderSettingQuerySet(models.QuerySet):
    """Changes of reminders."""

    def of(self, thing):
        """Return the changes for ``thing``, or those for everything (None)."""
        if thing is None:
            return self.filter(content_type__isnull=True)
        return self.filter(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk)


class OwnQuerySet(models.QuerySet):
    """Rows that belong to one person."""

    def visible_to(self, user):
        """Everybody sees the own row, curators see all."""
        if not user.is_active or user.is_anonymous:
            return self.none()
        return self if user.is_staff else self.filter(person_id=user.person_id)
