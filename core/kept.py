"""Answers kept in the memory of the process, for one person each, under the stamps of their rooms.

What makes it safe: the key names the account, the full address, the language, the time zone, the day and
the release; the stamps are read from the database with every request, before the answer is computed from
rows that are read afterwards. So a kept answer is the very bytes that this person would get anew, and
nobody else's key leads to it. Only views whose answer does not depend on the clock within a day are kept.
"""

import hashlib
from collections import OrderedDict
from functools import cache
from threading import Lock

from django.conf import settings
from django.utils import timezone, translation

from core import stamps


class Shelf:
    """Bytes by key; the least used go first when it is full."""

    def __init__(self):
        self._rows = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key):
        """Return the bytes, or None."""
        with self._lock:
            if key in self._rows:
                self._rows.move_to_end(key)
            return self._rows.get(key)

    def put(self, key, content):
        """Keep the bytes, unless they alone would take a quarter of the room."""
        room = settings.KEPT_MEGABYTES * 1024 * 1024
        if len(content) * 4 > room:
            return
        with self._lock:
            self._size -= len(self._rows.pop(key, b""))
            self._rows[key] = content
            self._size += len(content)
            while self._size > room:
                self._size -= len(self._rows.popitem(last=False)[1])

    def clear(self):
        """Forget everything."""
        with self._lock:
            self._rows.clear()
            self._size = 0


shelf = Shelf()


def key_of(request, user, *, room, extra=""):
    """Return the key of this person's answer of this moment; None when it must not be kept."""
    if not settings.KEPT_MEGABYTES:
        return None
    numbers = stamps.read(room)
    if numbers is None:
        return None
    parts = (
        numbers,
        str(user.pk or "anonymous"),
        request.build_absolute_uri(),
        translation.get_language() or "",
        timezone.get_current_timezone_name(),
        timezone.localdate().isoformat(),
        timezone.now().date().isoformat(),
        release(),
        extra,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


@cache
def release():
    """Return a mark of the code that runs: another release may answer in another shape."""
    newest = max(
        path.stat().st_mtime_ns
        for app in (*settings.KEPT_ROOMS, "notifications", settings.ROOT_URLCONF.split(".")[0], "templates")
        for path in (settings.BASE_DIR / app).rglob("*")
        if path.suffix in {".py", ".html", ".mo"}
    )
    return str(newest)
