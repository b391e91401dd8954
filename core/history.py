"""The history of every thing: recorded by workflows, shown at every door."""

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from core.models import HistoryEntry


def person_of(user):
    """Return the person behind an account, or None for the clock, an operator or an anonymous user."""
    return getattr(user, "person", None)


def record(thing, verb, *, by, note="", changes=None):
    """Add one line to the history of ``thing``.

    ``verb``: the workflow's name in the past tense, as a slug ("minutes-published").
    ``by``: the account that acts, or None for the clock. ``changes``: field -> [before, after] as text.
    """
    return HistoryEntry.objects.create(
        content_type=ContentType.objects.get_for_model(thing),
        object_id=thing.pk,
        actor=person_of(by),
        verb=verb,
        note=note,
        changes=changes or {},
        happened_at=timezone.now(),
    )


def of(thing):
    """Return the history of ``thing``, newest first, with the actors."""
    return HistoryEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk
    ).select_related("actor")


def differences(before, after):
    """Return ``{field: [old, new]}`` as text for the keys of two dicts whose values differ."""
    return {
        key: [_as_text(before.get(key)), _as_text(value)] for key, value in after.items() if before.get(key) != value
    }


def _as_text(value):
    return "" if value is None else str(value)
