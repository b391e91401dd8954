"""Calendar files and the personal feed."""

import hashlib
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from meetings.notices.calendar import calendar_of
from partners.models import FeedToken
from tests import factories as make
from tests.hostile import TEXTS
from tests.meetings.helpers import registered

pytestmark = pytest.mark.django_db
SECRET = "s3cret-of-one-person"


def events(content):
    """Return the events of a calendar file by their UID."""
    return {str(event["UID"]): event for event in Calendar.from_ical(content).events}


def uid(meeting):
    """Return the identifier of a meeting in calendars."""
    return f"meeting-{meeting.pk}@{settings.MAIL_DOMAIN}"


def feed_of(user, secret=SECRET):
    """Give ``user`` a feed address and return it."""
    key_hash = hashlib.sha256(secret.encode()).hexdigest()
    FeedToken.objects.update_or_create(person=user.person, defaults={"key_hash": key_hash})
    return reverse("meetings:person_feed", args=[secret])


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_titles_stay_titles(name):
    """The file parses, has one event, no injected property, and no line over 75 bytes."""
    meeting = make.make_meeting()
    meeting.title = TEXTS[name].replace("\x00", "")[:150] or "x"
    meeting.summary, meeting.place = meeting.title, meeting.title
    content = calendar_of([meeting])
    found = events(content)
    assert list(found) == [uid(meeting)]
    allowed = {"UID", "SEQUENCE", "DTSTAMP", "SUMMARY", "DTSTART", "DTEND", "STATUS", "LOCATION", "DESCRIPTION", "URL"}
    assert set(found[uid(meeting)]) <= allowed
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_one_small_zone_and_the_right_hour():
    """One VTIMEZONE per zone, of the years around, and the wall time of the place."""
    meeting = make.make_meeting(starts_at=make.moment(2027, 3, 29, 8), time_zone="Europe/Budapest")
    content = calendar_of([meeting])
    calendar = Calendar.from_ical(content)
    assert [str(zone["TZID"]) for zone in calendar.timezones] == ["Europe/Budapest"]
    assert len(calendar.timezones[0].subcomponents) <= 8
    start = calendar.events[0]["DTSTART"]
    assert (start.params["TZID"], start.dt.hour, start.dt.astimezone().timestamp()) == (
        "Europe/Budapest",
        10,
        meeting.starts_at.timestamp(),
    )


def test_days_without_times_are_whole_days():
    """A record of the past without hours claims none."""
    meeting = make.make_meeting(precision="days")
    event = Calendar.from_ical(calendar_of([meeting])).events[0]
    assert event["DTSTART"].params["VALUE"] == "DATE"


def test_the_file_of_one_meeting(client):
    """404 where hidden; the room only for the registered."""
    hidden = make.make_meeting(state="draft")
    meeting = make.make_meeting(visibility="public", online_address="https://rooms.example.org/x")
    guest = registered(meeting)
    address = reverse("meetings:meeting_ics", args=[meeting.pk])
    assert client.get(reverse("meetings:meeting_ics", args=[hidden.pk])).status_code == 404
    answer = client.get(address)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert b"rooms.example.org" not in answer.content
    client.force_login(guest)
    assert b"rooms.example.org" in client.get(address).content


def test_the_feed_holds_own_meetings_and_those_of_own_groups(client):
    """Registered ones and those of the groups; cancelled ones as such; no drafts, nothing else."""
    group = make.make_workgroup()
    mine, other = make.make_meeting(), make.make_meeting()
    user = registered(mine)
    make.make_group_member(group, user.person)
    of_group = make.make_meeting(workgroup=group)
    gone = make.make_meeting(workgroup=group, state="cancelled", cancel_reason="Ill")
    make.make_meeting(workgroup=group, state="draft")
    answer = client.get(feed_of(user))
    found = events(answer.content)
    assert set(found) == {uid(mine), uid(of_group), uid(gone)}
    assert uid(other) not in found
    assert found[uid(gone)]["STATUS"] == "CANCELLED"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert b"METHOD:PUBLISH" in answer.content
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in answer.content


def test_the_feed_answers_304_until_something_changes(client):
    """Same bytes, same ETag; a changed meeting gives a new one."""
    meeting = make.make_meeting()
    user = registered(meeting)
    address = feed_of(user)
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    type(meeting).objects.update(title="New", changed_at=timezone.now() + timedelta(minutes=1))
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_a_dead_address_is_dead_at_once(client):
    """Replaced, suspended, or never known: 404 in the next request."""
    user = registered(make.make_meeting())
    address = feed_of(user)
    assert client.get(address).status_code == 200
    assert FeedToken.objects.get().used_at is not None
    new = feed_of(user, "another")
    assert (client.get(address).status_code, client.get(new).status_code) == (404, 200)
    type(user).objects.update(is_active=False)
    assert client.get(new).status_code == 404


def test_the_feed_costs_the_same_with_many_meetings(client, django_assert_max_num_queries):
    """Thirty meetings cost no more than a fixed number of queries."""
    user = registered(make.make_meeting())
    for _n in range(30):
        make.make_meeting().registrations.create(person=user.person)
    address = feed_of(user)
    with django_assert_max_num_queries(8):
        client.get(address)
