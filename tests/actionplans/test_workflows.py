"""Each verb: what it does, what it refuses, what it leaves in the history."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from actionplans import workflows
from actionplans.models import Action, ActionPlan
from core import history
from core.errors import Invalid, Refused, Stale
from tests import factories as make

pytestmark = pytest.mark.django_db


def _verbs(thing):
    return [entry.verb for entry in history.of(thing)]


def _endorse(plan, by, **data):
    given = {"endorsed_date": timezone.localdate(), "endorsed_by": "Regional Council"} | data
    return workflows.endorse_plan(plan, by=by, **given)


# --- Instruments ------------------------------------------------------------------------------------


def test_create_and_change_an_instrument(world):
    """It is found by its words, and its name is unique."""
    data = {"name": "Growth programme", "region": world.home.region}
    instrument = workflows.create_instrument(data, by=world.coordinator)
    assert type(instrument).objects.matching("growth").get() == instrument
    with pytest.raises(Invalid) as refusal:
        workflows.create_instrument(data, by=world.coordinator)
    assert refusal.value.field == "name"
    workflows.change_instrument(instrument, {"improvement": "A new call"}, by=world.coordinator, version=1)
    assert instrument.version == 2
    assert _verbs(instrument) == ["changed", "created"]
    with pytest.raises(Stale):
        workflows.change_instrument(instrument, {"improvement": ""}, by=world.coordinator, version=1)


# --- Plans ------------------------------------------------------------------------------------------


def test_create_a_plan(world):
    """The plan is a draft of its organisations; one instrument has one plan."""
    data = {"title": "Shared", "organisations": [world.home, world.other], "instrument": make.make_instrument()}
    plan = workflows.create_plan(data, by=world.member)
    assert plan.state == "drafting"
    assert set(plan.organisations.all()) == {world.home, world.other}
    assert plan.created_by == world.member.person
    with pytest.raises(Invalid) as refusal:
        workflows.create_plan(data, by=world.member)
    assert refusal.value.field == "instrument"
    with pytest.raises(Invalid):
        workflows.create_plan({"title": "Nobody's", "organisations": []}, by=world.member)


def test_change_a_plan_and_whose_it_is(world):
    """Fields and partners are both in the history."""
    data = {"title": "Renamed", "organisations": [world.home, world.other]}
    workflows.change_plan(world.plan, data, by=world.member, version=1)
    assert world.plan.organisations.count() == 2
    kept = [name for entry in history.of(world.plan) for name in entry.changes]
    assert sorted(kept) == ["organisations", "title"]
    with pytest.raises(Stale):
        workflows.change_plan(world.plan, {"title": "Again"}, by=world.member, version=1)


def test_a_closed_plan_refuses_every_change_below(world):
    """Only reopening is possible."""
    milestone = make.make_milestone(action=world.action)
    source = world.action.sources_of_action.create(practice=make.make_practice())
    ActionPlan.objects.filter(pk=world.plan.pk).update(state="closed")
    by = world.leader
    attempts = [
        lambda: workflows.change_plan(world.plan, {"title": "x"}, by=by),
        lambda: workflows.create_action({"plan": world.plan, "title": "x"}, by=by),
        lambda: workflows.change_action(world.action, {"title": "x"}, by=by),
        lambda: workflows.set_action_state(world.action, by=by, state="in_progress"),
        lambda: workflows.add_source(world.action, by=by, visit=make.make_visit()),
        lambda: workflows.remove_source(source, by=by),
        lambda: workflows.create_milestone(
            {"action": world.action, "title": "x", "due_date": timezone.localdate()}, by=by
        ),
        lambda: workflows.change_milestone(milestone, {"title": "x"}, by=by),
        lambda: workflows.complete_milestone(milestone, by=by, done_date=timezone.localdate()),
        lambda: workflows.drop_milestone(milestone, by=by, reason="x"),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="closed"):
            attempt()
    workflows.reopen_plan(world.plan, by=by)
    assert world.plan.state == "monitoring"


def test_endorse_a_plan(world):
    """Date and authority are kept; the history says so."""
    _endorse(world.plan, world.coordinator)
    assert (world.plan.state, world.plan.endorsed_by) == ("endorsed", "Regional Council")
    assert _verbs(world.plan) == ["endorsed"]
    with pytest.raises(Refused):
        _endorse(world.plan, world.coordinator)


@pytest.mark.parametrize(
    ("fields", "data", "words"),
    [
        ({"language": "hu", "english_summary": " "}, {}, "English summary"),
        ({}, {"endorsed_date": date(2099, 1, 1)}, "still to come"),
        ({}, {"endorsed_by": "  "}, "authority"),
    ],
)
def test_an_endorsement_is_refused(world, fields, data, words):
    """Without summary, with a day to come, without authority."""
    ActionPlan.objects.filter(pk=world.plan.pk).update(**fields)
    with pytest.raises(Refused, match=words):
        _endorse(world.plan, world.coordinator, **data)
    world.plan.refresh_from_db()
    assert world.plan.state == "drafting"


def test_an_empty_plan_is_not_endorsed(world):
    """One action is enough, none is not."""
    world.action.delete()
    with pytest.raises(Refused, match="no action"):
        _endorse(world.plan, world.coordinator)


def test_the_life_of_a_plan(world):
    """Each step in its order, none twice, and back."""
    plan, by = world.plan, world.coordinator
    with pytest.raises(Refused):
        workflows.start_monitoring(plan, by=by)
    _endorse(plan, by)
    workflows.reopen_plan(plan, by=by)
    assert (plan.state, plan.endorsed_date, plan.endorsed_by) == ("drafting", None, "")
    with pytest.raises(Refused):
        workflows.reopen_plan(plan, by=by)
    _endorse(plan, by)
    workflows.start_monitoring(plan, by=by)
    with pytest.raises(Refused, match="1 action is still open"):
        workflows.close_plan(plan, by=by)
    workflows.set_action_state(world.action, by=by, state="cancelled", reason="No money")
    workflows.close_plan(plan, by=by)
    with pytest.raises(Refused):
        workflows.start_monitoring(plan, by=by)
    assert _verbs(plan)[:2] == ["closed", "monitoring-started"]


# --- Actions ----------------------------------------------------------------------------------------


def test_actions_are_numbered_within_the_plan(world):
    """The next free number, and the plan's version is raised."""
    second = workflows.create_action({"plan": world.plan, "title": "Second"}, by=world.member)
    first_of_other = workflows.create_action({"plan": make.make_plan(), "title": "First"}, by=world.leader)
    assert (second.number, first_of_other.number) == (2, 1)
    assert world.plan.version == 2
    assert _verbs(second) == ["created"]


def test_change_an_action(world):
    """Days stay in order, also when only one of them is given."""
    workflows.change_action(world.action, {"costs": "EUR 5"}, by=world.member, version=1)
    assert world.action.costs == "EUR 5"
    day = world.action.start_date - timedelta(days=1)
    with pytest.raises(Invalid) as refusal:
        workflows.change_action(world.action, {"end_date": day}, by=world.member)
    assert refusal.value.field == "end_date"
    world.plan.refresh_from_db()
    assert world.plan.version == 2


def test_set_the_state_of_an_action(world):
    """Only steps of its life; a reason where one is needed, gone again when it goes on."""
    action, by = world.action, world.member
    with pytest.raises(Refused):
        workflows.set_action_state(action, by=by, state="completed")
    with pytest.raises(Invalid) as refusal:
        workflows.set_action_state(action, by=by, state="postponed", reason=" ")
    assert refusal.value.field == "reason"
    workflows.set_action_state(action, by=by, state="postponed", reason="Waits for money")
    assert action.reason == "Waits for money"
    workflows.set_action_state(action, by=by, state="in_progress")
    workflows.set_action_state(action, by=by, state="completed")
    assert Action.objects.get(pk=action.pk).reason == ""
    assert _verbs(action) == ["state-set"] * 3


def test_sources_are_added_once_and_only_visible_ones(world):
    """Each of the four kinds; the history names the kind and not the record."""
    action, by = world.action, world.member
    records = {
        "practice": make.make_practice(title="Secret words"),
        "visit": make.make_visit(),
        "takeaway": make.make_takeaway(),
        "transfer": make.make_transfer(),
    }
    for name, record in records.items():
        workflows.add_source(action, by=by, note="Helped", **{name: record})
    assert action.sources_of_action.count() == 4
    assert "Secret words" not in " ".join(entry.note for entry in history.of(action))
    with pytest.raises(Invalid, match="already"):
        workflows.add_source(action, by=by, practice=records["practice"])
    with pytest.raises(Invalid, match="not known"):
        workflows.add_source(action, by=by, practice=make.make_practice(state="draft"))
    with pytest.raises(Invalid, match="one source"):
        workflows.add_source(action, by=by)


def test_remove_a_source(world):
    """The action's version is raised."""
    source = world.action.sources_of_action.create(practice=make.make_practice())
    workflows.remove_source(source, by=world.member)
    assert not world.action.sources_of_action.exists()
    world.action.refresh_from_db()
    assert world.action.version == 2
    assert _verbs(world.action) == ["source-removed"]


# --- Milestones -------------------------------------------------------------------------------------


def test_the_life_of_a_milestone(world):
    """Written down, moved, done, opened again, dropped; all in the action's history."""
    action, by, today = world.action, world.member, timezone.localdate()
    milestone = workflows.create_milestone({"action": action, "title": "Report", "due_date": today}, by=by)
    workflows.change_milestone(milestone, {"due_date": today + timedelta(days=3)}, by=by, version=1)
    workflows.complete_milestone(milestone, by=by, done_date=today, evidence="Minutes")
    assert (milestone.state, milestone.done_date, milestone.evidence) == ("done", today, "Minutes")
    with pytest.raises(Refused, match="Reopen it first"):
        workflows.drop_milestone(milestone, by=by, reason="Too late")
    workflows.reopen_milestone(milestone, by=by)
    assert (milestone.state, milestone.done_date) == ("open", None)
    with pytest.raises(Refused, match="open already"):
        workflows.reopen_milestone(milestone, by=by)
    workflows.drop_milestone(milestone, by=by, reason="Not needed")
    assert _verbs(action) == [
        "milestone-dropped",
        "milestone-reopened",
        "milestone-completed",
        "milestone-changed",
        "milestone-created",
    ]
    action.refresh_from_db()
    assert action.version == 6


def test_a_milestone_is_refused(world):
    """A day to come, no reason, an old version."""
    milestone = make.make_milestone(action=world.action)
    by, today = world.member, timezone.localdate()
    with pytest.raises(Invalid) as refusal:
        workflows.complete_milestone(milestone, by=by, done_date=today + timedelta(days=1))
    assert refusal.value.field == "done_date"
    with pytest.raises(Invalid) as refusal:
        workflows.drop_milestone(milestone, by=by, reason="  ")
    assert refusal.value.field == "reason"
    with pytest.raises(Stale):
        workflows.complete_milestone(milestone, by=by, done_date=today, version=7)
    milestone.refresh_from_db()
    assert milestone.state == "open"
