"""One plan with the people around it."""

from types import SimpleNamespace

import pytest

from tests import factories as make


@pytest.fixture
def world():
    """Return a drafted plan of one organisation, with its people and others."""
    home, other = make.make_organisation(), make.make_organisation()
    plan = make.make_plan(organisations=[home], state="drafting", instrument=make.make_instrument(region=home.region))
    return SimpleNamespace(
        home=home,
        other=other,
        plan=plan,
        action=make.make_action(plan=plan, number=1, state="planned"),
        member=make.make_user(organisation=home),
        coordinator=make.make_user(organisation=home, role="coordinator"),
        outsider=make.make_user(organisation=other),
        outside_coordinator=make.make_user(organisation=other, role="coordinator"),
        guest=make.make_user(),
        leader=make.make_coordinator(),
        curator=make.make_curator(),
    )
