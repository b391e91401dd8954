"""The state of an address: strikes, and whether letters still go there."""

from django.utils import timezone

from notifications.models import MailAddress

STOP_AT = 4
HARD = 2


def refused(letter, words, *, is_final):
    """Note that a mail server refused the recipient of ``letter``; ``is_final``: the address is wrong."""
    now = timezone.now()
    state, _is_new = MailAddress.objects.get_or_create(address=letter.address.lower())
    state.strikes, state.last_strike_at, state.reason = state.strikes + HARD, now, words[:200]
    if state.suppressed_at is None and (is_final or state.strikes >= STOP_AT):
        state.suppressed_at = now
    state.save()
