"""How the snapshot of a letter is made; ``write_snapshots.py`` stores it, ``test_snapshots.py`` compares."""

import re
from pathlib import Path

import time_machine

from notifications import rendering
from notifications.registry import LETTERS, Skip
from tests.notifications import scenes

FOLDER = Path(__file__).parent / "snapshots"
TOKEN = re.compile(r"(/letters/act/)[^/\s\"<]+")
NUMBER = re.compile(r"(/partners/people/)\d+/")


def kinds():
    """Return the kinds of letters that rooms have registered, without those of other tests."""
    return sorted(name for name in LETTERS if not name.startswith("sample-"))


def rendered(kind, *, language="en"):
    """Return the letter of ``kind`` for the reader of the stage, at its moment."""
    with time_machine.travel(scenes.NOW, tick=False):
        stage = scenes.make_stage()
        thing, data = scenes.SCENES[kind](stage)
        person = None if kind == "partners-invitation" else stage.reader
        if person is not None:
            person.language = language
        with rendering.in_the_way_of(person):
            content = LETTERS[kind].write(thing, person, data)
            assert not isinstance(content, Skip), content
            return rendering.render(content, person, kind=kind)


def snapshot(kind):
    """Return text (with its subject) and HTML, with fixed words for signatures and numbers of people."""
    letter = rendered(kind)
    text = f"Subject: {letter.subject}\n\n{letter.text}"
    return _fixed(text), _fixed(letter.html)


def _fixed(text):
    return NUMBER.sub(r"\1NUMBER/", TOKEN.sub(r"\1TOKEN", text))
