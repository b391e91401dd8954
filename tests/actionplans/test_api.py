"""The API: rows, writes, verbs, versions, scopes, problems."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actionplans.models import Action, ActionPlan, Milestone, PolicyInstrument
from tests import factories as make

pytestmark = pytest.mark.django_db
BASE = "/api/v1"


def _as(api, user):
    api.force_login(user)
    return api


def _ids(response):
    assert response.status_code == 200, response.content
    return {row["id"] for row in response.json()["results"]}


def test_lists_show_what_the_person_may_see(api, world):
    """A draft is for its own people; instruments are for all."""
    milestone = make.make_milestone(action=world.action)
    expected = {"action-plans": world.plan.pk, "actions": world.action.pk, "milestones": milestone.pk}
    for prefix, pk in expected.items():
        assert _ids(api.get(f"{BASE}/{prefix}/")) == set()
        assert api.get(f"{BASE}/{prefix}/{pk}/").status_code == 404
    assert world.plan.instrument_id in _ids(api.get(f"{BASE}/policy-instruments/"))
    _as(api, world.member)
    for prefix, pk in expected.items():
        assert _ids(api.get(f"{BASE}/{prefix}/")) == {pk}
        response = api.get(f"{BASE}/{prefix}/{pk}/")
        assert response.headers["ETag"] == '"v1"'


def test_filters(api, world):
    """The same as on the pages; unknown ones are refused."""
    late = make.make_action(plan=world.plan, end_date=timezone.localdate() - timedelta(days=1))
    _as(api, world.member)
    assert _ids(api.get(f"{BASE}/actions/?late=yes")) == {late.pk}
    assert _ids(api.get(f"{BASE}/actions/?plan={world.plan.pk}&state=planned")) == {world.action.pk}
    assert _ids(api.get(f"{BASE}/action-plans/?organisation={world.home.pk}&late=yes")) == {world.plan.pk}
    assert _ids(api.get(f"{BASE}/milestones/?late=yes")) == set()
    assert api.get(f"{BASE}/action-plans/?owner=1").status_code == 400


def test_the_public_sees_no_person_and_no_hidden_source(api, world):
    """As on the page."""
    ActionPlan.objects.update(state="monitoring")
    world.action.responsible_person = world.member.person
    world.action.save()
    world.action.sources_of_action.create(practice=make.make_practice(state="draft"))
    shown = world.action.sources_of_action.create(practice=make.make_practice())
    data = api.get(f"{BASE}/actions/{world.action.pk}/").json()
    assert data["responsible_person"] is None
    assert [row["id"] for row in data["cited"]] == [shown.pk]
    data = _as(api, world.member).get(f"{BASE}/actions/{world.action.pk}/").json()
    assert data["responsible_person"]["id"] == world.member.person_id


def test_make_everything(api, world):
    """Instrument, plan, action, source, milestone."""
    _as(api, world.coordinator)
    body = {"name": "New programme", "region": world.home.region_id, "kind": "growth"}
    instrument = api.post(f"{BASE}/policy-instruments/", body).json()
    body = {"title": "New plan", "organisations": [world.home.pk], "instrument": instrument["id"]}
    response = api.post(f"{BASE}/action-plans/", body)
    assert response.status_code == 201, response.content
    plan = response.json()
    assert (plan["state"], plan["instrument"]["name"]) == ("drafting", "New programme")
    body = {"plan": plan["id"], "title": "Do it", "responsible_person": world.member.person_id}
    action = api.post(f"{BASE}/actions/", body).json()
    assert action["number"] == 1
    practice = make.make_practice()
    body = {"practice": practice.pk, "note": "Idea"}
    data = api.post(f"{BASE}/actions/{action['id']}/add-source/", body).json()
    assert data["cited"][0]["practice"] == practice.pk
    body = {"source": data["cited"][0]["id"]}
    assert api.post(f"{BASE}/actions/{action['id']}/remove-source/", body).json()["cited"] == []
    assert api.post(f"{BASE}/actions/{action['id']}/remove-source/", body).status_code == 404
    body = {"action": action["id"], "title": "Report", "due_date": "2027-01-31"}
    assert api.post(f"{BASE}/milestones/", body).status_code == 201


def test_a_change_needs_the_version(api, world):
    """428 without, 412 with an old one, 200 with the current one."""
    _as(api, world.coordinator)
    milestone = make.make_milestone(action=world.action)
    cases = {
        f"policy-instruments/{world.plan.instrument_id}": {"summary": "x"},
        f"action-plans/{world.plan.pk}": {"context": "x"},
        f"actions/{world.action.pk}": {"costs": "x"},
        f"milestones/{milestone.pk}": {"title": "x"},
    }
    for path, body in cases.items():
        address = f"{BASE}/{path}/"
        assert api.patch(address, body).status_code == 428
        assert api.patch(address, body, headers={"If-Match": '"v99"'}).status_code == 412
        current = api.get(address).headers["ETag"]
        response = api.patch(address, body, headers={"If-Match": current})
        assert response.status_code == 200, response.content
        assert response.headers["ETag"] != current


def test_the_verbs_of_a_plan(api, world):
    """Refusals are problems with 409; rights with 403."""
    address = f"{BASE}/action-plans/{world.plan.pk}"
    _as(api, world.member)
    body = {"endorsed_date": timezone.localdate().isoformat(), "endorsed_by": "Council"}
    assert api.post(f"{address}/endorse-plan/", body).status_code == 403
    _as(api, world.coordinator)
    response = api.post(f"{address}/start-monitoring/")
    assert response.status_code == 409
    assert response.headers["Content-Type"] == "application/problem+json"
    assert api.post(f"{address}/endorse-plan/", body).json()["state"] == "endorsed"
    assert api.post(f"{address}/reopen-plan/").json()["state"] == "drafting"
    api.post(f"{address}/endorse-plan/", body)
    assert api.post(f"{address}/start-monitoring/").json()["state"] == "monitoring"
    assert api.post(f"{address}/close-plan/").status_code == 409
    Action.objects.update(state="completed")
    assert api.post(f"{address}/close-plan/", headers={"If-Match": '"v1"'}).status_code == 412
    assert api.post(f"{address}/close-plan/").json()["state"] == "closed"


def test_the_verbs_of_actions_and_milestones(api, world):
    """A reason where one is needed; the row comes back as it is now."""
    _as(api, world.member)
    address = f"{BASE}/actions/{world.action.pk}/set-action-state/"
    response = api.post(address, {"state": "cancelled"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "#/reason"
    assert api.post(address, {"state": "in_progress"}).json()["state"] == "in_progress"
    milestone = make.make_milestone(action=world.action)
    address = f"{BASE}/milestones/{milestone.pk}"
    today = timezone.localdate().isoformat()
    assert api.post(f"{address}/complete-milestone/", {"done_date": today}).json()["state"] == "done"
    assert api.post(f"{address}/drop-milestone/", {"reason": "x"}).status_code == 409
    assert api.post(f"{address}/reopen-milestone/").json()["state"] == "open"
    assert api.post(f"{address}/drop-milestone/", {"reason": "x"}).json()["state"] == "dropped"


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("action-plans/", {"title": "x", "organisations": []}, "#/organisations"),
        ("action-plans/", {"title": "x", "organisations": ["OTHER"]}, "#/organisations"),
        ("action-plans/", {"title": "x", "organisations": ["HOME"], "state": "closed"}, "#/state"),
        ("policy-instruments/", {"name": "x", "region": "OTHER_REGION"}, "#/region"),
        ("actions/", {"plan": "HIDDEN", "title": "x"}, "#/plan"),
        ("actions/", {"plan": "PLAN", "title": "x", "responsible_person": "OUTSIDER"}, "#/responsible_person"),
        ("actions/", {"plan": "PLAN", "title": "x", "end_date": "9999-12-31"}, "#/end_date"),
        ("milestones/", {"action": "HIDDEN_ACTION", "title": "x", "due_date": "2027-01-01"}, "#/action"),
    ],
)
def test_faulty_input_is_named(api, world, path, body, pointer):
    """400 with a pointer; hidden things are answered like missing ones."""
    hidden = make.make_action(plan=make.make_plan(state="drafting", organisations=[world.other]))
    words = {
        "OTHER": world.other.pk,
        "HOME": world.home.pk,
        "OTHER_REGION": world.other.region_id,
        "HIDDEN": hidden.plan_id,
        "HIDDEN_ACTION": hidden.pk,
        "PLAN": world.plan.pk,
        "OUTSIDER": world.outsider.person_id,
    }

    def real(value):
        return [real(item) for item in value] if isinstance(value, list) else words.get(value, value)

    response = _as(api, world.coordinator).post(f"{BASE}/{path}", {name: real(value) for name, value in body.items()})
    assert response.status_code == 400, response.content
    assert response.json()["errors"][0]["pointer"].startswith(pointer)


def test_a_hidden_source_cannot_be_added(api, world):
    """The answer is the same as for a number that does not exist."""
    draft = make.make_practice(state="draft")
    address = f"{BASE}/actions/{world.action.pk}/add-source/"
    _as(api, world.member)
    hidden, missing = api.post(address, {"practice": draft.pk}), api.post(address, {"practice": 10**9})
    assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json())
    assert hidden.status_code == 400


def test_strangers_and_others_write_nothing(api, world):
    """401 or 403 without an account, 404 or 403 with another one."""
    assert api.post(f"{BASE}/action-plans/", {"title": "x"}).status_code in (401, 403)
    _as(api, world.outsider)
    path = f"{BASE}/actions/{world.action.pk}/set-action-state/"
    assert api.post(path, {"state": "in_progress"}).status_code == 404
    ActionPlan.objects.update(state="monitoring")
    assert api.post(path, {"state": "in_progress"}).status_code == 403
    _as(api, world.guest)
    assert api.post(f"{BASE}/policy-instruments/", {"name": "x", "region": 1}).status_code in (400, 403)
    assert not PolicyInstrument.objects.filter(name="x").exists()


def test_a_token_needs_the_scope(api, world):
    """Reading with a reading token, writing only with "actionplans:write"."""
    from partners.models import ApiToken

    def token(scopes):
        row, key = ApiToken.objects.create(user=world.member)
        ApiToken.objects.filter(pk=row.pk).update(scopes=scopes, name="x")
        return {"Authorization": f"Bearer {key}"}

    path = f"{BASE}/actions/{world.action.pk}/set-action-state/"
    body = {"state": "in_progress"}
    assert api.get(f"{BASE}/actions/", headers=token(["actionplans:read"])).status_code == 200
    assert api.post(path, body, headers=token(["actionplans:read"])).status_code == 403
    assert api.post(path, body, headers=token(["visits:write"])).status_code == 403
    assert api.post(path, body, headers=token(["actionplans:write"])).status_code == 200


def test_queries_do_not_grow(api, world):
    """3 rows or 30."""
    _as(api, world.leader)

    def fill(count):
        for _number in range(count):
            action = make.make_action(plan=make.make_plan(organisations=[world.home]))
            make.make_milestone(action=action)
            action.sources_of_action.create(practice=make.make_practice())

    def counts():
        found = {}
        for prefix in ("policy-instruments", "action-plans", "actions", "milestones"):
            api.get(f"{BASE}/{prefix}/")
            with CaptureQueriesContext(connection) as captured:
                api.get(f"{BASE}/{prefix}/")
            found[prefix] = len(captured)
        return found

    fill(3)
    few = counts()
    fill(27)
    assert counts() == few
    assert Milestone.objects.count() == 30
