"""Who sees what and who may do what: exact sets per role."""

import pytest
from django.contrib.auth.models import AnonymousUser

from actionplans import rules
from actionplans.models import Action, ActionPlan, ActionSource, Milestone
from tests import factories as make

pytestmark = pytest.mark.django_db
ROLES = ("member", "coordinator", "outsider", "outside_coordinator", "guest", "leader", "curator")


def _who(world, test):
    allowed = {role for role in ROLES if test(getattr(world, role))}
    return allowed | ({"anonymous"} if test(AnonymousUser()) else set())


OWN = {"member", "coordinator", "leader", "curator"}
STEERING = {"coordinator", "leader", "curator"}
MEMBERS = {"member", "coordinator", "outsider", "outside_coordinator", "leader", "curator"}
ALL = {*ROLES, "anonymous"}


@pytest.mark.parametrize(
    ("state", "visibility", "expected"),
    [
        ("drafting", "public", OWN),
        ("endorsed", "public", ALL),
        ("monitoring", "partnership", MEMBERS),
        ("closed", "organisation", OWN),
    ],
)
def test_a_plan_and_everything_below_is_seen_by(world, state, visibility, expected):
    """Plan, action, milestone and source are seen by the same people."""
    world.plan.state, world.plan.visibility = state, visibility
    world.plan.save()
    milestone = make.make_milestone(action=world.action)
    source = world.action.sources_of_action.create(practice=make.make_practice())
    for thing in (world.plan, world.action, milestone, source):
        rows = type(thing).objects
        assert _who(world, lambda user, t=thing, r=rows: r.visible_to(user).filter(pk=t.pk).exists()) == expected


def test_a_source_is_hidden_with_its_record(world):
    """A public action does not tell of a practice that is a draft."""
    world.plan.state = "monitoring"
    world.plan.save()
    author = make.make_user(organisation=world.other)
    draft = make.make_practice(state="draft", authors=[author.person])
    world.action.sources_of_action.create(practice=draft)
    seen = ActionSource.objects.visible_to
    assert not seen(AnonymousUser()).exists()
    assert not seen(world.member).exists()
    assert seen(author).count() == 1
    assert seen(world.leader).count() == 1


def test_the_rules_of_a_plan(world):
    """Members write the draft; coordinators steer."""
    plan = world.plan
    assert _who(world, lambda user: rules.can_change_plan(user, plan)) == OWN
    assert _who(world, lambda user: rules.can_create_action(user, plan)) == OWN
    for rule in (rules.can_endorse_plan, rules.can_start_monitoring, rules.can_close_plan, rules.can_reopen_plan):
        assert _who(world, lambda user, rule=rule: rule(user, plan)) == STEERING
    plan.state = "monitoring"
    assert _who(world, lambda user: rules.can_change_plan(user, plan)) == STEERING
    assert _who(world, lambda user: rules.can_create_action(user, plan)) == STEERING


def test_the_rules_of_actions_sources_and_milestones(world):
    """Members of the plan's organisations keep them up to date, whatever the state of the plan."""
    milestone = make.make_milestone(action=world.action)
    source = world.action.sources_of_action.create(practice=make.make_practice())
    world.plan.state = "monitoring"
    checks = [
        (rules.can_change_action, world.action),
        (rules.can_set_action_state, world.action),
        (rules.can_add_source, world.action),
        (rules.can_remove_source, source),
        (rules.can_create_milestone, world.action),
        (rules.can_change_milestone, milestone),
        (rules.can_complete_milestone, milestone),
        (rules.can_drop_milestone, milestone),
        (rules.can_reopen_milestone, milestone),
    ]
    for rule, thing in checks:
        assert _who(world, lambda user, rule=rule, thing=thing: rule(user, thing)) == OWN, rule


def test_the_person_in_charge_keeps_the_action(world):
    """Even from another organisation."""
    world.action.responsible_person = world.outsider.person
    assert _who(world, lambda user: rules.keeps_action(user, world.action)) == OWN | {"outsider"}


def test_the_rules_of_instruments(world):
    """Coordinators in the region and those who lead all; the list offers it to every coordinator."""
    instrument = world.plan.instrument
    assert _who(world, lambda user: rules.can_change_instrument(user, instrument)) == STEERING
    offered = STEERING | {"outside_coordinator"}
    assert _who(world, rules.can_create_some_instrument) == offered


def test_who_may_begin_a_plan(world):
    """Members for their own organisation."""
    assert _who(world, lambda user: rules.can_create_plan(user, [world.home])) == OWN
    assert _who(world, rules.can_create_some_plan) == MEMBERS


def test_late_rows(world):
    """Late are open things whose day has passed, and plans with a late action."""
    day = world.action.start_date
    world.action.end_date = day
    world.action.save()
    milestone = make.make_milestone(action=world.action, due_date=day)
    make.make_milestone(action=world.action, due_date=day, state="done", done_date=day)
    make.make_action(plan=make.make_plan(), end_date=day, state="postponed", reason="x")
    assert list(Action.objects.late()) == [world.action]
    assert list(ActionPlan.objects.late()) == [world.plan]
    assert list(Milestone.objects.late()) == [milestone]
    assert ActionPlan.objects.with_counts().get(pk=world.plan.pk).late_count == 1
