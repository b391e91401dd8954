"""Plain functions that make one valid row each; pass what the test is about."""

import itertools
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from actionplans.models import Action, ActionPlan, Milestone, PolicyInstrument
from meetings.models import Meeting, Todo
from partners.models import Membership, Organisation, Person, Region, User
from practices.models import FormField, FormTemplate, Practice, Transfer
from visits.models import StudyVisit, Takeaway
from workgroups.models import GroupMembership, Workgroup

PASSWORD = "a long enough password"
_count = itertools.count(1)


def make_region(**fields):
    """Return a saved region."""
    n = next(_count)
    return Region.objects.create(**{"name": f"Region {n}", "country": "AT", "nuts_code": f"AT{n % 90 + 10}"} | fields)


def make_organisation(**fields):
    """Return a saved organisation in a region of its own."""
    n = next(_count)
    fields.setdefault("region", None)
    fields["region"] = fields["region"] or make_region()
    return Organisation.objects.create(
        **{"name": f"Organisation {n}", "short_name": f"Org {n}", "role": "partner", "partner_number": n} | fields
    )


def make_person(*, organisation=None, role="member", **fields):
    """Return a saved person, a current member of ``organisation`` if one is given.

    The zone is UTC as in the tests, so that "today" is one day whatever the hour of the run.
    """
    n = next(_count)
    person = Person.objects.create(
        **{"name": f"Person {n}", "email": f"person{n}@example.org", "time_zone": "UTC"} | fields
    )
    if organisation is not None:
        Membership.objects.create(person=person, organisation=organisation, role=role)
    return person


def make_user(*, organisation=None, role="member", person=None, **fields):
    """Return a saved account (password PASSWORD) and its person."""
    is_coordinator = fields.pop("is_coordinator", False)
    name = fields.pop("name", None)
    if person is None:
        extra = {"name": name} if name else {}
        person = make_person(organisation=organisation, role=role, is_coordinator=is_coordinator, **extra)
    return User.objects.create_user(fields.pop("email", person.email), PASSWORD, person=person, **fields)


def make_coordinator(**fields):
    """Return an account that coordinates the partnership."""
    return make_user(is_coordinator=True, **fields)


def make_curator(**fields):
    """Return a staff account."""
    return make_user(is_staff=True, **fields)


def make_workgroup(**fields):
    """Return a saved workgroup."""
    n = next(_count)
    return Workgroup.objects.create(
        **{"name": f"Group {n}", "letter": chr(0x4E00 + n % 20000), "colour": n % 8 + 1, "position": n} | fields
    )


def make_group_member(workgroup, person, role="member", **fields):
    """Return a saved membership in ``workgroup``."""
    return GroupMembership.objects.create(workgroup=workgroup, person=person, role=role, **fields)


def make_meeting(**fields):
    """Return a saved open meeting in thirty days, seen by the partnership."""
    n = next(_count)
    start = fields.pop("starts_at", timezone.now().replace(microsecond=0) + timedelta(days=30))
    defaults = {
        "title": f"Meeting {n}",
        "place": "Győr",
        "country": "HU",
        "time_zone": "Europe/Budapest",
        "starts_at": start,
        "ends_at": fields.pop("ends_at", start + timedelta(hours=8)),
        "state": "open",
    }
    return Meeting.objects.create(**defaults | fields)


def make_todo(**fields):
    """Return a saved open to-do of a meeting."""
    n = next(_count)
    if "meeting" not in fields and "workgroup" not in fields:
        fields["meeting"] = make_meeting()
    fields.setdefault("owner", None)
    fields["owner"] = fields["owner"] or make_person()
    due = timezone.localdate() + timedelta(days=10)
    return Todo.objects.create(**{"text": f"To-do {n}", "due_date": due} | fields)


def make_template(**fields):
    """Return the practice form used in tests: title 100, summary 160, problem 200 required, challenges optional."""
    known = FormTemplate.objects.filter(key=fields.get("key", "test-form")).first()
    if known:
        return known
    FormTemplate.objects.filter(is_current=True).update(is_current=False)
    template = FormTemplate.objects.create(**{"key": "test-form", "name": "Test form", "is_current": True} | fields)
    rows = [("title", "Title", 100, True), ("summary", "Summary", 160, True)]
    rows += [("problem", "Problem", 200, True), ("challenges", "Challenges", 50, False)]
    for position, (name, label, limit, is_required) in enumerate(rows):
        FormField.objects.create(
            template=template, name=name, label=label, limit=limit, is_required=is_required, position=position
        )
    return template


def make_practice(*, authors=(), **fields):
    """Return a saved practice: published and public unless told otherwise."""
    n = next(_count)
    fields.setdefault("template", None)
    fields["template"] = fields["template"] or make_template()
    defaults = {"title": f"Practice {n}", "summary": "In short", "texts": {"problem": "A problem"}}
    if fields.get("state", "published") == "published":
        defaults |= {"state": "published", "published_at": timezone.now()}
    practice = Practice.objects.create(**defaults | fields)
    practice.authors.set(authors)
    return practice


def make_transfer(**fields):
    """Return a saved transfer at its first stage."""
    for name, make in (("practice", make_practice), ("region", make_region)):
        if name not in fields:
            fields[name] = make()
    return Transfer.objects.create(**fields)


def make_visit(**fields):
    """Return a saved open visit with 20 seats on the first day of its meeting."""
    n = next(_count)
    if "meeting" not in fields:
        fields["meeting"] = make_meeting()
    start = fields.pop("starts_at", fields["meeting"].starts_at + timedelta(hours=2))
    defaults = {"title": f"Visit {n}", "starts_at": start, "ends_at": start + timedelta(hours=3)}
    return StudyVisit.objects.create(**defaults | {"seats": 20, "state": "open"} | fields)


def make_takeaway(**fields):
    """Return a saved takeaway."""
    n = next(_count)
    if "visit" not in fields:
        fields["visit"] = make_visit()
    fields.setdefault("person", None)
    fields["person"] = fields["person"] or make_person()
    return Takeaway.objects.create(**{"seen": f"Takeaway {n}"} | fields)


def make_instrument(**fields):
    """Return a saved policy instrument."""
    n = next(_count)
    fields.setdefault("region", None)
    fields["region"] = fields["region"] or make_region()
    return PolicyInstrument.objects.create(**{"name": f"Instrument {n}"} | fields)


def make_plan(*, organisations=(), **fields):
    """Return a saved public plan that is being carried out."""
    n = next(_count)
    if "instrument" not in fields:
        fields["instrument"] = make_instrument()
    plan = ActionPlan.objects.create(**{"title": f"Plan {n}", "state": "monitoring"} | fields)
    plan.organisations.set(organisations)
    return plan


def make_action(**fields):
    """Return a saved action that is in progress until a day to come."""
    n = next(_count)
    if "plan" not in fields:
        fields["plan"] = make_plan()
    today = timezone.localdate()
    defaults = {"title": f"Action {n}", "number": n, "state": "in_progress"}
    defaults |= {"start_date": today - timedelta(days=30), "end_date": today + timedelta(days=30)}
    return Action.objects.create(**defaults | fields)


def make_milestone(**fields):
    """Return a saved open milestone, due in ten days."""
    n = next(_count)
    if "action" not in fields:
        fields["action"] = make_action()
    due = timezone.localdate() + timedelta(days=10)
    return Milestone.objects.create(**{"title": f"Milestone {n}", "due_date": due} | fields)


def moment(year, month, day, hour=0, minute=0):
    """Return an instant in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
