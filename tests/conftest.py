"""What all tests share."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _fresh_cache(request):
    """Start each test that uses the database with an empty cache (rates, kept fragments)."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        request.getfixturevalue("db")
        cache.clear()


@pytest.fixture
def api():
    """Return an API client that nobody has signed in."""
    from rest_framework.test import APIClient

    return APIClient()
