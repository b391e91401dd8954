"""``post``: how a room writes letters. One fact makes one row, in the transaction of the change."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from notifications.models import Letter
from notifications.registry import LETTERS


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
    when = Occasion(**occasion)
    if kind not in LETTERS:
        raise LookupError(f"There is no letter {kind}.")
    actor_id = getattr(by, "person_id", None)
    now = timezone.now()
    content_type = ContentType.objects.get_for_model(about)
    people = {person.pk: person for person in to if person.email and person.pk != actor_id}
    rows = [
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
    return _insert(rows)


def post_to_address(kind, *, address, about, slot="", data=None, due_at=None, useful_until=None):
    """Write one letter to an address of nobody known yet, such as an invitation."""
    content_type = ContentType.objects.get_for_model(about)
    return _insert(
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
    rows = Letter.objects.about(about).filter(state=Letter.State.QUEUED)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return rows.update(state=Letter.State.CANCELLED, reason=reason[:200])


def _insert(rows):
    before = Letter.objects.filter(key__in=[row.key for row in rows]).count()
    Letter.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows) - before
