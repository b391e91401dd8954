"""The trail is computed from records, both ways, and shows nobody what is not theirs."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from overview.trail import learning_trail
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    """Return a whole chain: practice, visit, takeaway, transfer, action, instrument."""
    giver, taker = make.make_region(name="Giver"), make.make_region(name="Taker")
    practice = make.make_practice(region=giver, title="Pool")
    visit = make.make_visit(meeting=make.make_meeting(visibility="public"), title="Kolding")
    visit.practices.add(practice)
    takeaway = make.make_takeaway(visit=visit, practice=practice, region=taker, visibility="public")
    transfer = make.make_transfer(practice=practice, region=taker, stage="piloting")
    action = make.make_action(title="Test it")
    action.sources_of_action.create(transfer=transfer)
    return {
        "practice": practice,
        "visit": visit,
        "takeaway": takeaway,
        "transfer": transfer,
        "action": action,
        "instrument": action.plan.instrument,
    }


def _arrows(trail):
    return {(start, station["id"]) for station in trail["stations"] for start in station["came_from"]}


def _expected(chain):
    ids = {name: f"{name}-{thing.pk}" for name, thing in chain.items()}
    order = ["practice", "visit", "takeaway", "transfer", "action", "instrument"]
    return {(ids[a], ids[b]) for a, b in itertools.pairwise(order)}


@pytest.mark.parametrize("start", ["practice", "visit", "takeaway", "transfer", "action", "instrument"])
def test_the_whole_chain_is_found_from_each_of_its_stations(chain, start):
    """Six stations and five arrows, wherever one begins; the start is marked."""
    trail = learning_trail(chain[start], AnonymousUser())
    assert {station["id"] for station in trail["stations"]} == {f"{n}-{t.pk}" for n, t in chain.items()}
    assert _arrows(trail) == _expected(chain)
    assert [s["stage"] for s in trail["stations"] if s["state"] == "here"] == [start]


def test_another_practice_of_the_same_visit_is_not_on_the_trail_of_a_takeaway(chain):
    """What was shown beside it did not lead to it."""
    other = make.make_practice(title="Shown beside")
    chain["visit"].practices.add(other)
    for start in ("takeaway", "transfer", "action"):
        titles = {station["title"] for station in learning_trail(chain[start], AnonymousUser())["stations"]}
        assert "Shown beside" not in titles
    from_visit = {s["title"] for s in learning_trail(chain["visit"], AnonymousUser())["stations"]}
    assert "Shown beside" in from_visit


def test_a_hidden_record_is_no_station(chain):
    """An internal takeaway vanishes for the public; the transfer then comes straight from the practice."""
    chain["takeaway"].visibility = "partnership"
    chain["takeaway"].save()
    trail = learning_trail(chain["practice"], AnonymousUser())
    assert {s["stage"] for s in trail["stations"]} == {"practice", "visit", "transfer", "action", "instrument"}
    assert (f"practice-{chain['practice'].pk}", f"transfer-{chain['transfer'].pk}") in _arrows(trail)
    seen = learning_trail(chain["practice"], make.make_user(organisation=make.make_organisation()))
    assert _arrows(seen) == _expected(chain)


def test_a_dropped_transfer_ends_with_its_reason(chain):
    """The buffer stop says why."""
    chain["transfer"].stage, chain["transfer"].reason = "dropped", "Other priorities"
    chain["transfer"].save()
    station = next(
        s for s in learning_trail(chain["practice"], AnonymousUser())["stations"] if s["stage"] == "transfer"
    )
    assert (station["state"], station["note"]) == ("ended", "Other priorities")


def test_the_number_of_queries_does_not_depend_on_the_number_of_records(chain):
    """Three takeaways or thirty."""

    def count():
        with CaptureQueriesContext(connection) as captured:
            learning_trail(chain["practice"], AnonymousUser())
        return len(captured)

    few = count()
    for _ in range(30):
        region = make.make_region()
        make.make_takeaway(visit=chain["visit"], practice=chain["practice"], region=region, visibility="public")
        transfer = make.make_transfer(practice=chain["practice"], region=region, stage="piloting")
        make.make_action().sources_of_action.create(transfer=transfer)
    assert count() == few
