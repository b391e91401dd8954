"""Registering, changing, withdrawing; and the limit under two hundred people at once.

Seen failing on SQLite with deferred transactions (``transaction_mode`` taken out of the settings), where
most writers fail and places stay empty. On PostgreSQL the lock is the FOR UPDATE in ``locked``.
"""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connections
from django.utils import timezone
from icalendar import Calendar

from core.errors import Refused
from meetings.models import Registration
from meetings.workflows import registration
from notifications.models import Letter
from partners.models import User
from tests import factories as make
from tests.meetings.helpers import content, house, registered, told

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_member_registers_and_gets_the_calendar_file():
    """One row, one letter with the file and the room, also when asked twice."""
    _home, _boss, member = house()
    meeting = make.make_meeting(mode="hybrid", online_address="https://rooms.example.org/1")
    registration.register(meeting, by=member, is_online=True, note="No nuts")
    registration.register(meeting, by=member)
    row = Registration.objects.get()
    assert (row.person, row.state, row.is_online, row.note) == (member.person, "registered", True, "No nuts")
    assert told("meetings-registered") == {member.person.pk}
    letter = content("meetings-registered", member.person)
    assert ("Online room", "https://rooms.example.org/1") in letter.facts
    assert Calendar.from_ical(letter.calendar[0]).events[0]["ATTENDEE"] == f"mailto:{member.person.email}"
    meeting.refresh_from_db()
    assert meeting.version == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "draft"},
        {"state": "closed"},
        {"state": "cancelled", "cancel_reason": "Ill"},
        {"registration_opens_at": timezone.now() + HOUR},
        {"registration_closes_at": timezone.now() - HOUR},
        {"starts_at": timezone.now() - HOUR},
    ],
)
def test_outside_the_window_nobody_registers(fields):
    """Each state and time outside the window is refused."""
    _home, _boss, member = house()
    with pytest.raises(Refused):
        registration.register(make.make_meeting(**fields), by=member)
    assert Registration.objects.count() == 0


def test_guests_only_where_they_are_welcome():
    """A guest is refused unless the meeting is open to guests."""
    guest = make.make_user()
    with pytest.raises(Refused):
        registration.register(make.make_meeting(visibility="public"), by=guest)
    registration.register(make.make_meeting(visibility="public", is_open_to_guests=True), by=guest)
    assert Registration.objects.count() == 1


def test_withdrawing_frees_the_place():
    """The row stays as withdrawn, a letter takes the event away, the next one gets in."""
    _home, _boss, member = house()
    meeting = make.make_meeting(seat_limit=1)
    first = registered(meeting)
    with pytest.raises(Refused):
        registration.register(meeting, by=member)
    registration.withdraw(meeting, by=first)
    registration.register(meeting, by=member)
    states = dict(Registration.objects.values_list("person_id", "state"))
    assert states == {first.person.pk: "withdrawn", member.person.pk: "registered"}
    letter = content("meetings-withdrawn", first.person)
    assert (letter.calendar[1], Calendar.from_ical(letter.calendar[0]).events[0]["STATUS"]) == ("CANCEL", "CANCELLED")


def test_who_is_not_registered_can_neither_change_nor_withdraw():
    """Both are refused with a sentence."""
    _home, _boss, member = house()
    meeting = make.make_meeting()
    for verb in (registration.change_registration, registration.withdraw):
        with pytest.raises(Refused) as refused:
            verb(meeting, by=member)
        assert str(refused.value) == "You are not registered for this meeting."


def test_nobody_is_online_at_a_meeting_on_site():
    """The wish is refused at its field."""
    _home, _boss, member = house()
    with pytest.raises(Refused) as refused:
        registration.register(make.make_meeting(), by=member, is_online=True)
    assert refused.value.field == "is_online"


@pytest.mark.race
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_hundred_people_fifty_places(shared_database):
    """All ask at the same moment; exactly the limit is let in, each person once, each with one letter."""
    home = make.make_organisation()
    meeting = make.make_meeting(seat_limit=50)
    users = [make.make_user(organisation=home).pk for _n in range(200)]
    gate, outcomes = threading.Barrier(200), []

    def ask(pks):
        try:
            gate.wait()
            for pk in pks:
                try:
                    registration.register(meeting, by=User.objects.get(pk=pk))
                    outcomes.append("in")
                except Refused:
                    outcomes.append("full")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(users[n::200],)) for n in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert (outcomes.count("in"), outcomes.count("full")) == (50, 150)
    assert Registration.objects.active().count() == 50
    assert Letter.objects.filter(kind="meetings-registered").count() == 50
