"""The agenda with its running times, computed day by day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

FULL_DAY = 24 * 60


@dataclass
class Line:
    """One item with the wall-clock time at which it begins (None: cannot be known)."""

    item: object
    begins: object
    is_first: bool
    is_last: bool


@dataclass
class Day:
    """One day of the agenda: its date, its lines, its planned minutes, and what does not fit, in words."""

    number: int
    date: object
    lines: list
    minutes: int
    problem: str = ""


def minutes_in_words(minutes):
    """Return 90 as "1 hour 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}] if hours else []
    if rest or not hours:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest})
    return " ".join(parts)


def agenda_days(meeting, items):
    """Return the days of the agenda; ``items`` in their order."""
    first = meeting.local_start.date()
    by_day = {}
    for item in items:
        by_day.setdefault(item.day, []).append(item)
    return [_day(meeting, number, first + timedelta(days=number - 1), rows) for number, rows in sorted(by_day.items())]


def _day(meeting, number, date, rows):
    start = meeting.local_start.replace(tzinfo=None) if number == 1 else None
    clock, lines = start, []
    for place, item in enumerate(rows):
        if item.begins is not None:
            clock = datetime.combine(date, item.begins)
        lines.append(Line(item, clock, place == 0, place == len(rows) - 1))
        is_known = clock is not None and item.minutes is not None
        clock = clock + timedelta(minutes=item.minutes) if is_known else None
    total = sum(item.minutes or 0 for item in rows)
    day = Day(number, date, lines, total)
    day.problem = _problem(meeting, day, clock)
    return day


def _problem(meeting, day, ends):
    """Say in words what does not fit: into the meeting's time, or one item into another."""
    if meeting.precision != "time":
        return ""
    if day.date > meeting.local_end.date():
        return _("The meeting has ended before this day.")
    for before, after in zip(day.lines, day.lines[1:], strict=False):
        known = before.begins is not None and before.item.minutes is not None and after.begins is not None
        if known and before.begins + timedelta(minutes=before.item.minutes) > after.begins:
            return _("“%(before)s” is not over when “%(after)s” begins.") % {
                "before": before.item.title,
                "after": after.item.title,
            }
    return _too_long(meeting, day, ends)


def _too_long(meeting, day, ends):
    limit = meeting.local_end.replace(tzinfo=None)
    is_last_day = day.date == limit.date()
    if not is_last_day and day.minutes > FULL_DAY:
        return _("The items of this day take more than 24 hours.")
    if is_last_day and ends is not None and ends > limit:
        over = int((ends - limit).total_seconds() // 60)
        return _("The agenda takes %(sum)s and ends %(over)s after the meeting (%(end)s).") % {
            "sum": minutes_in_words(day.minutes),
            "over": minutes_in_words(over),
            "end": f"{limit:%H:%M}",
        }
    if is_last_day and day.number == 1:
        length = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
        if day.minutes > length:
            return _("The agenda takes %(sum)s, but the meeting lasts %(length)s.") % {
                "sum": minutes_in_words(day.minutes),
                "length": minutes_in_words(length),
            }
    return ""
