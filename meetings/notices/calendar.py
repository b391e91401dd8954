"""Meetings as iCalendar: one event for letters and files, many for a person's feed."""

import zoneinfo
from datetime import UTC, timedelta

from django.conf import settings
from icalendar import Calendar, Event, Timezone, vCalAddress

from core.text import clean_line

REFRESH = timedelta(hours=1)
YEAR = timedelta(days=366)
STATES = {"draft": "TENTATIVE", "cancelled": "CANCELLED"}


def calendar_of(meetings, *, method="PUBLISH", rooms=frozenset(), **extra):
    """Return the bytes of a calendar of ``meetings``, the same bytes for the same rows.

    ``rooms``: numbers of the meetings whose online room the reader may know.
    ``extra``: ``name`` of a feed; for a letter to one person ``attendee``, ``stamp`` (its moment), ``steps``
    (how often the meeting left or entered this person's calendar) and ``status``.

    Calendar programs keep the file with the highest SEQUENCE, among equals the latest DTSTAMP.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.MAIL_DOMAIN}//Partnership portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if extra.get("name"):
        calendar.add("x-wr-calname", clean_line(extra["name"]))
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for name, (first, last) in _zones(meetings).items():
        calendar.add_component(Timezone.from_tzid(name, first_date=first - YEAR, last_date=last + YEAR))
    for meeting in meetings:
        calendar.add_component(_event(meeting, shows_room=meeting.pk in rooms, extra=extra))
    return calendar.to_ical()


def _zones(meetings):
    zones = {}
    for meeting in meetings:
        if meeting.precision != "time":
            continue
        start, end = meeting.local_start.date(), meeting.local_end.date()
        first, last = zones.get(meeting.time_zone, (start, end))
        zones[meeting.time_zone] = (min(first, start), max(last, end))
    zones.pop("UTC", None)
    return dict(sorted(zones.items()))


def _event(meeting, *, shows_room, extra):
    event = Event()
    event.add("uid", f"{meeting.uid}@{settings.MAIL_DOMAIN}")
    event.add("sequence", meeting.sequence + extra.get("steps", 0))
    event.add("dtstamp", (extra.get("stamp") or meeting.changed_at).astimezone(UTC).replace(microsecond=0))
    event.add("summary", clean_line(meeting.title))
    _add_time(event, meeting)
    event.add("status", extra.get("status") or STATES.get(meeting.state, "CONFIRMED"))
    if meeting.place:
        event.add("location", clean_line(meeting.place))
    lines = [meeting.summary] if meeting.summary else []
    if shows_room and meeting.online_address:
        lines.append(meeting.online_address)
        event.add("conference", meeting.online_address, parameters={"VALUE": "URI"})
    if lines:
        event.add("description", "\n\n".join(lines))
    event.add("url", settings.SITE_URL + meeting.get_absolute_url())
    _add_people(event, extra.get("attendee"), is_over=extra.get("status") == "CANCELLED")
    return event


def _add_time(event, meeting):
    if meeting.precision == "time":
        zone = UTC if meeting.time_zone == "UTC" else zoneinfo.ZoneInfo(meeting.time_zone)
        event.add("dtstart", meeting.starts_at.astimezone(zone))
        event.add("dtend", meeting.ends_at.astimezone(zone))
    else:
        event.add("dtstart", meeting.local_start.date())
        event.add("dtend", meeting.local_end.date() + timedelta(days=1))


def _add_people(event, attendee, *, is_over):
    if attendee is None or not attendee.email:
        return
    organiser = vCalAddress(f"mailto:portal@{settings.MAIL_DOMAIN}")
    event.add("organizer", organiser)
    address = vCalAddress(f"mailto:{attendee.email}")
    address.params["CN"] = clean_line(attendee.name).replace('"', "'")
    address.params["PARTSTAT"] = "DECLINED" if is_over else "ACCEPTED"
    address.params["ROLE"] = "REQ-PARTICIPANT"
    address.params["RSVP"] = "FALSE"
    event.add("attendee", address)
