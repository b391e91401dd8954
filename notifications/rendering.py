"""From Content to a message: one text template and one HTML template, filled with the same words.

Whatever people typed into titles and names, nothing here raises because of it: control characters, line
breaks and lone surrogates are taken out before they reach a header or a template.
"""

import re
import zoneinfo
from dataclasses import dataclass
from email.header import Header
from email.utils import formataddr, parseaddr
from functools import lru_cache

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import engines
from django.template.loader import get_template
from django.utils import timezone, translation

from core.text import clean_line, one_line_breaks
from notifications import acts
from notifications.choices import links
from notifications.registry import LETTERS, current_letterhead

SUBJECT_LENGTH = 200
NAME_LENGTH = 75
NAME_BYTES = 320
_PARAGRAPHS = re.compile(r"\n{2,}")
_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;"})
_IN_NAMES = re.compile(r'[@:,;"<>()\[\]\\]')
_inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Rendered:
    """A letter as it goes out."""

    subject: str
    text: str
    html: str
    calendar: tuple | None = None
    url: str = ""


class _Said(str):
    """Text between two tags: its quotation marks need no disguise there, and templates call ``__html__``."""

    __slots__ = ()

    def __html__(self):
        return self.translate(_MARKS)


class _Lines(_Said):
    """The same in several lines."""

    __slots__ = ()

    def __html__(self):
        return super().__html__().replace("\n", "<br>")


def in_the_way_of(person):
    """Return a context manager: the language and the time zone of ``person`` (None: the portal's)."""
    if person is None:
        return _Way(settings.LANGUAGE_CODE, settings.TIME_ZONE)
    return _Way(person.language, person.time_zone)


class _Way(translation.override):
    """Language and time zone of a person, together."""

    def __init__(self, language, zone):
        super().__init__(language)
        self.zone = timezone.override(zoneinfo.ZoneInfo(zone))

    def __enter__(self):
        super().__enter__()
        self.zone.__enter__()

    def __exit__(self, *error):
        self.zone.__exit__(*error)
        super().__exit__(*error)


def absolute(address):
    """Return ``address`` with the portal's own address before it, unless it is complete already."""
    is_complete = address.startswith(("https://", "http://", "mailto:"))
    return address if is_complete else f"{settings.SITE_URL}/{address.lstrip('/')}"


def clean_text(text):
    """Return ``text`` without control characters; line breaks stay."""
    return "\n".join(clean_line(line) for line in one_line_breaks(str(text)).split("\n")).strip()


def render(content, person, *, kind=""):
    """Return the Rendered letter for ``content``; ``person`` may be None (an address of nobody known).

    ``kind``: the name of its kind; the line "why you get this" then leads to the very switch of its reason.
    """
    words = words_of(content, person, kind=kind)
    return Rendered(
        subject=words["subject"],
        text=get_template("notifications/letter.txt").render(words).strip() + "\n",
        html=_page().render(_as_markup(words)),
        calendar=content.calendar,
        url=content.action[1][:500] if content.action else "",
    )


def words_of(content, person, *, kind=""):
    """Return what both templates are filled with."""
    head = current_letterhead()
    return {
        "subject": clean_line(str(content.subject))[:SUBJECT_LENGTH].strip(),
        "head": head,
        "greeted": clean_line(str(person)) if person is not None else "",
        "lines": [clean_text(line) for line in content.lines if str(line).strip()],
        "facts": [(clean_line(str(label)), clean_text(value)) for label, value in content.facts],
        "sections": [(clean_line(str(title)), [_line(row) for row in rows]) for title, rows in content.sections],
        "acts": [(clean_line(words), absolute(path)) for words, path in acts.links(content.acts, person)],
        "action": content.action and (clean_line(str(content.action[0])), absolute(content.action[1])),
        "why": clean_text(content.why),
        "settings_url": absolute(head.settings_path) + links.switch_of(kind)
        if head.settings_path and person is not None
        else "",
        "site_url": settings.SITE_URL,
        "language": translation.get_language() or settings.LANGUAGE_CODE,
    }


def _line(row):
    return {"text": clean_line(str(row.text)), "url": absolute(row.url)}


def _as_markup(words):
    """Return ``words`` for the page; addresses stay plain, so that the template disguises all of their marks."""
    head = words["head"]
    return words | {
        "subject": _Said(words["subject"]),
        "greeted": _Said(words["greeted"]),
        "head": {name: _Said(str(getattr(head, name))) for name in ("acronym", "name", "funding_line")},
        "lines": [[_Lines(part) for part in _PARAGRAPHS.split(line)] for line in words["lines"]],
        "facts": [(_Said(label), _Lines(value)) for label, value in words["facts"]],
        "sections": [
            (_Said(title), [{"text": _Said(row["text"]), "url": row["url"]} for row in rows])
            for title, rows in words["sections"]
        ],
        "acts": [(_Said(label), path) for label, path in words["acts"]],
        "action": words["action"] and (_Said(words["action"][0]), words["action"][1]),
        "why": _Said(words["why"]),
    }


def _page():
    """Return the template of the page with its style at each element."""
    return _styled(_source("notifications/letter.html"), _source("notifications/letter.css"))


def _source(name):
    return get_template(name).template.source


@lru_cache(maxsize=4)
def _styled(source, style):
    """Return the template ``source`` with its style at each element, and once more in the head for dark screens.

    It is done once for all letters: which rule holds for which element does not depend on their words.
    """
    return engines["django"].from_string(
        _inliner.inline(source.replace("</head>", f"<style>{style}</style></head>", 1))
    )


def envelope(rendered, address, *, headers=None, connection=None):
    """Return a message of text and HTML to one address, marked as written by a program."""
    automatic = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    mail = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        from_email=sender(),
        to=[address],
        connection=connection,
        headers={**(headers or {}), **automatic},
    )
    mail.attach_alternative(rendered.html, "text/html")
    return mail


def message(letter, rendered, *, connection):
    """Return the message: the same Message-ID in each try, marked as automatic."""
    headers = {"Message-ID": letter.message_id, **_threads(letter), **links.headers_of(letter)}
    mail = envelope(rendered, letter.address, headers=headers, connection=connection)
    if rendered.calendar:
        content, method = rendered.calendar
        text = content.decode() if isinstance(content, bytes) else content
        mail.attach_alternative(text, f"text/calendar; method={method}")
        mail.attach("invitation.ics", text, "application/ics")
    return mail


def sender():
    """Return the From of every letter: the portal's one address, and the partnership's name made harmless.

    Filters suspect names that look like addresses, and some programs cut long ones in the middle.
    """
    own_name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    head = current_letterhead()
    name = clean_line(_IN_NAMES.sub(" ", clean_line(str(head.acronym or own_name))))[:NAME_LENGTH].strip()
    if len(Header(name, "utf-8").encode()) > NAME_BYTES:
        name = ""
    return formataddr((name, address))


def _threads(letter):
    """Return the headers that bring letters about one thing together, and letters of one stream under one name.

    The root is a Message-ID that no letter has; programs thread all letters that refer to it. Letters to
    addresses of nobody known and letters of security belong to no list.
    """
    kind = LETTERS.get(letter.kind)
    thing = letter.thing if letter.content_type_id else None
    headers = {}
    root = kind.thread_of(thing) if kind is not None else thing
    if root is not None and root != letter.person:
        headers["References"] = headers["In-Reply-To"] = root_id(root)
    if kind is None or not kind.is_essential:
        group = kind.group_of(thing) if kind is not None else None
        room = letter.kind.split("-")[0]
        stream = f"workgroup-{group.pk}" if group is not None else room
        headers["List-Id"] = f"<{stream}.{settings.MAIL_DOMAIN}>"
    return headers


def root_id(thing):
    """Return the Message-ID that all letters about ``thing`` refer to."""
    return f"<{thing._meta.label_lower}.{thing.pk}@{settings.MAIL_DOMAIN}>"
