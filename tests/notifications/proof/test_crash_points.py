"""A process that sends letters dies at one of seven points: what arrives, and what the outbox says.

The table of the promise. Seen to fail with: a sweep that sends letters of ``hold`` again (dot, answer: a second
copy), a note of ``handing`` after the dot (dot under hold: a second copy), a sweep that takes nothing back.
"""

import signal
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import delivery
from notifications.models import Letter
from tests.notifications.proof.conftest import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Killed after -> (second copies under resend), (second copies, held, held and not delivered under hold).
TABLE = {
    "claim": (0, (0, 0, 0)),
    "rcpt": (0, (0, 0, 0)),
    "body": (0, (0, 0, 0)),
    "handing": (0, (0, 1, 1)),
    "dot": (1, (0, 1, 0)),
    "answer": (1, (0, 1, 0)),
    "noted": (0, (0, 0, 0)),
}


def kill_at(point, policy, *, letters, portal, server):
    """Let a process die at ``point`` of its third letter; another sends the rest. Return what came, and the states."""
    names = letters(6, policy=policy)
    with portal("mailer", "--once", CRASH_AT=f"{point}:3") as process:
        assert process.wait(60) == -signal.SIGKILL
    assert wait_for(lambda: not server.talks)
    later = timezone.now() + timedelta(hours=1)
    delivery.sweep(later)
    delivery.drain(clock=lambda: later)
    assert set(server.accepted) <= set(names)
    return Counter(server.accepted), {letter.message_id: letter.state for letter in Letter.objects.all()}


@pytest.mark.parametrize("point", TABLE)
def test_under_resend_nothing_is_lost(point, letters, portal, server):
    came, states = kill_at(point, "resend", letters=letters, portal=portal, server=server)
    assert set(states.values()) == {"sent"}
    assert set(came) == set(states)
    assert came.total() - len(came) == TABLE[point][0]


@pytest.mark.parametrize("point", TABLE)
def test_under_hold_nothing_comes_twice_and_every_doubt_is_listed(point, letters, portal, server):
    came, states = kill_at(point, "hold", letters=letters, portal=portal, server=server)
    held = {name for name, state in states.items() if state == "held"}
    assert set(states.values()) <= {"sent", "held"}
    assert set(states) - set(came) <= held
    assert (came.total() - len(came), len(held), len(held - set(came))) == TABLE[point][1]
    assert set(Letter.objects.filter(state="held").values_list("reason", flat=True)) <= {
        "its process ended while the mail server had it"
    }


def test_a_portal_cannot_be_told_to_crash(letters, portal, server, settings):
    """The crash is planted by the tests' own app: with the portal's settings the variable means nothing."""
    settings_of_the_portal = {"DJANGO_SETTINGS_MODULE": "clx20.settings", "CRASH_AT": "claim:1"}
    letters(2, kind="sample-note")
    with portal("mailer", "--once", **settings_of_the_portal) as process:
        assert process.wait(60) == 0
