"""Six planners at once, killed fifty times, with clocks an hour apart: the rows are exactly those of the facts."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from notifications import planning
from notifications.models import Letter
from notifications.reminders import Case, Rule, before
from partners.models import Person

RULES, PEOPLE, KILLS, PLANNERS = 10, 200, 50, 6
HOUR = timedelta(hours=1)


class Killed(BaseException):
    """A planner dies here; what it had committed stays, the rest is rolled back, as after SIGKILL."""


def rule(name, people, now):
    """Return a reminder that asks for one letter to each of ``people`` at ``now``."""

    def case(person):
        return Case(base=now, people={person: None}, until=now + timedelta(days=9), slot=name)

    words = {"title": name, "what": name, "whom": "people", "base": "it begins"}
    return Rule(
        name=name, when=before(hours=0), things=lambda *_: people, case=case, kind="sample-note", **words
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_planners_that_race_and_die_write_each_fact_once(shared_database, kinds, now, monkeypatch):
    """Seen to fail with the clock in the key of a row (``Planned.key``)."""
    Person.objects.bulk_create(Person(name=f"P{n}", email=f"p{n}@example.org") for n in range(PEOPLE))
    people = list(Person.objects.order_by("pk"))
    rules = {name: rule(name, people, now) for name in (f"rule-{n}" for n in range(RULES))}
    monkeypatch.setattr(planning, "REMINDERS", rules)
    work, kills, lock, chance = planning._plan_rule, [], threading.Lock(), random.Random(6)

    def deadly(*args):
        with lock:
            dies = len(kills) < KILLS and chance.random() < 0.4
            kills.extend([1] * dies)
        written = work(*args)
        if dies:
            raise Killed
        return written

    def planner(ahead):
        try:
            while len(kills) < KILLS:
                try:
                    planning.plan(now + ahead)
                except Killed:
                    connections.close_all()
        finally:
            connections.close_all()

    monkeypatch.setattr(planning, "_plan_rule", deadly)
    with ThreadPoolExecutor(PLANNERS) as pool:
        clocks = [HOUR * (n % 3 - 1) for n in range(PLANNERS)]
        for done in [pool.submit(planner, ahead) for ahead in clocks]:
            done.result()
    planning.plan(now)
    rows = Letter.objects.values_list("rule", "person_id", "state", "due_at")
    assert len(kills) == KILLS
    assert sorted(rows) == sorted((name, person.pk, "queued", now) for name in rules for person in people)
