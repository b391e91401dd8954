"""A mail server that remembers, kinds of letters for one test, and a database that processes share."""

import asyncio
import logging
import os
import re
import socket
import sys
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from notifications import registry
from notifications.posting import post
from notifications.registry import Content, Kind
from tests.factories import make_person, moment

NOW = moment(2025, 3, 5, 12)  # in the past, so that processes with the real clock find it due, too
KIND = "sample-note"


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def kinds(monkeypatch):
    """Register ``sample-note`` for this test; returns a function that registers others."""

    def add(name, write, *, is_essential=False):
        monkeypatch.setitem(registry.LETTERS, name, Kind(name, write, is_essential))

    def write(thing, person, data):
        return Content(subject=data.get("subject", "A note"), lines=["One line."], why="You take part in a test.")

    add(KIND, write)
    return add


@pytest.fixture
def make_letter(kinds):
    """Return a function that posts one letter and returns its row."""
    from notifications.models import Letter

    def make(*, person=None, about=None, kind=KIND, now=NOW, **fields):
        person = person or make_person()
        state = {name: fields.pop(name) for name in ("claims", "attempts", "state", "lease_until") if name in fields}
        fields.setdefault("due_at", now)
        assert post(kind, to=[person], about=about or person, **fields) == 1
        letter = Letter.objects.order_by("-pk").first()
        if state:
            Letter.objects.filter(pk=letter.pk).update(**state)
            letter.refresh_from_db()
        return letter

    return make


class Sink:
    """An SMTP server: writes down what it accepts, refuses what it is told to."""

    def __init__(self):
        self.accepted = []  # Message-IDs, in order
        self.refusals = {}  # recipient -> answer to RCPT
        self.answer = ""  # answer to DATA instead of 250
        self.seconds = 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.seconds / 2)
        if self.answer:
            return self.answer
        found = re.search(rb"^Message-ID:\s*(\S+)", envelope.content, re.MULTILINE | re.IGNORECASE)
        self.accepted.append(found[1].decode())
        await asyncio.sleep(self.seconds / 2)
        return "250 accepted"


@pytest.fixture
def sink():
    """Run a mail server for this test."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    handler = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        handler.port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def through_sink(sink, settings):
    """Send this process's mail to the sink."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 2
    return sink


@pytest.fixture
def process_environment(shared_database, sink, tmp_path):
    """Return the environment of a portal process that shares this test's database and mail server."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.notifications.sample_settings",
        "PYTHONPATH": os.pathsep.join(filter(None, [".", os.environ.get("PYTHONPATH", "")])),
        "DATABASE_URL": shared_database,
        "DATA_DIR": str(tmp_path / "data"),
        "REDIS_URL": "",
        "DEMO": "1",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "LOG_LEVEL": "WARNING",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
