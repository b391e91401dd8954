"""When digests come, against an oracle in plain zoneinfo that uses no code of the product.

The oracle walks in quarters of an hour: the first moment of a day at which the clock on the wall shows the hour
or a later one. ``LETTER_USERS`` and ``LETTER_SEQUENCES`` make the runs longer (10000 once before a release).
Seen failing with: ``fold=1`` in ``times.at``, ``<=`` for ``<`` in ``digests._due_slot``, UTC for the zone of the
person, Sunday as the first day of the week.
"""

import os
import random
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from notifications import digests
from notifications.choices import times
from notifications.models import Letter, LetterSettings
from tests.factories import make_person, make_user

CAPITALS = """Amsterdam Athens Berlin Bratislava Brussels Bucharest Budapest Copenhagen Dublin Helsinki Lisbon
Ljubljana Luxembourg Madrid Malta Paris Prague Riga Rome Sofia Stockholm Tallinn Vienna Vilnius Warsaw Zagreb"""
ZONES = [f"Europe/{name}" for name in CAPITALS.split()] + ["Asia/Nicosia"]
ISLANDS = ["Atlantic/Azores", "Atlantic/Canary", "Atlantic/Madeira"]
FAR = ["America/Santiago", "Pacific/Auckland", "Pacific/Honolulu", "Asia/Kathmandu", "Africa/Cairo"]
SWITCHES = [date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26)]
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
USERS = int(os.environ.get("LETTER_USERS", "1500"))
SEQUENCES = int(os.environ.get("LETTER_SEQUENCES", "1000"))


@cache
def oracle(day, hour, zone):
    """Return the first moment at which the wall in ``zone`` shows ``hour`` or later on ``day``."""
    walk = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    while True:
        wall = walk.astimezone(ZoneInfo(zone))
        if wall.date() == day and wall.hour >= hour:
            return walk
        walk += QUARTER


def test_there_are_27_capitals():
    assert len(ZONES) == 27


@pytest.mark.parametrize("zone", [*ZONES, *ISLANDS])
def test_every_hour_around_four_switches(zone):
    """Daily on the days around, weekly in the weeks around; before, at and after each moment."""
    for switch in SWITCHES:
        for hour in range(24):
            daily, weekly = (LetterSettings(digest=word, digest_hour=hour) for word in ("daily", "weekly"))
            for n in (-1, 0, 1):
                day = switch + n * DAY
                due = oracle(day, hour, zone)
                slot = times.slot_of(daily, ZoneInfo(zone), due)
                assert (slot.name, slot.due_at) == (day.isoformat(), due)
            monday = switch + DAY
            year, week, _day = monday.isocalendar()
            due = oracle(monday, hour, zone)
            slot = times.slot_of(weekly, ZoneInfo(zone), due + timedelta(days=2))
            assert (slot.name, slot.due_at) == (f"{year}-W{week:02}", due)


def people(count, *, seed):
    """Yield ``count`` accounts with random settings, not saved."""
    chance = random.Random(seed)
    for n in range(count):
        settings = LetterSettings(
            digest=chance.choice(["daily", "weekly", "weekly", "never"]),
            digest_hour=chance.randrange(24),
            quiet_days=sorted(chance.sample(range(1, 8), chance.choice([0, 0, 1, 2]))),
            holiday_until=date(2027, 3, 1) + chance.randrange(60) * DAY if chance.random() < 0.2 else None,
        )
        person = SimpleNamespace(
            pk=n, time_zone=chance.choice([*ZONES, *ISLANDS, *FAR]), letter_settings=settings, email="a@example.org"
        )
        joined = datetime(2026, 1, 1, tzinfo=UTC)
        yield SimpleNamespace(person=person, person_id=n, date_joined=joined)


def expected(account, first, last):
    """Return ``{slot: moment}`` of the days from ``first`` to ``last``, told anew."""
    person, rules = account.person, account.person.letter_settings
    if rules.digest == "never":
        return {}
    found, day = {}, first
    while day <= last:
        is_open = day.isoweekday() not in rules.quiet_days
        is_home = rules.holiday_until is None or day > rules.holiday_until
        if is_open and is_home:
            year, week, _weekday = day.isocalendar()
            name = day.isoformat() if rules.digest == "daily" else f"{year}-W{week:02}"
            found.setdefault(name, oracle(day, rules.digest_hour, person.time_zone))
        day += DAY
    return found


def test_many_people_over_sixty_days():
    """Each slot becomes due exactly at its moment, once, and not a minute before."""
    first = date(2027, 3, 1)  # a Monday; both sides of the switch of 28 March
    count = 0
    for account in people(USERS, seed=1):
        rules = account.person.letter_settings
        for name, due in expected(account, first, first + 59 * DAY).items():
            rules.digest_slot = "0000-00-00" if "W" not in name else "0000-W00"
            early = digests._due_slot(account, due - timedelta(minutes=1))
            assert early is None or early.name != name
            slot = digests._due_slot(account, due)
            assert (slot.name, slot.due_at) == (name, due)
            rules.digest_slot, rules.digested_at = name, due
            assert digests._due_slot(account, due + timedelta(minutes=5)) is None
            count += 1
    assert count > USERS * 10


def test_who_moves_gets_no_slot_twice_and_no_long_silence():
    """Random moves between zones, hours and frequencies; a slot is one key, so a second letter is no row."""
    chance = random.Random(7)
    zones = [*ZONES, *ISLANDS, *FAR]
    for account in people(SEQUENCES, seed=3):
        rules, names, last = account.person.letter_settings, [], None
        rules.digest, rules.quiet_days, rules.holiday_until = chance.choice(["daily", "weekly"]), [], None
        now = datetime(2027, 3, 1, tzinfo=UTC)
        period = DAY if rules.digest == "daily" else 7 * DAY
        for _hour in range(24 * 25):
            if chance.random() < 0.02:
                account.person.time_zone, rules.digest_hour = chance.choice(zones), chance.randrange(24)
            slot = digests._due_slot(account, now)
            if slot is not None:
                rules.digested_at, rules.digest_slot = now, slot.name
                names.append(slot.name)
                # one slot, a move from one end of the world to the other, another hour of the day, one hour
                assert last is None or now - last <= period + timedelta(hours=26 + 24 + 1)
                last = now
            now += timedelta(hours=1)
        assert len(names) == len(set(names))
        assert names == sorted(names)
        assert len(names) >= (20 if period == DAY else 3)


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.django_db
def test_the_planner_itself_over_sixty_days(monkeypatch):
    """Rows in the database, hour by hour, with an outage of 26 hours: the slots of the oracle, once each."""
    monkeypatch.setattr(digests, "DIGEST_SECTIONS", {})
    first, wanted = date(2027, 3, 1), set()
    for account in people(16, seed=5):
        rules = account.person.letter_settings
        rules.person = make_person(time_zone=account.person.time_zone)
        rules.save()
        user = make_user(person=rules.person, email=rules.person.email)
        type(user).objects.filter(pk=user.pk).update(date_joined=account.date_joined)
        account.person.pk = rules.person.pk
        slots = expected(account, first - 7 * DAY, first + 59 * DAY)
        begin, end = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 30, tzinfo=UTC)
        wanted |= {(rules.person.pk, name, due) for name, due in slots.items() if due < end}
        wanted -= {(rules.person.pk, name, due) for name, due in slots.items() if _is_over(name, begin, rules)}
    now = datetime(2027, 3, 1, tzinfo=UTC)
    while now < datetime(2027, 4, 30, tzinfo=UTC):
        is_down = datetime(2027, 3, 17, 3, tzinfo=UTC) <= now < datetime(2027, 3, 17, 9, tzinfo=UTC)
        if not is_down:
            digests.plan_digests(now)
        now += timedelta(hours=1)
    digests.plan_digests(now - timedelta(minutes=1))
    rows = Letter.objects.filter(kind=digests.KIND).values_list("person_id", "data", "due_at")
    found = {(person, data["slot"], due_at) for person, data, due_at in rows}
    assert found == wanted


def _is_over(name, begin, rules):
    """True for a slot of the days before the run whose own day or week had ended when it began."""
    zone = ZoneInfo(rules.person.time_zone)
    local = begin.astimezone(zone).date()
    if "W" in name:
        year, week, _day = local.isocalendar()
        return name < f"{year}-W{week:02}"
    return name < local.isoformat()
