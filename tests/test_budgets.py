"""The number of queries does not grow with the rows: 3 rows or 30, every list, feed and search.

Seen failing with: `select_related("workgroup")` taken out of the meeting list.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clx20.api import router
from core import history, search
from core.rest.throttling import PersonThrottle
from meetings.models import AgendaItem, Decision, Registration
from practices.models import Review, TransferStep
from tests import factories as make
from tests.crawling import patterns
from visits.models import SignUp, Stop
from workgroups.models import Initiative

pytestmark = pytest.mark.django_db
SKIPPED = ("/admin/", "/account/", "/api/v1/schema/", "/api/v1/try/", "/live", "/ready", "/health")


def _addresses():
    pages = [f"/{route}" for name, route in patterns() if "<" not in route and "(" not in route]
    pages = [address for address in pages if not address.startswith(SKIPPED) and not address.startswith("/api/v1")]
    lists = [f"/api/v1/{prefix}/" for prefix, _viewset, _basename in router.registry if prefix != "trail"]
    return sorted({*pages, *lists, "/search/?q=budget", "/api/v1/search/?q=budget"})


class Filler:
    """Adds rows of every kind, each tied to the one who looks."""

    def __init__(self):
        self.organisation = make.make_organisation()
        self.user = make.make_user(organisation=self.organisation, is_coordinator=False)
        self.leader = make.make_coordinator()
        self.count = 0

    def add(self, number):
        """Add ``number`` rows of every kind."""
        for _ in range(number):
            self.count += 1
            self._one(self.count)

    def _one(self, n):
        person, today = self.user.person, timezone.localdate()
        group = make.make_workgroup(name=f"Budget group {n}")
        make.make_group_member(group, person)
        Initiative.objects.create(
            workgroup=group, title=f"Budget {n}", summary="x", lead_organisation=self.organisation
        )
        meeting = make.make_meeting(title=f"Budget meeting {n}", host=self.organisation, workgroup=group)
        AgendaItem.objects.create(meeting=meeting, title="x", minutes=5)
        Registration.objects.create(meeting=meeting, person=person if n % 2 else make.make_person())
        Decision.objects.create(number=n, meeting=meeting, text=f"Budget {n}", decided_date=today)
        todo = make.make_todo(meeting=meeting, owner=person, text=f"Budget to-do {n}")
        organisation = make.make_organisation(name=f"Budget organisation {n}")
        author = make.make_person(organisation=organisation, name=f"Budget person {n}")
        practice = make.make_practice(
            title=f"Budget practice {n}",
            workgroup=group,
            organisation=organisation,
            region=organisation.region,
            authors=[author],
        )
        waiting = make.make_practice(
            title=f"Budget waiting {n}",
            state="submitted",
            submitted_at=timezone.now(),
            workgroup=group,
            organisation=organisation,
            authors=[author],
        )
        Review.objects.create(practice=practice, reviewer=author, verdict="accepted")
        transfer = make.make_transfer(practice=practice, region=self.organisation.region, stage="contact")
        TransferStep.objects.create(transfer=transfer, stage="contact", person=person)
        visit = make.make_visit(meeting=meeting, title=f"Budget visit {n}")
        visit.practices.add(practice)
        Stop.objects.create(visit=visit, title="x")
        SignUp.objects.create(visit=visit, person=author, state="confirmed", queue_number=1)
        takeaway = make.make_takeaway(visit=visit, practice=practice, person=author, region=organisation.region)
        plan = make.make_plan(title=f"Budget plan {n}", organisations=[self.organisation])
        action = make.make_action(plan=plan, title=f"Budget action {n}", responsible_person=person)
        action.sources_of_action.create(practice=practice)
        milestone = make.make_milestone(action=action, title=f"Budget milestone {n}")
        for thing in (group, meeting, todo, practice, waiting, transfer, visit, takeaway, plan, action, author):
            search.index(thing)
            history.record(thing, "published", by=self.leader)
        assert milestone.pk


def _count(client, address):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code in (200, 302, 403, 404, 405), (address, response.status_code)
    return len(captured), [query["sql"][:300] for query in captured]


@pytest.mark.parametrize("role", ["user", "leader"])
def test_queries_do_not_grow_with_rows(role, settings, monkeypatch):
    """Each address asks the database the same number of times at 3 rows and at 30, when nothing is kept.

    Counting rates is left out: every thirtieth request tells the other processes.
    """
    settings.KEPT_MEGABYTES = 0
    monkeypatch.setattr(PersonThrottle, "_tell", lambda _throttle, _key, fresh: fresh)
    filler = Filler()
    filler.add(3)
    client = Client()
    client.force_login(getattr(filler, role))
    addresses = _addresses()
    for address in addresses:
        client.get(address)
    few = {address: _count(client, address) for address in addresses}
    filler.add(27)
    many = {address: _count(client, address) for address in addresses}
    grown = {
        address: (few[address][0], many[address][0], _new(few[address][1], many[address][1]))
        for address in addresses
        if few[address][0] != many[address][0]
    }
    assert grown == {}


def _new(before, after):
    heads = {sql[:80] for sql in before}
    extra = [sql for sql in after if sql[:80] not in heads] or after[len(before) :]
    return extra[:2]
