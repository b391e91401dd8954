"""Every named address of ours, as every role: the answer stands in a table that people review.

`tests/url_matrix.json` holds `{address name: {role: status}}`. An address that is not in the table fails; so does
one whose answer changed. After a meant change, write the table anew (`pytest tests/write_url_matrix.py`), read its
difference, and commit both together. Seen failing with: `@login_required` taken from the token list.
"""

import json
from pathlib import Path

import pytest
from django.test import Client

from tests.crawling import patterns
from tests.url_values import fill
from tests.worlds import ROLES, make_world

TABLE = Path(__file__).parent / "url_matrix.json"
OURS = (
    "core:",
    "overview:",
    "partners:",
    "workgroups:",
    "meetings:",
    "practices:",
    "visits:",
    "actionplans:",
    "notifications:",
    "api",
)


def names():
    """Return the named addresses of ours with their routes, sorted."""
    return sorted({(name, route) for name, route in patterns() if name.startswith(OURS)})


def answers(world):
    """Return ``{name: {role: status}}`` for GET as each role."""
    table = {}
    for role in ROLES:
        client = Client()
        if world.users[role] is not None:
            client.force_login(world.users[role])
        for name, route in names():
            address = fill(world, name, route)
            table.setdefault(name, {})[role] = client.get(address).status_code
    return table


@pytest.mark.django_db
def test_every_address_answers_every_role_as_the_table_says():
    """The whole matrix, compared cell by cell."""
    expected = json.loads(TABLE.read_text(encoding="utf-8"))
    found = answers(make_world())
    assert set(found) == set(expected), "an address has no row in the table, or a row no address"
    changed = {
        (name, role): (expected[name][role], status)
        for name, row in found.items()
        for role, status in row.items()
        if expected[name].get(role) != status
    }
    assert changed == {}
