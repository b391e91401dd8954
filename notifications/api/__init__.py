"""Programs ask for their owner's choices of letters, and for reminders."""

from notifications.api import reminders
from notifications.api.choices import LetterSettingsViewSet
from notifications.api.inbox import InboxViewSet


def register(router):
    """Register the room's addresses."""
    router.register("letter-settings", LetterSettingsViewSet, basename="letter-settings")
    router.register("inbox", InboxViewSet, basename="inbox")
    reminders.register(router)
