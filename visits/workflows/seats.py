"""Who gets a seat: in order of arrival, never more than there are, whoever else acts at the same time.

Each of these verbs works under the lock of the visit's row (``locked``): PostgreSQL locks the row with the
UPDATE, SQLite the database with BEGIN IMMEDIATE. Sign-ups do not raise the visit's version: an organiser
who edits the text while two hundred people sign up loses nothing.
"""

from contextlib import contextmanager

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history
from core.errors import Refused
from notifications.posting import settle
from visits import notices
from visits.models import SignUp, StudyVisit


@contextmanager
def locked(visit):
    """Hold the row of ``visit`` until the end of the block, which is one transaction; yield it read anew."""
    with transaction.atomic():
        rows = StudyVisit.objects.filter(pk=visit.pk)
        rows.update(last_queue_number=F("last_queue_number"))
        yield rows.select_related("meeting").get()


def sign_up(visit, *, by, person=None, version=None):
    """Give ``person`` (default: who acts) a seat, or the last place in the waiting list.

    Asked twice it answers with what is there. Who comes back after withdrawing gets a new number, at the
    end. Organisers may still add people after sign-up has closed, until the visit begins.
    """
    who = person or history.person_of(by)
    with locked(visit) as current:
        _check_open(current, is_own=who == history.person_of(by))
        row = current.sign_ups.filter(person=who).first()
        if row is not None and row.state != SignUp.State.WITHDRAWN:
            return row
        row = row or SignUp(visit=current, person=who)
        row.visit = current
        _arrive(row)
        note = "" if row.person == history.person_of(by) else row.person.name
        verb = "signed-up" if row.state == SignUp.State.CONFIRMED else "put-on-waiting-list"
        history.record(current, verb, by=by, note=note)
        notices.signed_up(row)
    return row


def _check_open(visit, *, is_own):
    if visit.has_begun():
        raise Refused(_("The visit has begun. Nobody can sign up any more."))
    states = StudyVisit.State
    is_takeable = visit.state == states.OPEN or (not is_own and visit.state == states.CLOSED)
    if not is_takeable:
        raise Refused(_("Sign-up is not open for this visit."))
    if is_own and not visit.is_sign_up_open():
        raise Refused(_("Sign-up for this visit has closed. Please write to the organisers."))


def _arrive(row):
    """Give the next number; a seat if one is free and nobody waits."""
    visit, now = row.visit, timezone.now()
    row.queue_number = _next_number(visit)
    is_free = visit.seats is None or _taken(visit) < visit.seats
    has_seat = is_free and not visit.sign_ups.waiting().exists()
    row.state = SignUp.State.CONFIRMED if has_seat else SignUp.State.WAITING
    row.signed_up_at, row.withdrawn_at = now, None
    row.confirmed_at = now if has_seat else None
    row.save()


def _next_number(visit):
    """Return a number that was never given before, not even to somebody whose row is gone."""
    given = visit.sign_ups.aggregate(last=Max("queue_number"))["last"] or 0
    number = max(given, visit.last_queue_number) + 1
    StudyVisit.objects.filter(pk=visit.pk).update(last_queue_number=number)
    visit.last_queue_number = number
    return number


def _taken(visit):
    return visit.sign_ups.confirmed().count()


def withdraw(sign_up, *, by, version=None):
    """Give the seat back, or leave the queue; a free seat goes to the next one in line."""
    with locked(sign_up.visit) as visit:
        row = visit.sign_ups.select_related("person").get(pk=sign_up.pk)
        row.visit = visit
        if row.state == SignUp.State.WITHDRAWN:
            return row
        if visit.state not in (StudyVisit.State.OPEN, StudyVisit.State.CLOSED) or visit.has_begun():
            raise Refused(_("The visit has begun or is over, so the list stays as it is."))
        row.state, row.withdrawn_at, row.confirmed_at = SignUp.State.WITHDRAWN, timezone.now(), None
        row.save(update_fields=["state", "withdrawn_at", "confirmed_at"])
        settle(visit, kinds=notices.OBSOLETE, people=[row.person])
        is_own = row.person == history.person_of(by)
        history.record(visit, "withdrawn", by=by, note="" if is_own else row.person.name)
        if not is_own:
            notices.withdrawn(row, by=by)
        fill(visit, by=by)
    return row


def is_accepted(sign_up):
    """True when the person has said, since the seat was given, that it is taken."""
    since = sign_up.confirmed_at
    return since is not None and (
        history.of(sign_up.visit).filter(verb="seat-accepted", actor=sign_up.person, happened_at__gte=since).exists()
    )


def accept_seat(sign_up, *, by, version=None):
    """Say that a seat which became free is taken; the organisers see it in the history."""
    with locked(sign_up.visit) as visit:
        row = visit.sign_ups.select_related("person").get(pk=sign_up.pk)
        row.visit = visit
        if row.state != SignUp.State.CONFIRMED:
            raise Refused(_("You have no seat on this visit."))
        if is_accepted(row):
            raise Refused(_("You have accepted this seat already."))
        history.record(visit, "seat-accepted", by=by)
        settle(visit, kinds=["visits-let-in"], people=[row.person])
    return row


def fill(visit, *, by):
    """Give free seats to the people who wait longest; each gets one letter. Call it under the lock."""
    if visit.state not in (StudyVisit.State.OPEN, StudyVisit.State.CLOSED) or visit.has_begun():
        return []
    rows = visit.sign_ups.waiting().select_related("person")
    if visit.seats is not None:
        rows = rows[: max(0, visit.seats - _taken(visit))]
    let_in = list(rows)
    for row in let_in:
        row.visit = visit
        row.state, row.confirmed_at = SignUp.State.CONFIRMED, timezone.now()
        row.save(update_fields=["state", "confirmed_at"])
        history.record(visit, "let-in", by=None, note=row.person.name)
        notices.let_in(row)
    return let_in


def check_seats(visit, seats):
    """Refuse fewer seats than are taken. Call it under the lock."""
    taken = _taken(visit)
    if seats is not None and seats < taken:
        raise Refused(
            _("%(taken)d seats are taken already, so there cannot be fewer. Ask people to withdraw first.")
            % {"taken": taken},
            "seats",
        )
