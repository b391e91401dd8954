"""Which letters?"""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q


class LetterQuerySet(models.QuerySet):
    """Rows of the outbox."""

    def due(self, now):
        """Return the letters that may be claimed now."""
        return self.filter(state="queued", due_at__lte=now).filter(
            Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)
        )

    def stuck(self, now):
        """Return claimed letters whose process did not come back within its lease."""
        return self.filter(state="claimed", lease_until__lt=now)

    def about(self, thing):
        """Return the letters about ``thing``."""
        return self.filter(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk)
