"""Hosts, study visits with stops and sign-ups, and takeaways."""

import datetime as dt

from meetings.models import Meeting
from overview.loading.book import LAST_MINUTE, pick
from overview.loading.people import person
from partners.models import Organisation, Region
from practices.models import Practice
from visits.models import SignUp, Stop, StudyVisit, Takeaway, VisitHost


def load(book):
    """Add hosts, visits and takeaways."""
    for record in book.rows("visit_hosts"):
        fields = pick(record, "name", "country", "place", "about") | book.sourced(record)
        book.add(VisitHost, {"key": record["key"]}, fields)
    for record in book.rows("visits"):
        load_visit(book, record)
    for record in book.rows("takeaways"):
        load_takeaway(book, record)


def load_visit(book, record):
    """Add one visit; where its days are not on record it takes those of its meeting, without hours."""
    meeting = Meeting.objects.get(key=record["meeting"])
    zone, start = meeting.time_zone, record.get("start")
    fields = (
        pick(record, "title", "summary", "meeting_point", "seats")
        | book.sourced(record)
        | {
            "meeting": meeting,
            "starts_at": book.moment(start, zone) or meeting.starts_at,
            "ends_at": book.moment(record.get("end"), zone, otherwise=LAST_MINUTE) or meeting.ends_at,
            "is_time_known": isinstance(start, dict) or (start is not None and "T" in start),
            "sign_up_closes_at": book.moment(record.get("sign_up_closes"), zone),
            "state": record.get("state", StudyVisit.State.DONE),
            "created_by": person(record.get("created_by")),
        }
    )
    visit, is_new = book.add(StudyVisit, {"key": record["key"]}, fields)
    if is_new:
        visit.practices.set(Practice.objects.filter(key__in=record.get("practices", [])))
        _add_stops(record, visit)
        _add_sign_ups(record, visit)


def _add_stops(record, visit):
    for position, stop in enumerate(record.get("stops", [])):
        host = VisitHost.objects.get(key=stop["host"])
        begins = dt.time.fromisoformat(stop["begins"]) if stop.get("begins") else None
        Stop.objects.create(
            visit=visit, host=host, title=host.name, place=host.place, begins=begins, position=position,
            **pick(stop, "minutes", "note"),
        )  # fmt: skip


def _add_sign_ups(record, visit):
    """Give seats in the order of the list; who comes after the last seat waits."""
    addresses = record.get("sign_ups", [])
    first = visit.meeting.registration_opens_at or visit.created_at
    for number, address in enumerate(addresses, start=1):
        has_seat = visit.seats is None or number <= visit.seats
        signed_up_at = first + dt.timedelta(days=1, hours=number)
        SignUp.objects.create(
            visit=visit,
            person=person(address),
            state=SignUp.State.CONFIRMED if has_seat else SignUp.State.WAITING,
            queue_number=number,
            signed_up_at=signed_up_at,
            confirmed_at=signed_up_at if has_seat else None,
        )
    StudyVisit.objects.filter(pk=visit.pk).update(last_queue_number=len(addresses))


def load_takeaway(book, record):
    """Add one takeaway."""
    fields = (
        pick(record, "seen", "fits", "blocks", "next_step", "visibility")
        | book.sourced(record)
        | {
            "visit": StudyVisit.objects.get(key=record["visit"]),
            "person": person(record.get("person")),
            "organisation": book.find(Organisation, short_name=record.get("organisation")),
            "region": book.find(Region, name=record.get("region")),
            "practice": book.find(Practice, key=record.get("practice")),
            "next_step_date": book.day(record.get("next_step_date")),
        }
    )
    book.add(Takeaway, {"key": record["key"]}, fields)
