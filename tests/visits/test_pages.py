"""Pages of the room: each answers, keeps what was typed, and shows only what the person may do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from visits.models import Stop, StudyVisit, Takeaway
from visits.workflows import seats

pytestmark = pytest.mark.django_db


def test_list_and_detail_answer_for_everybody_who_sees_the_visit(client, trip):
    StudyVisit.objects.filter(pk=trip.visit.pk).update(title="Robots in Zlín")
    for user in (trip.member(), trip.organiser, make.make_curator()):
        client.force_login(user)
        assert "Robots in Zlín" in client.get(reverse("visits:visit_list")).content.decode()
        assert client.get(trip.visit.get_absolute_url()).status_code == 200
    client.logout()
    assert "Robots in Zlín" not in client.get(reverse("visits:visit_list")).content.decode()
    assert client.get(trip.visit.get_absolute_url()).status_code == 404


def test_the_detail_says_the_place_in_the_queue_in_words(client, trip):
    for _ in range(3):
        seats.sign_up(trip.visit, by=trip.member())
    user = trip.member()
    client.force_login(user)
    answer = client.post(reverse("visits:sign_up", args=[trip.visit.pk]), follow=True).content.decode()
    assert "You are number 2 in the waiting list" in answer
    assert "1 person is ahead of you" in answer
    assert "Leave the waiting list" in answer


def test_sign_up_and_withdraw_on_the_page(client, trip):
    user = trip.member()
    client.force_login(user)
    answer = client.post(reverse("visits:sign_up", args=[trip.visit.pk]), follow=True)
    assert "You have a seat" in answer.content.decode()
    row = trip.visit.sign_ups.get()
    confirm = client.get(reverse("visits:withdraw", args=[row.pk])).content.decode()
    assert "Give your seat back" in confirm
    assert trip.visit.sign_ups.get().state == "confirmed"
    client.post(reverse("visits:withdraw", args=[row.pk]))
    assert trip.visit.sign_ups.get().state == "withdrawn"


def test_only_members_read_who_comes_and_only_organisers_who_waits(client, trip):
    people = [make.make_user(organisation=make.make_organisation(), name=f"Comes {n}") for n in range(3)]
    for user in people:
        seats.sign_up(trip.visit, by=user)

    def shown(user):
        client.force_login(user)
        text = client.get(trip.visit.get_absolute_url()).content.decode()
        return {n for n in range(3) if f"Comes {n}" in text}

    assert shown(trip.member()) == {0, 1}
    assert shown(trip.organiser) == {0, 1, 2}


def test_make_open_and_change_a_visit(client, trip):
    client.force_login(trip.organiser)
    address = f"{reverse('visits:visit_create')}?meeting={trip.meeting.pk}"
    assert client.get(address).status_code == 200
    day = trip.meeting.local_start.date()
    data = {"title": "Factory", "starts_at": f"{day}T14:00", "ends_at": f"{day}T16:00", "seats": "12"}
    client.post(address, data)
    visit = StudyVisit.objects.get(title="Factory")
    assert (visit.state, visit.seats, visit.local_start.hour) == ("draft", 12, 14)
    client.post(reverse("visits:open_visit", args=[visit.pk]))
    visit.refresh_from_db()
    assert visit.state == "open"
    answer = client.post(
        reverse("visits:visit_change", args=[visit.pk]), data | {"seats": "15", "version": visit.version}
    )
    assert answer.status_code == 302
    visit.refresh_from_db()
    assert visit.seats == 15


def test_a_stale_change_keeps_what_was_typed_and_shows_what_is_stored(client, trip):
    client.force_login(trip.organiser)
    start, end = trip.visit.local_start, trip.visit.local_end
    data = {
        "title": "Mine", "starts_at": f"{start:%Y-%m-%dT%H:%M}", "ends_at": f"{end:%Y-%m-%dT%H:%M}",
        "version": trip.visit.version,
    }  # fmt: skip
    StudyVisit.objects.filter(pk=trip.visit.pk).update(title="Theirs", version=7)
    answer = client.post(reverse("visits:visit_change", args=[trip.visit.pk]), data)
    text = answer.content.decode()
    assert answer.status_code == 412
    assert 'value="Mine"' in text
    assert "Theirs" in text
    assert 'name="version" value="7"' in text


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("2027-03-28T02:30", "2027-03-28T05:00", "This hour does not exist"),
        ("2027-04-28T12:30", "2027-04-28T11:00", "ends before it begins"),
        ("yesterday", "2027-04-28T11:00", "Please write day and hour"),
    ],
)
def test_impossible_times_are_told_at_their_field(client, trip, start, end, sentence):
    client.force_login(trip.organiser)
    address = f"{reverse('visits:visit_create')}?meeting={trip.meeting.pk}"
    answer = client.post(address, {"title": "A title I typed", "starts_at": start, "ends_at": end})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "A title I typed" in answer.content.decode()


def test_a_practice_with_an_absurd_number_is_no_choice(client, trip):
    client.force_login(trip.organiser)
    answer = client.post(
        f"{reverse('visits:visit_create')}?meeting={trip.meeting.pk}", {"title": "x", "practices": ["9" * 23]}
    )
    assert answer.status_code == 422
    assert "practices" in answer.context["form"].errors


def test_the_hour_that_comes_twice_counts_the_first_time(client, trip):
    client.force_login(trip.organiser)
    address = f"{reverse('visits:visit_create')}?meeting={trip.meeting.pk}"
    client.post(address, {"title": "Owls", "starts_at": "2027-10-31T02:30", "ends_at": "2027-10-31T05:00"})
    assert StudyVisit.objects.get(title="Owls").starts_at == make.moment(2027, 10, 31, 0, 30)


@pytest.mark.parametrize("query", ["", "?meeting=", "?meeting=x", "?meeting=999999", "?meeting=²"])
def test_a_visit_needs_a_meeting_that_is_there(client, trip, query):
    client.force_login(trip.organiser)
    assert client.get(reverse("visits:visit_create") + query).status_code == 404


def test_members_who_do_not_organise_are_refused(client, trip):
    client.force_login(trip.member())
    pk = trip.visit.pk
    pages = [f"{reverse('visits:visit_create')}?meeting={trip.meeting.pk}"]
    pages += [
        reverse(f"visits:{name}", args=[pk]) for name in ("visit_change", "cancel_visit", "add_stop", "sign_up_member")
    ]
    assert {client.get(page).status_code for page in pages} == {403}
    verbs = [reverse(f"visits:{name}_visit", args=[pk]) for name in ("open", "close", "reopen", "finish", "cancel")]
    assert {client.post(verb).status_code for verb in verbs} == {403}
    text = client.get(trip.visit.get_absolute_url()).content.decode()
    assert not [word for word in ("Close sign-up", "Cancel the visit", "Add a stop") if word in text]


def test_anonymous_people_are_led_to_the_sign_in(client, trip):
    for name in ("visit_change", "cancel_visit", "add_stop", "takeaway_create"):
        answer = client.get(reverse(f"visits:{name}", args=[trip.visit.pk]))
        assert answer.status_code == 302
        assert "/account/login" in answer.headers["Location"]


def test_the_way_grows_moves_and_shrinks(client, trip):
    client.force_login(trip.organiser)

    def version():
        return StudyVisit.objects.get(pk=trip.visit.pk).version

    for title in ("First", "Second"):
        data = {"title": title, "new_host": "Museum", "version": version()}
        assert client.post(reverse("visits:add_stop", args=[trip.visit.pk]), data).status_code == 302
    first, second = trip.visit.stops.all()
    assert first.host == second.host
    client.post(reverse("visits:move_stop", args=[trip.visit.pk, second.pk]), {"direction": "up"})
    assert [stop.title for stop in trip.visit.stops.all()] == ["Second", "First"]
    change = reverse("visits:change_stop", args=[trip.visit.pk, first.pk])
    assert client.get(change).status_code == 200
    client.post(change, {"title": "Last", "minutes": "20", "version": version()})
    client.post(reverse("visits:remove_stop", args=[trip.visit.pk, second.pk]))
    assert list(Stop.objects.values_list("title", "minutes")) == [("Last", 20)]
    assert client.post(change, {"title": "Stale", "version": 1}).status_code == 412


def test_cancel_asks_for_the_reason(client, trip):
    client.force_login(trip.organiser)
    address = reverse("visits:cancel_visit", args=[trip.visit.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": " "}).status_code == 422
    client.post(address, {"reason": "The bus is broken"})
    trip.visit.refresh_from_db()
    assert (trip.visit.state, trip.visit.cancel_reason) == ("cancelled", "The bus is broken")
    assert "The bus is broken" in client.get(trip.visit.get_absolute_url()).content.decode()


def test_an_organiser_signs_up_a_member(client, trip):
    client.force_login(trip.organiser)
    person = trip.member().person
    address = reverse("visits:sign_up_member", args=[trip.visit.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"person": person.pk})
    assert trip.visit.sign_ups.get().person == person
    assert client.post(address, {"person": person.pk}).status_code == 422


def test_takeaways_are_written_and_changed_by_their_author(client, past_trip):
    home = make.make_organisation()
    user = make.make_user(organisation=home)
    practice = make.make_practice(title="Shown there")
    hidden = make.make_practice(state="draft")
    past_trip.visit.practices.add(practice)
    client.force_login(user)
    address = reverse("visits:takeaway_create", args=[past_trip.visit.pk])
    assert "Shown on this visit" in client.get(address).content.decode()
    data = {"seen": "A lab", "visibility": "partnership"}
    assert client.post(address, data | {"practice": hidden.pk}).status_code == 422
    client.post(address, data | {"practice": practice.pk})
    takeaway = Takeaway.objects.get()
    assert (takeaway.organisation, takeaway.region, takeaway.person) == (home, home.region, user.person)
    change = reverse("visits:takeaway_change", args=[takeaway.pk])
    assert client.get(change).status_code == 200
    client.post(change, data | {"seen": "Two labs", "version": takeaway.version})
    takeaway.refresh_from_db()
    assert (takeaway.seen, takeaway.practice) == ("Two labs", None)
    client.force_login(past_trip.member())
    assert client.get(change).status_code == 403
    assert "Two labs" in client.get(past_trip.visit.get_absolute_url()).content.decode()


def test_no_takeaway_before_the_visit(client, trip):
    client.force_login(trip.member())
    answer = client.post(
        reverse("visits:takeaway_create", args=[trip.visit.pk]), {"seen": "x", "visibility": "partnership"}
    )
    assert answer.status_code == 409
    assert "has not taken place" in answer.content.decode()


def test_the_list_asks_as_often_for_three_rows_as_for_thirty(client, trip):
    client.force_login(trip.organiser)
    address = reverse("visits:visit_list")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    for _ in range(2):
        make.make_visit(meeting=trip.meeting)
    queries()
    few = queries()
    for _ in range(20):
        seats.sign_up(make.make_visit(meeting=make.make_meeting()), by=trip.member())
    assert queries() == few


def test_filters(client, trip):
    past = make.make_visit(
        meeting=trip.meeting, title="Long ago", state="done", starts_at=timezone.now() - timedelta(days=9)
    )
    client.force_login(trip.member())
    for query, is_there in (("when=past", True), ("when=coming", False), ("state=done", True), ("state=open", False)):
        assert (past.title in client.get(f"{reverse('visits:visit_list')}?{query}").content.decode()) is is_there
    assert client.get(reverse("visits:visit_list") + "?state=odd&meeting=x&page=99").status_code == 200


def test_windows_on_other_pages(rf, trip, past_trip):
    from visits.templatetags.visits import takeaways_of, visits_of_meeting

    request = rf.get("/")
    request.user = past_trip.member()
    practice = make.make_practice()
    takeaway = make.make_takeaway(visit=past_trip.visit, practice=practice)
    draft = make.make_visit(meeting=trip.meeting, state="draft")
    context = visits_of_meeting({"request": request}, trip.meeting)
    assert (list(context["visits"]), context["may_create"]) == ([past_trip.visit], False)
    assert list(takeaways_of({"request": request}, practice)["takeaways"]) == [takeaway]
    request.user = trip.organiser
    assert draft in visits_of_meeting({"request": request}, trip.meeting)["visits"]


def test_staff_pages_answer(client, trip):
    client.force_login(make.make_user(is_staff=True, is_superuser=True))
    seats.sign_up(trip.visit, by=trip.member())
    make.make_takeaway(visit=trip.visit)
    for name in ("studyvisit", "signup", "takeaway", "visithost"):
        assert client.get(reverse(f"admin:visits_{name}_changelist")).status_code == 200
    assert client.get(reverse("admin:visits_studyvisit_change", args=[trip.visit.pk])).status_code == 200
    data = {"action": "close_visits", "_selected_action": [trip.visit.pk]}
    client.post(reverse("admin:visits_studyvisit_changelist"), data)
    trip.visit.refresh_from_db()
    assert trip.visit.state == "closed"
