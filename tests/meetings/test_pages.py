"""Pages of meetings: who sees what, forms that keep what was typed, lists at a constant price."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.models import Meeting, Registration
from tests import factories as make
from tests.meetings.helpers import house, registered
from tests.worlds import ROLES, make_world

pytestmark = pytest.mark.django_db

FORM = {
    "title": "Spring meeting",
    "kind": "partner",
    "mode": "on_site",
    "visibility": "partnership",
    "starts_at": "2027-05-14T10:00",
    "ends_at": "2027-05-14T16:00",
    "time_zone": "Europe/Budapest",
}


def detail(meeting):
    """Return the address of a meeting's page."""
    return reverse("meetings:meeting_detail", args=[meeting.pk])


def test_each_role_sees_its_meetings(client):
    """Page 200 exactly where ``visible_to`` says so, else 404."""
    world = make_world()
    meetings = [thing for thing in world.things if isinstance(thing, Meeting)]
    for role in ROLES:
        user = world.users[role]
        client.logout()
        if user is not None and user.is_active:
            client.force_login(user)
        seen = {m.pk for m in meetings if client.get(detail(m)).status_code == 200}
        allowed = {m.pk for m in meetings if role in world.allowed[m.summary]}
        assert seen == allowed, role


def test_the_public_face_has_numbers_but_no_names(client):
    """Anonymous: programme and count; no participant, no room, no verbs, no history."""
    meeting = make.make_meeting(
        visibility="public", mode="hybrid", online_address="https://rooms.example.org/secret", seat_limit=5
    )
    meeting.agenda_items.create(title="Welcome here", minutes=30)
    guest = registered(meeting)
    page = client.get(detail(meeting)).content.decode()
    assert "Welcome here" in page
    assert "4 of 5 seats left" in page
    assert guest.person.name not in page
    assert "rooms.example.org" not in page
    assert "History" not in page


def test_the_room_is_for_the_registered(client):
    """A member reads the address only after registering, and no more after withdrawing."""
    meeting = make.make_meeting(mode="online", online_address="https://rooms.example.org/secret")
    member = make.make_user(organisation=make.make_organisation())
    client.force_login(member)
    assert "rooms.example.org" not in client.get(detail(meeting)).content.decode()
    client.post(reverse("meetings:register", args=[meeting.pk]), {"is_online": "on", "note": ""})
    assert "https://rooms.example.org/secret" in client.get(detail(meeting)).content.decode()
    client.post(reverse("meetings:withdraw", args=[meeting.pk]))
    assert "rooms.example.org" not in client.get(detail(meeting)).content.decode()
    assert Registration.objects.get().state == "withdrawn"


def test_notes_are_read_by_organisers_only(client):
    """Another member sees the name, not the note."""
    home, boss, member = house()
    meeting = make.make_meeting(host=home)
    guest = registered(meeting)
    Registration.objects.update(note="Wheelchair")
    client.force_login(member)
    page = client.get(detail(meeting)).content.decode()
    assert guest.person.name in page
    assert "Wheelchair" not in page
    client.force_login(boss)
    assert "Wheelchair" in client.get(detail(meeting)).content.decode()


def test_a_member_draws_up_a_meeting_once(client):
    """Wall-clock times become instants; the same form sent twice makes one meeting."""
    home, _boss, member = house()
    client.force_login(member)
    address = reverse("meetings:meeting_create")
    key = client.get(address).context["form"]["form_key"].value()
    for _time in range(2):
        assert client.post(address, FORM | {"host": home.pk, "form_key": str(key)}).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.starts_at, meeting.state) == (make.moment(2027, 5, 14, 8), "draft")


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        (
            {"starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T09:00"},
            "starts_at",
            "does not exist in Europe/Budapest",
        ),
        ({"starts_at": "2027-02-30T10:00"}, "starts_at", "There is no such day or time"),
        ({"ends_at": "2027-05-14T09:00"}, "ends_at", "later than the beginning"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone", "not known"),
        ({"country": "Hungary"}, "country", ""),
        ({"online_address": "javascript:alert(1)"}, "online_address", ""),
        ({"title": ""}, "title", ""),
        ({"seat_limit": "0"}, "seat_limit", ""),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at", "between 2000 and 2100"),
    ],
)
def test_faults_stand_at_their_field_and_keep_the_text(client, fields, name, words):
    """422, one sentence at the field, everything typed still there, nothing stored."""
    home, _boss, member = house()
    client.force_login(member)
    answer = client.post(reverse("meetings:meeting_create"), FORM | {"host": home.pk, "summary": "Kept text"} | fields)
    errors = answer.context["form"].errors
    assert (answer.status_code, set(errors), Meeting.objects.count()) == (422, {name}, 0)
    assert words in str(errors[name])
    assert "Kept text" in answer.content.decode()
    assert str(fields[name]) in answer.content.decode()


def test_the_first_of_a_doubled_hour_counts(client):
    """31 October 2027, 02:30 in Budapest is 00:30 UTC."""
    home, _boss, member = house()
    client.force_login(member)
    fields = {"starts_at": "2027-10-31T02:30", "ends_at": "2027-10-31T09:00", "host": home.pk}
    client.post(reverse("meetings:meeting_create"), FORM | fields)
    assert Meeting.objects.get().starts_at == make.moment(2027, 10, 31, 0, 30)


def test_a_stale_form_shows_both(client):
    """412: what is stored now and what was typed; saving again with the new version works."""
    home, boss, _member = house()
    meeting = make.make_meeting(host=home, title="Old")
    client.force_login(boss)
    address = reverse("meetings:meeting_change", args=[meeting.pk])
    data = FORM | {"host": home.pk, "version": 1}
    assert client.post(address, data | {"title": "First"}).status_code == 302
    answer = client.post(address, data | {"title": "Second"})
    assert answer.status_code == 412
    assert "First" in answer.content.decode()
    assert "Second" in answer.content.decode()
    assert answer.context["form"]["version"].value() == 2
    assert client.post(address, data | {"title": "Second", "version": 2}).status_code == 302


def test_doors_without_a_key(client):
    """Anonymous: to the sign-in; members: 403 at what organisers do; hidden: 404; verbs: POST only."""
    meeting = make.make_meeting(visibility="public")
    hidden = make.make_meeting(state="draft")
    for name in ("meeting_change", "cancel_meeting", "write_minutes", "record_decision", "meeting_agenda"):
        address = reverse(f"meetings:{name}", args=[meeting.pk])
        client.logout()
        assert client.get(address).headers["Location"].startswith("/account/login/")
        client.force_login(make.make_user(organisation=make.make_organisation()))
        assert client.get(address).status_code == 403
        assert client.get(reverse(f"meetings:{name}", args=[hidden.pk])).status_code == 404
    for name in ("open_meeting", "start_meeting", "close_meeting", "reopen_meeting", "publish_minutes"):
        address = reverse(f"meetings:{name}", args=[meeting.pk])
        assert (client.get(address).status_code, client.post(address).status_code) == (405, 403)


def test_a_guest_may_not_register_where_guests_are_not_welcome(client):
    """403 on the page of a public meeting for members."""
    client.force_login(make.make_user())
    meeting = make.make_meeting(visibility="public")
    assert client.get(reverse("meetings:register", args=[meeting.pk])).status_code == 403


def test_tabs_and_filters(client):
    """Upcoming soonest first, past latest first, each filter exact, unknown values shown as faults."""
    now = timezone.now()
    soon, later = (make.make_meeting(starts_at=now + timedelta(days=d), kind="workshop") for d in (2, 9))
    old = make.make_meeting(starts_at=now - timedelta(days=9), state="closed")
    make.make_meeting(starts_at=now + timedelta(days=3), state="cancelled", cancel_reason="Ill")
    client.force_login(make.make_user(organisation=make.make_organisation()))

    def listed(query):
        return [m.pk for m in client.get(f"{reverse('meetings:meeting_list')}?{query}").context["page"]]

    assert listed("") == [soon.pk, later.pk]
    assert listed("tab=past") == [old.pk]
    assert listed("kind=workshop") == [soon.pk, later.pk]
    assert listed("kind=event") == []
    assert listed("kind=nonsense") == []
    assert listed(f"year={old.starts_at.year}&tab=past") == [old.pk]


@pytest.mark.parametrize("address", ["/meetings/", "/meetings/?tab=past", "/meetings/to-dos/?tab=all"])
def test_lists_cost_the_same_with_many_rows(client, address):
    """As many queries with 23 rows as with 3."""
    user = make.make_user(organisation=make.make_organisation())
    client.force_login(user)

    def fill(count):
        for _n in range(count):
            home, group = make.make_organisation(), make.make_workgroup()
            meeting = make.make_meeting(host=home, workgroup=group)
            make.make_meeting(host=home, workgroup=group, starts_at=timezone.now() - timedelta(days=2))
            make.make_todo(meeting=meeting, workgroup=group)

    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    fill(3)
    client.get(address)
    first = count()
    fill(20)
    assert count() == first


def test_a_full_page_costs_the_same(client):
    """The detail page asks as often with thirty participants, items and to-dos as with three."""
    meeting = make.make_meeting()
    client.force_login(make.make_user(organisation=make.make_organisation()))

    def fill(count):
        for n in range(count):
            registered(meeting)
            meeting.agenda_items.create(title=f"Item {n}", minutes=5, position=n)
            make.make_todo(meeting=meeting)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(detail(meeting))
        return len(queries)

    fill(3)
    client.get(detail(meeting))
    first = count()
    fill(27)
    assert count() == first


def test_staff_pages(client):
    """Every staff list and form of the room opens; an action runs the workflow."""
    curator = make.make_curator()
    client.force_login(curator)
    meeting = make.make_meeting(state="draft")
    make.make_todo(meeting=meeting)
    for name in ("meeting", "agendaitem", "registration", "decision", "todo"):
        assert client.get(f"/admin/meetings/{name}/").status_code == 200
    assert client.get(f"/admin/meetings/meeting/{meeting.pk}/change/").status_code == 200
    client.post("/admin/meetings/meeting/", {"action": "open_meetings", "_selected_action": [meeting.pk]})
    meeting.refresh_from_db()
    assert meeting.state == "open"
