"""A process is stopped in the midst of a letter, another one finishes it, then the first one wakes.

Seen to fail with ``held_by`` without the nonce and the state: the first one sent a second copy, and wrote its own end
over the other's.
"""

import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import delivery
from notifications.models import Letter
from tests.notifications.proof.conftest import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def freeze_and_wake(portal, server, *, state, overtake):
    """Stop a process while its letter is in ``state``, let ``overtake`` happen after its lease, wake it."""
    with portal("mailer", "--once") as process:
        assert wait_for(lambda: Letter.objects.filter(state=state).exists() and server.waiting)
        process.send_signal(signal.SIGSTOP)
        server.hang_at = ""
        later = timezone.now() + timedelta(seconds=310)
        assert delivery.sweep(later) == 1
        before = overtake(later)
        server.free.set()
        process.send_signal(signal.SIGCONT)
        assert process.wait(60) == 0
    assert wait_for(lambda: not server.talks)
    return before


def finish(later):
    """Let this process send the letter; return its row."""
    assert delivery.drain(clock=lambda: later) == {"sent": 1}
    return Letter.objects.values().get()


def test_frozen_before_the_dot_it_sends_nothing(letters, portal, server):
    names = letters(1)
    server.hang_at = "data"
    before = freeze_and_wake(portal, server, state="claimed", overtake=finish)
    assert server.accepted == names
    assert Letter.objects.values().get() == before


def test_frozen_after_the_dot_it_does_not_touch_the_end(letters, portal, server):
    names = letters(1)
    server.hang_at = "dot"
    before = freeze_and_wake(portal, server, state="handing", overtake=finish)
    assert server.accepted == names * 2  # the one extra copy that a crash may cost, with the same Message-ID
    assert Letter.objects.values().get() == before


def test_under_hold_there_is_one_copy_and_the_doubt_stays(letters, portal, server):
    names = letters(1, policy="hold")
    server.hang_at = "dot"
    freeze_and_wake(portal, server, state="handing", overtake=lambda _later: None)
    assert server.accepted == names
    assert Letter.objects.get().state == "held"
