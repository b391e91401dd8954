"""One rate per person; one per address for those who did not sign in."""

import time
from threading import Lock

from django.core.cache import caches
from rest_framework.throttling import SimpleRateThrottle

PARTS = 20  # a process tells the others after each twentieth of a rate
_counts: dict = {}
_lock = Lock()


class PersonThrottle(SimpleRateThrottle):
    """Counts requests of each minute (or hour, or day) for all processes together.

    Each process counts in its own memory and adds to the shared cache after a twentieth of the rate, so
    a read costs no write. Within one process the rate is exact; each further one may be late by a twentieth.
    """

    scope = "person"

    def allow_request(self, request, view):
        """Choose the rate, count, and tell whether the person is still under it."""
        if not (request.user and request.user.is_authenticated):
            self.scope = "anonymous"
            self.rate = self.get_rate()
            self.num_requests, self.duration = self.parse_rate(self.rate)
        if self.rate is None:
            return True
        self.now = time.time()
        window = int(self.now // self.duration)
        return self._count(f"{self.get_cache_key(request, view)}:{window}", window) <= self.num_requests

    def _count(self, key, window):
        """Return how many requests the window has seen, this one included, as far as this process knows."""
        with _lock:
            for old in [name for name, row in _counts.items() if row["until"] <= self.now]:
                del _counts[old]
            row = _counts.setdefault(key, {"until": (window + 1) * self.duration, "others": 0, "told": 0, "mine": 0})
            row["mine"] += 1
            fresh = row["mine"] - row["told"]
            must_tell = row["mine"] == 1 or fresh >= max(1, self.num_requests // PARTS)
            if must_tell:
                row["told"] = row["mine"]
        if must_tell:
            row["others"] = max(0, self._tell(key, fresh) - row["told"])
        return row["others"] + row["mine"]

    def _tell(self, key, fresh):
        """Add to the shared count and return it."""
        shared = caches["default"]
        shared.add(key, 0, self.duration * 2)
        try:
            return shared.incr(key, fresh)
        except ValueError:  # it ran out between the two calls
            return fresh

    def wait(self):
        """Return the seconds until the next window begins."""
        return self.duration - self.now % self.duration

    def get_cache_key(self, request, view):
        """Return the name of the counter."""
        is_known = request.user and request.user.is_authenticated
        ident = request.user.pk if is_known else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": ident}


def forget():
    """Forget what this process counted."""
    with _lock:
        _counts.clear()
