"""The twelve reasons for which a letter is not needed when its moment comes: each leaves a row that says so.

Each test plans a real reminder, changes one fact, lets the mailer run, and reads the row. Seen failing with the
part of ``reasons`` taken out that knows the person, the access, the facts, the reading or the lateness.
"""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from meetings.models import Meeting
from meetings.workflows import todos
from notifications import delivery, reasons
from notifications.models import Choice, Letter, MailAddress
from notifications.planning import plan
from tests import factories as make
from tests.meetings.helpers import registered

pytestmark = pytest.mark.django_db


class Scene:
    """A meeting in twenty hours, somebody who is registered, and the reminder that waits."""

    def __init__(self):
        self.meeting = make.make_meeting(starts_at=timezone.now() + timedelta(hours=20))
        self.user = registered(self.meeting)
        self.person = self.user.person
        plan(timezone.now())
        self.letter = Letter.objects.get(rule="meetings-tomorrow", object_id=self.meeting.pk)
        assert self.letter.state == "queued"

    def change(self, **fields):
        """Change a fact behind the planner's back."""
        Meeting.objects.filter(pk=self.meeting.pk).update(**fields)


@pytest.fixture
def scene():
    """Return the scene."""
    return Scene()


def ended(letter, now=None):
    """Let the mailer run and return (state, cause, whether the reason is a sentence, mails sent)."""
    delivery.drain(clock=lambda: now or timezone.now())
    letter.refresh_from_db()
    return letter.state, letter.cause, bool(letter.reason), len(mail.outbox)


def skipped(cause):
    """Return what ``ended`` says of a letter that was not needed."""
    return ("skipped", cause, True, 0)


def test_without_any_reason_it_is_sent(scene):
    """The scene itself is sound."""
    assert ended(scene.letter) == ("sent", "", False, 1)


def test_no_user(scene):
    """The person has no address any more."""
    type(scene.person).objects.filter(pk=scene.person.pk).update(email="")
    assert ended(scene.letter) == skipped("no_user")


def test_inactive(scene):
    """The account was opened, but its address was never confirmed."""
    EmailAddress.objects.create(user=scene.user, email=scene.user.email, verified=False, primary=True)
    assert ended(scene.letter) == skipped("inactive")


def test_suspended(scene):
    """A curator has closed the account."""
    type(scene.user).objects.filter(pk=scene.user.pk).update(is_active=False)
    assert ended(scene.letter) == skipped("suspended")


def test_no_access():
    """A to-do is the owner's own, a milestone is not: who leaves the partnership no longer sees it."""
    from actionplans.models import Action, ActionPlan, Milestone

    organisation = make.make_organisation()
    user = make.make_user(organisation=organisation)
    plan_row = make.make_plan(state=ActionPlan.State.MONITORING, visibility="partnership", organisations=[organisation])
    action = make.make_action(plan=plan_row, state=Action.State.IN_PROGRESS, responsible_person=user.person)
    day = timezone.localdate() + timedelta(days=13)
    Milestone.objects.create(action=action, title="Pilot", due_date=day, created_at=timezone.now() - timedelta(days=90))
    plan(timezone.now())
    letter = Letter.objects.get(kind="actionplans-milestone-due")
    user.person.memberships.update(end_date=timezone.localdate() - timedelta(days=1))
    assert reasons.why_not(letter, timezone.now()).cause == "no_access"  # before the room itself is asked
    assert ended(letter) == skipped("no_access")


def test_preference_off(scene):
    """The person has chosen the portal only."""
    Choice.objects.create(person=scene.person, topic="reminders", channel="portal")
    assert ended(scene.letter) == skipped("preference_off")


def test_unsubscribed(scene):
    """The person has used the link of a letter."""
    Choice.objects.create(person=scene.person, topic="reminders", channel="portal", is_by_link=True)
    assert ended(scene.letter) == skipped("unsubscribed")


def test_suppressed_address(scene):
    """Letters to the address come back."""
    MailAddress.objects.create(address=scene.person.email.lower(), suppressed_at=timezone.now())
    assert ended(scene.letter) == skipped("suppressed")


def test_object_gone(scene):
    """The meeting was deleted in the staff door."""
    scene.meeting.registrations.all().delete()
    Meeting.objects.filter(pk=scene.meeting.pk).delete()
    assert ended(scene.letter) == skipped("object_gone")


def test_object_cancelled(scene):
    """The meeting does not take place."""
    scene.change(state="cancelled", cancel_reason="Ill")
    assert ended(scene.letter) == skipped("object_cancelled")


def test_already_acted():
    """The to-do is done; also when the row escaped the workflow's own clearing."""
    owner = make.make_user(organisation=make.make_organisation())
    todo = make.make_todo(owner=owner.person, due_date=timezone.localdate())
    plan(timezone.now())
    letter = Letter.objects.get(rule="meetings-todo-due")
    todos.complete_todo(todo, by=owner)
    Letter.objects.filter(pk=letter.pk).update(state="queued", cause="", reason="")
    assert ended(letter) == skipped("already_acted")


def test_stale(scene):
    """The meeting has begun by the time the mailer comes."""
    assert ended(scene.letter, scene.meeting.starts_at + timedelta(minutes=1)) == skipped("stale")


def test_other_channel(scene):
    """The person has read the entry in the portal."""
    Letter.objects.filter(pk=scene.letter.pk).update(seen_at=timezone.now())
    assert ended(scene.letter) == skipped("other_channel")


def test_withdrawn_and_moved_have_their_own_words(scene):
    """Not among the twelve, but told apart: who left the list, and what has another time."""
    scene.change(sequence=5)
    assert ended(scene.letter) == skipped("moved")
    other = Scene()
    Letter.objects.exclude(pk=other.letter.pk).delete()
    other.meeting.registrations.update(state="withdrawn")
    assert ended(other.letter) == skipped("not_concerned")


def test_every_cause_has_a_sentence():
    """What the filter offers can be read."""
    assert all(str(label) for label in Letter.Cause.labels)
    assert len(Letter.Cause.values) == len(set(map(str, Letter.Cause.labels)))
