"""What the rooms above register: kinds of letters, reminders and parts of the weekly letter."""

from dataclasses import dataclass, field

LETTERS: dict = {}
REMINDERS: dict = {}
DIGEST_SECTIONS: dict = {}
LETTERHEAD: dict = {}


@dataclass(frozen=True)
class Content:
    """What a letter says; text and HTML are both made from it, so that they say the same.

    ``subject``: starts with what matters. ``lines``: paragraphs, plain text. ``facts``: pairs of label
    and value. ``action``: label and address (path or full) of the one button. ``why``: why one gets it.
    ``calendar``: bytes of an iCalendar file and its method, or None. ``sections``: pairs of heading and
    list of DigestLine, below the lines.
    """

    subject: str
    lines: list
    why: str
    facts: list = field(default_factory=list)
    action: tuple | None = None
    calendar: tuple | None = None
    sections: list = field(default_factory=list)


@dataclass(frozen=True)
class Skip:
    """A letter that is no longer needed, with the reason for the ledger."""

    reason: str


@dataclass(frozen=True)
class Kind:
    """A kind of letter: ``write(thing, person, data)`` returns Content or Skip."""

    name: str
    write: object
    is_essential: bool = False


@dataclass(frozen=True)
class DigestLine:
    """One line of the weekly letter."""

    text: str
    url: str
    happened_at: object = None


@dataclass(frozen=True)
class Letterhead:
    """What stands above and below every letter. ``settings_path``: where a person chooses letters."""

    acronym: str = "Portal"
    name: str = ""
    funding_line: str = ""
    settings_path: str = ""


def letterhead(write):
    """Register the one function without arguments that returns the Letterhead, read for each letter."""
    LETTERHEAD["write"] = write
    return write


def current_letterhead():
    """Return what stands on the letters now."""
    return LETTERHEAD["write"]() if "write" in LETTERHEAD else Letterhead()


def letter(name, *, is_essential=False):
    """Register ``write(thing, person, data) -> Content | Skip`` as the kind ``name`` ("app-kind").

    It runs when the letter is sent, so it checks again that the letter is still true and allowed.
    ``is_essential``: sent to people who want no letters and to addresses without account (invitation).
    """

    def register(write):
        if name in LETTERS:
            raise ValueError(f"The letter {name} is registered twice.")
        LETTERS[name] = Kind(name, write, is_essential)
        return write

    return register


def reminder(name):
    """Register ``find(now)``: it yields keyword arguments of ``post`` for what is due at ``now``."""

    def register(find):
        if name in REMINDERS:
            raise ValueError(f"The reminder {name} is registered twice.")
        REMINDERS[name] = find
        return find

    return register


def digest_section(name, title, *, order=50):
    """Register ``lines(user, since, until) -> list[DigestLine]`` as one part of the weekly letter."""

    def register(lines):
        DIGEST_SECTIONS[name] = (order, title, lines)
        return lines

    return register
