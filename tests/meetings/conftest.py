"""Fixtures of other rooms' tests that this room uses."""

from tests.notifications.conftest import shared_database

__all__ = ["shared_database"]
