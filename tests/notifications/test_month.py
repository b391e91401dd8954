"""Four weeks of a busy partnership, before and after the daily limit. ``make letters-month`` prints the table."""

import sys

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from notifications.models import Letter
from tests.notifications.month import Month, table

NO_LIMIT = 1000
LIMIT = 5
URGENT_OR_BOUND = ("meetings-tomorrow", "visits-reminder", "meetings-todo-due")


class _Undone(Exception):
    """Ends the first month, so that the second begins with empty tables."""


def live(clock, limit):
    """Return what a month with ``limit`` leaves: mails, ends by state, what was carried, quiet breaches."""
    found = {}
    try:
        with transaction.atomic():
            month = Month(clock, limit=limit).run()
            rows = Letter.objects.all()
            found = {
                "mails": month.mails(),
                "events": rows.exclude(kind="digest").count(),
                "open": rows.filter(state__in=["queued", "claimed", "handing"], due_at__lte=month.now).count(),
                "carried": rows.filter(carried_by__isnull=False, state="sent").count(),
                "folded": rows.filter(state="folded").count(),
                "keys": rows.count() - rows.values("key").distinct().count(),
                "dead": rows.filter(state="dead").count(),
                "bound": rows.filter(kind__in=URGENT_OR_BOUND, state="folded").count(),
            }
            raise _Undone
    except _Undone:
        ContentType.objects.clear_cache()
    return found


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.django_db
def test_the_limit_keeps_every_day_calm_and_loses_nothing(time_machine, capsys):
    """Nobody gets more than the limit and the digest on any day, and every event is told all the same."""
    before, after = live(time_machine, NO_LIMIT), live(time_machine, LIMIT)
    lines = [
        *table(before["mails"], after["mails"]),
        f"events told: {before['events']} and {after['events']}",
        f"carried by digests: {before['carried']} and {after['carried']}",
        f"waiting for the next digest: {before['folded']} and {after['folded']}",
    ]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert max(before["mails"].values()) > LIMIT
    assert max(after["mails"].values()) <= LIMIT + 1  # the digest itself may be the sixth
    assert after["mails"].total() < before["mails"].total()
    assert after["events"] == before["events"]
    assert (after["open"], after["dead"], after["keys"], after["bound"]) == (0, 0, 0, 0)
