"""Letters without a broker: the same jobs as the clock's, in one plain process."""

import logging
import signal
import threading
import time

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections
from django.utils import timezone

from notifications import delivery, digests, planning
from notifications.models import Letter

logger = logging.getLogger(__name__)
PAUSE = 5  # seconds between two looks at the outbox
PLAN_EVERY = 60  # seconds between two rounds of planning


class Command(BaseCommand):
    """``mailer --once``: plan, sweep and send until nothing is due. ``mailer --loop``: keep doing so.

    ``mailer --hold``: after a restore, hold back what waits, so that nothing goes out a second time.
    """

    help = "Plan and send letters, with or without the clock running elsewhere."

    def add_arguments(self, parser):
        """Take one of the three ways of running."""
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--once", action="store_true", help="send what is due now, then end")
        way.add_argument("--hold", action="store_true", help="hold back every waiting letter; curators release them")
        way.add_argument("--loop", action="store_true", help="stay and send until told to stop (SIGTERM)")

    def handle(self, *args, once, hold, **options):
        """Run once, or until a signal comes; the letter in hand is finished first."""
        if hold:
            count = Letter.objects.filter(state=Letter.State.QUEUED).update(state=Letter.State.HELD)
            self.stdout.write(f"held back: {count}")
            return
        if once:
            self._prepare()
            self.stdout.write(self._send())
            return
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        self._loop(stopped)

    def _loop(self, stopped):
        planned_at = None
        while not stopped.is_set():
            try:
                if planned_at is None or time.monotonic() - planned_at >= PLAN_EVERY:
                    planned_at = time.monotonic()
                    self._prepare()
                ends = delivery.drain(seconds=PAUSE)
            except DatabaseTrouble:
                logger.exception("The database does not answer; the mailer tries again.")
                ends = {}
            close_old_connections()
            if not ends.get(Letter.State.SENT):
                stopped.wait(PAUSE)

    def _prepare(self):
        now = timezone.now()
        delivery.sweep(now)
        planning.plan(now)
        digests.plan_digests(now)

    def _send(self):
        ends = delivery.drain(limit=1_000_000, seconds=3600)
        return ", ".join(f"{end}: {count}" for end, count in sorted(ends.items())) or "nothing was due"
