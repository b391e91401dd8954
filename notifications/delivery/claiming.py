"""One letter is in the hands of one process: claim it, keep it, note its end while the claim still holds."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from notifications.models import Letter

LOST = "lost"
State = Letter.State


def claim(now):
    """Take one due letter for this process and return it, or None when nothing is due.

    The UPDATE repeats the condition of the SELECT (compare and set), so of two processes one wins.
    Letters that never brought a process down go first.
    """
    while Letter.objects.due(now).exists():
        nonce = uuid.uuid4()
        with transaction.atomic():
            rows = Letter.objects.due(now).order_by("claims", "due_at", "pk")
            if connection.features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True)
            pk = rows.values_list("pk", flat=True).first()
            if pk is None:
                return None
            won = (
                Letter.objects.due(now)
                .filter(pk=pk)
                .update(state=State.CLAIMED, nonce=nonce, lease_until=lease(now), claims=F("claims") + 1)
            )
        if won:
            return Letter.objects.select_related("person__letter_settings", "content_type").get(pk=pk)
    return None


def lease(now):
    """Return until when a letter stays in the hands of a process that says nothing."""
    return now + timedelta(seconds=settings.MAIL_LEASE_SECONDS)


def keep(letter, **fields):
    """Note ``fields`` of a letter in hand; False when the claim is lost: then nothing may be sent."""
    return bool(Letter.objects.held_by(letter).update(**fields))


def end(letter, state, *, reason="", **fields):
    """Note how it went, if the claim still holds; return the state, or LOST."""
    is_mine = keep(letter, state=state, reason=str(reason)[:200], nonce=None, lease_until=None, **fields)
    return state if is_mine else LOST
