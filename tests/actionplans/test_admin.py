"""The staff door: every page answers, verbs run through the workflows, refusals are told."""

import pytest
from django.urls import reverse

from actionplans.models import ActionPlan
from core import history
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_every_page_answers(client, world):
    """Lists with search, change pages, add pages where there are some."""
    milestone = make.make_milestone(action=world.action)
    source = world.action.sources_of_action.create(practice=make.make_practice())
    client.force_login(world.curator)
    for thing in (world.plan.instrument, world.plan, world.action, milestone, source):
        base = f"admin:actionplans_{thing._meta.model_name}"
        assert client.get(reverse(f"{base}_changelist"), {"q": "plan"}).status_code == 200
        assert client.get(reverse(f"{base}_change", args=[thing.pk])).status_code == 200
        expected = 403 if thing == world.action else 200
        assert client.get(reverse(f"{base}_add")).status_code == expected


def test_a_verb_runs_and_a_refusal_is_told(client, world):
    """Starting a draft is refused; an endorsed plan starts, and its history says who did it."""
    client.force_login(world.curator)
    address = reverse("admin:actionplans_actionplan_changelist")
    data = {"action": "start_monitoring", "_selected_action": [world.plan.pk]}
    assert "cannot become" in client.post(address, data, follow=True).content.decode()
    ActionPlan.objects.update(state="endorsed")
    client.post(address, data)
    world.plan.refresh_from_db()
    assert world.plan.state == "monitoring"
    entry = history.of(world.plan).first()
    assert (entry.verb, entry.actor) == ("monitoring-started", world.curator.person)


@pytest.mark.parametrize(
    ("model", "action", "state"), [("action", "begin", "in_progress"), ("milestone", "reopen", "open")]
)
def test_verbs_of_actions_and_milestones(client, world, model, action, state):
    """They run through the workflows."""
    day = world.action.start_date
    milestone = make.make_milestone(action=world.action, state="done", done_date=day)
    thing = {"action": world.action, "milestone": milestone}[model]
    client.force_login(world.curator)
    address = reverse(f"admin:actionplans_{model}_changelist")
    client.post(address, {"action": action, "_selected_action": [thing.pk]})
    thing.refresh_from_db()
    assert thing.state == state
    assert history.of(world.action).exists()
