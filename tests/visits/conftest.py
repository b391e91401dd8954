"""One meeting of a host organisation, its organiser, a visit with two seats, members."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories as make
from tests.conftest import shared_database

__all__ = ["shared_database"]


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
