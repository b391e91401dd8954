"""Five thousand edits in a row, and an outage of three days: what is sent is what a plain reckoning derives.

The reckoning (``Ledger``) keeps its own facts and counts with zoneinfo; it reads nothing of the portal. Seen
failing with: the revision left out of the key; withdrawn people kept in the case.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from meetings.models import Meeting, Registration
from notifications import delivery, planning, workflows
from notifications.models import Letter, LetterSettings
from notifications.registry import REMINDERS
from tests import factories as make
from tests.meetings.helpers import registered

START = datetime(2027, 3, 20, 9, tzinfo=UTC)  # the walk passes the night of 28 March
CATCH_UP = timedelta(hours=48)
ZONES = ("Europe/Vienna", "Europe/Lisbon", "Europe/Athens")
EDITS = 5000


@dataclass
class Facts:
    """What the reckoning knows of one meeting."""

    zone: ZoneInfo
    starts_at: datetime
    rev: int = 0
    is_open: bool = True
    own: tuple | None = None  # a coordinator's change: ("off",), ("days", n), ("hours", n)
    since: dict = field(default_factory=dict)  # person -> registered since

    def due(self):
        """Return when its reminder is due, or None."""
        kind, *amount = self.own or ("days", 1)
        if kind == "off":
            return None
        if kind == "hours":
            return self.starts_at - timedelta(hours=amount[0])
        local = self.starts_at.astimezone(self.zone)
        wall = datetime.combine(local.date() - timedelta(days=amount[0]), local.time().replace(fold=0))
        return wall.replace(tzinfo=self.zone).astimezone(UTC)


class Ledger:
    """What must have been sent: (meeting, person, revision), once each."""

    def __init__(self):
        self.facts, self.sent = {}, []

    def tick(self, now):
        """Note what is due now and not sent yet."""
        for pk, facts in self.facts.items():
            due = facts.due()
            if not facts.is_open or due is None or not (now - CATCH_UP <= due <= now < facts.starts_at):
                continue
            for person, since in facts.since.items():
                key = (pk, person, facts.rev)
                if since <= due and key not in self.sent:
                    self.sent.append(key)


class Walk:
    """The portal beside the ledger, both led by the same random hand."""

    def __init__(self, seed, *, travel):
        self.hand, self.ledger, self.travel = random.Random(seed), Ledger(), travel
        self.now = START
        self.people = [make.make_user(organisation=make.make_organisation()).person for _ in range(4)]
        for person in self.people:
            LetterSettings.objects.create(person=person, daily_limit=1000)
        for _ in range(6):
            self.new_meeting()

    def new_meeting(self):
        """Open a meeting somewhere in the next days."""
        zone = self.hand.choice(ZONES)
        starts_at = self._some_time()
        meeting = make.make_meeting(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), time_zone=zone)
        self.ledger.facts[meeting.pk] = Facts(ZoneInfo(zone), starts_at)
        for person in self.hand.sample(self.people, 2):
            self._register(meeting.pk, person)

    def _some_time(self):
        return self.now + timedelta(minutes=15 * self.hand.randrange(-8, 4 * 24 * 5))

    def _register(self, pk, person):
        Registration.objects.update_or_create(
            meeting_id=pk, person=person, defaults={"state": "registered", "registered_at": self.now}
        )
        self.ledger.facts[pk].since[person.pk] = self.now

    def edit(self):
        """Do one thing to one meeting."""
        pk = self.hand.choice(list(self.ledger.facts))
        facts = self.ledger.facts[pk]
        what = self.hand.choice(["move", "move", "back", "cancel", "restore", "join", "leave", "rule", "new"])
        if what in ("move", "back"):
            starts_at = self._some_time() if what == "move" else facts.starts_at
            facts.starts_at, facts.rev = starts_at, facts.rev + 1
            Meeting.objects.filter(pk=pk).update(
                starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), sequence=facts.rev
            )
        elif what in ("cancel", "restore"):
            facts.is_open = what == "restore"
            state = {"state": "open"} if facts.is_open else {"state": "cancelled", "cancel_reason": "x"}
            Meeting.objects.filter(pk=pk).update(**state)
        elif what == "join":
            self._register(pk, self.hand.choice(self.people))
        elif what == "leave":
            person = self.hand.choice(self.people)
            facts.since.pop(person.pk, None)
            Registration.objects.filter(meeting_id=pk, person=person).update(state="withdrawn")
        elif what == "rule":
            self._set_rule(pk, facts)
        elif len(self.ledger.facts) < 14:
            self.new_meeting()

    def _set_rule(self, pk, facts):
        facts.own = self.hand.choice([None, ("off",), ("days", 1), ("days", 2), ("hours", 24), ("hours", 3)])
        data = {"how": "follow"}
        if facts.own:
            data = {"how": "own", "unit": facts.own[0], "amount": facts.own[-1]}
        if facts.own == ("off",):
            data = {"how": "off"}
        workflows.set_reminder(REMINDERS["meetings-tomorrow"], Meeting.objects.get(pk=pk), data, by=None)

    def tick(self):
        """Let some time pass, then let the planner and the mailer run once."""
        self.now += timedelta(minutes=self.hand.randrange(1, 80))
        self.travel.move_to(self.now)
        planning.plan(self.now)
        if Letter.objects.due(self.now).exists():
            delivery.drain(clock=lambda: self.now, seconds=60)
        self.ledger.tick(self.now)


def sent():
    """Return the sent reminders as (meeting, person, revision), sorted."""
    rows = Letter.objects.filter(rule="meetings-tomorrow", state="sent")
    return sorted((row.object_id, row.person_id, row.data.get("sequence", 0)) for row in rows)


@pytest.fixture
def only_meetings(monkeypatch, settings):
    """Plan the reminder of meetings alone; keep no letters of the mail."""
    monkeypatch.setattr(planning, "REMINDERS", {"meetings-tomorrow": REMINDERS["meetings-tomorrow"]})
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1])
def test_a_random_walk_sends_exactly_what_the_ledger_derives(seed, only_meetings, time_machine):
    """5,000 edits, one round of planner and mailer after every fifth."""
    time_machine.move_to(START, tick=False)
    walk = Walk(seed, travel=time_machine)
    for number in range(EDITS):
        walk.edit()
        if number % 5 == 4:
            walk.tick()
    found, derived = set(sent()), set(walk.ledger.sent)
    assert (found - derived, derived - found) == (set(), set())
    assert len(sent()) == len(found)
    assert len(walk.ledger.sent) > 150  # the walk did walk
    assert Letter.objects.filter(rule="meetings-tomorrow", state="dead").count() == 0


@pytest.mark.django_db
def test_after_three_days_without_a_clock_nobody_is_reminded_of_what_has_begun(only_meetings, time_machine):
    """40 meetings in six days, nothing runs for 72 hours, then one round: the past stays silent.

    Seen failing with begun meetings planned.
    """
    time_machine.move_to(START, tick=False)
    planned = {}
    for number in range(40):
        starts_at = START + timedelta(hours=3.6 * (number + 1))
        meeting = make.make_meeting(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), time_zone="UTC")
        planned[meeting.pk] = (starts_at, registered(meeting).person.pk)
    planning.plan(START)
    waiting_before = Letter.objects.filter(state="queued").count()
    assert waiting_before > 10
    late = make.make_meeting(starts_at=START + timedelta(hours=60), time_zone="UTC")  # opened after the last round
    planned[late.pk] = (late.starts_at, registered(late).person.pk)
    now = START + timedelta(hours=72)
    time_machine.move_to(now, tick=False)
    known = set(Letter.objects.values_list("pk", flat=True))
    planning.plan(now)
    anew = Letter.objects.exclude(pk__in=known).values_list("object_id", flat=True)
    assert anew
    assert all(planned[pk][0] > now for pk in anew)  # nothing is planned for what has begun
    delivery.drain(clock=lambda: now, seconds=600)
    due = {
        (pk, person)
        for pk, (starts_at, person) in planned.items()
        if now < starts_at and now - CATCH_UP <= starts_at - timedelta(days=1) <= now
    }
    assert {(pk, person) for pk, person, _rev in sent()} == due
    assert due
    stale = Letter.objects.filter(state="skipped", cause="stale")
    begun = [pk for pk, (starts_at, _person) in planned.items() if starts_at <= now]
    assert set(stale.values_list("object_id", flat=True)) <= set(begun)
    assert stale.count() > 5
    assert not Letter.objects.due(now).exists()
    assert timezone.now() == now
