"""The planner: what every reminder asks for, from the facts as they are; the preview is the same reckoning.

``plan`` may run twice, late or in several processes at once: the key of a letter makes one row of one fact.
Rows that the facts no longer ask for are cancelled; when the facts come back, so does the row.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Heartbeat
from notifications.models import Letter, ReminderSetting
from notifications.registry import REMINDERS, Skip

logger = logging.getLogger(__name__)

AHEAD = timedelta(hours=48)
CHUNK = 400
State, Cause = Letter.State, Letter.Cause
WAITING = (State.QUEUED, State.FOLDED)
# What came to its end only because the facts were otherwise: such a row lives again when they come back.
MAY_COME_BACK = {(State.CANCELLED, Cause.FACTS), (State.SKIPPED, Cause.MOVED)}


@dataclass(frozen=True)
class Planned:
    """One letter that a reminder asks for. ``step`` counts from 1 for escalations."""

    rule: object
    thing: object
    person: object
    due_at: object
    until: object
    kind: str
    slot: str
    rev: int
    data: dict
    step: int = 0

    @property
    def key(self):
        """The key of the letter: kind, thing, person, slot, revision."""
        content_type = ContentType.objects.get_for_model(self.thing)
        return f"{self.kind}:{content_type.pk}.{self.thing.pk}:{self.person.pk}:{self.slot}:{self.rev}"


class Changes:
    """What coordinators changed, read once: which distance counts for a thing, and who says so."""

    def __init__(self):
        rows = ReminderSetting.objects.all()
        self._rows = {(row.rule, row.content_type_id, row.object_id): row for row in rows if row.says_something}

    def that_counts(self, rule, scopes):
        """Return the row that counts for something with these ``scopes`` (narrowest first), or None."""
        places = [(ContentType.objects.get_for_model(scope).pk, scope.pk) for scope in scopes]
        for place in [*places, (None, None)]:
            row = self._rows.get((rule.name, *place))
            if row is not None:
                return row
        return None

    def distance(self, rule, thing):
        """Return the distance that counts for ``thing``, or None where the reminder is switched off."""
        row = self.that_counts(rule, rule.scopes_of(thing)) if self._rows else None
        return distance_of(rule, row)


def distance_of(rule, row):
    """Return the distance of a rule under the change ``row`` (or None), or None where it is switched off."""
    if row is None:
        return rule.when
    return None if row.is_off else rule.at_distance(row.amount, row.unit)


def asked_for(rule, things, changes, *, start, end):
    """Yield what ``rule`` asks for about ``things``, due from ``start`` to ``end``."""
    standing, things = [], list(things)
    prefetch_related_objects(things, *rule.prefetch)
    for thing in things:
        case = _case(rule, thing)
        distance = None if isinstance(case, Skip) else changes.distance(rule, thing)
        if distance is not None:
            standing.append((thing, case))
            yield from _of_case(rule, thing, case, distance=distance, start=start, end=end)
    for number, step in enumerate(rule.steps, 1):
        near = [(thing, case) for thing, case in standing if _is_near(step, case, start=start, end=end)]
        people = step.people([thing for thing, _case in near]) if near else {}
        for thing, case in near:
            for person in people.get(thing.pk, ()):
                found = _of_step(rule, thing, case, person=person, step=step, number=number)
                if start <= found.due_at <= end:
                    yield found


def _case(rule, thing):
    """Return the case of one thing; a thing that the rule cannot reckon with stops no other thing."""
    try:
        return rule.case(thing)
    except Exception:
        logger.exception("The reminder %s has failed about %s %s.", rule.name, type(thing).__name__, thing.pk)
        return Skip("the reminder has failed")


def _of_case(rule, thing, case, *, distance, start, end):
    for person, since in case.people.items():
        first = distance.moment(case.base, case.zone_for(person))
        for number, due in _occurrences(rule, first, start, end):
            if person.email and (since is None or since <= due):
                slot = f"{case.slot}.{number}" if rule.every else case.slot
                until = due + rule.every if rule.every else case.until_for(person)
                yield Planned(rule, thing, person, due, until, rule.kind, slot, case.rev, case.data)


def _occurrences(rule, first, start, end):
    """Yield (number, moment) of each time at which it is due between ``start`` and ``end``."""
    if not rule.every:
        if start <= first <= end:
            yield 0, first
        return
    number = max(0, -((first - start) // rule.every))
    while first + number * rule.every <= end:
        yield number, first + number * rule.every
        number += 1


def _is_near(step, case, *, start, end):
    moment = step.when.moment(case.base, case.zone or timezone.get_default_timezone())
    return start - timedelta(days=1) <= moment <= end + timedelta(days=1)


def _of_step(rule, thing, case, *, person, step, number):
    due = step.when.moment(case.base, case.zone_for(person))
    slot, data = f"{case.slot}+{number}", {**case.data, "step": number}
    return Planned(rule, thing, person, due, due + step.useful, step.kind, slot, case.rev, data, number)


def foresee(start, end, *, rules=None, changes=None):
    """Return what the reminders ask for, due from ``start`` to ``end``, soonest first. Writes nothing."""
    changes = changes or Changes()
    found = []
    for rule in rules if rules is not None else list(REMINDERS.values()):
        things = rule.things(start - rule.reach, end + rule.reach)
        found += asked_for(rule, things, changes, start=start, end=end)
    return sorted(found, key=lambda planned: (planned.due_at, planned.kind, planned.person.pk))


def plan(now):
    """Write what is due from the catch-up window up to two days ahead; return the number of new letters.

    A faulty reminder is logged and does not stop the others.
    """
    changes = Changes()
    written = 0
    for name, rule in list(REMINDERS.items()):
        try:
            with transaction.atomic():
                written += _plan_rule(rule, changes, now)
        except Exception:
            logger.exception("The reminder %s has failed.", name)
    Heartbeat.objects.update_or_create(job="letters-plan", defaults={"beat_at": now})
    return written


def _plan_rule(rule, changes, now):
    start = now - rule.catch_up
    wanted = {
        planned.key: planned
        for planned in foresee(start, now + AHEAD, rules=[rule], changes=changes)
        if planned.until > now
    }
    known = _known(wanted)
    _bring_back(wanted, known, now)
    _cancel_unasked(rule, wanted, start=start, now=now)
    new = [_row(planned, now) for key, planned in wanted.items() if key not in known]
    Letter.objects.bulk_create(new, ignore_conflicts=True, batch_size=CHUNK)
    return len(new)


def _known(wanted):
    keys = list(wanted)
    rows = {}
    for first in range(0, len(keys), CHUNK):
        found = Letter.objects.filter(key__in=keys[first : first + CHUNK])
        rows |= {row.key: row for row in found.only("key", "state", "cause", "due_at", "useful_until")}
    return rows


def _bring_back(wanted, known, now):
    """Let rows live again whose facts came back, and move those that are due at another time."""
    for key, row in known.items():
        planned = wanted[key]
        times = {"due_at": planned.due_at, "useful_until": planned.until}
        if (row.state, row.cause) in MAY_COME_BACK:
            Letter.objects.filter(pk=row.pk, state=row.state, cause=row.cause).update(
                state=State.QUEUED, cause="", reason="", next_try_at=None, **times
            )
        elif row.state == State.QUEUED and (row.due_at, row.useful_until) != (planned.due_at, planned.until):
            Letter.objects.filter(pk=row.pk, state=State.QUEUED).update(**times)


def _cancel_unasked(rule, wanted, *, start, now):
    """Cancel waiting rows that the facts no longer ask for; what comes too late is left to the mailer."""
    waiting = Letter.objects.filter(rule=rule.name, state__in=WAITING, due_at__gte=start, useful_until__gt=now)
    unasked = [pk for pk, key in waiting.values_list("pk", "key") if key not in wanted]
    for first in range(0, len(unasked), CHUNK):
        rows = Letter.objects.filter(pk__in=unasked[first : first + CHUNK], state__in=WAITING)
        rows.update(state=State.CANCELLED, cause=Cause.FACTS, reason=_("the facts have changed"))


def _row(planned, now):
    return Letter(
        kind=planned.kind,
        content_type=ContentType.objects.get_for_model(planned.thing),
        object_id=planned.thing.pk,
        person=planned.person,
        address=planned.person.email,
        key=planned.key,
        rule=planned.rule.name,
        data=planned.data,
        due_at=planned.due_at,
        useful_until=planned.until,
        created_at=now,
    )


def still_asked_for(letter, thing, now):
    """Return None when the reminder behind ``letter`` still asks for it at ``now``, else the Skip."""
    rule = REMINDERS.get(letter.rule)
    if rule is None:
        return Skip(_("this reminder no longer exists"), Cause.SWITCHED_OFF)
    case = rule.case(thing)
    if isinstance(case, Skip):
        return case
    changes = Changes()
    if changes.distance(rule, thing) is None:
        return Skip(_("the reminder is switched off"), Cause.SWITCHED_OFF)
    found = list(asked_for(rule, [thing], changes, start=letter.due_at - rule.reach, end=now))
    if any(planned.key == letter.key for planned in found):
        return None
    everybody = {person.pk for person in case.people}
    everybody |= {person.pk for step in rule.steps for person in step.people([thing]).get(thing.pk, ())}
    if letter.person_id not in everybody:
        return Skip(_("it does not concern the person any more"), Cause.NOT_CONCERNED)
    return Skip(_("it has another time now"), Cause.MOVED)
