"""Every link of every letter, opened as a link scanner does: GET and HEAD change no row and set no session.

Seen failing with: an act that runs on GET.
"""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from notifications import rendering
from notifications.delivery import write
from notifications.models import Letter
from notifications.posting import post
from notifications.registry import LETTERS
from tests.counting import all_rows
from tests.notifications import scenes
from tests.notifications.snapshots import kinds

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"https?://[^\s\"<>]+")
ESSENTIAL = {"partners-invitation"}


def links_of(kind, stage):
    """Return the paths of all links in text, HTML and headers of one letter."""
    thing, data = scenes.SCENES[kind](stage)
    person = None if kind in ESSENTIAL else stage.reader
    letter = Letter(kind=kind, person=person, address="ilse@example.org")
    letter.thing = thing
    with rendering.in_the_way_of(person):
        rendered = rendering.render(LETTERS[kind].write(thing, person, data), person, kind=kind)
        message = rendering.message(letter, rendered, connection=None).message()
    texts = [unescape(rendered.html), rendered.text, *map(str, message.values())]
    found = {address for text in texts for address in ADDRESS.findall(text)}
    return {address for address in found if address.startswith(settings.SITE_URL)}


@pytest.mark.parametrize("kind", kinds())
def test_opening_every_link_changes_nothing(kind):
    with time_machine.travel(scenes.NOW, tick=False):
        stage = scenes.make_stage()
        addresses = links_of(kind, stage)
        before = all_rows()
        client = Client(raise_request_exception=True)
        for address in sorted(addresses):
            parts = urlsplit(address)
            for method in (client.get, client.head):
                answer = method(f"{parts.path}?{parts.query}" if parts.query else parts.path or "/")
                assert answer.status_code in {200, 302, 404, 405, 410}, address
                assert "sessionid" not in answer.cookies
        assert all_rows() == before
    assert len(addresses) >= 2


def test_the_letters_hold_links_that_act():
    """Else the crawl above would prove nothing."""
    with time_machine.travel(scenes.NOW, tick=False):
        stage = scenes.make_stage()
        addresses = links_of("meetings-todo-due", stage) | links_of("meetings-opened", stage)
    assert sum("/letters/act/" in address for address in addresses) == 6


def _message(kind, stage):
    """Post the letter of a scene and return (row, message)."""
    thing, data = scenes.SCENES[kind](stage)
    assert post(kind, to=[stage.reader], about=thing, data=data, slot=kind) == 1
    letter = Letter.objects.get(kind=kind)
    with rendering.in_the_way_of(stage.reader):
        rendered = rendering.render(write(letter, scenes.NOW), stage.reader, kind=kind)
        return letter, rendering.message(letter, rendered, connection=None).message()


def test_all_letters_about_one_meeting_are_one_thread():
    with time_machine.travel(scenes.NOW, tick=False):
        stage = scenes.make_stage()
        first, opened = _message("meetings-opened", stage)
        second, registered = _message("meetings-registered", stage)
    root = f"<meetings.meeting.902@{settings.MAIL_DOMAIN}>"
    assert [mail["References"] for mail in (opened, registered)] == [root, root]
    assert [mail["In-Reply-To"] for mail in (opened, registered)] == [root, root]
    assert {mail["List-Id"] for mail in (opened, registered)} == {f"<workgroup-901.{settings.MAIL_DOMAIN}>"}
    assert opened["Message-ID"] != registered["Message-ID"] != root
    assert (first.message_id, second.message_id) == (opened["Message-ID"], registered["Message-ID"])


@pytest.mark.parametrize(
    ("acronym", "name"),
    [
        ("CLX20", "CLX20"),
        ('a@b.example: x, "y" <z>', "a b.example x y z"),
        ("word\r\nBcc: spy@example.org", "word Bcc spy example.org"),
        ("n" * 300, "n" * 75),
        ("漢" * 75, ""),  # more than 320 bytes once encoded: better no name than half a one
        ("", "Partnership portal"),
    ],
)
def test_the_sender_has_a_harmless_name(monkeypatch, settings, acronym, name):
    from email.utils import parseaddr

    from notifications import registry
    from notifications.registry import Letterhead

    settings.DEFAULT_FROM_EMAIL = "Partnership portal <portal@example.org>"
    monkeypatch.setitem(registry.LETTERHEAD, "write", lambda: Letterhead(acronym))
    assert parseaddr(rendering.sender()) == (name, "portal@example.org")
