"""The planner: asks every reminder what is due and writes the letters, once each."""

import logging

from django.db import transaction

from core.models import Heartbeat
from notifications.posting import post
from notifications.registry import REMINDERS

logger = logging.getLogger(__name__)


def plan(now):
    """Run each reminder for ``now``; return the number of new letters.

    It may run twice, late or in several processes at once: the key of a letter makes one row of one
    fact. A faulty reminder is logged and does not stop the others.
    """
    written = 0
    for name, find in list(REMINDERS.items()):
        try:
            for letter in find(now):
                written += _post(name, {"due_at": now, **letter})
        except Exception:
            logger.exception("The reminder %s has failed.", name)
    Heartbeat.objects.update_or_create(job="letters-plan", defaults={"beat_at": now})
    return written


def _post(name, letter):
    try:
        with transaction.atomic():
            return post(**letter)
    except Exception:
        logger.exception("The reminder %s has made a faulty letter.", name)
        return 0
