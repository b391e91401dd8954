"""The planner: one row of one fact, however often and in however many processes it runs."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from core.models import Heartbeat
from notifications import planning, registry
from notifications.models import Letter
from tests.factories import make_person


@pytest.fixture
def reminders(monkeypatch):
    """Replace the reminders of the rooms by those of the test."""
    found = {}
    monkeypatch.setattr(planning, "REMINDERS", found)
    return found


def note_to(people, **fields):
    """Return a reminder that asks for one letter to each of ``people``."""

    def find(now):
        for person in people:
            yield {"kind": "sample-note", "to": [person], "about": person, "slot": "day-before", **fields}

    return find


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

    def breaks(now):
        yield {"kind": "sample-note", "to": [one], "about": one}
        yield {"kind": "no-such-kind", "to": [one], "about": one}
        yield {"kind": "sample-note", "to": [two], "about": two}
        raise ZeroDivisionError

    reminders["breaks"] = breaks
    reminders["works"] = note_to([three])
    assert planning.plan(now) == 3
    assert set(Letter.objects.values_list("person_id", flat=True)) == {one.pk, two.pk, three.pk}
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
    registry.reminder("a-name-of-this-test")(list)
    try:
        with pytest.raises(ValueError, match="registered twice"):
            registry.reminder("a-name-of-this-test")(list)
    finally:
        del registry.REMINDERS["a-name-of-this-test"]
