"""A small world in which everything private carries a word that nobody else may read."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from core import history, search
from meetings.models import AgendaItem, Decision, Registration
from notifications.models import Letter
from partners.models import Invitation
from practices.models import Review
from tests import factories as make
from visits.models import SignUp
from workgroups.models import Initiative

PREFIX = "zq7"
MEMBERS = {"member", "own_member", "org_coordinator", "group_member", "chair", "author"}
LEADERS = {"coordinator", "curator"}
EVERYBODY = MEMBERS | LEADERS | {"anonymous", "guest", "suspended"}
ROLES = sorted(EVERYBODY)


@dataclass
class World:
    """Accounts by role, things by name, and who may read which canary."""

    users: dict = field(default_factory=dict)
    things: list = field(default_factory=list)
    named: dict = field(default_factory=dict)
    allowed: dict = field(default_factory=dict)

    def canary(self, name, roles):
        """Note who may read ``name`` and return its word."""
        self.allowed[PREFIX + name] = set(roles)
        return PREFIX + name

    def keep(self, name, thing):
        """Remember a thing under a name, indexed for the search."""
        if hasattr(thing, "search_text"):
            search.index(thing)
        self.things.append(thing)
        self.named[name] = thing
        return thing


def make_world():
    """Return a filled World."""
    world = World()
    home, other = make.make_organisation(), make.make_organisation()
    group = make.make_workgroup(name="Group of the world", letter="W")
    world.keep("organisation", home)
    world.keep("workgroup", group)
    _people(world, home, other, group)
    _meetings(world, home, group)
    _practices(world, home, other, group)
    _visits(world, home)
    _plans(world, home)
    _groups_and_people(world, home, group)
    return world


def _people(world, home, other, group):
    users = world.users
    users["anonymous"] = None
    users["guest"] = make.make_user(name="Guest")
    users["member"] = make.make_user(organisation=other)
    users["own_member"] = make.make_user(organisation=home)
    users["org_coordinator"] = make.make_user(organisation=home, role="coordinator")
    users["group_member"] = make.make_user(organisation=make.make_organisation())
    users["chair"] = make.make_user(organisation=make.make_organisation())
    users["author"] = make.make_user(organisation=make.make_organisation())
    users["coordinator"] = make.make_coordinator()
    users["curator"] = make.make_curator()
    users["suspended"] = make.make_user(organisation=home, is_active=False)
    make.make_group_member(group, users["group_member"].person)
    make.make_group_member(group, users["chair"].person, "chair")


def _meetings(world, home, group):
    in_group, at_home = {"group_member", "chair"} | LEADERS, {"own_member", "org_coordinator"} | LEADERS
    organisers = {"org_coordinator"} | LEADERS
    c = world.canary
    past = timezone.now() - timedelta(days=10)

    def keep(name, word, **fields):
        return world.keep(name, make.make_meeting(title=f"Meeting {word}", summary=word, **fields))

    keep("meeting_draft", c("meetingdraft", organisers), state="draft", host=home)
    of_group = keep("meeting_group", c("meetinggroup", in_group), visibility="workgroup", workgroup=group)
    keep("meeting_home", c("meetinghome", at_home), visibility="organisation", host=home)
    keep("meeting_partners", c("meetingpartners", MEMBERS | LEADERS))
    author = world.users["author"].person
    public = keep(
        "meeting_public",
        c("meetingpublic", EVERYBODY),
        visibility="public",
        host=home,
        minutes=c("minutesdraft", organisers),
        is_open_to_guests=True,
        online_address=f"https://rooms.example.org/{c('onlineroom', organisers | {'author'})}",
        mode="hybrid",
    )
    Registration.objects.create(meeting=public, person=author, note=c("registrationnote", organisers | {"author"}))
    held = keep(
        "meeting_held",
        c("meetingheld", EVERYBODY),
        visibility="public",
        host=home,
        state="closed",
        starts_at=past,
        minutes=c("minutespublished", EVERYBODY),
        minutes_published_at=past,
    )
    AgendaItem.objects.create(meeting=of_group, title=c("agendaofgroup", in_group), minutes=30)
    for number, meeting, word in ((1, public, c("decisiondraft", organisers)), (2, held, c("decision", EVERYBODY))):
        decision = Decision.objects.create(number=number, meeting=meeting, text=word, decided_date=timezone.localdate())
        search.index(decision)
    world.keep(
        "todo",
        make.make_todo(meeting=of_group, text=c("todoofgroup", in_group), owner=world.users["group_member"].person),
    )
    world.keep("todo_group", make.make_todo(workgroup=group, text=c("todogroup", in_group | {"author"}), owner=author))


def _practices(world, home, other, group):
    author = world.users["author"].person
    c = world.canary
    at_home = {"own_member", "org_coordinator"} | LEADERS
    reviewers = {"author", "chair"} | LEADERS

    def keep(name, word, **fields):
        fields.setdefault("authors", [author])
        return world.keep(name, make.make_practice(title=f"Practice {word}", texts={"problem": word}, **fields))

    draft = keep("practice_draft", c("practicedraft", {"author"} | LEADERS), state="draft", workgroup=group)
    history.record(draft, "noted", by=world.users["author"], note=c("historydraft", {"author"} | LEADERS))
    keep(
        "practice_submitted",
        c("practicesubmitted", reviewers),
        state="submitted",
        workgroup=group,
        submitted_at=timezone.now(),
    )
    back = keep("practice_back", c("practiceback", reviewers), state="changes_requested", workgroup=group)
    Review.objects.create(
        practice=back,
        reviewer=world.users["curator"].person,
        verdict="changes_requested",
        comment=c("reviewcomment", reviewers),
    )
    keep("practice_partners", c("practicepartners", MEMBERS | LEADERS), visibility="partnership")
    keep("practice_home", c("practicehome", at_home), visibility="organisation", organisation=home, authors=[])
    keep(
        "practice_group",
        c("practicegroup", {"group_member", "chair", "author"} | LEADERS),
        visibility="workgroup",
        workgroup=group,
    )
    public = keep("practice_public", c("practicepublic", EVERYBODY), organisation=other)
    world.keep(
        "transfer_interest",
        make.make_transfer(practice=public, what=c("transferinterest", MEMBERS | LEADERS), stage="interest"),
    )
    world.keep("transfer", make.make_transfer(practice=public, what=c("transferpiloting", EVERYBODY), stage="piloting"))


def _visits(world, home):
    c = world.canary
    public, at_home = world.named["meeting_public"], {"own_member", "org_coordinator"} | LEADERS
    visit = world.keep("visit", make.make_visit(meeting=public, title=f"Visit {c('visitpublic', EVERYBODY)}", seats=2))
    visit.practices.add(world.named["practice_public"], world.named["practice_home"])
    world.keep(
        "visit_draft",
        make.make_visit(meeting=public, state="draft", title=f"Visit {c('visitdraft', {'org_coordinator'} | LEADERS)}"),
    )
    SignUp.objects.create(visit=visit, person=world.users["author"].person, state="confirmed", queue_number=1)
    for name, visibility, roles, fields in (
        ("takeaway_partners", "partnership", MEMBERS | LEADERS, {}),
        ("takeaway_home", "organisation", at_home, {"organisation": home, "region": home.region}),
    ):
        world.keep(
            name,
            make.make_takeaway(
                visit=visit,
                visibility=visibility,
                practice=world.named["practice_public"],
                seen=c(name.replace("_", ""), roles),
                person=make.make_person(),
                **fields,
            ),
        )


def _plans(world, home):
    c = world.canary
    at_home = {"own_member", "org_coordinator"} | LEADERS
    for name, roles, fields in (
        ("plandrafting", at_home, {"state": "drafting"}),
        ("planpartners", MEMBERS | LEADERS, {"visibility": "partnership"}),
        ("planpublic", EVERYBODY, {}),
    ):
        instrument = world.keep(f"instrument_{name}", make.make_instrument())
        plan = world.keep(
            name, make.make_plan(title=f"Plan {c(name, roles)}", instrument=instrument, organisations=[home], **fields)
        )
        action = world.keep(f"action_{name}", make.make_action(plan=plan, title=f"Action {c('action' + name, roles)}"))
        make.make_milestone(action=action, title=f"Milestone {c('milestone' + name, roles)}")


def _groups_and_people(world, home, group):
    c = world.canary
    in_group = {"group_member", "chair"} | LEADERS
    world.keep(
        "initiative",
        Initiative.objects.create(
            workgroup=group, title=f"Initiative {c('initiativegroup', in_group)}", summary="x", visibility="workgroup"
        ),
    )
    world.keep(
        "person_unlisted",
        make.make_person(
            organisation=home, is_listed=False, email=f"{c('unlistedaddress', LEADERS)}@example.org", name="Unlisted"
        ),
    )
    world.keep(
        "person_listed",
        make.make_person(
            organisation=home, email=f"{c('listedaddress', MEMBERS | LEADERS)}@example.org", name="Listed"
        ),
    )
    world.keep("person_guest", make.make_person(name=f"Guest {c('guestname', LEADERS)}"))
    Invitation.objects.create(
        email=f"{c('invited', {'org_coordinator'} | LEADERS)}@example.org",
        name="Invited",
        organisation=home,
        key_hash="0" * 64,
        expires_at=timezone.now() + timedelta(days=3),
    )
    Letter.objects.create(
        kind="test",
        address="somebody@example.org",
        key="leak",
        state="sent",
        subject=c("lettersubject", {"curator"}),
        text=c("lettertext", {"curator"}),
        html=f"<p>{c('letterhtml', {'curator'})}</p>",
    )
