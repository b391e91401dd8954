"""What all tests share."""

import pytest
from django.core.cache import cache
from django.db import connections

from core.kept import shelf
from core.rest import throttling


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Drop the table of knox's own token model, which ours replaces.

    Django does not empty it between tests, and PostgreSQL refuses to empty accounts while it refers to them.
    """
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS knox_authtoken")


@pytest.fixture(autouse=True)
def _fresh_cache(request):
    """Start each test that uses the database with an empty cache (rates, kept fragments)."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        request.getfixturevalue("db")
        cache.clear()
        shelf.clear()
        throttling.forget()


@pytest.fixture
def api():
    """Return an API client that nobody has signed in."""
    from rest_framework.test import APIClient

    return APIClient()


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """Yield the address of a database that threads and processes share, this test's connection included.

    PostgreSQL: the test database. SQLite: a file with a copy of it, since the one in memory belongs to
    one process and locks otherwise than a file.
    """
    default = connections["default"]
    known = connections.settings["default"]
    if default.vendor != "sqlite":
        yield "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**known)
        return
    path, memory = tmp_path / "shared.sqlite3", known["NAME"]
    with default.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    known["NAME"] = str(path)
    del connections["default"]
    yield f"sqlite:///{path}"
    connections["default"].close()
    known["NAME"] = memory
    connections["default"] = default
