"""What the room writes to people; importing the parts registers their letters."""

from meetings.notices import letters, reminders, todos

__all__ = ["letters", "reminders", "todos"]
