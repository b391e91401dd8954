"""Which letters?"""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from notifications.registry import SCOPES

ENDED = ("sent", "skipped", "cancelled", "dead")
DIGESTS = ("digest", "weekly-digest")  # they only carry what stands in the inbox one by one


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

    def inbox_of(self, user):
        """Return what happened for ``user``: each letter that was written, whatever way it took, newest first.

        A letter without a subject was never written: it still waits, or it was not needed.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = self.filter(person_id=user.person_id).exclude(subject="").exclude(kind__in=DIGESTS)
        return mine.exclude(state="cancelled").order_by("-created_at", "-pk")

    def open(self, now):
        """Return entries of an inbox that are not done and not put off."""
        return self.filter(settled_at=None).filter(Q(snoozed_until=None) | Q(snoozed_until__lte=now))

    def snoozed(self, now):
        """Return entries that are put off, the first to come back first."""
        return self.filter(settled_at=None, snoozed_until__gt=now).order_by("snoozed_until", "pk")

    def settled(self):
        """Return entries that are done, the latest first."""
        return self.filter(settled_at__isnull=False).order_by("-settled_at", "-pk")

    def unread(self):
        """Return entries that nobody has opened."""
        return self.filter(seen_at=None)

    def wrong(self, what, now):
        """Return the letters with one sort of trouble: see ``WRONG``."""
        late = now - timedelta(minutes=5)
        conditions = {
            "overdue": Q(state="queued", due_at__lt=late) & (Q(next_try_at=None) | Q(next_try_at__lte=now)),
            "retrying": Q(state="queued", attempts__gt=0),
            "stuck": Q(state__in=["claimed", "handing"], lease_until__lt=late),
            "dead": Q(state="dead"),
            "held": Q(state="held"),
        }
        return self.filter(conditions[what] if what in conditions else Q(cause=what))

    def with_words(self, query):
        """Return the letters whose address, person or subject contains ``query``."""
        return self.filter(Q(address__icontains=query) | Q(subject__icontains=query) | Q(person__name__icontains=query))


class ReminderSettingQuerySet(models.QuerySet):
    """Changes of reminders."""

    def visible_to(self, user):
        """Coordinators of the partnership see all of them; others see those of a thing on its own page."""
        return self if SCOPES["partnership"].can_plan(user, None) else self.none()

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
