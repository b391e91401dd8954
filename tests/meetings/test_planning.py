"""Drawing up, moving, opening, closing and calling off a meeting."""

from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from core import history
from core.errors import Invalid, Refused, Stale
from meetings.models import Meeting
from meetings.workflows import planning
from notifications.delivery import write
from notifications.models import Letter
from tests import factories as make
from tests.meetings.helpers import content, house, registered, told

pytestmark = pytest.mark.django_db


def facts(**fields):
    """Return valid data of a meeting."""
    start = make.moment(2027, 5, 14, 8)
    return {
        "title": "Spring",
        "starts_at": start,
        "ends_at": start + timedelta(hours=4),
        "time_zone": "Europe/Vienna",
    } | fields


def test_a_draft_tells_nobody():
    """A member draws up a meeting of the own organisation; it is a draft and makes no letter."""
    home, _boss, member = house()
    meeting = planning.create_meeting(facts(host=home), by=member)
    assert (meeting.state, meeting.created_by, meeting.version) == ("draft", member.person, 1)
    assert Letter.objects.count() == 0
    assert [entry.verb for entry in history.of(meeting)] == ["created"]
    assert list(Meeting.objects.matching("spr")) == [meeting]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ends_at": make.moment(2027, 5, 14, 8)}, "ends_at"),
        ({"ends_at": make.moment(2027, 6, 14, 8)}, "ends_at"),
        ({"visibility": "workgroup"}, "workgroup"),
        ({"registration_opens_at": make.moment(2027, 5, 15)}, "registration_opens_at"),
        (
            {"registration_opens_at": make.moment(2027, 5, 2), "registration_closes_at": make.moment(2027, 5, 1)},
            "registration_closes_at",
        ),
    ],
)
def test_faulty_facts_are_named(fields, field):
    """Each fault is told at its field and nothing is stored."""
    home, _boss, member = house()
    with pytest.raises(Invalid) as refused:
        planning.create_meeting(facts(host=home, **fields), by=member)
    assert set(refused.value.problems) == {field}
    assert Meeting.objects.count() == 0


def test_nobody_holds_a_meeting_at_somebody_elses_house():
    """Host: the own organisation; a group's leader may choose any for the group."""
    _home, _boss, member = house()
    other = make.make_organisation()
    with pytest.raises(Invalid):
        planning.create_meeting(facts(host=other), by=member)
    group = make.make_workgroup()
    make.make_group_member(group, member.person, "chair")
    member = type(member).objects.get(pk=member.pk)
    assert planning.create_meeting(facts(host=other, workgroup=group), by=member).host == other


def test_opening_tells_the_workgroup_but_not_who_opens():
    """Exactly the group's people, without the actor."""
    home, boss, member = house()
    group = make.make_workgroup()
    for person in (boss.person, member.person):
        make.make_group_member(group, person)
    meeting = make.make_meeting(state="draft", host=home, workgroup=group)
    planning.open_meeting(meeting, by=boss)
    assert meeting.state == "open"
    assert told("meetings-opened") == {member.person.pk}
    assert content("meetings-opened", member.person).subject.endswith(f": {meeting.title}")


def test_a_new_place_is_told_once_with_before_and_after():
    """The sequence rises; one letter per registered person says what changed; the actor is not told."""
    home, boss, _member = house()
    meeting = make.make_meeting(host=home, place="Győr")
    guest, other = registered(meeting), registered(meeting)
    planning.change_meeting(meeting, {"place": "Linz", "title": "New title"}, by=boss, version=1)
    meeting.refresh_from_db()
    assert (meeting.sequence, meeting.version) == (1, 2)
    assert told("meetings-moved") == {guest.person.pk, other.person.pk}
    letter = content("meetings-moved", guest.person)
    assert letter.lines == ["The place is now Linz instead of Győr, same time."]
    calendar = Calendar.from_ical(letter.calendar[0])
    assert (int(calendar.events[0]["SEQUENCE"]), letter.calendar[1]) == (1, "REQUEST")
    assert history.of(meeting).first().verb == "moved"


def test_a_second_move_makes_the_first_letter_void():
    """Only the letter of the newest revision waits, and it tells both changes."""
    home, boss, _member = house()
    meeting = make.make_meeting(host=home)
    guest = registered(meeting)
    planning.change_meeting(meeting, {"place": "Linz"}, by=boss)
    planning.change_meeting(meeting, {"place": "Graz"}, by=boss)
    letters = Letter.objects.filter(kind="meetings-moved", person=guest.person).order_by("pk")
    assert list(letters.values_list("state", flat=True)) == ["cancelled", "queued"]
    assert write(letters[1], timezone.now()).lines == ["The place is now Graz instead of Győr, same time."]


def test_title_and_drafts_move_nothing():
    """A new title of an open meeting, and a new place of a draft, raise no sequence and tell nobody."""
    home, boss, _member = house()
    meeting, draft = make.make_meeting(host=home), make.make_meeting(host=home, state="draft")
    registered(meeting)
    planning.change_meeting(meeting, {"title": "Other"}, by=boss)
    planning.change_meeting(draft, {"place": "Linz"}, by=boss)
    assert (meeting.sequence, draft.sequence, Letter.objects.count()) == (0, 0, 0)


def test_the_history_keeps_the_room_secret():
    """The address of the online room is not written into the history."""
    home, boss, _member = house()
    meeting = make.make_meeting(host=home, online_address="https://rooms.example.org/old")
    planning.change_meeting(meeting, {"online_address": "https://rooms.example.org/new"}, by=boss)
    assert "rooms.example.org" not in str(history.of(meeting).first().changes)


def test_fewer_places_than_people_is_refused():
    """The limit cannot fall below who is registered."""
    home, boss, _member = house()
    meeting = make.make_meeting(host=home, seat_limit=5)
    registered(meeting), registered(meeting)
    with pytest.raises(Invalid) as refused:
        planning.change_meeting(meeting, {"seat_limit": 1}, by=boss)
    assert set(refused.value.problems) == {"seat_limit"}


def test_who_saves_second_is_told():
    """An old version is refused and changes nothing."""
    home, boss, _member = house()
    meeting = make.make_meeting(host=home)
    planning.change_meeting(meeting, {"title": "First"}, by=boss, version=1)
    with pytest.raises(Stale):
        planning.change_meeting(meeting, {"title": "Second"}, by=boss, version=1)
    assert Meeting.objects.get().title == "First"


VERBS = {
    "open": planning.open_meeting,
    "start": planning.start_meeting,
    "close": planning.close_meeting,
    "reopen": planning.reopen_meeting,
    "cancel": lambda meeting, *, by: planning.cancel_meeting(meeting, by=by, reason="No money"),
}
ALLOWED = {
    ("draft", "open"): "open",
    ("draft", "cancel"): "cancelled",
    ("open", "start"): "in_progress",
    ("open", "close"): "closed",
    ("open", "cancel"): "cancelled",
    ("in_progress", "close"): "closed",
    ("closed", "reopen"): "in_progress",
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", ["draft", "open", "in_progress", "closed", "cancelled"])
def test_the_life_of_a_meeting(state, verb):
    """Every verb in every state: allowed ones lead where they should, all others are refused."""
    home, boss, _member = house()
    reason = "Ill" if state == "cancelled" else ""
    meeting = make.make_meeting(host=home, state=state, cancel_reason=reason)
    if (state, verb) in ALLOWED:
        VERBS[verb](meeting, by=boss)
        expected = ALLOWED[(state, verb)]
    else:
        with pytest.raises(Refused):
            VERBS[verb](meeting, by=boss)
        expected = state
    assert Meeting.objects.get().state == expected


def test_a_cancelled_meeting_tells_the_registered_and_leaves_the_calendar():
    """Letter with CANCEL and a higher sequence to exactly the registered; to-dos stay; a draft tells nobody."""
    home, boss, _member = house()
    meeting = make.make_meeting(host=home)
    guest = registered(meeting)
    todo = make.make_todo(meeting=meeting)
    planning.cancel_meeting(meeting, by=boss, reason="The host is ill.")
    assert told("meetings-cancelled") == {guest.person.pk}
    letter = content("meetings-cancelled", guest.person)
    event = Calendar.from_ical(letter.calendar[0]).events[0]
    assert (letter.calendar[1], event["STATUS"], int(event["SEQUENCE"])) == ("CANCEL", "CANCELLED", 1)
    assert "The host is ill." in letter.lines
    todo.refresh_from_db()
    assert todo.state == "open"


def test_cancelling_needs_a_reason():
    """Blank reasons are refused at the field."""
    home, boss, _member = house()
    with pytest.raises(Invalid) as refused:
        planning.cancel_meeting(make.make_meeting(host=home), by=boss, reason="  ")
    assert set(refused.value.problems) == {"reason"}


def test_a_closed_meeting_is_locked():
    """Facts of closed and cancelled meetings cannot change."""
    home, boss, _member = house()
    for state, reason in (("closed", ""), ("cancelled", "Ill")):
        meeting = make.make_meeting(host=home, state=state, cancel_reason=reason)
        with pytest.raises(Refused):
            planning.change_meeting(meeting, {"title": "x"}, by=boss)
