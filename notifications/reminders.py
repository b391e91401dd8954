"""Reminders as rules: what, whom and when, declared beside the letters of each room.

A rule names a base ("the meeting begins") and a distance from it. Hours are time that passes; days are days of
the calendar, at the same time on the clock or at a fixed one: over a change of clocks the two differ, so they
are two kinds and are named so.
"""

import zoneinfo
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.registry import REMINDERS, SCOPES

HOURS, DAYS = "hours", "days"
MOST = {HOURS: 24 * 14, DAYS: 60}  # how far from its base a reminder may be set
CATCH_UP = timedelta(hours=48)


@dataclass(frozen=True)
class Distance:
    """How far from its base a reminder is due: so many hours, or so many days of the calendar."""

    amount: int
    unit: str = DAYS
    is_after: bool = False
    at: time | None = None  # days only: at this time on the clock; None: at the base's own time

    def moment(self, base, zone):
        """Return the moment (UTC), counted from ``base``: a moment, or a day of the calendar of ``zone``.

        A time that the clocks skip counts by the old offset; one that comes twice counts the first time.
        """
        signed = self.amount if self.is_after else -self.amount
        if self.unit == HOURS:
            return base.astimezone(UTC) + timedelta(hours=signed)
        if isinstance(base, datetime):
            local = base.astimezone(zone)
            day, clock = local.date(), self.at or local.time()
        else:
            day, clock = base, self.at or time(0)
        wall = datetime.combine(day + timedelta(days=signed), clock.replace(fold=0), zone)
        return wall.astimezone(UTC)

    @property
    def at_most(self):
        """No moment is further from its base than this."""
        return timedelta(hours=self.amount) if self.unit == HOURS else timedelta(days=self.amount + 2)

    @property
    def length(self):
        """The distance as a length, for the row of a change."""
        return timedelta(hours=self.amount) if self.unit == HOURS else timedelta(days=self.amount)

    def __str__(self):
        if self.unit == HOURS:
            count = ngettext("%(n)d hour", "%(n)d hours", self.amount) % {"n": self.amount}
        else:
            count = ngettext("%(n)d day", "%(n)d days", self.amount) % {"n": self.amount}
        side = _("%(count)s after") if self.is_after else _("%(count)s before")
        words = side % {"count": count}
        if self.unit == HOURS:
            return words
        if self.at is None:
            return _("%(distance)s, at the same time of day") % {"distance": words}
        return _("%(distance)s, at %(time)s") % {"distance": words, "time": f"{self.at:%H:%M}"}


def before(*, hours=0, days=0, at=None):
    """Return the distance of so many hours, or days of the calendar, before the base."""
    return Distance(hours or days, HOURS if hours else DAYS, at=at)


def after(*, hours=0, days=0, at=None):
    """Return the distance of so many hours, or days of the calendar, after the base."""
    return Distance(hours or days, HOURS if hours else DAYS, is_after=True, at=at)


@dataclass(frozen=True)
class Case:
    """One thing that a rule reminds of, as the facts are now.

    ``base``: a moment or a day. ``people``: person -> since when it concerns them (None: always); nobody is
    reminded of what was due before it concerned them. ``until``: of no use from then on; a function of the
    zone where each person's own day counts. ``zone``: whose clock counts; None: each person's own.
    ``slot`` and ``rev``: which occurrence and which revision, so that a moved thing reminds anew.
    """

    base: object
    people: dict
    until: object
    zone: object = None
    slot: str = ""
    rev: int = 0
    data: dict = field(default_factory=dict)

    def zone_for(self, person):
        """Return the zone whose clock counts for ``person``."""
        return self.zone or zoneinfo.ZoneInfo(person.time_zone)

    def until_for(self, person):
        """Return from when on it is of no use to ``person``."""
        return self.until(self.zone_for(person)) if callable(self.until) else self.until


@dataclass(frozen=True)
class Step:
    """An escalation: still open so long after the base, somebody above is told.

    ``whom``: in words. ``people(things)``: mapping of each thing's key to people. ``kind``: the letter.
    ``useful``: how long the letter is of use.
    """

    when: Distance
    whom: object
    people: object
    kind: str
    useful: timedelta = timedelta(days=14)


@dataclass(frozen=True)
class Rule:
    """A reminder in words and as functions.

    ``things(start, end)``: the rows whose base lies between the two. ``case(thing)``: the Case as the facts
    are now, or the Skip that says why there is none; ``prefetch``: what it reads of each thing.
    ``scopes(thing)``: the things, narrowest first, for which coordinators may change the reminder; ``levels``:
    their sorts. ``every``: again after this time, as long as the case stands. ``catch_up``: a reminder missed
    while nothing ran is made up for so long.
    """

    name: str
    title: object
    what: object
    whom: object
    base: object
    when: Distance
    things: object
    case: object
    kind: str = ""
    of: str = ""  # the scope of the things themselves, if they are one
    condition: object = ""
    useful: object = ""
    prefetch: tuple = ()
    scopes: object = None
    levels: tuple = ()
    catch_up: timedelta = CATCH_UP
    every: timedelta | None = None
    steps: tuple = ()
    units: tuple = (HOURS, DAYS)

    def scopes_of(self, thing):
        """Return what stands for ``thing`` when coordinators change the reminder, narrowest first."""
        return [scope for scope in (self.scopes(thing) if self.scopes else ()) if scope is not None]

    @property
    def reach(self):
        """No reminder of this rule, whatever coordinators choose, is further from its base than this."""
        steps = [step.when.at_most for step in self.steps]
        return max(self.when.at_most, timedelta(days=MOST[DAYS] + 2), *steps)

    def at_distance(self, amount, unit):
        """Return the rule's own distance with another length."""
        return Distance(amount, unit, self.when.is_after, self.when.at if unit == DAYS else None)


def reminder(name, **declared):
    """Register ``case(thing) -> Case | Skip`` as the reminder ``name``; what is declared: see ``Rule``."""

    def register(case):
        if name in REMINDERS:
            raise ValueError(f"The reminder {name} is registered twice.")
        REMINDERS[name] = Rule(name=name, case=case, **{"kind": name, **declared})
        return case

    return register


@dataclass(frozen=True)
class Scope:
    """A sort of thing for which reminders may be changed: ``can_plan(user, thing)`` says by whom."""

    key: str
    model: object
    can_plan: object
    whom: object = None


def reminder_scope(key, model, can_plan, *, whom=None):
    """Register a model (None: the whole partnership) for which reminders may be changed.

    ``whom(thing)``: the people whom the thing concerns, for the panel "who is told"; see ``Concern``.
    """
    SCOPES[key] = Scope(key, model, can_plan, whom)


@dataclass(frozen=True)
class Concern:
    """Why a person gets letters about a thing, in words."""

    person: object
    why: object
