"""Meetings for programs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.models import Meeting, Registration, Todo
from tests import factories as make
from tests.meetings.helpers import house, registered

pytestmark = pytest.mark.django_db
MEETINGS = "/api/v1/meetings/"
NEW = {"title": "By program", "starts_at": "2027-05-14T10:00:00+02:00", "ends_at": "2027-05-14T12:00:00+02:00"}


def one(meeting, verb=""):
    """Return the address of a meeting, or of its verb."""
    return f"{MEETINGS}{meeting.pk}/{verb}"


def test_reading(api):
    """Anonymous reads public ones, without room and draft minutes; the rest is 404."""
    meeting = make.make_meeting(visibility="public", online_address="https://rooms.example.org/x", minutes="Draft")
    hidden = make.make_meeting()
    answer = api.get(MEETINGS).json()
    assert [row["id"] for row in answer["results"]] == [meeting.pk]
    row = api.get(one(meeting)).json()
    assert (row["online_address"], row["minutes"]) == (None, None)
    assert api.get(one(hidden)).status_code == 404
    api.force_authenticate(registered(meeting))
    assert api.get(one(meeting)).json()["online_address"] == "https://rooms.example.org/x"


def test_creating_and_changing(api):
    """201 with ETag; 428 without If-Match; 412 with an old one; 400 names unknown fields."""
    home, boss, _member = house()
    api.force_authenticate(boss)
    answer = api.post(MEETINGS, NEW | {"host": home.pk})
    assert (answer.status_code, answer.headers["ETag"], answer.json()["state"]) == (201, '"v1"', "draft")
    address = one(Meeting.objects.get())
    assert api.patch(address, {"title": "x"}).status_code == 428
    assert api.patch(address, {"title": "x"}, headers={"If-Match": '"v1"'}).headers["ETag"] == '"v2"'
    assert api.patch(address, {"title": "y"}, headers={"If-Match": '"v1"'}).status_code == 412
    problem = api.patch(address, {"state": "open"}, headers={"If-Match": '"v2"'})
    assert (problem.status_code, problem.headers["Content-Type"]) == (400, "application/problem+json")
    api.force_authenticate(make.make_user())
    assert api.post(MEETINGS, NEW).status_code == 403


def test_verbs(api):
    """The same refusals as on the page: 403 for members, 409 out of order, then through the whole life."""
    home, boss, member = house()
    meeting = make.make_meeting(host=home)
    api.force_authenticate(member)
    assert api.post(one(meeting, "close-meeting/")).status_code == 403
    api.force_authenticate(boss)
    assert api.post(one(meeting, "reopen-meeting/")).status_code == 409
    for verb, state in (
        ("start-meeting/", "in_progress"),
        ("close-meeting/", "closed"),
        ("reopen-meeting/", "in_progress"),
    ):
        assert api.post(one(meeting, verb)).json()["state"] == state
    assert api.post(one(meeting, "record-decision/"), {"text": "Yes"}).status_code == 200
    tag = api.get(one(meeting)).headers["ETag"]
    assert api.post(one(meeting, "write-minutes/"), {"minutes": "Text"}).status_code == 428
    assert api.post(one(meeting, "write-minutes/"), {"minutes": "Text"}, headers={"If-Match": tag}).status_code == 200
    assert api.post(one(meeting, "publish-minutes/")).json()["minutes"] == "Text"
    other = make.make_meeting(host=home)
    assert api.post(one(other, "cancel-meeting/"), {}).status_code == 400
    assert api.post(one(other, "cancel-meeting/"), {"reason": "Ill"}).json()["state"] == "cancelled"


def test_registering(api):
    """Register, see the places, withdraw; nobody else's note is shown."""
    meeting = make.make_meeting(seat_limit=2, mode="hybrid")
    guest = registered(meeting)
    Registration.objects.update(note="Private")
    member = make.make_user(organisation=make.make_organisation())
    api.force_authenticate(member)
    assert api.post(one(meeting, "register/"), {"note": "Mine", "is_online": True}).status_code == 200
    assert api.get(one(meeting, "places/")).json() == {
        "seat_limit": 2,
        "registered_count": 2,
        "is_registration_open": True,
        "is_registered": True,
    }
    rows = api.get(f"/api/v1/registrations/?meeting={meeting.pk}").json()["results"]
    assert {row["person"]["id"]: row["note"] for row in rows} == {guest.person.pk: None, member.person.pk: "Mine"}
    assert api.post(one(meeting, "withdraw/")).status_code == 200
    assert api.post(one(meeting, "withdraw/")).status_code == 409


def test_agenda_items(api):
    """Organisers add, change, order and remove; others are refused."""
    home, boss, member = house()
    meeting = make.make_meeting(host=home)
    api.force_authenticate(boss)
    items = "/api/v1/agenda-items/"
    first, second = (api.post(items, {"meeting": meeting.pk, "title": t}).json()["id"] for t in "AB")
    assert api.post(f"{items}{second}/move-item-up/").status_code == 200
    assert [row["title"] for row in api.get(f"{items}?meeting={meeting.pk}").json()["results"]] == ["B", "A"]
    assert api.patch(f"{items}{first}/", {"minutes": 1441}).status_code == 400
    assert api.patch(f"{items}{first}/", {"minutes": 30}).json()["minutes"] == 30
    api.force_authenticate(member)
    assert api.delete(f"{items}{first}/").status_code == 403
    api.force_authenticate(boss)
    assert api.delete(f"{items}{first}/").status_code == 204


def test_todos(api):
    """Give, change with If-Match, complete, reopen."""
    home, boss, member = house()
    meeting = make.make_meeting(host=home)
    api.force_authenticate(boss)
    data = {"meeting": meeting.pk, "text": "Write", "owner": member.person.pk, "due_date": "2027-05-14"}
    assert api.post("/api/v1/to-dos/", data).status_code == 201
    address = f"/api/v1/to-dos/{Todo.objects.get().pk}/"
    assert api.patch(address, {"text": "New"}).status_code == 428
    assert api.patch(address, {"text": "New"}, headers={"If-Match": '"v1"'}).json()["text"] == "New"
    api.force_authenticate(member)
    assert api.patch(address, {"text": "Mine"}, headers={"If-Match": '"v2"'}).status_code == 403
    assert api.post(f"{address}complete-todo/", {"answer": "Done"}).json()["state"] == "done"
    assert api.post(f"{address}drop-todo/", {"reason": "No"}).status_code == 409
    assert api.post("/api/v1/to-dos/", {k: v for k, v in data.items() if k != "meeting"}).status_code in {400, 403}


@pytest.mark.parametrize("name", ["meetings", "agenda-items", "registrations", "decisions", "to-dos"])
def test_lists_cost_the_same_with_many_rows(api, name, settings):
    """As many queries with thirty rows as with three, each answer computed."""
    settings.KEPT_MEGABYTES = 0
    api.force_authenticate(make.make_user(organisation=make.make_organisation()))
    number = iter(range(1, 100))

    def fill(count):
        for _n in range(count):
            meeting = make.make_meeting(
                host=make.make_organisation(),
                workgroup=make.make_workgroup(),
                minutes="Text",
                minutes_published_at=make.moment(2026, 1, 1),
            )
            registered(meeting, before=timedelta(days=1))
            meeting.agenda_items.create(title="x")
            meeting.decisions.create(number=next(number), text="x", decided_date="2026-01-01")
            make.make_todo(meeting=meeting)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert api.get(f"/api/v1/{name}/").status_code == 200
        return len(queries)

    fill(3)
    count()
    first = count()
    fill(27)
    assert count() == first
