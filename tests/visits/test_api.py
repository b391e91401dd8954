"""The same verbs for programs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from visits.models import StudyVisit, Takeaway
from visits.workflows import seats

pytestmark = pytest.mark.django_db


def test_list_and_detail(api, trip):
    user = trip.member()
    seats.sign_up(trip.visit, by=user)
    assert api.get("/api/v1/visits/").json()["results"] == []
    api.force_authenticate(user)
    row = api.get("/api/v1/visits/").json()["results"][0]
    assert (row["id"], row["taken_count"], row["waiting_count"]) == (trip.visit.pk, 1, 0)
    answer = api.get(f"/api/v1/visits/{trip.visit.pk}/")
    assert answer.json()["my_sign_up"] == {"state": "confirmed", "queue_number": 1, "place": None}
    assert answer.headers["ETag"] == f'"v{trip.visit.version}"'


def test_counts_are_fresh_although_the_version_stays(api, trip):
    api.force_authenticate(trip.member())
    address = f"/api/v1/visits/{trip.visit.pk}/"
    tag = api.get(address).headers["ETag"]
    seats.sign_up(trip.visit, by=trip.member())
    answer = api.get(address, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.json()["taken_count"]) == (200, 1)


def test_sign_up_wait_and_withdraw(api, trip):
    for _ in range(2):
        seats.sign_up(trip.visit, by=trip.member())
    api.force_authenticate(trip.member())
    address = f"/api/v1/visits/{trip.visit.pk}/"
    mine = api.post(f"{address}sign-up/", {}).json()["my_sign_up"]
    assert mine == {"state": "waiting", "queue_number": 3, "place": 1}
    assert api.post(f"{address}withdraw/", {}).json()["my_sign_up"]["state"] == "withdrawn"
    assert api.post(f"{address}sign-up/", {"seat": 1}).status_code == 400


def test_a_refusal_is_a_problem_with_the_sentence(api, trip):
    StudyVisit.objects.filter(pk=trip.visit.pk).update(state="closed")
    api.force_authenticate(trip.member())
    answer = api.post(f"/api/v1/visits/{trip.visit.pk}/sign-up/", {})
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "application/problem+json")
    assert answer.json()["detail"] == "Sign-up is not open for this visit."


def test_only_organisers_sign_up_others(api, trip):
    other = trip.member().person
    address = f"/api/v1/visits/{trip.visit.pk}/sign-up/"
    api.force_authenticate(trip.member())
    assert api.post(address, {"person": other.pk}).status_code == 403
    api.force_authenticate(trip.organiser)
    assert api.post(address, {"person": other.pk}).status_code == 200
    row = trip.visit.sign_ups.get(person=other)
    assert api.post(f"/api/v1/sign-ups/{row.pk}/withdraw/", {}).json()["state"] == "withdrawn"


def test_make_and_change_with_versions(api, trip):
    api.force_authenticate(trip.organiser)
    data = {
        "meeting": trip.meeting.pk, "title": "New", "starts_at": "2027-05-05T08:00:00Z",
        "ends_at": "2027-05-05T10:00:00Z", "seats": 5,
    }  # fmt: skip
    made = api.post("/api/v1/visits/", data)
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    address = f"/api/v1/visits/{made.json()['id']}/"
    assert api.patch(address, {"seats": 6}).status_code == 428
    assert api.patch(address, {"seats": 6}, headers={"If-Match": '"v99"'}).status_code == 412
    changed = api.patch(address, {"seats": 6}, headers={"If-Match": made.headers["ETag"]})
    assert (changed.status_code, changed.json()["seats"]) == (200, 6)
    wrong = api.patch(address, {"ends_at": "2027-05-05T07:00:00Z"}, headers={"If-Match": "*"})
    assert wrong.json()["errors"][0]["pointer"] == "#/ends_at"
    api.force_authenticate(trip.member())
    assert api.post("/api/v1/visits/", data).status_code == 403


def test_verbs_of_organisers(api, trip):
    api.force_authenticate(trip.organiser)
    address = f"/api/v1/visits/{trip.visit.pk}/"
    states = [api.post(f"{address}{verb}/", {}).json()["state"] for verb in ("close-visit", "reopen-visit")]
    assert states == ["closed", "open"]
    assert api.post(f"{address}finish-visit/", {}).status_code == 409
    assert api.post(f"{address}cancel-visit/", {}).status_code == 400
    assert api.post(f"{address}cancel-visit/", {"reason": "Snow"}).json()["cancel_reason"] == "Snow"
    api.force_authenticate(trip.member())
    assert api.post(f"{address}open-visit/", {}).status_code == 403


def test_the_way(api, trip):
    api.force_authenticate(trip.organiser)
    address = f"/api/v1/visits/{trip.visit.pk}/"
    api.post(f"{address}add-stop/", {"title": "First", "new_host": "Museum"})
    way = api.post(f"{address}add-stop/", {"title": "Second", "begins": "10:30"}).json()["stops"]
    first, second = (stop["id"] for stop in way)
    assert (way[0]["host"]["name"], way[1]["begins"]) == ("Museum", "10:30:00")
    moved = api.post(f"{address}move-stop/", {"stop": second, "direction": "up"}).json()["stops"]
    assert [stop["title"] for stop in moved] == ["Second", "First"]
    api.post(f"{address}change-stop/", {"stop": first, "minutes": 30})
    left = api.post(f"{address}remove-stop/", {"stop": second}).json()["stops"]
    assert [(stop["title"], stop["minutes"]) for stop in left] == [("First", 30)]
    assert api.post(f"{address}change-stop/", {"stop": 10**9}).status_code == 404
    stale = api.post(f"{address}add-stop/", {"title": "x"}, headers={"If-Match": '"v1"'})
    assert stale.status_code == 412


def test_sign_ups_are_private(api, trip):
    row = seats.sign_up(trip.visit, by=trip.member())
    assert api.get("/api/v1/sign-ups/").status_code in (401, 403)
    api.force_authenticate(make.make_user())
    assert api.get("/api/v1/sign-ups/").json()["results"] == []
    api.force_authenticate(trip.organiser)
    assert [r["id"] for r in api.get("/api/v1/sign-ups/?state=confirmed").json()["results"]] == [row.pk]


def test_takeaways(api, past_trip):
    user = make.make_user(organisation=make.make_organisation())
    hidden = make.make_practice(state="draft")
    api.force_authenticate(user)
    data = {"visit": past_trip.visit.pk, "seen": "A robot"}
    assert api.post("/api/v1/takeaways/", data | {"practice": hidden.pk}).status_code == 400
    made = api.post("/api/v1/takeaways/", data)
    assert made.status_code == 201
    address = f"/api/v1/takeaways/{made.json()['id']}/"
    changed = api.patch(address, {"next_step": "Call them"}, headers={"If-Match": made.headers["ETag"]})
    assert changed.json()["next_step"] == "Call them"
    Takeaway.objects.update(practice=hidden)
    assert api.get(address).json()["practice"] is None
    api.force_authenticate(past_trip.member())
    assert api.patch(address, {"seen": "x"}, headers={"If-Match": "*"}).status_code == 403


def test_hosts_are_public(api, trip):
    from visits.models import VisitHost

    VisitHost.objects.create(name="Museum")
    assert [row["name"] for row in api.get("/api/v1/visit-hosts/").json()["results"]] == ["Museum"]


def test_unknown_filters_are_told(api, trip):
    assert api.get("/api/v1/visits/?colour=red").status_code == 400


@pytest.mark.parametrize("address", ["/api/v1/visits/", "/api/v1/sign-ups/", "/api/v1/takeaways/"])
def test_lists_ask_as_often_for_three_rows_as_for_thirty(api, trip, address):
    api.force_authenticate(trip.organiser)

    def add(number):
        for _ in range(number):
            visit = make.make_visit(meeting=make.make_meeting(host=trip.host))
            seats.sign_up(visit, by=trip.member())
            make.make_takeaway(visit=visit, practice=make.make_practice())

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert api.get(address).status_code == 200
        return len(captured)

    add(3)
    queries()
    few = queries()
    add(12)
    assert queries() == few
