"""Processes that send letters are killed again and again: no letter is lost, a second copy is the same letter.

A second copy can only come from a kill between the mail server's answer and our note of it, so there is at
most one for each letter in hand, with the same Message-ID. Seen to fail: with a ``sweep`` that takes nothing
back, and with a Message-ID made anew for each try.
"""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
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
    """Run a portal process; it and its children (the clock in the worker) are killed at the end."""
    with Path(environment["DATA_DIR"]).with_name("process.log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def killed(process):
    """Kill the process and return True; False if it had come to its end by itself."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        return True
    assert process.returncode == 0
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
    """``mailer --once`` is killed in the midst of 140 letters, at least 20 times; the last ten go in peace.

    (A letter in whose hands five processes died would be given up, and that is meant so.)
    """
    sink.seconds, chance, kills = 0.02, random.Random(20), 0
    message_ids = post_letters(make_letter, 140)
    environment = {**process_environment, "MAIL_LEASE_SECONDS": "1"}
    for rounds in range(80):
        if Letter.objects.exclude(state="sent").count() <= 10:
            break
        assert rounds < 60
        before, few = len(sink.accepted), chance.randint(1, 8)
        with running(["manage.py", "mailer", "--once"], environment) as process:
            wait_for(lambda n=before + few: len(sink.accepted) >= n, 60, process)
            time.sleep(chance.random() * 0.05)
            kills += killed(process)
    time.sleep(1)  # the lease of the last victim
    with running(["manage.py", "mailer", "--once"], environment) as process:
        assert process.wait(60) == 0
    assert kills >= 20
    assert copies(sink, message_ids) <= kills


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
    assert copies(sink, message_ids) <= 2 * kills  # two threads, each with one letter in hand
