"""Rates: exact within a process, shared between processes, new with each window."""

import pytest

from core.rest import throttling
from core.rest.throttling import PersonThrottle
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(api, monkeypatch):
    """Return a function that sends one request under a rate of forty a minute."""
    monkeypatch.setitem(PersonThrottle.THROTTLE_RATES, "person", "40/min")
    api.force_authenticate(make.make_user())
    return lambda: api.get("/api/v1/regions/")


def test_the_rate_is_exact_within_a_process(ask, time_machine):
    time_machine.move_to("2026-06-01 10:00:10Z", tick=False)
    assert [ask().status_code for _ in range(42)] == [200] * 40 + [429, 429]
    assert ask()["Retry-After"] == "51"
    time_machine.move_to("2026-06-01 10:01:01Z", tick=False)
    assert ask().status_code == 200


def test_another_process_knows_what_was_told(ask, time_machine):
    """What one process counted counts in the next, but for a twentieth of the rate."""
    time_machine.move_to("2026-06-01 10:00:10Z", tick=False)
    assert {ask().status_code for _ in range(30)} == {200}
    throttling.forget()  # a process that has counted nothing yet
    passed = sum(ask().status_code == 200 for _ in range(20))
    assert 10 <= passed <= 12


def test_each_person_has_an_own_rate(ask, api, time_machine):
    time_machine.move_to("2026-06-01 10:00:10Z", tick=False)
    assert [ask().status_code for _ in range(41)][-1] == 429
    api.force_authenticate(make.make_user())
    assert ask().status_code == 200
