"""Processes that send letters are killed again and again: no letter is lost, a second copy is the same letter.

A second copy can only come from a kill between the mail server's answer and our note of it, so there is at
most one for each letter in hand, with the same Message-ID. Seen to fail: with ``sweep`` doing nothing the
killed process's letter stays claimed for ever; with a Message-ID made anew for each try the copies differ.
"""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

from notifications.models import Letter
from tests.factories import make_person

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.race, pytest.mark.django_db(transaction=True)]


def wait_for(condition, seconds, process=None):
    """Ask until ``condition()`` holds; True if it did. Stops early when the process has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        if process is not None and process.poll() is not None:
            return condition()
        time.sleep(0.005)
    return False


@contextmanager
def running(command, environment):
    """Run a portal process; it is killed at the end, if nobody did before."""
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def killed(process):
    """Kill the process and return True; False if it had come to its end by itself."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
        return True
    assert process.returncode == 0, process.stderr.read().decode()[-2000:]
    return False


def post_letters(make_letter, count):
    """Write ``count`` letters to one person; return their Message-IDs."""
    person = make_person()
    return {make_letter(person=person, slot=str(n)).message_id for n in range(count)}


def copies(sink, message_ids):
    """Return how many second copies were accepted; no letter is lost and none is foreign."""
    assert set(sink.accepted) == message_ids
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    return len(sink.accepted) - len(message_ids)


def test_mailer_killed_at_random_moments(process_environment, sink, make_letter):
    """``mailer --once`` is killed in the midst of 120 letters, at least 20 times."""
    sink.seconds, chance, kills = 0.02, random.Random(20), 0
    message_ids = post_letters(make_letter, 120)
    environment = {**process_environment, "MAIL_LEASE_SECONDS": "1"}
    for _round in range(60):
        if not Letter.objects.exclude(state="sent").exists():
            break
        before, few = len(sink.accepted), chance.randint(1, 5)
        with running(["manage.py", "mailer", "--once"], environment) as process:
            wait_for(lambda n=before + few: len(sink.accepted) >= n, 60, process)
            time.sleep(chance.random() * 0.05)
            kills += killed(process)
    second = copies(sink, message_ids)
    assert kills >= 20
    assert second <= kills
    assert max(Counter(sink.accepted).values()) <= 3


def test_celery_worker_killed(process_environment, sink, make_letter, tmp_path):
    """The worker with the clock inside dies three times; its broker is a folder. The letters arrive all the same."""
    sink.seconds, chance, kills = 0.02, random.Random(7), 0
    message_ids = post_letters(make_letter, 60)
    environment = {**process_environment, "MAIL_LEASE_SECONDS": "5"}
    worker = ["-m", "celery", "-A", "tests.notifications.quick_clock", "worker", "-B", "-P", "threads", "-c", "2"]
    worker += ["--schedule", str(tmp_path / "clock"), "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    for few in (8, 8, 8):
        with running(worker, environment) as process:
            before = len(sink.accepted)
            assert wait_for(lambda n=before + few: len(sink.accepted) >= n, 60, process)
            time.sleep(chance.random() * 0.05)
            kills += killed(process)
    with running(worker, environment) as process:
        assert wait_for(lambda: not Letter.objects.exclude(state="sent").exists(), 60, process)
    second = copies(sink, message_ids)
    assert second <= 2 * kills  # two threads, each with one letter in hand
