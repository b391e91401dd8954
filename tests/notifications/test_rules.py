"""Reminders as rules: distances, changes of coordinators, escalation, and the page and API where they are changed."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import history
from core.errors import Invalid, Stale
from notifications import planning, workflows
from notifications.models import Letter, ReminderSetting
from notifications.planning import foresee, plan
from notifications.registry import REMINDERS
from notifications.reminders import after, before
from tests import factories as make
from tests.meetings.helpers import house, registered

pytestmark = pytest.mark.django_db
RULE = "meetings-tomorrow"
BRUSSELS = ZoneInfo("Europe/Brussels")


def due_of(rule, now, *, days=30):
    """Return {(thing, person): moment} of what one reminder asks for."""
    found = foresee(now - timedelta(days=2), now + timedelta(days=days), rules=[REMINDERS[rule]])
    return {(each.thing.pk, each.person.pk): each.due_at for each in found}


def change(thing=None, rule=RULE, by=None, version=None, **data):
    """Change a reminder as a coordinator does."""
    return workflows.set_reminder(REMINDERS[rule], thing, data, by=by, version=version)


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        (before(hours=24), datetime(2027, 3, 27, 8, tzinfo=UTC)),  # 09:00 in Brussels: an hour is lost that night
        (before(days=1), datetime(2027, 3, 27, 9, tzinfo=UTC)),  # 10:00 in Brussels
        (before(days=1, at=time(8)), datetime(2027, 3, 27, 7, tzinfo=UTC)),
        (after(days=1), datetime(2027, 3, 29, 8, tzinfo=UTC)),
        (after(hours=24), datetime(2027, 3, 29, 8, tzinfo=UTC)),
    ],
)
def test_hours_pass_and_days_are_of_the_calendar(distance, expected):
    """28 March 2027, 10:00 in Brussels."""
    assert distance.moment(datetime(2027, 3, 28, 10, tzinfo=BRUSSELS), BRUSSELS) == expected


def test_the_two_kinds_are_named_differently():
    """So that nobody has to guess which one it is."""
    assert str(before(hours=24)) == "24 hours before"
    assert str(before(days=1)) == "1 day before, at the same time of day"
    assert str(after(days=3, at=time(8))) == "3 days after, at 08:00"


def test_the_narrowest_change_counts_and_can_be_taken_back():
    """Everywhere, then the group, then the meeting. Seen failing with the order of scopes reversed."""
    now = timezone.now().replace(microsecond=0)
    group = make.make_workgroup()
    meeting = make.make_meeting(starts_at=now + timedelta(days=10), workgroup=group, time_zone="UTC")
    key = (meeting.pk, registered(meeting).person.pk)
    change(how="own", amount=3, unit="days")
    assert due_of(RULE, now)[key] == meeting.starts_at - timedelta(days=3)
    change(group, how="off")
    assert key not in due_of(RULE, now)
    change(meeting, how="own", amount=2, unit="hours")
    assert due_of(RULE, now)[key] == meeting.starts_at - timedelta(hours=2)
    change(meeting, how="follow")
    assert key not in due_of(RULE, now)
    change(group, how="follow")
    assert due_of(RULE, now)[key] == meeting.starts_at - timedelta(days=3)


def test_waiting_letters_follow_a_change_and_come_back():
    """Off: cancelled. On again: the same row waits again. Another distance: the row is due then.

    Seen failing without ``_bring_back``: the row stayed cancelled.
    """
    now = timezone.now().replace(microsecond=0)
    meeting = make.make_meeting(starts_at=now + timedelta(hours=30), time_zone="UTC")
    registered(meeting)
    plan(now)
    letter = Letter.objects.get(rule=RULE)
    assert (letter.state, letter.due_at) == ("queued", meeting.starts_at - timedelta(days=1))
    change(how="off")
    plan(now)
    letter.refresh_from_db()
    assert (letter.state, letter.cause) == ("cancelled", "facts")
    change(how="own", amount=2, unit="hours")
    plan(now)
    letter.refresh_from_db()
    assert (letter.state, letter.due_at) == ("queued", meeting.starts_at - timedelta(hours=2))
    change(how="follow")
    plan(now)
    letter.refresh_from_db()
    assert (letter.state, letter.due_at) == ("queued", meeting.starts_at - timedelta(days=1))


def test_a_letter_that_a_curator_gave_up_does_not_come_back():
    """Only what the facts ended lives again. Seen failing with the cause left out of the condition."""
    now = timezone.now()
    registered(make.make_meeting(starts_at=now + timedelta(hours=30)))
    plan(now)
    workflows.give_up(Letter.objects.get(rule=RULE), by=make.make_curator())
    plan(now)
    assert Letter.objects.get(rule=RULE).state == "cancelled"


@pytest.mark.parametrize(
    ("rule", "data", "field"),
    [
        (RULE, {"how": "own", "amount": None, "unit": "days"}, "amount"),
        (RULE, {"how": "own", "amount": 0, "unit": "days"}, "amount"),
        (RULE, {"how": "own", "amount": 61, "unit": "days"}, "amount"),
        (RULE, {"how": "own", "amount": 337, "unit": "hours"}, "amount"),
        ("meetings-todo-due", {"how": "own", "amount": 3, "unit": "hours"}, "unit"),
    ],
)
def test_a_faulty_distance_gets_a_sentence_and_changes_nothing(rule, data, field):
    """Each fault at its field."""
    with pytest.raises(Invalid) as refused:
        change(rule=rule, **data)
    assert set(refused.value.problems) == {field}
    assert ReminderSetting.objects.count() == 0


def test_who_saves_second_is_told():
    """Two people open the same form: the later one compares first, also when nothing was changed before."""
    change(how="off", version=0)
    with pytest.raises(Stale):
        change(how="follow", version=0)
    change(how="own", amount=2, unit="days", version=1)
    with pytest.raises(Stale):
        change(how="off", version=1)
    assert ReminderSetting.objects.get().offset == timedelta(days=2)


def test_nobody_answers_and_the_people_above_are_told():
    """A to-do: its owner, after three days the organisation's coordinators, after ten the partnership's.

    A to-do that is done asks for nothing any more.
    """
    home = make.make_organisation()
    boss = make.make_person(organisation=home, role="coordinator")
    make.make_person(organisation=make.make_organisation(), role="coordinator")
    owner = make.make_person(organisation=home)
    top = make.make_coordinator().person
    todo = make.make_todo(owner=owner, due_date=date(2027, 5, 10))
    start = datetime(2027, 5, 1, tzinfo=UTC)
    asked = foresee(start, start + timedelta(days=40), rules=[REMINDERS["meetings-todo-due"]])
    assert [(each.person.pk, each.due_at, each.kind) for each in asked] == [
        (owner.pk, datetime(2027, 5, 9, 8, tzinfo=UTC), "meetings-todo-due"),
        (boss.pk, datetime(2027, 5, 13, 8, tzinfo=UTC), "meetings-todo-late"),
        (top.pk, datetime(2027, 5, 20, 8, tzinfo=UTC), "meetings-todo-late"),
    ]
    plan(datetime(2027, 5, 13, 9, tzinfo=UTC))
    assert Letter.objects.get(kind="meetings-todo-late").person == boss
    type(todo).objects.update(state="done")
    plan(datetime(2027, 5, 13, 9, 1, tzinfo=UTC))
    assert Letter.objects.get(kind="meetings-todo-late").state == "cancelled"
    assert foresee(start, start + timedelta(days=40), rules=[REMINDERS["meetings-todo-due"]]) == []


def test_a_coordinator_who_is_the_owner_is_not_told_on():
    """Nobody stands above themselves."""
    home = make.make_organisation()
    owner = make.make_person(organisation=home, role="coordinator")
    make.make_todo(owner=owner, due_date=date(2027, 5, 10))
    start = datetime(2027, 5, 1, tzinfo=UTC)
    asked = foresee(start, start + timedelta(days=40), rules=[REMINDERS["meetings-todo-due"]])
    assert [each.kind for each in asked] == ["meetings-todo-due"]


def test_planning_asks_as_often_for_twelve_meetings_as_for_three():
    """Seen failing without the prefetch of registrations."""

    def fill(number):
        for _ in range(number):
            meeting = make.make_meeting(starts_at=timezone.now() + timedelta(hours=30))
            registered(meeting), registered(meeting)
            owner = make.make_person(organisation=make.make_organisation())
            make.make_todo(owner=owner, due_date=timezone.localdate() + timedelta(days=1))

    def queries():
        Letter.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as caught:
            plan(timezone.now())
        assert Letter.objects.filter(rule=RULE).exists()
        return [
            each["sql"][:60] for each in caught if not ("SAVEPOINT" in each["sql"] or "core_heartbeat" in each["sql"])
        ]

    fill(3)
    queries()  # once for the kinds of things, which are asked for only once
    few = queries()
    fill(9)  # SQLite writes at most some thirty rows in one go
    more = queries()
    assert Counter(more) == Counter(few)


def test_a_preview_writes_nothing():
    """Fourteen days ahead, as the planner sees it, and not one row."""
    meeting = make.make_meeting(starts_at=timezone.now() + timedelta(days=9))
    registered(meeting)
    assert [each.thing for each in foresee(timezone.now(), timezone.now() + timedelta(days=14))] == [meeting]
    assert Letter.objects.count() == 0


# --- Page ------------------------------------------------------------------------------------------------


def test_only_coordinators_open_the_page(client):
    """Members and curators' colleagues of one organisation do not; coordinators and curators do."""
    page = reverse("notifications:reminder_list")
    assert client.get(page).status_code == 302
    for user, status in (
        (make.make_user(), 403),
        (house()[1], 403),
        (make.make_coordinator(), 200),
        (make.make_curator(), 200),
    ):
        client.force_login(user)
        assert client.get(page).status_code == status
        assert client.get(reverse("notifications:reminder_change", args=[RULE])).status_code == status


def test_a_coordinator_changes_a_reminder_on_the_page(client):
    """Saved, shown, kept in the history; a faulty number comes back with what was typed."""
    boss = make.make_coordinator()
    client.force_login(boss)
    page = reverse("notifications:reminder_change", args=[RULE])
    answer = client.post(page, {"version": 0, "how": "own", "amount": "99", "unit": "days"})
    assert answer.status_code == 422
    assert "Please choose from 1 to 60 days." in answer.content.decode()
    assert 'value="99"' in answer.content.decode()
    answer = client.post(page, {"version": 0, "how": "own", "amount": "3", "unit": "days"}, follow=True)
    assert "3 days before, at the same time of day" in answer.content.decode()
    row = ReminderSetting.objects.get()
    (entry,) = history.of(row)
    assert (entry.actor, entry.note) == (boss.person, "3 days before, at the same time of day")
    assert client.post(page, {"version": 0, "how": "off", "unit": "days"}).status_code == 412
    assert ReminderSetting.objects.get().is_off is False


@pytest.mark.parametrize("data", [{}, {"how": "x"}, {"how": "own", "amount": "ä", "version": 0}, {"version": "-1"}])
def test_bad_input_is_answered_not_stored(client, data):
    """A sentence, never a 500."""
    client.force_login(make.make_coordinator())
    assert client.post(reverse("notifications:reminder_change", args=[RULE]), data).status_code == 422
    assert ReminderSetting.objects.count() == 0


def test_organisers_change_the_reminder_of_their_own_meeting_only(client):
    """The panel of the meeting: who is told and why, and the reminders; strangers see neither."""
    home, boss, member = house()
    meeting = make.make_meeting(host=home, starts_at=timezone.now() + timedelta(days=5))
    other = make.make_meeting(host=make.make_organisation(), starts_at=timezone.now() + timedelta(days=5))
    guest = registered(meeting)
    panel = reverse("notifications:letters_about", args=["meeting", meeting.pk])
    form = reverse("notifications:reminder_change_for", args=[RULE, "meeting", meeting.pk])
    client.force_login(member)
    assert (client.get(panel).status_code, client.get(form).status_code) == (403, 403)
    client.force_login(boss)
    assert client.get(reverse("notifications:letters_about", args=["meeting", other.pk])).status_code == 403
    hidden = make.make_meeting(state="draft", host=make.make_organisation())
    assert client.get(reverse("notifications:letters_about", args=["meeting", hidden.pk])).status_code == 404
    answer = client.get(panel)
    (row,) = answer.context["told"]
    assert (row["person"], row["planned"][0].rule.name) == (guest.person, RULE)
    assert "is registered" in str(row["why"])
    assert client.post(form, {"version": 0, "how": "off", "unit": "days"}).url == panel
    assert "planned" not in client.get(panel).context["told"][0]
    assert ReminderSetting.objects.of(meeting).get().is_off
    assert panel in client.get(meeting.get_absolute_url()).content.decode()
    for wrong in (
        ["no-such", "meeting", meeting.pk],
        [RULE, "person", 1],
        ["practices-waiting", "meeting", meeting.pk],
    ):
        assert client.get(reverse("notifications:reminder_change_for", args=wrong)).status_code == 404


def test_the_panel_asks_as_often_for_thirty_people_as_for_three(client):
    """Seen failing with one query for each person's letters."""
    home, boss, _member = house()
    meeting = make.make_meeting(host=home, starts_at=timezone.now() + timedelta(days=5))
    client.force_login(boss)
    counts = []
    for number in (3, 27):
        for _ in range(number):
            registered(meeting)
        plan(timezone.now() + timedelta(days=4))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("notifications:letters_about", args=["meeting", meeting.pk])).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]


# --- API -------------------------------------------------------------------------------------------------


def test_programs_read_and_change_reminders(api):
    """List, create, 428 without and 412 with an old ETag, change, refuse; others may not."""
    api.force_authenticate(make.make_user())
    assert api.get("/api/v1/reminders/").status_code == 403
    assert api.get("/api/v1/reminder-settings/").json()["results"] == []
    api.force_authenticate(make.make_coordinator())
    listed = {row["name"]: row for row in api.get("/api/v1/reminders/").json()}
    assert listed[RULE]["when"] == "1 day before, at the same time of day"
    made = api.post("/api/v1/reminder-settings/", {"rule": RULE, "how": "off"}, format="json")
    assert (made.status_code, made.json()["how"]) == (201, "off")
    address = f"/api/v1/reminder-settings/{made.json()['id']}/"
    change = {"how": "own", "amount": 5, "unit": "hours"}
    assert api.patch(address, change, format="json").status_code == 428
    assert api.patch(address, change, format="json", headers={"if-match": '"v9"'}).status_code == 412
    done = api.patch(address, change, format="json", headers={"if-match": made.headers["ETag"]})
    assert (done.status_code, done.json()["amount"], done.json()["unit"]) == (200, 5, "hours")
    for wrong in (
        {"rule": "x", "how": "off"},
        {"rule": RULE, "how": "own"},
        {"rule": RULE, "how": "off", "scope": "person"},
    ):
        assert api.post("/api/v1/reminder-settings/", wrong, format="json").status_code == 400


def test_programs_of_organisers_change_the_own_meeting(api):
    """201 for the own meeting, 403 for another's, 404 for a hidden one."""
    home, boss, _member = house()
    own, other = make.make_meeting(host=home), make.make_meeting(host=make.make_organisation())
    hidden = make.make_meeting(state="draft", host=make.make_organisation())
    api.force_authenticate(boss)
    for meeting, status in ((own, 201), (other, 403), (hidden, 404)):
        data = {"rule": RULE, "how": "off", "scope": "meeting", "object": meeting.pk}
        assert api.post("/api/v1/reminder-settings/", data, format="json").status_code == status
    assert planning.Changes().distance(REMINDERS[RULE], own) is None
    assert planning.Changes().distance(REMINDERS[RULE], other) is not None
