"""A mail server that misbehaves as told, kinds of both policies, and processes that share this test's outbox."""

import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from notifications import mailing, registry
from notifications.models import Letter
from notifications.posting import post
from notifications.registry import Content, Kind
from ops.sink import Sink
from tests.factories import make_person

ROOT = Path(__file__).resolve().parents[3]
KINDS = {"resend": "sample-note", "hold": "sample-held"}


def words(thing, person, data):
    return Content(subject=data.get("subject", "A note"), lines=["One line."], why="You take part in a test.")


@pytest.fixture
def kinds(monkeypatch):
    """Register the kinds of both policies in this process; returns a function that registers others."""

    def add(name, write, **traits):
        monkeypatch.setitem(registry.LETTERS, name, Kind(name, write, is_urgent=True, **traits))

    add("sample-note", words)
    add("sample-held", words, policy="hold")
    return add


@pytest.fixture
def server():
    """Run the mail server for this test."""
    sink = Sink()
    yield sink
    sink.close()


@pytest.fixture
def through(server, settings):
    """Send this process's mail to the server."""
    settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = mailing.DJANGO_SMTP, 10
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    return server


@pytest.fixture
def hasty(settings, through):
    """Give the server one second for each answer, for tests in which it hangs."""
    settings.EMAIL_TIMEOUT = 1
    return through


@pytest.fixture
def letters(kinds, now):
    """Return a function that writes letters to one person and returns their Message-IDs in order."""

    def write(count, *, policy="resend", kind="", person=None, **occasion):
        person = person or make_person()
        before = set(Letter.objects.values_list("pk", flat=True))
        for n in range(count):
            post(kind or KINDS[policy], to=[person], about=person, slot=f"{kind}{n}", **{"due_at": now, **occasion})
        return [letter.message_id for letter in Letter.objects.exclude(pk__in=before).order_by("pk")]

    return write


@pytest.fixture
def portal(process_environment, through):
    """Return a function that starts a portal process; whatever is left of it is killed at the end."""

    @contextmanager
    def start(*command, **environment):
        everything = {**process_environment, "EMAIL_URL": f"smtp://127.0.0.1:{through.port}", **environment}
        log = Path(everything["DATA_DIR"]).with_name("process.log")
        with log.open("w+") as said:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *command], cwd=ROOT, env=everything, stdout=said, stderr=said
            )
            try:
                yield process
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                process.wait()

    return start


def wait_for(condition, seconds=60):
    """Wait for another process: ask until it holds; True if it did."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.005)
    return False
