"""``post``: how a room writes letters. One fact makes one row, in the transaction of the change."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import rendering
from notifications.models import Letter
from notifications.registry import LETTERS

SETTLE = timedelta(minutes=10)
SETTLE_AT_MOST = timedelta(minutes=30)
WAITING = (Letter.State.QUEUED, Letter.State.FOLDED)


@dataclass(frozen=True)
class Occasion:
    """Which occurrence of a fact a letter is about, and when it is of use.

    ``slot`` says which occurrence ("day-before", "2027-W12"), ``rev`` the revision of the fact.
    ``due_at``: not before (default now); ``useful_until``: not after.
    """

    slot: str = ""
    rev: int = 0
    due_at: datetime | None = None
    useful_until: datetime | None = None


def post(kind, *, to, about, data=None, by=None, **occasion):
    """Write one letter of ``kind`` about the row ``about`` to each person of ``to``.

    ``slot``, ``rev``, ``due_at``, ``useful_until``: see ``Occasion``; the same fact written twice makes
    one row. The person who acts (``by``, an account) is never told. ``data``: JSON facts that the row
    ``about`` will not tell later, such as the date before a move. Returns the number of new rows.
    """
    return insert(letters_of(kind, to=to, about=about, data=data, by=by, **occasion))


def letters_of(kind, *, to, about, data=None, by=None, **occasion):
    """Return the letters that ``post`` would write, for those who insert many at once."""
    when = Occasion(**occasion)
    if kind not in LETTERS:
        raise LookupError(f"There is no letter {kind}.")
    actor_id = getattr(by, "person_id", None)
    now = timezone.now()
    content_type = ContentType.objects.get_for_model(about)
    people = {person.pk: person for person in to if person.email and person.pk != actor_id}
    return [
        Letter(
            kind=kind,
            content_type=content_type,
            object_id=about.pk,
            person=person,
            address=person.email,
            key=f"{kind}:{content_type.pk}.{about.pk}:{person.pk}:{when.slot}:{when.rev}",
            data=data or {},
            due_at=when.due_at or now,
            useful_until=when.useful_until,
            created_at=now,
        )
        for person in people.values()
    ]


def post_settled(kind, *, to, about, keep, by=None, **rest):
    """Like ``post``, for edits that often come in a row: within ten minutes they make one letter.

    It waits until nobody has edited for ten minutes, at most thirty from the first edit; urgent ones wait for
    nothing. A letter that was still waiting is cancelled, and the new one takes over the oldest facts under
    the names ``keep`` of its ``data``: so that it tells everything the person has not yet read.
    """
    now = timezone.now()
    letters = letters_of(kind, to=to, about=about, by=by, **rest)
    waiting = Letter.objects.about(about).filter(kind=kind, state__in=WAITING).order_by("created_at", "pk")
    older = {}
    for row in waiting.filter(person__in=[letter.person_id for letter in letters]):
        older.setdefault(row.person_id, row)
    is_urgent = LETTERS[kind].presses(about, now)
    for letter in letters:
        before = older.get(letter.person_id)
        first = before.data.get("first_at") if before else None
        first_at = datetime.fromisoformat(first) if first else now
        kept = {name: before.data[name] for name in keep if before and name in before.data}
        letter.data = {**letter.data, **kept, "first_at": first_at.isoformat()}
        if not is_urgent:
            letter.due_at = max(now, min(now + SETTLE, first_at + SETTLE_AT_MOST))
    waiting.filter(person__in=list(older)).update(state=Letter.State.CANCELLED, reason=_("a newer letter says it too"))
    return insert(letters)


def post_to_address(kind, *, address, about, slot="", data=None, due_at=None, useful_until=None):
    """Write one letter to an address of nobody known yet, such as an invitation."""
    content_type = ContentType.objects.get_for_model(about)
    return insert(
        [
            Letter(
                kind=kind,
                content_type=content_type,
                object_id=about.pk,
                address=address,
                key=f"{kind}:{content_type.pk}.{about.pk}:{address.lower()}:{slot}:0"[:200],
                data=data or {},
                due_at=due_at or timezone.now(),
                useful_until=useful_until,
            )
        ]
    )


def cancel(about, *, kinds=None, reason=""):
    """Cancel the waiting letters about a row (of some ``kinds``, or all); returns how many."""
    rows = Letter.objects.about(about).filter(state__in=WAITING)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return rows.update(state=Letter.State.CANCELLED, cause=Letter.Cause.FACTS, reason=reason[:200])


def settle(about, *, kinds, people=None):
    """Mark entries of the inboxes as done, because somebody did what they asked for; returns how many.

    ``people``: whose entries; without it everybody's. Call it in the workflow that does the thing.
    """
    rows = Letter.objects.about(about).filter(kind__in=kinds, settled_at=None)
    if people is not None:
        rows = rows.filter(person__in=people)
    return rows.update(settled_at=timezone.now(), snoozed_until=None)


def insert(rows):
    """Write ``rows``; those whose key exists already stay as they are. Returns the number of new ones."""
    before = Letter.objects.filter(key__in=[row.key for row in rows]).count()
    Letter.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows) - before


def message_off_the_record(write, *, person, address):
    """Return the message that ``write()`` (Content, or None) makes, in the way of ``person`` (may be None).

    For letters whose keys must never be stored, such as a new password: no row, no second try, no choice.
    """
    with rendering.in_the_way_of(person):
        content = write()
        if content is None:
            return None
        rendered = rendering.render(content, person)
    return rendering.envelope(rendered, address)
