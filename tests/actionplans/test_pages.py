"""Pages: who gets which answer, what is typed stays, buttons follow the rules, queries do not grow."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actionplans.models import Action, ActionPlan, Milestone
from core import search
from tests import factories as make

pytestmark = pytest.mark.django_db


def _url(name, thing=None):
    return reverse(f"actionplans:{name}", args=[thing.pk] if thing else [])


@pytest.fixture
def pages(world):
    """Return every page with a form, by name, and its thing."""
    milestone = make.make_milestone(action=world.action)
    return {
        "instrument_create": None,
        "instrument_change": world.plan.instrument,
        "plan_create": None,
        "plan_change": world.plan,
        "endorse_plan": world.plan,
        "action_create": world.plan,
        "action_change": world.action,
        "set_action_state": world.action,
        "add_source": world.action,
        "milestone_create": world.action,
        "milestone_change": milestone,
        "complete_milestone": milestone,
        "drop_milestone": milestone,
    }


def test_every_form_opens_and_answers_an_empty_post(client, world, pages):
    """200 to read, 422 to nothing typed; sign-in for strangers; 404 or 403 for others."""
    for name, thing in pages.items():
        address = _url(name, thing)
        client.logout()
        assert client.get(address).status_code == 302, name
        client.force_login(world.coordinator)
        assert client.get(address).status_code == 200, name
        assert client.post(address, {}).status_code == 422, name
        client.force_login(world.guest)
        assert client.get(address).status_code in (403, 404), name
    client.force_login(world.outsider)
    assert client.get(_url("plan_change", world.plan)).status_code == 404
    assert client.get(_url("instrument_change", world.plan.instrument)).status_code == 403
    client.force_login(world.member)
    assert client.get(_url("endorse_plan", world.plan)).status_code == 403


def test_every_form_survives_nonsense(client, world, pages):
    """Texts in every field: never a 500."""
    client.force_login(world.leader)
    for name, thing in pages.items():
        form = client.get(_url(name, thing)).context["form"]
        for text in (
            "x" * 20_000,
            "\x00",
            "2027-02-30",
            "-1",
            "9999-12-31",
            "practice-999999999999999999999999",
            "9" * 30,
        ):
            data = dict.fromkeys(form.fields, text)
            assert client.post(_url(name, thing), data).status_code in (422, 409, 412), (name, text[:10])


def test_make_a_plan_with_action_source_and_milestone_by_hand(client, world):
    """The whole way through the pages."""
    client.force_login(world.member)
    practice = make.make_practice(title="Vouchers")
    today = timezone.localdate().isoformat()
    data = {"title": "By hand", "organisations": [world.home.pk], "language": "en", "visibility": "public"}
    response = client.post(_url("plan_create"), data, follow=True)
    plan = ActionPlan.objects.get(title="By hand")
    assert response.redirect_chain[-1][0] == plan.get_absolute_url()
    client.post(_url("action_create", plan), {"title": "Vouchers here", "end_date": today})
    action = Action.objects.get(title="Vouchers here")
    client.post(_url("add_source", action), {"source": f"practice-{practice.pk}", "note": "The idea"})
    client.post(_url("milestone_create", action), {"title": "First ten", "due_date": today})
    milestone = Milestone.objects.get(title="First ten")
    done = {"version": milestone.version, "done_date": today, "evidence": "List"}
    assert client.post(_url("complete_milestone", milestone), done).status_code == 302
    state = {"version": Action.objects.get(pk=action.pk).version, "state": "in_progress"}
    assert client.post(_url("set_action_state", action), state).status_code == 302
    text = client.get(action.get_absolute_url()).content.decode()
    for words in ("Vouchers", "The idea", "First ten", "List", "in progress"):
        assert words in text
    source = action.sources_of_action.get()
    client.post(_url("remove_source", source))
    assert not action.sources_of_action.exists()
    client.post(_url("reopen_milestone", milestone))
    milestone.refresh_from_db()
    assert milestone.state == "open"
    client.post(_url("drop_milestone", milestone), {"version": milestone.version, "reason": "No need"})
    milestone.refresh_from_db()
    assert (milestone.state, milestone.reason) == ("dropped", "No need")


def test_the_life_of_a_plan_by_buttons(client, world):
    """Endorse, start, refuse to close, reopen; the page offers what is next."""
    client.force_login(world.coordinator)
    page = client.get(world.plan.get_absolute_url()).content.decode()
    assert _url("endorse_plan", world.plan) in page
    data = {"version": 1, "endorsed_date": timezone.localdate().isoformat(), "endorsed_by": "Council"}
    client.post(_url("endorse_plan", world.plan), data)
    client.post(_url("start_monitoring", world.plan), {"version": 2})
    response = client.post(_url("close_plan", world.plan), {"version": 3}, follow=True)
    assert "1 action is still open" in response.content.decode()
    Action.objects.update(state="completed")
    client.post(_url("close_plan", world.plan), {"version": 3})
    world.plan.refresh_from_db()
    assert world.plan.state == "closed"
    page = client.get(world.plan.get_absolute_url()).content.decode()
    assert _url("reopen_plan", world.plan) in page
    assert _url("plan_change", world.plan) not in page
    client.post(_url("reopen_plan", world.plan))
    world.plan.refresh_from_db()
    assert world.plan.state == "monitoring"


@pytest.mark.parametrize("name", ["start_monitoring", "close_plan", "reopen_plan"])
def test_verbs_of_a_plan_are_for_those_who_steer_it(client, world, name):
    """A member gets 403, a stranger 404, reading 405."""
    client.force_login(world.member)
    assert client.post(_url(name, world.plan)).status_code == 403
    client.force_login(world.outsider)
    assert client.post(_url(name, world.plan)).status_code == 404
    client.force_login(world.coordinator)
    assert client.get(_url(name, world.plan)).status_code == 405


def test_who_is_overtaken_sees_both_texts(client, world):
    """412 with what is stored now and what was typed; the second try goes through."""
    client.force_login(world.member)
    ActionPlan.objects.filter(pk=world.plan.pk).update(version=5, title="Theirs")
    data = {"version": 1, "title": "Mine", "organisations": [world.home.pk], "language": "en", "visibility": "public"}
    response = client.post(_url("plan_change", world.plan), data)
    assert response.status_code == 412
    text = response.content.decode()
    assert "Theirs" in text
    assert 'value="Mine"' in text
    assert client.post(_url("plan_change", world.plan), data | {"version": 5}).status_code == 302


def test_a_form_sent_twice_counts_once(client, world):
    """The key in the form makes one action."""
    client.force_login(world.member)
    key = str(client.get(_url("action_create", world.plan)).context["form"]["form_key"].value())
    for _time in range(2):
        response = client.post(_url("action_create", world.plan), {"title": "Once", "form_key": key})
        assert response.status_code == 302
    assert Action.objects.filter(title="Once").count() == 1


def test_the_draft_of_others_is_nowhere(client, world):
    """404 on each page, not in the list, not on the instrument's page."""
    milestone = make.make_milestone(action=world.action)
    client.force_login(world.outsider)
    for thing in (world.plan, world.action):
        assert client.get(thing.get_absolute_url()).status_code == 404
    assert client.post(_url("reopen_milestone", milestone)).status_code == 404
    for address in (_url("plan_list"), world.plan.instrument.get_absolute_url()):
        response = client.get(address)
        assert response.status_code == 200
        assert world.plan.title not in response.content.decode()


def test_the_public_sees_no_people_and_no_hidden_source(client, world):
    """Names of people, histories and sources that are drafts stay inside."""
    ActionPlan.objects.update(state="monitoring")
    world.action.responsible_person = world.member.person
    world.action.save()
    hidden = make.make_practice(title="Hidden practice", state="draft")
    world.action.sources_of_action.create(practice=hidden, note="Hidden note")
    text = client.get(world.action.get_absolute_url()).content.decode()
    assert world.action.title in text
    for words in ("Hidden practice", "Hidden note", world.member.person.name):
        assert words not in text
    client.force_login(world.member)
    text = client.get(world.action.get_absolute_url()).content.decode()
    assert world.member.person.name in text
    assert "Hidden practice" not in text


def test_state_and_lateness_are_two_marks(client, world):
    """Of the action in the plan, of the milestone in the action; the time line has its table."""
    client.force_login(world.member)
    day = timezone.localdate() - timedelta(days=2)
    Action.objects.update(end_date=day)
    make.make_milestone(action=world.action, due_date=day)
    text = client.get(world.plan.get_absolute_url()).content.decode()
    assert "planned" in text
    assert "1 action late" in text
    assert "The same time line as a table" in text
    assert "late" in client.get(world.action.get_absolute_url()).content.decode()


def test_the_filters_of_the_list(client, world):
    """Region, partner, state, lateness and words."""
    other = make.make_plan(title="Other plan", organisations=[world.other])
    for plan in (world.plan, other):
        search.index(plan)
    Action.objects.update(end_date=timezone.localdate() - timedelta(days=1))
    client.force_login(world.leader)
    cases = [
        ({"region": world.home.region_id}, {world.plan}),
        ({"region": world.other.region_id}, {other}),
        ({"organisation": world.other.pk}, {other}),
        ({"state": "drafting"}, {world.plan}),
        ({"late": "yes"}, {world.plan}),
        ({"q": "other"}, {other}),
        ({}, {world.plan, other}),
    ]
    for query, expected in cases:
        assert set(client.get(_url("plan_list"), query).context["page"].object_list) == expected, query
    response = client.get(_url("plan_list"), {"q": "nothing like this"})
    assert "No plan matches" in response.content.decode()
    assert client.get(_url("instrument_list"), {"kind": "growth"}).status_code == 200


def test_queries_do_not_grow(client, world):
    """Lists and pages ask as often at 3 rows as at 30."""
    client.force_login(world.leader)

    def fill(count):
        for _number in range(count):
            plan = make.make_plan(organisations=[world.home, world.other])
            action = make.make_action(plan=world.plan)
            make.make_action(plan=plan)
            make.make_milestone(action=action)
            make.make_milestone(action=world.action)
            world.action.sources_of_action.create(transfer=make.make_transfer())
            world.action.sources_of_action.create(takeaway=make.make_takeaway())

    def counts():
        found = {}
        addresses = [_url("plan_list"), _url("instrument_list"), world.plan.get_absolute_url()]
        addresses += [_url("add_source", world.action)]
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found[address] = len(captured)
        return found

    fill(3)
    few = counts()
    fill(17)
    assert counts() == few


def test_a_plan_without_days_shows_no_empty_time_line(client, world):
    """Nothing is drawn where nothing is on record; the list still says so."""
    Action.objects.update(start_date=None, end_date=None)
    client.force_login(world.member)
    text = client.get(world.plan.get_absolute_url()).content.decode()
    assert "The same time line as a table" not in text
    assert "no end on record" in text
