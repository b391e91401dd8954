"""The calendar part of letters: what calendar programs make of it, whatever happens and in whatever order it comes.

Seen failing with: the steps left out of SEQUENCE, CANCEL that says CONFIRMED, titles as typed, and a second
registration within one instant that sent no letter.
"""

import email
import random
from datetime import timedelta
from email import policy

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone
from icalendar import Calendar

from core.errors import Refused
from meetings.models import Meeting, Registration
from meetings.notices.calendar import calendar_of
from meetings.workflows import planning, registration
from notifications import rendering
from notifications.models import Letter
from notifications.registry import LETTERS, Skip
from tests import factories as make

pytestmark = pytest.mark.django_db
PROPERTIES = {
    "UID", "SEQUENCE", "DTSTAMP", "SUMMARY", "DTSTART", "DTEND", "STATUS", "LOCATION", "DESCRIPTION", "URL",
    "ORGANIZER", "ATTENDEE", "CONFERENCE",
}  # fmt: skip
PIECES = (
    "Győr", "a,b", "c;d", "e\\n", "f\\,", "\r\nATTENDEE:mailto:x@example.org", "\nEND:VEVENT", "\x0bX", "\u2028Y",
    "\x00",    "😀👨‍👩‍👧", "\u202eZ", '"', ":", "=", "é" * 40, " " * 5, "\tT", "BEGIN:VALARM", "ß" * 80, "%0A", "^n",
    "\ufeff",
)  # fmt: skip


def hostile_titles(count):
    """Return made-up titles: pieces of what breaks calendars, put together by chance."""
    chance = random.Random(25)
    return ["".join(chance.choices(PIECES, k=chance.randint(1, 6)))[:150].replace("\x00", "") for _n in range(count)]


def test_five_hundred_hostile_titles_come_back_as_one_line_each():
    """Nothing is injected, nothing is longer than 75 bytes, and the title reads back as it was cleaned."""
    from core.text import clean_line

    meeting = make.make_meeting()
    person = make.make_person(name='A "quoted"; name:\r\nX-EVIL:1')
    for title in hostile_titles(500):
        meeting.title = meeting.place = meeting.summary = title
        content = calendar_of([meeting], method="REQUEST", attendee=person, stamp=timezone.now())
        calendar = Calendar.from_ical(content)
        (event,) = calendar.events
        assert set(event) <= PROPERTIES
        assert [part.name for part in calendar.walk()].count("VEVENT") == 1
        assert "VALARM" not in [part.name for part in calendar.walk()]
        assert str(event["SUMMARY"]) == clean_line(title)
        assert max(len(line) for line in content.split(b"\r\n")) <= 75
        assert b"\nX-EVIL" not in content


def letter_of(kind, about, person, **data):
    """Return the content of a letter as it would go out now."""
    return LETTERS[kind].write(about, person, data)


def event_of(content):
    """Return (method, event) of a letter's calendar part."""
    raw, method = content.calendar
    calendar = Calendar.from_ical(raw)
    assert str(calendar["METHOD"]) == method
    return method, calendar.events[0], calendar


def test_request_update_move_back_and_cancel_count_upwards():
    """Time and place raise SEQUENCE, words do not; CANCEL is newer than all before and says so twice."""
    boss = make.make_coordinator()
    meeting = make.make_meeting()
    user = make.make_user(organisation=make.make_organisation())
    row = registration.register(meeting, by=user)
    start = meeting.starts_at
    sequences = [int(event_of(letter_of("meetings-registered", row, user.person))[1]["SEQUENCE"])]
    for changes in ({"title": "New words"}, {"starts_at": start + timedelta(hours=1)}, {"starts_at": start}):
        meeting.refresh_from_db()
        planning.change_meeting(meeting, changes, by=boss)
        row.refresh_from_db()
        method, event, _calendar = event_of(letter_of("meetings-registered", row, user.person))
        assert (method, str(event["STATUS"])) == ("REQUEST", "CONFIRMED")
        sequences.append(int(event["SEQUENCE"]))
    meeting.refresh_from_db()
    planning.cancel_meeting(meeting, by=boss, reason="Ill")
    method, event, calendar = event_of(letter_of("meetings-cancelled", meeting, user.person))
    assert (method, str(event["STATUS"])) == ("CANCEL", "CANCELLED")
    assert [int(number) - sequences[0] for number in (*sequences, event["SEQUENCE"])] == [0, 0, 1, 2, 3]
    assert str(event["ATTENDEE"]) == f"mailto:{user.person.email}"
    assert str(event["UID"]) == f"meeting-{meeting.pk}@{settings.MAIL_DOMAIN}"
    assert {"ORGANIZER", "DTSTART"} <= set(event)
    assert len(calendar.timezones) == 1


def test_the_zone_begins_a_year_before_the_meeting():
    """No local mean time of 1890, which Outlook does not take; both sides of the switch are right."""
    person = make.make_person()
    for month, hour in ((3, 27), (3, 29)):
        meeting = make.make_meeting(starts_at=make.moment(2027, month, hour, 8), time_zone="Europe/Budapest")
        content = calendar_of([meeting], method="REQUEST", attendee=person, stamp=timezone.now())
        calendar = Calendar.from_ical(content)
        (zone,) = calendar.timezones
        assert min(part["DTSTART"].dt.year for part in zone.subcomponents) >= 2025
        assert calendar.events[0]["DTSTART"].dt.timestamp() == meeting.starts_at.timestamp()


def test_the_method_stands_in_both_places_and_the_file_is_attached():
    """As an alternative part with METHOD and charset, and as a file."""
    user = make.make_user(organisation=make.make_organisation())
    row = registration.register(make.make_meeting(title="Győr"), by=user)
    letter = Letter.objects.get(kind="meetings-registered")
    rendered = rendering.render(letter_of("meetings-registered", row, user.person), user.person)
    raw = rendering.message(letter, rendered, connection=None).message().as_bytes()
    mail = email.message_from_bytes(raw, policy=policy.default)
    parts = {part.get_content_type(): part for part in mail.walk()}
    part = parts["text/calendar"]
    assert part["Content-Type"].params["method"] == "REQUEST"
    assert part["Content-Type"].params["charset"].lower() == "utf-8"
    assert str(Calendar.from_ical(part.get_content())["METHOD"]) == "REQUEST"
    assert parts["application/ics"].get_filename() == "invitation.ics"


class Program:
    """A calendar program: keeps of each event the file with the highest SEQUENCE, among equals the latest DTSTAMP."""

    def __init__(self):
        self.kept = {}

    def take(self, content):
        """Read one letter."""
        method, event, _calendar = event_of(content)
        age = (int(event["SEQUENCE"]), event["DTSTAMP"].dt)
        known = self.kept.get(str(event["UID"]))
        if known is None or age > known[0]:
            self.kept[str(event["UID"])] = (age, method, event)

    def shows(self):
        """Return {UID: (start, place)} of what stands in the calendar."""
        return {
            uid: (event["DTSTART"].dt.timestamp(), str(event.get("LOCATION", "")))
            for uid, (_age, method, event) in self.kept.items()
            if method == "REQUEST"
        }


def server_says(meeting, person):
    """Return the same from the rows of the server."""
    is_there = Registration.objects.active().filter(meeting=meeting, person=person).exists()
    if not is_there or meeting.state == Meeting.State.CANCELLED:
        return {}
    return {f"meeting-{meeting.pk}@{settings.MAIL_DOMAIN}": (meeting.starts_at.timestamp(), meeting.place)}


def _step(chance, meeting, *, user, boss):
    """Do one thing that people do to a meeting; what is refused, is refused."""
    verb = chance.choice(["register", "withdraw", "move", "place", "title", "cancel"])
    if verb == "cancel" and chance.random() > 0.15:
        verb = "register"
    fields = {
        "move": {"starts_at": make.moment(2027, 6, chance.randint(1, 20), chance.randint(6, 12))},
        "place": {"place": f"Hall {chance.randint(1, 9)}"},
        "title": {"title": f"Title {chance.randint(1, 9)}"},
    }
    try:
        if verb in fields:
            planning.change_meeting(meeting, fields[verb], by=boss)
        elif verb == "cancel":
            planning.cancel_meeting(meeting, by=boss, reason="Ill")
        else:
            getattr(registration, verb)(meeting, by=user)
    except Refused:
        return


def _history(number, *, meeting, user, boss):
    """Replay one history; letters are written in time and arrive in any order, some twice."""
    chance, program, letters = random.Random(number), Program(), []
    known = set(Letter.objects.values_list("pk", flat=True))
    moment = make.moment(2027, 5, 1)
    for _n in range(chance.randint(2, 9)):
        moment += timedelta(seconds=chance.choice([0, 0, 1, 600]))
        with time_machine.travel(moment, tick=False):
            meeting.refresh_from_db()
            _step(chance, meeting, user=user, boss=boss)
            for letter in Letter.objects.filter(person=user.person, state="queued").exclude(pk__in=known):
                known.add(letter.pk)
                content = LETTERS[letter.kind].write(letter.thing, letter.person, letter.data)
                if not isinstance(content, Skip) and content.calendar:
                    letters += [content] * chance.choice([1, 1, 2])
    chance.shuffle(letters)
    for content in letters:
        program.take(content)
    meeting.refresh_from_db()
    return program.shows(), server_says(meeting, user.person)


@pytest.mark.once
@pytest.mark.slow
def test_after_a_thousand_histories_the_calendar_is_that_of_the_server():
    """Whatever people do, within one second or over hours, and however the mail comes: both say the same."""
    boss, organisation = make.make_coordinator(), make.make_organisation()
    user = make.make_user(organisation=organisation)
    different = []
    for number in range(1000):
        with time_machine.travel(make.moment(2027, 5, 1), tick=False):
            meeting = make.make_meeting(
                starts_at=make.moment(2027, 6, 1, 8), ends_at=make.moment(2027, 6, 30, 18), place="Győr"
            )
        shown, right = _history(number, meeting=meeting, user=user, boss=boss)
        if shown != right:
            different.append((number, shown, right))
    assert different == []
