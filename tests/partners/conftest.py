"""Many threads on one database, as in the tests of visits."""

from tests.visits.conftest import shared_database

__all__ = ["shared_database"]
