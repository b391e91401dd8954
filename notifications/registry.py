"""What the rooms above register: kinds of letters, reminders and parts of the weekly letter."""

import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

FRESH_SECONDS = 2  # how long letters of one round share an answer
_ROUND: ContextVar = ContextVar("round", default=None)
HOLD = "hold"  # policy of kinds whose second copy would do more harm than a doubt
LETTERS: dict = {}
REMINDERS: dict = {}
DIGEST_SECTIONS: dict = {}
LETTERHEAD: dict = {}
KEEPERS: dict = {}
ACTS: dict = {}
TOPICS: dict = {}
MUTABLE: set = set()
GROUPS: dict = {}
SCOPES: dict = {}


@dataclass(frozen=True)
class Content:
    """What a letter says; text and HTML are both made from it, so that they say the same.

    ``subject``: starts with what matters. ``lines``: paragraphs, plain text. ``facts``: pairs of label
    and value. ``action``: label and address (path or full) of the one button. ``why``: why one gets it.
    ``calendar``: bytes of an iCalendar file and its method, or None. ``sections``: pairs of heading and
    list of DigestLine, below the lines. ``acts``: pairs of the name of an act and the row it is done to:
    links that work without signing in.
    """

    subject: str
    lines: list
    why: str
    facts: list = field(default_factory=list)
    action: tuple | None = None
    calendar: tuple | None = None
    sections: list = field(default_factory=list)
    acts: list = field(default_factory=list)


@dataclass(frozen=True)
class Skip:
    """A letter that is no longer needed: the reason in words, and as one word of ``Letter.Cause``."""

    reason: str
    cause: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of letter: ``write(thing, person, data)`` returns Content or Skip; the rest see ``letter``."""

    name: str
    write: object
    is_essential: bool = False
    topic: str = ""
    policy: str = "resend"
    is_urgent: object = False
    group: object = None
    thread: object = None

    def presses(self, thing, now):
        """True when this letter about ``thing`` may not wait."""
        return bool(self.is_urgent(thing, now)) if callable(self.is_urgent) else bool(self.is_urgent)

    def group_of(self, thing):
        """Return the workgroup that ``thing`` belongs to, or None."""
        return self.group(thing) if self.group and thing is not None else None

    def thread_of(self, thing):
        """Return the row that ``thing`` is a part of: what people mute, and what letters are grouped by."""
        return self.thread(thing) if self.thread and thing is not None else thing


@dataclass(frozen=True)
class Proposal:
    """What a link in a letter is going to do, in words, before anybody presses the button.

    ``title``: the act as a question; ``lines``: what follows from it; ``facts``: pairs of label and value;
    ``submit``: the words of the button. ``choices``: rows of which one is chosen first, under ``choice_label``.
    """

    title: str
    submit: str
    lines: list = field(default_factory=list)
    facts: list = field(default_factory=list)
    choices: object = None
    choice_label: str = ""


@dataclass(frozen=True)
class Act:
    """What a person may do from a letter without signing in: one workflow, on one row of ``model``."""

    name: str
    model: type
    label: object
    explain: object
    run: object
    days: int


@dataclass(frozen=True)
class Topic:
    """A reason for letters that people choose about.

    ``title`` and ``example``: what it is, in words; ``default``: "mail", "digest" or "portal".
    """

    name: str
    title: object
    example: object
    default: str = "mail"
    order: int = 50


@dataclass(frozen=True)
class DigestLine:
    """One line of the digest. ``happened_at``: when, for news; ``due``: until which day, for one's own things."""

    text: str
    url: str
    happened_at: object = None
    due: object = None


@dataclass(frozen=True)
class Letterhead:
    """What stands above and below every letter. ``settings_path``: where a person chooses letters."""

    acronym: str = "Portal"
    name: str = ""
    funding_line: str = ""
    settings_path: str = ""


def letterhead(write):
    """Register the one function without arguments that returns the Letterhead; a round of letters shares it."""
    LETTERHEAD["write"] = write
    return write


def current_letterhead():
    """Return what stands on the letters now."""
    return once("letterhead", LETTERHEAD["write"]) if "write" in LETTERHEAD else Letterhead()


class _Answers(dict):
    """The answers of a round, all forgotten after FRESH_SECONDS."""

    until = 0.0


@contextmanager
def one_round():
    """Let the letters that are written within share what ``once`` finds."""
    token = _ROUND.set(_Answers())
    try:
        yield
    finally:
        _ROUND.reset(token)


def is_round():
    """True while letters share answers."""
    return _ROUND.get() is not None


def once(key, find):
    """Return ``find()``: asked anew for each letter, but in a round at most every two seconds for each ``key``.

    Only for what is the same for everybody, or for everybody with the rights that stand in the key.
    """
    answers = _ROUND.get()
    if answers is None:
        return find()
    if time.monotonic() >= answers.until:
        answers.clear()
        answers.until = time.monotonic() + FRESH_SECONDS
    if key not in answers:
        answers[key] = find()
    return answers[key]


def keepers(find):
    """Register ``find(address, is_for_curators)``: the people who learn that letters to an address come back."""
    KEEPERS["find"] = find
    return find


def keepers_of(address, *, is_for_curators=False):
    """Return who looks after the person of ``address``, or the curators."""
    return KEEPERS["find"](address, is_for_curators=is_for_curators) if "find" in KEEPERS else []


def topic(name, title, example, *, default="mail", order=50):
    """Register a reason for letters; ``letter(..., topic=name)`` puts a kind of letter under it."""
    TOPICS[name] = Topic(name, title, example, default, order)


def topics():
    """Return the reasons in the order of the page."""
    return sorted(TOPICS.values(), key=lambda each: (each.order, each.name))


def mutable(model):
    """Register a model whose rows people may mute one by one."""
    MUTABLE.add(model._meta.label_lower)


def person_groups(find):
    """Register ``find(person)``: the workgroups of a person, for the choices of each group."""
    GROUPS["find"] = find
    return find


def groups_of(person):
    """Return the workgroups of ``person``."""
    return list(GROUPS["find"](person)) if "find" in GROUPS else []


def letter(name, **traits):
    """Register ``write(thing, person, data) -> Content | Skip`` as the kind ``name`` ("app-kind").

    It runs when the letter is sent, so it checks again that the letter is still true and allowed.
    ``is_essential``: sent to people who want no letters and to addresses without account (invitation).
    ``topic``: the reason that people choose about; every kind that is not essential has one.
    ``policy``: "resend" or "hold", when nobody knows whether a copy has arrived.
    ``is_urgent``: True, or a function of the thing and the moment: passes quiet hours and the daily limit.
    ``group``: a function of the thing, its workgroup or None. ``thread``: a function of the thing, the
    row whose letters belong together; without it the thing itself.
    """

    def register(write):
        if name in LETTERS:
            raise ValueError(f"The letter {name} is registered twice.")
        LETTERS[name] = Kind(name, write, **traits)
        return write

    return register


def act(name, model, label, *, explain, days=30):
    """Register ``run(thing, by=user, **choice)`` as an act; it calls one workflow and returns what was done.

    ``label``: the words of the link. ``explain(thing, user)`` returns a Proposal, or a Skip whose reason tells
    the reader why it cannot be done now. The link works for ``days``.
    """

    def register(run):
        if name in ACTS:
            raise ValueError(f"The act {name} is registered twice.")
        ACTS[name] = Act(name, model, label, explain, run, days)
        return run

    return register


def digest_section(name, title, *, order=50):
    """Register ``lines(user, since, until) -> list[DigestLine]`` as one part of the digest.

    Orders below 10 stand above the news: what the person has to do.
    """

    def register(lines):
        DIGEST_SECTIONS[name] = (order, title, lines)
        return lines

    return register
