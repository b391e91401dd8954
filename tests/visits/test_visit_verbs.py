"""The life of a visit: which verb works when, who hears of it, who sees a draft."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import Refused, Stale
from core.history import of
from notifications.models import Letter
from tests import factories as make
from visits import rules
from visits.models import StudyVisit, Takeaway
from visits.workflows import seats, stops, takeaways, visits

pytestmark = pytest.mark.django_db
VERBS = {
    "open": visits.open_visit, "close": visits.close_visit, "reopen": visits.reopen_visit,
    "cancel": lambda visit, by: visits.cancel_visit(visit, by=by, reason="Because"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("state", "works"),
    [
        ("draft", {"open", "cancel"}),
        ("open", {"close", "cancel"}),
        ("closed", {"reopen", "cancel"}),
        ("done", set()),
        ("cancelled", set()),
    ],
)
def test_which_verb_works_in_which_state(trip, state, works):
    done = set()
    for name, run in VERBS.items():
        StudyVisit.objects.filter(pk=trip.visit.pk).update(state=state, cancel_reason="x")
        try:
            run(StudyVisit.objects.get(pk=trip.visit.pk), by=trip.organiser)
        except Refused:
            continue
        done.add(name)
    assert done == works


def test_finish_only_after_it_has_begun(trip):
    with pytest.raises(Refused, match="not begun"):
        visits.finish_visit(trip.visit, by=trip.organiser)
    begin = timezone.now() - timedelta(hours=1)
    StudyVisit.objects.filter(pk=trip.visit.pk).update(starts_at=begin)
    trip.visit.refresh_from_db()
    visits.finish_visit(trip.visit, by=trip.organiser)
    assert (trip.visit.state, of(trip.visit).first().verb) == ("done", "finished")


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_it_opens_only_when_people_see_its_meeting(trip, state):
    type(trip.meeting).objects.filter(pk=trip.meeting.pk).update(state=state, cancel_reason="x")
    StudyVisit.objects.filter(pk=trip.visit.pk).update(state="draft")
    with pytest.raises(Refused, match="Open the meeting first"):
        visits.open_visit(StudyVisit.objects.get(pk=trip.visit.pk), by=trip.organiser)


def test_cancelling_needs_a_reason_and_tells_everybody_on_the_lists_but_the_one_who_cancels(trip):
    users = [trip.member() for _ in range(4)]
    for user in [*users, trip.organiser]:
        seats.sign_up(trip.visit, by=user)
    gone = trip.visit.sign_ups.get(person=users[0].person)
    seats.withdraw(gone, by=users[0])
    with pytest.raises(Refused):
        visits.cancel_visit(trip.visit, by=trip.organiser, reason="  ")
    visits.cancel_visit(trip.visit, by=trip.organiser, reason="Snow")
    told = Letter.objects.filter(kind="visits-cancelled").values_list("person_id", flat=True)
    assert sorted(told) == sorted(user.person_id for user in users[1:])
    waiting = Letter.objects.filter(kind__in=["visits-signed-up", "visits-let-in"]).values_list("state", flat=True)
    assert set(waiting) == {"cancelled"}


def test_a_new_time_or_meeting_point_is_told_once_for_each_change(trip):
    user = trip.member()
    seats.sign_up(trip.visit, by=user)
    visits.change_visit(trip.visit, {"meeting_point": "Station"}, by=trip.organiser)
    visits.change_visit(trip.visit, {"meeting_point": "Town hall"}, by=trip.organiser)
    visits.change_visit(trip.visit, {"summary": "Other words"}, by=trip.organiser)
    rows = Letter.objects.filter(kind="visits-moved").order_by("pk")
    assert [row.person_id for row in rows] == [user.person_id, user.person_id]
    assert rows[1].data["was"].endswith("; Station")


def test_times_are_checked(trip):
    start = trip.visit.starts_at
    for data, field in (
        ({"ends_at": start - timedelta(hours=1)}, "ends_at"),
        ({"sign_up_closes_at": start + timedelta(hours=1)}, "sign_up_closes_at"),
    ):
        with pytest.raises(Refused) as refusal:
            visits.change_visit(trip.visit, data, by=trip.organiser)
        assert refusal.value.field == field


def test_who_saves_second_is_told(trip):
    version = trip.visit.version
    visits.change_visit(trip.visit, {"title": "First"}, by=trip.organiser, version=version)
    with pytest.raises(Stale):
        visits.change_visit(trip.visit, {"title": "Second"}, by=trip.organiser, version=version)
    with pytest.raises(Stale):
        stops.add_stop(trip.visit, {"title": "x"}, by=trip.organiser, version=version)


def test_practices_that_the_organiser_does_not_see_stay(trip):
    hidden, shown, new = make.make_practice(state="draft"), make.make_practice(), make.make_practice()
    trip.visit.practices.set([hidden, shown])
    visits.change_visit(trip.visit, {"practices": [new], "kept_practices": [hidden]}, by=trip.organiser)
    assert set(trip.visit.practices.all()) == {hidden, new}


def test_who_sees_a_draft(trip):
    StudyVisit.objects.filter(pk=trip.visit.pk).update(state="draft")
    group = make.make_workgroup()
    chair, author = trip.member(), trip.member()
    make.make_group_member(group, chair.person, "chair")
    type(trip.meeting).objects.filter(pk=trip.meeting.pk).update(workgroup=group, created_by=author.person)
    people = {
        "organiser": trip.organiser, "chair": chair, "author": author, "curator": make.make_curator(),
        "coordinator": make.make_coordinator(), "guest": make.make_user(), "member": trip.member(), "nobody": None,
        "of the host": make.make_user(organisation=trip.host),
    }  # fmt: skip
    seen = {name for name, user in people.items() if StudyVisit.objects.visible_to(user).exists()}
    assert seen == {"organiser", "chair", "author", "curator", "coordinator"}
    visit = StudyVisit.objects.select_related("meeting").get(pk=trip.visit.pk)
    allowed = {name for name, user in people.items() if rules.can_change_visit(user, visit)}
    assert allowed == seen


def test_takeaways_are_seen_by_their_visibility(past_trip):
    home = make.make_organisation()
    author, colleague, other = make.make_user(organisation=home), make.make_user(organisation=home), past_trip.member()
    rows = {
        value: takeaways.create_takeaway(
            {"visit": past_trip.visit, "seen": value, "visibility": value}, by=author
        )
        for value in ("public", "partnership", "organisation")
    }  # fmt: skip

    def seen(user):
        return {row.seen for row in Takeaway.objects.visible_to(user)}

    assert {row.organisation for row in rows.values()} == {home}
    assert seen(author) == seen(colleague) == {"public", "partnership", "organisation"}
    assert seen(other) == {"public", "partnership"}
    assert seen(make.make_user()) == set()


def test_people_of_no_organisation_cannot_hide_a_takeaway_in_it(past_trip):
    with pytest.raises(Refused) as refusal:
        takeaways.create_takeaway(
            {"visit": past_trip.visit, "seen": "x", "visibility": "organisation"}, by=make.make_curator()
        )
    assert refusal.value.field == "visibility"


def test_moving_the_first_stop_up_changes_nothing(trip):
    first = stops.add_stop(trip.visit, {"title": "First"}, by=trip.organiser)
    stops.add_stop(trip.visit, {"title": "Second"}, by=trip.organiser)
    stops.move_stop(first, by=trip.organiser, direction="up")
    stops.move_stop(first, by=trip.organiser, direction="down")
    assert [stop.title for stop in trip.visit.stops.all()] == ["Second", "First"]
