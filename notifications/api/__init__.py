"""Programs ask for their owner's choices of letters, and for reminders."""

from notifications.api import reminders
from notifications.api.choices import LetterSettingsViewSet


def register(router):
    """Register the room's addresses."""
    router.register("letter-settings", LetterSettingsViewSet, basename="letter-settings")
    reminders.register(router)
