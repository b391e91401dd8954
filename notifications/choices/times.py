"""Hours and days of one person: when letters are quiet, and which digest a moment belongs to.

Everything is reckoned in the person's own zone. An hour that the clocks skip counts as the hour after; one
that comes twice counts the first time.
"""

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
HOURS_AHEAD = 24 * 9  # eight quiet days never follow each other
SLOTS_AHEAD = 3


@dataclass(frozen=True)
class Slot:
    """One occurrence of the digest: its name ("2026-W48", "2026-11-25"), when it is due, when it is over."""

    name: str
    due_at: datetime
    ends_at: datetime


def zone_of(person):
    """Return the zone of ``person``."""
    return zoneinfo.ZoneInfo(person.time_zone)


def at(day, hour, zone):
    """Return the moment (UTC) of ``hour`` o'clock on ``day`` in ``zone``."""
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def is_away(settings, day):
    """True on the days of the person's holiday."""
    return settings.holiday_until is not None and day <= settings.holiday_until


def is_quiet(settings, local):
    """True when no letter that can wait is sent at the local time ``local``."""
    if local.isoweekday() in settings.quiet_days:
        return True
    start, end = settings.quiet_from, settings.quiet_until
    if start is None or end is None or start == end:
        return False
    if start < end:
        return start <= local.hour < end
    return local.hour >= start or local.hour < end


def quiet_ends_at(settings, zone, now):
    """Return the next moment that is not quiet: ``now`` itself when it is not."""
    moment = now
    for _hour in range(HOURS_AHEAD):
        local = moment.astimezone(zone)
        if not is_quiet(settings, local):
            return moment
        rest = timedelta(minutes=60 - local.minute) - timedelta(seconds=local.second, microseconds=local.microsecond)
        moment += rest
    return now


def slot_of(settings, zone, now):
    """Return the Slot that ``now`` lies in, or None: no digest is wanted, or its days are quiet or free."""
    today = now.astimezone(zone).date()
    if settings.digest == "daily":
        return _slot(settings, zone, name=today.isoformat(), days=[today])
    if settings.digest == "weekly":
        year, week, weekday = today.isocalendar()
        monday = today - (weekday - 1) * DAY
        return _slot(settings, zone, name=f"{year}-W{week:02}", days=[monday + n * DAY for n in range(7)])
    return None


def _slot(settings, zone, *, name, days):
    """The digest comes on the first of ``days`` on which letters may come."""
    open_days = [day for day in days if day.isoweekday() not in settings.quiet_days and not is_away(settings, day)]
    if not open_days:
        return None
    return Slot(name, at(open_days[0], settings.digest_hour, zone), at(days[-1] + DAY, 0, zone))


def next_digest_at(settings, zone, now):
    """Return when the next digest after ``now`` is due, or None when none is wanted."""
    step = {"daily": DAY, "weekly": WEEK}.get(settings.digest)
    if step is None:
        return None
    moment = now
    if settings.holiday_until is not None:
        moment = max(now, at(settings.holiday_until, 12, zone))
    for _n in range(8 if step == DAY else SLOTS_AHEAD):
        slot = slot_of(settings, zone, moment)
        if slot is not None and slot.due_at > now:
            return slot.due_at
        moment += step
    return None


def morning_after(settings, zone, day):
    """Return the hour of the digest on the day after ``day``."""
    return at(day + DAY, settings.digest_hour, zone)


def day_begins_at(zone, now):
    """Return when the day of ``now`` began in ``zone``."""
    return at(now.astimezone(zone).date(), 0, zone)
