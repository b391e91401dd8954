"""Letters: exact recipients, the actor is never told, and each letter checks again whether it is true."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from actionplans import notices, workflows
from actionplans.models import ActionPlan, Milestone
from notifications.models import Letter
from notifications.planning import foresee
from notifications.planning import plan as plan_letters
from notifications.registry import LETTERS, REMINDERS, Content, Skip
from tests import factories as make

pytestmark = pytest.mark.django_db


def _to(kind):
    return {letter.person_id for letter in Letter.objects.filter(kind=kind)}


def _write(letter):
    return LETTERS[letter.kind].write(letter.thing, letter.person, letter.data)


def _noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))


def _monitor(world, **fields):
    ActionPlan.objects.filter(pk=world.plan.pk).update(state="monitoring")
    world.plan.refresh_from_db()
    milestone = make.make_milestone(action=world.action, **fields)
    Milestone.objects.filter(pk=milestone.pk).update(created_at=timezone.now() - timedelta(days=90))
    return milestone


def test_an_endorsement_tells_coordinators_and_people_in_charge(world):
    """Not the actor, not plain members, not others."""
    second = make.make_user(organisation=world.home, role="coordinator")
    world.action.responsible_person = world.member.person
    world.action.save()
    day = timezone.localdate()
    workflows.endorse_plan(world.plan, by=world.coordinator, endorsed_date=day, endorsed_by="Council")
    assert _to("actionplans-plan-endorsed") == {second.person_id, world.member.person_id}
    content = _write(Letter.objects.first())
    assert world.plan.title in content.subject
    assert content.action[1] == world.plan.get_absolute_url()
    workflows.reopen_plan(world.plan, by=world.coordinator)
    assert isinstance(_write(Letter.objects.first()), Skip)


@pytest.mark.parametrize("state", ["postponed", "cancelled"])
def test_a_stop_tells_the_coordinators(world, state):
    """With the reason; a later state makes the letter needless."""
    workflows.set_action_state(world.action, by=world.member, state=state, reason="No budget")
    assert _to("actionplans-action-stopped") == {world.coordinator.person_id}
    letter = Letter.objects.get()
    content = _write(letter)
    assert content.subject.startswith(state.capitalize())
    assert "No budget" in dict(content.facts).values()
    workflows.set_action_state(world.action, by=world.member, state="planned")
    assert isinstance(_write(Letter.objects.get(pk=letter.pk)), Skip)
    assert Letter.objects.count() == 1


def test_a_letter_is_not_written_to_whom_the_plan_is_hidden(world):
    """Somebody who left the organisation learns nothing of a draft."""
    workflows.set_action_state(world.action, by=world.member, state="postponed", reason="No budget")
    world.coordinator.person.memberships.update(end_date=timezone.localdate() - timedelta(days=1))
    assert isinstance(_write(Letter.objects.get()), Skip)


def test_a_milestone_is_reminded_of_two_weeks_before(world):
    """Once, to the person in charge; not before, and not for a new day already told."""
    world.action.responsible_person = world.member.person
    world.action.save()
    today = timezone.localdate()
    milestone = _monitor(world, due_date=today + timedelta(days=14))
    plan_letters(_noon(today - timedelta(days=1)))
    assert not Letter.objects.due(_noon(today - timedelta(days=1))).exists()
    plan_letters(_noon(today))
    plan_letters(_noon(today + timedelta(days=1)))
    letter = Letter.objects.get()
    assert (letter.kind, letter.person) == ("actionplans-milestone-due", world.member.person)
    content = _write(letter)
    assert isinstance(content, Content)
    assert milestone.title in content.subject
    workflows.change_milestone(milestone, {"due_date": today + timedelta(days=15)}, by=world.member)
    assert isinstance(_write(Letter.objects.get(pk=letter.pk)), Skip)
    plan_letters(_noon(today + timedelta(days=2)))
    assert Letter.objects.count() == 2


def test_a_missed_milestone_is_told_on_the_day_after(world):
    """To the coordinators of the organisation in charge when no person is; once."""
    world.action.responsible_organisation = world.other
    world.action.save()
    due = timezone.localdate()
    milestone = _monitor(world, due_date=due)
    plan_letters(_noon(due))
    assert not Letter.objects.due(_noon(due)).exists()
    plan_letters(_noon(due + timedelta(days=1)))
    plan_letters(_noon(due + timedelta(days=2)))
    missed = Letter.objects.filter(kind="actionplans-milestone-missed")
    assert {letter.person_id for letter in missed} == {world.outside_coordinator.person_id}
    assert milestone.title in _write(missed.get()).subject
    workflows.complete_milestone(milestone, by=world.member, done_date=due)
    assert isinstance(_write(missed.get()), Skip)


def test_without_anybody_in_charge_the_coordinators_of_the_plan_are_told(world):
    """The last resort."""
    milestone = _monitor(world, due_date=timezone.localdate() + timedelta(days=3))
    assert notices.in_charge(milestone.action) == [world.coordinator.person]


def _asked():
    now = timezone.now()
    return foresee(now - timedelta(days=7), now, rules=[REMINDERS["actionplans-milestones-due"]])


def test_nobody_is_reminded_of_what_has_stopped(world):
    """Dropped milestone, cancelled action, plan in draft, milestone written down yesterday."""
    day = timezone.localdate() + timedelta(days=10)
    milestone = _monitor(world, due_date=day)
    assert len(_asked()) == 1
    Milestone.objects.filter(pk=milestone.pk).update(created_at=timezone.now() - timedelta(days=1))
    assert not _asked()
    Milestone.objects.filter(pk=milestone.pk).update(created_at=timezone.now() - timedelta(days=90))
    ActionPlan.objects.filter(pk=world.plan.pk).update(state="drafting")
    assert not _asked()
    ActionPlan.objects.filter(pk=world.plan.pk).update(state="monitoring")
    workflows.set_action_state(world.action, by=world.member, state="cancelled", reason="x")
    assert not _asked()


def test_the_weekly_letter_tells_what_the_person_may_see(world):
    """Own acts and hidden plans are left out."""
    hour = timedelta(hours=1)
    span = (timezone.now() - hour, timezone.now() + hour)
    workflows.set_action_state(world.action, by=world.member, state="in_progress")
    lines = notices.digest_lines(world.coordinator, *span)
    assert [line.url for line in lines] == [world.action.get_absolute_url()]
    assert notices.digest_lines(world.member, *span) == []
    assert notices.digest_lines(world.outsider, *span) == []
