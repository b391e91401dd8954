"""A mail server that is down or asks for less gets a pause that all processes keep."""

from datetime import timedelta

from notifications.models import MailPause

DOWN_WAITS = (0.25, 1, 2, 5)  # minutes: soon enough to drain the queue when the server is back
RATE_WAITS = (1, 5, 15, 60)


def current(server, now):
    """Return the pause of ``server`` that holds at ``now``, or None."""
    return MailPause.objects.filter(server=server.name, until__gt=now).first()


def begin(server, now, *, reason, waits, chance):
    """Let everybody leave the server alone for a while, longer each time in a row; return the pause."""
    before = MailPause.objects.filter(server=server.name).first()
    refusals = min(before.refusals + 1, 1000) if before else 1
    minutes = waits[min(refusals, len(waits)) - 1] * (0.8 + 0.4 * chance())
    fields = {"until": now + timedelta(minutes=minutes), "refusals": refusals, "reason": reason[:200]}
    return MailPause.objects.update_or_create(server=server.name, defaults=fields)[0]


def forget(server):
    """The server took a letter: the next pause starts short again."""
    MailPause.objects.filter(server=server.name).delete()
