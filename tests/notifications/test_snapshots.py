"""Every kind of letter as it goes out, text and HTML, for one reader, one thing and one moment.

After a meant change of words: ``pytest tests/notifications/write_snapshots.py``, read the difference, commit it.
Seen failing with: a kind without a scene, a time without its zone, and a wrapper that the test could not read.
"""

import re
from html import unescape

import pytest

from tests.notifications import scenes
from tests.notifications.snapshots import FOLDER, kinds, rendered, snapshot

pytestmark = pytest.mark.django_db
TIME = re.compile(r"\b\d{1,2}:\d\d\b")
ZONE = re.compile(r"UTC[+-]\d\d:\d\d|\([A-Z][a-z]+/[A-Z]")


def test_every_kind_has_a_scene_and_two_files():
    """A new kind of letter comes with its snapshot."""
    assert set(kinds()) == set(scenes.SCENES)
    assert {path.name for path in FOLDER.iterdir()} == {f"{kind}.{end}" for kind in kinds() for end in ("txt", "html")}


@pytest.mark.parametrize("kind", kinds())
def test_the_letter_is_as_in_its_snapshot(kind):
    """Word by word, mark by mark."""
    text, html = snapshot(kind)
    assert text == (FOLDER / f"{kind}.txt").read_text(encoding="utf-8")
    assert html == (FOLDER / f"{kind}.html").read_text(encoding="utf-8")


def _words(text):
    return set(re.findall(r"\w+", text))


def _is_vague(line):
    """True for a fact with a time and no zone; a sentence that says what moved stands above such facts."""
    return bool(TIME.search(line)) and not ZONE.search(line) and not line.startswith("Moved from")


def _wrapper(body):
    """Return the attributes of the element around the letter: mail programs strip html and body."""
    return set(re.findall(r'\w+="[^"]*"', re.search(r'<div class="letter"[^>]*>', body)[0]))


@pytest.mark.parametrize("kind", kinds())
def test_the_letter_keeps_the_rules_of_all_letters(kind):
    """Same words in both parts, no picture, roles of layout, language on the wrapper, no time without a zone."""
    letter = rendered(kind)
    body = letter.html.split("</head>")[1]
    seen = unescape(re.sub(r"<[^>]+>", " ", body))
    links = " ".join(re.findall(r'href="([^"]+)"', body))
    missing = _words(letter.text) - _words(seen) - _words(unescape(links))
    added = _words(seen) - _words(letter.text)
    assert missing - {"Choose"} == set()
    assert added - _words(letter.subject) - _words("If the button does not work, copy this address CLX20") == set()
    assert re.findall(r"<(?:img|script|link|iframe)\b|url\(|@import", letter.html) == []
    assert re.findall(r"<table(?![^>]*role=\"presentation\")", body) == []
    assert _wrapper(body) >= {'dir="ltr"', 'role="main"'}
    assert _wrapper(body) & {'lang="en"', 'lang="en-gb"'}
    assert [line for line in letter.text.splitlines() if _is_vague(line)] == []
    assert ZONE.search(letter.text) or not TIME.search(letter.text)
    assert 5 < len(letter.subject) <= 120
    assert body.count("<h1") == 1


@pytest.mark.parametrize("kind", kinds())
def test_the_letter_speaks_the_language_of_its_reader(kind):
    """German readers get German words: the wrapper says so, and the sentence why one gets it is another one."""
    letter, english = rendered(kind, language="de"), (FOLDER / f"{kind}.txt").read_text(encoding="utf-8")
    if kind == "partners-invitation":
        assert 'lang="en' in letter.html  # nobody knows yet which language the invited person speaks
    else:
        assert 'lang="de"' in _wrapper(letter.html)
        why = letter.text.split("-- \n")[1].splitlines()[0]
        assert why not in english
