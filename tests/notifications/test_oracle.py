"""The time of every reminder against plain zoneinfo: 27 capitals, three islands, four switches of the clocks.

``oracle`` knows nothing of the portal: it walks through the instants of UTC and asks which one shows the wanted
time on the wall. Seen failing with: days counted as 24
hours; the second of two equal times taken in autumn.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications.planning import foresee
from notifications.registry import REMINDERS
from notifications.reminders import after, before
from tests import factories as make
from tests.meetings.helpers import registered

ZONES = [
    "Europe/Vienna",
    "Europe/Brussels",
    "Europe/Sofia",
    "Europe/Zagreb",
    "Asia/Nicosia",
    "Europe/Prague",
    "Europe/Copenhagen",
    "Europe/Tallinn",
    "Europe/Helsinki",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Athens",
    "Europe/Budapest",
    "Europe/Dublin",
    "Europe/Rome",
    "Europe/Riga",
    "Europe/Vilnius",
    "Europe/Luxembourg",
    "Europe/Malta",
    "Europe/Amsterdam",
    "Europe/Warsaw",
    "Europe/Lisbon",
    "Europe/Bucharest",
    "Europe/Bratislava",
    "Europe/Ljubljana",
    "Europe/Madrid",
    "Europe/Stockholm",
    "Atlantic/Azores",
    "Atlantic/Canary",
    "Atlantic/Madeira",
]
SWITCHES = [date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26), date(2028, 10, 29)]
QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)


def oracle(day, clock, zone):
    """Return the instant at which the wall of ``zone`` first shows ``clock`` on ``day``.

    Where that time is skipped: as long after the last shown one as the wished time is.
    """
    wished = datetime.combine(day, clock)
    instant = datetime.combine(day, time(0), UTC) - timedelta(hours=15)
    shown = None
    for _ in range(42 * 4):
        wall = instant.astimezone(zone).replace(tzinfo=None)
        if wall == wished:
            return instant
        if shown is not None and shown < wished < wall:  # the wall jumped over it
            return instant - QUARTER + (wished - shown)
        shown, instant = wall, instant + QUARTER
    raise AssertionError((day, clock, zone))


def bases():
    """Yield every quarter hour of the day of a switch and of the day after."""
    for switch in SWITCHES:
        begin = datetime.combine(switch, time(0), UTC) - timedelta(hours=3)
        yield from (begin + QUARTER * step for step in range(54 * 4))


@pytest.mark.parametrize("name", ZONES)
def test_every_quarter_hour_near_a_switch(name):
    """24 hours, 1 day, 2 days, 1 day at 08:00 and at 02:30, and 3 days after at 02:30."""
    zone = ZoneInfo(name)
    wrong, count = [], 0
    for base in bases():
        local = base.astimezone(zone)
        day, wall = local.date(), local.time().replace(fold=0)
        expected = {
            before(hours=24): base - timedelta(hours=24),
            before(days=1): oracle(day - timedelta(days=1), wall, zone),
            before(days=2): oracle(day - timedelta(days=2), wall, zone),
            before(days=1, at=time(8)): oracle(day - timedelta(days=1), time(8), zone),
            before(days=1, at=time(2, 30)): oracle(day - timedelta(days=1), time(2, 30), zone),
            after(days=3, at=time(2, 30)): oracle(day + timedelta(days=3), time(2, 30), zone),
        }
        for distance, moment in expected.items():
            count += 1
            if abs(distance.moment(base, zone) - moment) > MINUTE:
                wrong.append((base.isoformat(), str(distance), moment.isoformat()))
    assert wrong == []
    assert count == 4 * 54 * 4 * 6


@pytest.mark.parametrize("name", ["Europe/Brussels", "Europe/Lisbon", "Atlantic/Azores", "Europe/Athens"])
def test_hours_and_days_differ_exactly_when_the_clocks_change(name):
    """Else they are the same instant, but for an hour that comes twice: there the first one counts."""
    zone = ZoneInfo(name)
    apart = set()
    for base in bases():
        hours, days = before(hours=24).moment(base, zone), before(days=1).moment(base, zone)
        changed = base.astimezone(zone).utcoffset() != (base - timedelta(hours=24)).astimezone(zone).utcoffset()
        if changed:
            apart.add(abs(hours - days))
        elif not (base.astimezone(zone).fold or (base - timedelta(hours=24)).astimezone(zone).fold):
            assert hours == days, base
    assert timedelta(hours=1) in apart


@pytest.mark.django_db
def test_the_planner_asks_at_the_instant_of_the_oracle():
    """Meetings and to-dos in every zone on the days of the switches: one letter each, at the minute."""
    expected = {}
    clocks = (time(0, 30), time(2, 30), time(3, 15), time(10))
    for number, name in enumerate(ZONES):
        zone = ZoneInfo(name)
        day = SWITCHES[number % 4] + timedelta(days=number % 2)
        start = oracle(day, clocks[number % len(clocks)], zone)
        meeting = make.make_meeting(starts_at=start, time_zone=name)
        person = registered(meeting).person
        wall = start.astimezone(zone)
        expected[meeting.pk, person.pk] = oracle(day - timedelta(days=1), wall.time().replace(fold=0), zone)
        owner = make.make_person(time_zone=name)
        todo = make.make_todo(owner=owner, due_date=day + timedelta(days=1))
        expected[-todo.pk, owner.pk] = oracle(day, time(8), zone)
    rules = [REMINDERS["meetings-tomorrow"], REMINDERS["meetings-todo-due"]]
    found = defaultdict(list)
    for each in foresee(datetime(2027, 3, 1, tzinfo=UTC), datetime(2028, 12, 1, tzinfo=UTC), rules=rules):
        if not each.step:
            sign = 1 if each.rule.of == "meeting" else -1
            found[sign * each.thing.pk, each.person.pk].append(each.due_at)
    assert dict(found) == {key: [moment] for key, moment in expected.items()}
