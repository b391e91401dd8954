"""The two jobs of delivery: ``drain`` sends what is due, ``sweep`` takes back what dead processes held."""

import logging
import random
from collections import Counter
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Heartbeat
from notifications import mailing
from notifications.delivery import pauses
from notifications.delivery.claiming import claim
from notifications.delivery.handing import MAX_CLAIMS, deliver
from notifications.models import Letter
from notifications.registry import HOLD, LETTERS, one_round

logger = logging.getLogger(__name__)
KEEP_TEXTS = timedelta(days=30)
State = Letter.State


def drain(*, limit=500, seconds=12, clock=timezone.now, chance=random.random):
    """Send what is due, at most ``limit`` letters and ``seconds`` seconds; return a Counter of the ends.

    Any number of processes may do this at once. While the mail server has a pause the letters are written
    and those that need it wait; what the portal alone shows goes on.
    """
    ends = Counter()
    until = clock() + timedelta(seconds=seconds)
    server = mailing.connect()
    try:
        with one_round():
            while ends.total() < limit and clock() < until:
                letter = claim(clock())
                if letter is None:
                    break
                end = deliver(letter, server, clock=clock, chance=chance)
                if end == State.SENT and not ends[end]:
                    pauses.forget(server)
                ends[end] += 1
    finally:
        server.close()
    Heartbeat.objects.update_or_create(job="letters-drain", defaults={"beat_at": clock()})
    return ends


def sweep(now):
    """Take back the letters of processes that died; forget the texts of old letters; return how many.

    A letter that was being handed over may have arrived: kinds of the policy ``hold``, and kinds that this
    process does not know, are held for a person to decide; the others are sent again.
    """
    stuck = Letter.objects.stuck(now)
    resent = [name for name, kind in LETTERS.items() if kind.policy != HOLD]
    free = {"nonce": None, "lease_until": None}
    doubtful = stuck.filter(state=State.HANDING).exclude(kind__in=resent)
    held = doubtful.update(state=State.HELD, reason=_("its process ended while the mail server had it"), **free)
    words = _("the process that sent it ended %d times") % MAX_CLAIMS
    dead = stuck.filter(claims__gte=MAX_CLAIMS).update(state=State.DEAD, reason=words, **free)
    back = stuck.update(state=State.QUEUED, **free)
    if held or dead:
        logger.error("Letters of processes that died: %d held, %d given up.", held, dead)
    Letter.objects.ended_before(now - KEEP_TEXTS).exclude(text="", html="").update(text="", html="", data={})
    Heartbeat.objects.update_or_create(job="letters-sweep", defaults={"beat_at": now})
    return held + dead + back
