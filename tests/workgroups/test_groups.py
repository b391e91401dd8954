"""Groups: coming and going, roles, initiatives; who may, who is told, what pages and API answer."""

from datetime import timedelta

import pytest
from django.contrib.admin.sites import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.errors import Invalid, Refused, Stale
from core.models import HistoryEntry
from notifications.models import Letter
from notifications.registry import DIGEST_SECTIONS, LETTERS, Content, Skip
from tests import factories as make
from workgroups import rules, workflows
from workgroups.models import GroupMembership, Initiative, Workgroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    """Return a group."""
    return make.make_workgroup(name="Clusters", letter="C")


@pytest.fixture
def chair(group):
    """Return the account of the group's chair."""
    user = make.make_user(organisation=make.make_organisation())
    make.make_group_member(group, user.person, "chair")
    return user


@pytest.fixture
def member():
    """Return the account of a member of the partnership."""
    return make.make_user(organisation=make.make_organisation())


@pytest.fixture
def guest():
    """Return the account of a guest."""
    return make.make_user()


def initiative_of(group, **fields):
    """Return a saved initiative."""
    return Initiative.objects.create(**{"workgroup": group, "title": "Joint call", "summary": "A call"} | fields)


def told():
    """Return whom the waiting letters address, by kind."""
    return {(letter.kind, letter.person_id) for letter in Letter.objects.all()}


def test_joining_and_leaving_keep_the_dates(group, member):
    workflows.join_workgroup(group, by=member)
    today = timezone.localdate()
    row = group.memberships.get(person=member.person)
    assert (row.role, row.start_date, row.end_date) == ("member", today, None)
    workflows.leave_workgroup(group, by=member)
    row.refresh_from_db()
    assert row.end_date == today
    assert list(group.memberships.current()) == []
    workflows.join_workgroup(group, by=member)
    assert group.memberships.filter(person=member.person).count() == 2
    verbs = HistoryEntry.objects.filter(object_id=group.pk).values_list("verb", flat=True)
    assert sorted(verbs) == ["member-joined", "member-joined", "member-left"]


def test_nobody_joins_twice_nor_a_closed_group(group, member):
    workflows.join_workgroup(group, by=member)
    with pytest.raises(Refused, match="already a member"):
        workflows.join_workgroup(group, by=member)
    Workgroup.objects.update(state="closed")
    with pytest.raises(Refused, match="closed"):
        workflows.join_workgroup(group, by=make.make_user(organisation=make.make_organisation()))


def test_the_last_chair_stays_until_there_is_another(group, chair, member):
    row = group.memberships.get(person=chair.person)
    with pytest.raises(Refused, match="only chair"):
        workflows.leave_workgroup(group, by=chair)
    with pytest.raises(Refused, match="only chair"):
        workflows.set_role(row, role="member", by=chair)
    workflows.add_member(group, person=member.person, by=chair, role="chair")
    workflows.leave_workgroup(group, by=chair)
    assert [m.person_id for m in group.memberships.current()] == [member.person_id]
    last = group.memberships.current().get()
    workflows.end_membership(last, by=make.make_coordinator())
    assert not group.memberships.current().exists()


def test_a_guest_cannot_be_added(group, chair, guest):
    with pytest.raises(Refused, match="partner organisations"):
        workflows.add_member(group, person=guest.person, by=chair)
    assert group.memberships.count() == 1


def test_who_is_added_or_gets_a_role_is_told_and_nobody_else(group, chair, member):
    row = workflows.add_member(group, person=member.person, by=chair)
    workflows.set_role(row, role="deputy", by=chair)
    assert told() == {("workgroups-member-added", member.person_id), ("workgroups-role-set", member.person_id)}
    letter = Letter.objects.get(kind="workgroups-role-set")
    content = LETTERS["workgroups-role-set"].write(row, member.person, letter.data)
    assert isinstance(content, Content)
    assert content.subject == "Your role in “Clusters” is now: deputy chair"
    workflows.end_membership(row, by=chair)
    assert isinstance(LETTERS["workgroups-member-added"].write(row, member.person, {"by": "x"}), Skip)


def test_an_initiative_is_told_to_the_group_without_the_author(group, chair, member):
    make.make_group_member(group, member.person)
    left = make.make_person(organisation=make.make_organisation())
    make.make_group_member(group, left, end_date=timezone.localdate() - timedelta(days=3))
    data = {"workgroup": group, "title": "Joint call", "summary": "A call"}
    initiative = workflows.create_initiative(data, by=chair)
    assert told() == {("workgroups-initiative-created", member.person_id)}
    content = LETTERS["workgroups-initiative-created"].write(initiative, member.person, {"by": "Chair"})
    assert content.subject == "New initiative: Joint call"


def test_an_initiative_of_one_organisation_is_told_to_its_people_only(group, chair, member):
    home = chair.person.memberships.get().organisation
    colleague = make.make_person(organisation=home)
    make.make_group_member(group, colleague)
    make.make_group_member(group, member.person)
    data = {"workgroup": group, "title": "x", "summary": "x", "visibility": "organisation", "lead_organisation": home}
    workflows.create_initiative(data, by=chair)
    assert told() == {("workgroups-initiative-created", colleague.pk)}


@pytest.mark.parametrize("start", Initiative.State.values)
@pytest.mark.parametrize("end", Initiative.State.values)
def test_states_follow_the_table(group, chair, start, end):
    reason = "why" if start == "dropped" else ""
    initiative = initiative_of(group, state=start, reason=reason)
    if start == end or end in Initiative.TRANSITIONS[start]:
        workflows.set_initiative_state(initiative, state=end, by=chair, reason="no partner found")
        initiative.refresh_from_db()
        assert initiative.state == end
    else:
        with pytest.raises(Refused, match="cannot go"):
            workflows.set_initiative_state(initiative, state=end, by=chair, reason="no partner found")


def test_dropping_needs_a_reason_and_an_old_version_is_refused(group, chair):
    initiative = initiative_of(group)
    with pytest.raises(Invalid):
        workflows.set_initiative_state(initiative, state="dropped", by=chair, reason="  ")
    with pytest.raises(Stale):
        workflows.change_initiative(initiative, {"title": "Other"}, by=chair, version=99)
    initiative.refresh_from_db()
    assert (initiative.title, initiative.state) == ("Joint call", "idea")


def test_contradicting_facts_are_refused(group, chair, member):
    today = timezone.localdate()
    with pytest.raises(Invalid) as found:
        workflows.create_initiative(
            {
                "workgroup": group,
                "title": "x",
                "summary": "x",
                "start_date": today,
                "end_date": today - timedelta(days=1),
                "lead_person": member.person,
            },
            by=chair,
        )
    assert set(found.value.problems) == {"end_date"} | {"lead_person"}
    assert not Initiative.objects.exists()


def test_a_change_that_contradicts_what_is_stored_is_refused_before_the_table_refuses_it(api, group, chair):
    today = timezone.localdate()
    initiative = initiative_of(group, start_date=today)
    wrong = (today - timedelta(days=1)).isoformat()
    api.force_authenticate(chair)
    one = f"/api/v1/initiatives/{initiative.pk}/"
    answer = api.patch(one, {"end_date": wrong}, format="json", HTTP_IF_MATCH='"v1"')
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/end_date")
    initiative.refresh_from_db()
    assert (initiative.end_date, initiative.version) == (None, 1)


def test_a_membership_with_a_last_day_to_come_holds_until_somebody_ends_it(group, member):
    today = timezone.localdate()
    membership = make.make_group_member(group, member.person, end_date=today + timedelta(days=30))
    with pytest.raises(Refused):
        workflows.join_workgroup(group, by=member)
    workflows.leave_workgroup(group, by=member)
    membership.refresh_from_db()
    assert membership.end_date == today
    workflows.join_workgroup(group, by=member)
    assert group.memberships.current().count() == 1


def test_who_sees_which_initiative(group, chair, member, guest):
    home = make.make_organisation()
    own = make.make_user(organisation=home)
    inside = make.make_user(organisation=make.make_organisation())
    make.make_group_member(group, inside.person)
    for visibility in ("public", "partnership", "workgroup", "organisation"):
        initiative_of(group, title=visibility, visibility=visibility, lead_organisation=home)
    everything = {"public", "partnership", "workgroup", "organisation"}
    expected = {
        None: {"public"},
        guest: {"public"},
        member: {"public", "partnership"},
        own: {"public", "partnership", "organisation"},
        inside: {"public", "partnership", "workgroup"},
        chair: everything,
        make.make_coordinator(): everything,
    }
    seen = {user: set(Initiative.objects.visible_to(user).values_list("title", flat=True)) for user in expected}
    assert seen == expected


def test_rules(group, chair, member, guest):
    coordinator = make.make_coordinator()
    may_change = [user for user in (chair, member, guest, coordinator) if rules.can_change_workgroup(user, group)]
    may_join = [user for user in (chair, member, guest, coordinator) if rules.can_join_workgroup(user, group)]
    assert may_change == [chair, coordinator]
    assert may_join == [chair, member, coordinator]


def test_pages_for_everybody(client, group, chair, member):
    initiative = initiative_of(group, visibility="public")
    make.make_group_member(group, member.person)
    listed = client.get(reverse("workgroups:workgroup_list")).content.decode()
    assert "Clusters" in listed
    assert "2 members" not in listed
    shown = client.get(group.get_absolute_url()).content.decode()
    assert member.person.name not in shown
    assert "Joint call" in shown
    assert client.get(initiative.get_absolute_url()).status_code == 200
    client.force_login(member)
    assert member.person.name in client.get(group.get_absolute_url()).content.decode()
    assert "2 members" in client.get(reverse("workgroups:workgroup_list")).content.decode()


def test_verbs_by_browser(client, group, chair, member, guest):
    join = reverse("workgroups:join_workgroup", args=[group.pk])
    assert client.post(join).status_code == 302
    assert group.memberships.count() == 1
    client.force_login(guest)
    assert client.post(join).status_code == 403
    client.force_login(member)
    assert client.get(join).status_code == 405
    assert client.post(join).url == group.get_absolute_url()
    row = group.memberships.get(person=member.person)
    set_role = reverse("workgroups:set_role", args=[row.pk])
    assert client.post(set_role, {"role": "chair"}).status_code == 403
    client.force_login(chair)
    assert client.post(set_role, {"role": "emperor"}).status_code == 404
    group.refresh_from_db()
    assert client.post(set_role, {"role": "deputy", "version": group.version}).status_code == 302
    row.refresh_from_db()
    assert row.role == "deputy"
    client.post(reverse("workgroups:end_membership", args=[row.pk]), {"version": "nonsense"})
    row.refresh_from_db()
    assert row.end_date == timezone.localdate()


def test_the_form_of_a_group_keeps_what_was_typed(client, group, chair):
    address = reverse("workgroups:workgroup_change", args=[group.pk])
    client.force_login(chair)
    assert client.get(address).status_code == 200
    data = {"summary": "S", "scope": "Our scope", "subtopics": "One\nTwo\nOne", "state": "active", "version": 1}
    assert client.post(address, data).status_code == 302
    group.refresh_from_db()
    assert (group.scope, group.subtopics) == ("Our scope", ["One", "Two"])
    stale = client.post(address, data | {"scope": "Typed text"})
    assert stale.status_code == 412
    assert "Typed text" in stale.content.decode()
    assert "Our scope" in stale.content.decode()
    long = client.post(address, data | {"subtopics": "x" * 200, "version": group.version})
    assert long.status_code == 422
    assert client.post(address, data | {"scope": "a\x00b", "version": group.version}).status_code == 422


def test_initiatives_by_browser(client, group, chair, member):
    create = reverse("workgroups:initiative_create", args=[group.pk])
    client.force_login(member)
    assert client.get(create).status_code == 403
    client.force_login(chair)
    assert client.get(create).status_code == 200
    assert client.post(create, {"title": "", "summary": "kept"}).status_code == 422
    made = client.post(create, {"title": "Call", "summary": "About", "visibility": "partnership"})
    initiative = Initiative.objects.get()
    assert made.url == initiative.get_absolute_url()
    change = reverse("workgroups:initiative_change", args=[initiative.pk])
    assert client.get(change).status_code == 200
    data = {"title": "Call 2", "summary": "About", "visibility": "public", "version": initiative.version}
    assert client.post(change, data).status_code == 302
    state = reverse("workgroups:set_initiative_state", args=[initiative.pk])
    assert client.get(state).status_code == 200
    initiative.refresh_from_db()
    refused = client.post(state, {"state": "dropped", "reason": "", "version": initiative.version})
    assert refused.status_code == 422
    assert "others learn from it" in refused.content.decode()
    done = client.post(state, {"state": "dropped", "reason": "No money", "version": initiative.version})
    assert done.status_code == 302
    assert "No money" in client.get(initiative.get_absolute_url()).content.decode()
    listed = client.get(reverse("workgroups:initiative_list"), {"state": "dropped"}).content.decode()
    assert "Call 2" in listed
    assert "No initiative matches" in client.get(reverse("workgroups:initiative_list"), {"q": "zzz"}).content.decode()


def test_add_member_by_browser(client, group, chair, member, guest):
    address = reverse("workgroups:add_member", args=[group.pk])
    client.force_login(chair)
    assert client.get(address).status_code == 200
    assert client.post(address, {"person": guest.person_id, "role": "member"}).status_code == 422
    assert client.post(address, {"person": member.person_id, "role": "secretary"}).status_code == 302
    assert group.memberships.get(person=member.person).role == "secretary"


def test_api_reads_and_writes(api, group, chair, member):
    base = "/api/v1/workgroups/"
    row = api.get(base).json()["results"][0]
    assert (row["name"], row["member_count"]) == ("Clusters", None)
    assert api.get("/api/v1/group-memberships/").status_code in {401, 403}
    api.force_authenticate(member)
    assert api.get(base).json()["results"][0]["member_count"] == 1
    one = f"{base}{group.pk}/"
    assert api.patch(one, {"scope": "x"}, format="json").status_code == 403
    assert api.post(f"{one}join-workgroup/", {}, format="json").status_code == 200
    again = api.post(f"{one}join-workgroup/", {}, format="json")
    assert again.status_code == 409
    assert again["Content-Type"] == "application/problem+json"
    api.force_authenticate(chair)
    assert api.patch(one, {"scope": "x"}, format="json").status_code == 428
    assert api.patch(one, {"scope": "x"}, format="json", HTTP_IF_MATCH='"v77"').status_code == 412
    tag = api.get(one)["ETag"]
    changed = api.patch(one, {"scope": "New", "subtopics": ["a"]}, format="json", HTTP_IF_MATCH=tag)
    assert (changed.status_code, changed.json()["scope"], changed.json()["subtopics"]) == (200, "New", ["a"])
    fresh = api.get(one)["ETag"]
    assert api.patch(one, {"colour": 3}, format="json", HTTP_IF_MATCH=fresh).status_code == 400
    newcomer = make.make_person(organisation=make.make_organisation())
    added = api.post(f"{one}add-member/", {"person": newcomer.pk, "role": "deputy"}, format="json")
    assert added.json()["member_count"] == 3
    found = api.get("/api/v1/group-memberships/", {"workgroup": group.pk, "role": "deputy"}).json()["results"]
    assert [row["person"] for row in found] == [newcomer.pk]
    row = f"/api/v1/group-memberships/{found[0]['id']}/"
    assert api.post(f"{row}set-role/", {"role": "member"}, format="json").json()["role"] == "member"
    ended = api.post(f"{row}end-membership/", {}, format="json").json()
    assert ended["end_date"] == timezone.localdate().isoformat()


def test_api_of_initiatives(api, group, chair, member):
    api.force_authenticate(member)
    data = {"workgroup": group.pk, "title": "Call", "summary": "x"}
    assert api.post("/api/v1/initiatives/", data, format="json").status_code == 403
    api.force_authenticate(chair)
    made = api.post("/api/v1/initiatives/", data, format="json")
    assert (made.status_code, made.json()["state"]) == (201, "idea")
    one = f"/api/v1/initiatives/{made.json()['id']}/"
    changed = api.patch(one, {"title": "Other"}, format="json", HTTP_IF_MATCH=made["ETag"])
    assert changed.json()["title"] == "Other"
    refused = api.post(f"{one}set-initiative-state/", {"state": "done"}, format="json")
    assert refused.status_code == 409
    dropped = api.post(f"{one}set-initiative-state/", {"state": "dropped"}, format="json")
    assert dropped.status_code == 400
    done = api.post(f"{one}set-initiative-state/", {"state": "running"}, format="json")
    assert done.json()["state"] == "running"
    assert api.patch(one, {"start_date": "0001-01-01"}, format="json", HTTP_IF_MATCH=done["ETag"]).status_code == 400


@pytest.mark.parametrize(
    "address", ["/workgroups/", "/workgroups/initiatives/", "/api/v1/workgroups/", "/api/v1/initiatives/"]
)
def test_queries_do_not_grow(client, group, chair, address):
    client.force_login(chair)
    counts = []
    for number in (3, 12):
        for _n in range(number):
            other = make.make_workgroup(lead_organisation=make.make_organisation())
            initiative_of(other, lead_organisation=make.make_organisation(), lead_person=make.make_person())
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_weekly_letter_names_new_things_once_and_not_the_own(group, chair, member):
    begin = timezone.now() - timedelta(minutes=1)
    initiative = workflows.create_initiative({"workgroup": group, "title": "Call", "summary": "x"}, by=chair)
    workflows.change_workgroup(group, {"scope": "New"}, by=chair)
    workflows.create_initiative(
        {"workgroup": group, "title": "Hidden", "summary": "x", "visibility": "workgroup"}, by=chair
    )
    _order, _title, lines = DIGEST_SECTIONS["workgroups"]
    end = timezone.now() + timedelta(minutes=1)
    assert {line.text for line in lines(member, begin, end)} == {
        f"New initiative: {initiative}",
        "Workgroup with a new scope: Clusters",
    }
    assert lines(chair, begin, end) == []


@pytest.mark.parametrize("model", [Workgroup, GroupMembership, Initiative])
def test_staff_pages(client, group, chair, model):
    initiative_of(group)
    client.force_login(make.make_curator())
    base = f"/admin/workgroups/{model._meta.model_name}/"
    assert model in site._registry
    assert client.get(base, {"q": "a"}).status_code == 200
    assert client.get(f"{base}{model.objects.first().pk}/change/").status_code == 200


def test_staff_actions_run_the_verbs(client, group, chair):
    curator = make.make_curator()
    client.force_login(curator)
    initiative = initiative_of(group)
    client.post("/admin/workgroups/initiative/", {"action": "finish", "_selected_action": [initiative.pk]})
    initiative.refresh_from_db()
    assert initiative.state == "idea"
    client.post("/admin/workgroups/initiative/", {"action": "run_them", "_selected_action": [initiative.pk]})
    initiative.refresh_from_db()
    assert initiative.state == "running"
    row = group.memberships.get()
    client.post("/admin/workgroups/groupmembership/", {"action": "end_memberships", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.end_date == timezone.localdate()
