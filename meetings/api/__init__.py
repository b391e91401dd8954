"""Meetings, agenda items, registrations, decisions and to-dos for programs."""

from meetings.api.views import register

__all__ = ["register"]
