"""One meeting of a host organisation, its organiser, a visit with two seats, members."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from tests import factories as make


@dataclass
class Trip:
    """What most tests of this room need."""

    host: object
    organiser: object
    meeting: object
    visit: object

    def member(self):
        """Return a new member of some other organisation."""
        return make.make_user(organisation=make.make_organisation())


@pytest.fixture
def trip():
    """Return a Trip."""
    host = make.make_organisation()
    organiser = make.make_user(organisation=host, role="coordinator")
    meeting = make.make_meeting(host=host)
    return Trip(host, organiser, meeting, make.make_visit(meeting=meeting, seats=2))


@pytest.fixture
def past_trip(trip):
    """Return a Trip whose visit took place yesterday."""
    begin = timezone.now() - timedelta(days=1)
    type(trip.visit).objects.filter(pk=trip.visit.pk).update(
        starts_at=begin, ends_at=begin + timedelta(hours=2), state="done"
    )
    trip.visit.refresh_from_db()
    return trip


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """Let the threads of this test share its database; on SQLite a file, since memory locks otherwise."""
    default = connections["default"]
    known = connections.settings["default"]
    if default.vendor != "sqlite":
        yield
        return
    path, memory = tmp_path / "shared.sqlite3", known["NAME"]
    with default.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    known["NAME"] = str(path)
    del connections["default"]
    yield
    connections["default"].close()
    known["NAME"] = memory
    connections["default"] = default
