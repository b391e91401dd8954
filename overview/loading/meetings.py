"""Meetings of the past as far as they are known, and those of the demonstration."""

import datetime as dt

from django.db.models import Max

from core import search
from meetings.models import AgendaItem, Decision, Meeting, Registration, Todo
from overview.loading.book import LAST_MINUTE, pick
from overview.loading.people import person
from partners.models import Organisation
from workgroups.models import Workgroup


def load(book):
    """Add meetings with agenda, registrations, decisions and to-dos; then the to-dos of workgroups."""
    for record in book.rows("meetings"):
        meeting, is_new = book.add(Meeting, {"key": record["key"]}, _fields(book, record))
        if is_new:
            _add_agenda(record, meeting)
            _add_registrations(book, record, meeting)
            _add_decisions(record, meeting)
            _add_todos(book, record.get("todos", []), record, meeting=meeting)
    for record in book.rows("group_todos"):
        group = Workgroup.objects.get(key=record["workgroup"])
        if not Todo.objects.filter(workgroup=group, text=record["text"]).exists():
            _add_todos(book, [record], record, workgroup=group)


def _fields(book, record):
    """Fields of a meeting. What is past and not a demonstration is closed and public."""
    zone = record.get("time_zone", "Europe/Vienna")
    fields = pick(record, "title", "kind", "mode", "place", "country", "online_address", "precision", "summary")
    fields |= pick(record, "seat_limit", "is_open_to_guests", "minutes", "reported_count", "cancel_reason")
    return (
        fields
        | book.sourced(record)
        | {
            "time_zone": zone,
            "starts_at": book.moment(record["start"], zone),
            "ends_at": book.moment(record["end"], zone, otherwise=LAST_MINUTE),
            "host": book.find(Organisation, short_name=record.get("host")),
            "workgroup": book.find(Workgroup, key=record.get("workgroup")),
            "visibility": record.get("visibility", "public"),
            "state": record.get("state", Meeting.State.CLOSED),
            "registration_opens_at": book.moment(record.get("registration_opens"), zone),
            "registration_closes_at": book.moment(record.get("registration_closes"), zone, otherwise=LAST_MINUTE),
            "minutes_published_at": book.moment(record.get("minutes_published"), zone),
            "created_by": person(record.get("created_by")),
        }
    )


def _add_agenda(record, meeting):
    for position, line in enumerate(record.get("agenda", [])):
        begins = dt.time.fromisoformat(line["begins"]) if line.get("begins") else None
        fields = pick(line, "day", "title", "kind", "minutes", "presenter", "note")
        AgendaItem.objects.create(meeting=meeting, position=position, begins=begins, **fields)


def _add_registrations(book, record, meeting):
    """Register people one hour apart, so that the order of arrival is known."""
    opened = meeting.registration_opens_at or meeting.starts_at - dt.timedelta(days=14)
    online = record.get("registered_online", [])
    for number, address in enumerate([*record.get("registered", []), *online], start=1):
        Registration.objects.create(
            meeting=meeting,
            person=person(address),
            is_online=address in online,
            registered_at=opened + dt.timedelta(hours=number),
        )


def _add_decisions(record, meeting):
    number = Decision.objects.aggregate(last=Max("number"))["last"] or 0
    for line in record.get("decisions", []):
        number += 1
        decision = Decision.objects.create(
            number=number,
            meeting=meeting,
            agenda_item=meeting.agenda_items.filter(title=line.get("agenda_item")).first(),
            text=line["text"],
            decided_date=meeting.local_start.date(),
            is_fictional=record["fictional"],
        )
        search.index(decision)


def _add_todos(book, lines, record, **origin):
    for line in lines:
        is_answered = line.get("state", "open") != "open"
        todo = {"text": line["text"], "owner": person(line["owner"]), **origin}
        fields = pick(line, "state", "answer") | {
            "due_date": book.day(line["due"]),
            "answered_at": book.moment(line["due"], "Europe/Vienna") if is_answered else None,
            "is_fictional": record["fictional"],
        }
        book.add(Todo, todo, fields)
