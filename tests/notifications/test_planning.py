"""The planner: one row of one fact, however often and in however many processes it runs."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections

from core.models import Heartbeat
from notifications import planning, registry
from notifications.models import Letter
from notifications.reminders import Case, Rule, before, reminder
from tests.factories import make_person
from tests.notifications.conftest import NOW


@pytest.fixture
def reminders(monkeypatch):
    """Replace the reminders of the rooms by those of the test."""
    found = {}
    monkeypatch.setattr(planning, "REMINDERS", found)
    return found


def note_to(people, *, name="test", base=NOW, **fields):
    """Return a reminder, due at ``base``, that asks for one letter to each of ``people``."""

    def case(person):
        return Case(base=base, people={person: None}, until=base + timedelta(days=9), slot="day-before", **fields)

    return Rule(
        name=name, title="A test", what="a test", whom="people", base="it begins", when=before(hours=0),
        things=lambda _start, _end: people, case=case, kind="sample-note",
    )  # fmt: skip


@pytest.mark.django_db
def test_planning_twice_writes_once(reminders, kinds, now):
    people = [make_person() for _ in range(3)]
    reminders["test"] = note_to(people)
    assert [planning.plan(now), planning.plan(now), planning.plan(now + timedelta(hours=26))] == [3, 0, 0]
    assert set(Letter.objects.values_list("person_id", flat=True)) == {person.pk for person in people}
    assert Heartbeat.objects.get(job="letters-plan").beat_at == now + timedelta(hours=26)


@pytest.mark.django_db
def test_a_new_revision_is_a_new_letter(reminders, kinds, now):
    people = [make_person()]
    reminders["test"] = note_to(people)
    planning.plan(now)
    reminders["test"] = note_to(people, rev=1)
    assert planning.plan(now) == 1


@pytest.mark.django_db
def test_a_faulty_reminder_stops_neither_the_others_nor_its_own_good_letters(reminders, kinds, now, caplog):
    one, two, three = (make_person() for _ in range(3))

    def breaks(person):
        if person == two:
            raise ZeroDivisionError
        return Case(base=NOW, people={person: None}, until=NOW + timedelta(days=9))

    reminders["breaks"] = replace(note_to([one, two, three], name="breaks"), case=breaks)
    reminders["works"] = note_to([three])
    assert planning.plan(now) == 3
    assert sorted(Letter.objects.values_list("rule", "person_id")) == [
        ("breaks", one.pk), ("breaks", three.pk), ("test", three.pk)
    ]  # fmt: skip
    assert "breaks" in caplog.text


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_six_planners_at_once(shared_database, reminders, kinds, now):
    """Exactly one row for each of 200 facts. Seen to fail with a random part in the key: 1200 rows."""
    people = [make_person() for _ in range(200)]
    reminders["test"] = note_to(people)
    start = threading.Barrier(6)

    def work():
        start.wait()
        try:
            planning.plan(now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(work) for _ in range(6)]:
            done.result()
    assert Letter.objects.count() == 200
    assert set(Letter.objects.values_list("person_id", flat=True)) == {person.pk for person in people}


def test_one_name_registers_once():
    words = dict.fromkeys(("title", "what", "whom", "base", "things"), "words")
    reminder("a-name-of-this-test", when=before(days=1), **words)(list)
    try:
        with pytest.raises(ValueError, match="registered twice"):
            reminder("a-name-of-this-test", when=before(days=1), **words)(list)
    finally:
        del registry.REMINDERS["a-name-of-this-test"]
