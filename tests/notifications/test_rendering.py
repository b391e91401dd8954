"""From Content to text and HTML: both say the same, and no title breaks them."""

import email
import re
from email import policy
from html.parser import HTMLParser

import pytest

from notifications import delivery, registry, rendering
from notifications.registry import Content, DigestLine, Letterhead
from tests.factories import make_person

CONTENT = Content(
    subject="Meeting in Győr: the time has changed",
    lines=["The meeting begins later.", "First line\nsecond line"],
    facts=[("Begins", "Thu 1 Mar 2018, 09:00 (Budapest)"), ("Place", "Győr & Pannonhalma")],
    action=("See the meeting", "/meetings/4/"),
    why="You get this letter because you are registered.",
    sections=[("Decisions", [DigestLine("Next meeting in <Ghent>", "https://other.example.org/x")])],
)


class Words(HTMLParser):
    """The words of a page and its addresses."""

    def __init__(self):
        super().__init__()
        self.words, self.addresses, self.is_on = [], [], True

    def handle_starttag(self, tag, attrs):
        self.is_on = tag not in {"style", "title"}
        self.addresses += [value for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag):
        self.is_on = True

    def handle_data(self, data):
        self.words += data.split() if self.is_on else []


def read(html):
    """Return the parsed page."""
    parser = Words()
    parser.feed(html)
    return parser


@pytest.fixture
def rendered(settings, monkeypatch):
    """Return a function that renders CONTENT, or other content, for Ilse Berger."""
    settings.SITE_URL = "https://portal.example.org"
    head = Letterhead("CLX20", "Partnership CLX20", "Co-funded by the programme", "/account/email/")
    monkeypatch.setitem(registry.LETTERHEAD, "write", lambda: head)

    def make(content=CONTENT, name="Ilse Berger"):
        return rendering.render(content, name)

    return make


def test_text_and_html_say_the_same(rendered):
    letter = rendered()
    page = " ".join(read(letter.html).words)
    for words in (
        "Dear Ilse Berger,",
        "The meeting begins later.",
        "Győr & Pannonhalma",
        "Next meeting in <Ghent>",
        "https://portal.example.org/meetings/4/",
        "You get this letter because you are registered.",
        "Co-funded by the programme",
        "Partnership CLX20",
    ):
        assert words in letter.text
        assert words in page


def test_every_address_is_complete(rendered):
    assert set(read(rendered().html).addresses) == {
        "https://portal.example.org/meetings/4/",
        "https://other.example.org/x",
        "https://portal.example.org/account/email/",
        "https://portal.example.org",
    }


def test_nothing_is_loaded_and_nothing_runs(rendered):
    html = rendered().html
    assert re.findall(r"<(?:img|script|link|iframe|object)\b|url\(|@import|javascript:", html, re.IGNORECASE) == []


def test_the_style_is_at_the_elements_and_the_dark_one_in_the_head(rendered):
    html = rendered().html
    assert re.search(r'<td class="button"[^>]*style="[^"]*background-color: #0f1e2b', html)
    assert html.count("@media (prefers-color-scheme: dark)") == 1
    assert '<meta name="color-scheme" content="light dark">' in html


def test_markup_in_what_people_typed_stays_text(rendered):
    content = Content("<b>x</b>", ["<script>alert(1)</script>"], "why", facts=[("<i>", "</dl>")])
    html = rendered(content, name="<img src=x>").html
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert rendered(content).text.count("<script>alert(1)</script>") == 1


HOSTILE = [
    "word\x0bBcc: spy@example.org",
    "word\nBcc: spy@example.org",
    "word\r\n\r\nBody",
    "word\x00",
    "word\ud800",
    "word\u2028next",
    "word\x85next",
    "\u202eword",
    "word" * 300,
    "   ",
    "😀 Győr – Καλή",
]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.django_db
def test_no_title_and_no_name_breaks_a_letter(make_letter, kinds, now, words):
    """Header injection and text that no header takes: Django's message would raise without the cleaning (seen)."""
    kinds("hostile-note", lambda *_: Content(words, [words], words, facts=[(words, words)], action=(words, "/")))
    person = make_person()
    letter = make_letter(kind="hostile-note", person=person)
    person.name = words
    rendered = rendering.render(registry.LETTERS["hostile-note"].write(None, person, {}), person)
    raw = rendering.message(letter, rendered, connection=None).message().as_bytes()
    read_back = email.message_from_bytes(raw, policy=policy.default)
    assert read_back["Bcc"] is None
    assert len(rendered.subject) <= 200
    assert "".join(read_back["Subject"].split()) == "".join(rendered.subject.split())
    assert not set(rendered.subject) & set("\r\n\x00\x0b\u2028\u202e")
    assert max(len(line) for line in raw.splitlines()) <= 998


@pytest.mark.django_db
def test_an_address_with_a_line_break_cannot_add_a_header(make_letter, now, mailoutbox):
    person = make_person()
    letter = make_letter(person=person)
    type(person).objects.filter(pk=person.pk).update(email="a@example.org\nBcc: spy@example.org")
    assert delivery.drain(clock=lambda: now) == {"queued": 1}
    letter.refresh_from_db()
    assert (letter.state, mailoutbox) == ("queued", [])


@pytest.mark.django_db
def test_a_calendar_is_a_part_and_a_file(make_letter, kinds, now, mailoutbox):
    calendar = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    kinds("dated-note", lambda *_: Content("Come", ["Please."], "why", calendar=(calendar, "REQUEST")))
    make_letter(kind="dated-note")
    delivery.drain(clock=lambda: now)
    sent = email.message_from_bytes(mailoutbox[0].message().as_bytes(), policy=policy.default)
    parts = {part.get_content_type(): part for part in sent.walk()}
    assert set(parts) == {
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    }
    assert parts["text/calendar"]["Content-Type"].params["method"] == "REQUEST"
    assert parts["text/calendar"].get_content().split() == calendar.decode().split()
    assert parts["application/ics"].get_filename() == "invitation.ics"


@pytest.mark.django_db
def test_times_are_in_the_zone_of_the_person(make_letter, kinds, now, mailoutbox):
    from django.utils import timezone

    kinds("timed-note", lambda *_: Content(f"{timezone.localtime(now):%H:%M %Z}", ["Now."], "why"))
    make_letter(kind="timed-note", person=make_person(time_zone="Europe/Athens"))
    delivery.drain(clock=lambda: now)
    assert mailoutbox[0].subject == "14:00 EET"
