"""One fixed moment, one reader, and one thing for each kind of letter: what the snapshots show."""

from datetime import date, timedelta
from types import SimpleNamespace

from meetings.models import Decision, Registration
from notifications.digests import KIND as DIGEST
from notifications.models import MailAddress
from partners.models import Invitation, Partnership
from tests import factories as make
from visits.models import SignUp
from workgroups.models import Initiative

NOW = make.moment(2027, 3, 1, 9)


def make_stage():
    """Return the people and things that all letters are about; the reader lives in Vienna, the meeting is in Athens."""
    stage = SimpleNamespace()
    Partnership.objects.create(
        name="Partnership CLX20", acronym="CLX20", funding_line="Co-funded by the European Union", time_zone="UTC"
    )
    region = make.make_region(name="Green Valley")
    home = make.make_organisation(name="Office of Green Valley", short_name="Green Valley", region=region)
    stage.reader = make.make_person(
        organisation=home, role="coordinator", name="Ilse Berger", email="ilse@example.org", time_zone="Europe/Vienna"
    )
    stage.account = make.make_user(person=stage.reader)
    stage.account.date_joined = NOW - timedelta(days=90)
    stage.account.save()
    stage.other = make.make_person(organisation=home, name="Nikos Ioannou", email="nikos@example.org")
    make.make_user(person=stage.other)
    stage.group = make.make_workgroup(pk=901, name="Clusters and skills", letter="A", summary="Skills for small firms.")
    stage.membership = make.make_group_member(stage.group, stage.reader)
    stage.meeting = make.make_meeting(
        pk=902,
        title="Third meeting of the clusters group",
        place="Thessaloniki, City Hall",
        country="GR",
        time_zone="Europe/Athens",
        starts_at=make.moment(2027, 3, 18, 7),
        ends_at=make.moment(2027, 3, 18, 15),
        mode="hybrid",
        online_address="https://rooms.example.org/clusters",
        workgroup=stage.group,
        host=home,
        created_by=stage.other,
    )
    stage.todo = make.make_todo(
        pk=903,
        meeting=stage.meeting,
        workgroup=stage.group,
        text="Send the list of training offers for small firms",
        owner=stage.reader,
        due_date=date(2027, 3, 8),
        created_by=stage.other,
    )
    stage.practice = make.make_practice(
        pk=904,
        title="A shared training room for small firms",
        organisation=home,
        region=region,
        workgroup=stage.group,
        authors=[stage.reader],
        state="submitted",
        submitted_at=NOW - timedelta(days=9),
    )
    stage.transfer = make.make_transfer(
        pk=905, practice=stage.practice, region=make.make_region(name="Stone Hills"), started_by=stage.other,
        what="How the room is booked",
    )  # fmt: skip
    stage.visit = make.make_visit(
        pk=906,
        meeting=stage.meeting,
        title="Training room at the port",
        meeting_point="Main gate",
        starts_at=make.moment(2027, 3, 18, 16),
        created_by=stage.other,
    )
    stage.plan = make.make_plan(
        pk=907, title="Action plan of Green Valley", organisations=[home], endorsed_by="Regional council",
        endorsed_date=date(2027, 2, 26),
    )  # fmt: skip
    stage.action = make.make_action(
        pk=908, plan=stage.plan, number=1, title="Open a shared training room", responsible_person=stage.reader
    )
    stage.milestone = make.make_milestone(
        pk=909, action=stage.action, title="Room is rented", due_date=date(2027, 3, 15)
    )
    return stage


def _registered(stage):
    return Registration.objects.create(meeting=stage.meeting, person=stage.reader, registered_at=NOW)


def _opened(stage):
    return stage.meeting, {}


def _moved(stage):
    from meetings.notices.wording import moving_facts

    _registered(stage)
    names = ("starts_at", "ends_at", "time_zone", "mode", "place", "country", "online_address")
    before = moving_facts({name: getattr(stage.meeting, name) for name in names})
    stage.meeting.starts_at += timedelta(hours=2)
    stage.meeting.ends_at += timedelta(hours=2)
    stage.meeting.sequence = 1
    stage.meeting.save()
    return stage.meeting, {"sequence": 1, "before": before}


def _cancelled(stage):
    _registered(stage)
    stage.meeting.state, stage.meeting.cancel_reason, stage.meeting.sequence = "cancelled", "The host is ill.", 2
    stage.meeting.save()
    return stage.meeting, {}


def _withdrawn(stage):
    row = _registered(stage)
    row.state, row.withdrawn_at, row.calendar_steps = "withdrawn", NOW, 2
    row.save()
    return row, {}


def _minutes(stage):
    stage.meeting.minutes_published_at = NOW
    stage.meeting.save()
    Decision.objects.create(number=1, meeting=stage.meeting, text="We go on.", decided_date=NOW.date())
    return stage.meeting, {}


def _tomorrow(stage):
    _registered(stage)
    stage.meeting.starts_at, stage.meeting.ends_at = NOW + timedelta(days=1), NOW + timedelta(days=1, hours=6)
    stage.meeting.save()
    return stage.meeting, {"sequence": stage.meeting.sequence}


def _answered(stage):
    stage.todo.owner, stage.todo.created_by = stage.other, stage.reader
    stage.todo.state, stage.todo.answer = "done", "The list is in the folder of the group."
    stage.todo.save()
    return stage.todo, {}


def _todo(stage):
    return stage.todo, {"due_date": stage.todo.due_date.isoformat()}


def _late_todo(stage):
    stage.todo.owner, stage.todo.due_date = stage.other, date(2027, 2, 25)
    stage.todo.save()
    return stage.todo, {"due_date": "2027-02-25"}


def _seat(state, number=1):
    def scene(stage):
        SignUp.objects.create(visit=stage.visit, person=stage.reader, state=state, queue_number=number)
        return stage.visit, {"was": "Thursday, 18 March 2027, 16:00 – 19:00 (Europe/Athens); Main gate"}

    return scene


def _visit_cancelled(stage):
    stage.visit.state, stage.visit.cancel_reason = "cancelled", "The port is closed that day."
    stage.visit.save()
    return stage.visit, {}


def _practice(state, **data):
    def scene(stage):
        stage.practice.state = state
        stage.practice.published_at = NOW if state == "published" else None
        stage.practice.save()
        return stage.practice, data

    return scene


def _to_review(stage):
    stage.practice.authors.set([stage.other])
    stage.account.is_staff = True
    stage.account.save()
    return stage.practice, {}


def _plan(stage):
    stage.plan.state = "endorsed"
    stage.plan.save()
    return stage.plan, {}


def _stopped(stage):
    stage.action.state, stage.action.reason = "postponed", "The budget comes in autumn."
    stage.action.save()
    return stage.action, {"state": "postponed", "reason": "The budget comes in autumn."}


def _milestone(due):
    def scene(stage):
        stage.milestone.due_date = due
        stage.milestone.save()
        return stage.milestone, {"due": due.isoformat()}

    return scene


def _initiative(stage):
    row = Initiative.objects.create(
        pk=910, workgroup=stage.group, title="A map of training rooms", summary="Who shares which room.", state="active"
    )
    return row, {"by": "Nikos Ioannou"}


def _invitation(stage):
    row = Invitation.objects.create(
        email="new@example.org",
        name="New",
        organisation=stage.reader.memberships.get().organisation,
        key_hash="0" * 64,
        invited_by=stage.other,
        expires_at=NOW + timedelta(days=14),
    )
    return row, {"key": "KEY"}


def _address(stage):
    row = MailAddress.objects.create(
        address="nikos@example.org", strikes=4, suppressed_at=NOW, reason="550 5.1.1 No such mailbox"
    )
    return row, {}


def _digest(stage):
    return stage.reader, {"until": NOW.isoformat(), "slot": "2027-W09"}


SCENES = {
    "meetings-opened": _opened,
    "meetings-moved": _moved,
    "meetings-cancelled": _cancelled,
    "meetings-registered": lambda stage: (_registered(stage), {}),
    "meetings-withdrawn": _withdrawn,
    "meetings-minutes-published": _minutes,
    "meetings-tomorrow": _tomorrow,
    "meetings-todo-given": _todo,
    "meetings-todo-due": _todo,
    "meetings-todo-again": _todo,
    "meetings-todo-late": _late_todo,
    "meetings-todo-answered": _answered,
    "visits-signed-up": _seat("waiting"),
    "visits-let-in": _seat("confirmed"),
    "visits-withdrawn": _seat("withdrawn"),
    "visits-moved": _seat("confirmed"),
    "visits-reminder": _seat("confirmed"),
    "visits-cancelled": _visit_cancelled,
    "practices-submitted": _to_review,
    "practices-waiting": _to_review,
    "practices-sent-back": _practice(
        "changes_requested", comment="Please say what it costs.", fields={"problem": "Whose problem is it?"}
    ),
    "practices-accepted": _practice("accepted", comment="Well done."),
    "practices-declined": _practice("declined", comment="It is not about skills."),
    "practices-published": _practice("published"),
    "practices-interest-marked": lambda stage: (stage.transfer, {}),
    "actionplans-plan-endorsed": _plan,
    "actionplans-action-stopped": _stopped,
    "actionplans-milestone-due": _milestone(date(2027, 3, 15)),
    "actionplans-milestone-missed": _milestone(date(2027, 2, 28)),
    "actionplans-milestone-late": _milestone(date(2027, 2, 20)),
    "workgroups-member-added": lambda stage: (stage.membership, {"by": "Nikos Ioannou"}),
    "workgroups-role-set": lambda stage: (stage.membership, {"by": "Nikos Ioannou", "role": "member"}),
    "workgroups-initiative-created": _initiative,
    "partners-invitation": _invitation,
    "address-suppressed": _address,
    "address-complaint": _address,
    DIGEST: _digest,
}
