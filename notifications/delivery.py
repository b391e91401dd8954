"""From the outbox to the mail server: claim one letter, write it, send it, note the end.

No transaction and no lock is open while the mail server is asked. A process that dies leaves a claimed
row; ``sweep`` takes it back when its lease is over. Every end is noted only while the claim still holds
(``held_by``: same row, same nonce), so a process that was frozen and wakes cannot overwrite a newer end.
"""

import contextlib
import logging
import random
import smtplib
import uuid
from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import get_connection
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Heartbeat
from core.text import clean_line
from notifications import rendering
from notifications.models import Letter
from notifications.registry import LETTERS, Skip

logger = logging.getLogger(__name__)

WAITS = (1, 5, 15, 60, 240, 720)  # minutes before the next try
MAX_TRIES = 8
MAX_CLAIMS = 5  # claims without a noted end: the letter itself brings its process down
KEEP_TEXTS = timedelta(days=30)
UNREACHABLE = "unreachable"
LOST = "lost"
State = Letter.State


def drain(*, limit=500, seconds=12, clock=timezone.now, chance=random.random):
    """Send what is due, at most ``limit`` letters and ``seconds`` seconds; return a Counter of the ends.

    Any number of processes may do this at once. When the mail server cannot be reached the round ends,
    so that one outage does not use up a try of every letter.
    """
    ends = Counter()
    until = clock() + timedelta(seconds=seconds)
    server = get_connection()
    try:
        while ends.total() < limit and clock() < until:
            letter = claim(clock())
            if letter is None:
                break
            end = deliver(letter, server, clock=clock, chance=chance)
            ends[end] += 1
            if end == UNREACHABLE:
                break
    finally:
        _close(server)
    Heartbeat.objects.update_or_create(job="letters-drain", defaults={"beat_at": clock()})
    return ends


def claim(now):
    """Take one due letter for this process and return it, or None when nothing is due.

    The UPDATE repeats the condition of the SELECT (compare and set), so of two processes one wins.
    Letters that never brought a process down go first.
    """
    while Letter.objects.due(now).exists():
        nonce = uuid.uuid4()
        with transaction.atomic():
            rows = Letter.objects.due(now).order_by("claims", "due_at", "pk")
            if connection.features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True)
            pk = rows.values_list("pk", flat=True).first()
            if pk is None:
                return None
            won = (
                Letter.objects.due(now)
                .filter(pk=pk)
                .update(state=State.CLAIMED, nonce=nonce, lease_until=_lease(now), claims=F("claims") + 1)
            )
        if won:
            return Letter.objects.select_related("person", "content_type").get(pk=pk)
    return None


def deliver(letter, server, *, clock=timezone.now, chance=random.random):
    """Write and send one claimed letter; return how it ended."""
    try:
        with rendering.in_the_way_of(letter.person):
            written = write(letter, clock())
            if isinstance(written, Skip):
                return _end(letter, State.SKIPPED, reason=written.reason)
            rendered = rendering.render(written, letter.person)
        mail = rendering.message(letter, rendered, connection=server)
        mail.message()
    except Exception:
        logger.exception("Letter %s (%s) cannot be written.", letter.pk, letter.kind)
        return _broken(letter, clock(), chance)
    if not _begin(letter, rendered, clock()):
        return LOST
    return _hand_over(letter, mail, clock=clock, chance=chance)


def write(letter, now):
    """Return the Content of ``letter`` as things are now, or the Skip that says why it is not needed."""
    kind = LETTERS[letter.kind]
    thing = letter.thing
    if letter.useful_until and letter.useful_until <= now:
        return Skip(_("it would come too late"))
    if letter.content_type_id and thing is None:
        return Skip(_("what it was about no longer exists"))
    if letter.person is not None:
        if not kind.is_essential and _is_shut_out(letter.person):
            return Skip(_("the account is not active"))
        if not letter.person.email:
            return Skip(_("the person has no address"))
        letter.address = letter.person.email
    return kind.write(thing, letter.person, letter.data)


def sweep(now):
    """Take back the letters of processes that died; forget the texts of old letters; return how many."""
    stuck = Letter.objects.stuck(now)
    dead = stuck.filter(claims__gte=MAX_CLAIMS).update(
        state=State.DEAD, nonce=None, reason=_("the process that sent it ended %d times") % MAX_CLAIMS
    )
    back = stuck.update(state=State.QUEUED, nonce=None, lease_until=None)
    Letter.objects.ended_before(now - KEEP_TEXTS).exclude(text="", html="").update(text="", html="", data={})
    Heartbeat.objects.update_or_create(job="letters-sweep", defaults={"beat_at": now})
    return dead + back


def wait_after(tries, chance):
    """Return how long to wait after that many failed tries: 1 minute to 12 hours, a fifth more or less."""
    minutes = WAITS[min(tries, len(WAITS)) - 1]
    return timedelta(minutes=minutes * (0.8 + 0.4 * chance()))


def is_permanent(error):
    """True when the mail server refused this recipient or this letter for good (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, smtplib.SMTPNotSupportedError)


def words_of(error):
    """Return what the mail server or the network said, as one line for curators."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_answer(code, said) for code, said in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return clean_line(f"{type(error).__name__}: {error}")


def _answer(code, said):
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return clean_line(f"{code} {text}")


def _is_shut_out(person):
    return get_user_model().objects.filter(person=person, is_active=False).exists()


def _lease(now):
    return now + timedelta(seconds=settings.MAIL_LEASE_SECONDS)


def _begin(letter, rendered, now):
    """Note the try before it happens; False when the claim is lost: then nothing is sent."""
    letter.attempts += 1
    return Letter.objects.held_by(letter).update(
        attempts=letter.attempts,
        lease_until=_lease(now),
        address=letter.address,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
    )


def _hand_over(letter, mail, *, clock, chance):
    try:
        mail.connection.open()
        mail.connection.send_messages([mail])
    except OSError as error:  # smtplib's errors are OSErrors, too
        _close(mail.connection)
        return _failed(letter, error, now=clock(), chance=chance)
    except Exception:
        logger.exception("Letter %s (%s) cannot be sent.", letter.pk, letter.kind)
        _close(mail.connection)
        return _broken(letter, clock(), chance)
    return _end(letter, State.SENT, sent_at=clock())


def _failed(letter, error, *, now, chance):
    words = words_of(error)
    next_try_at = now + wait_after(letter.attempts, chance)
    is_too_late = letter.useful_until is not None and next_try_at >= letter.useful_until
    if is_permanent(error) or is_too_late or letter.attempts >= MAX_TRIES:
        logger.warning("Letter %s (%s) is given up: %s", letter.pk, letter.kind, words)
        return _end(letter, State.DEAD, reason=words)
    _end(letter, State.QUEUED, reason=words, next_try_at=next_try_at, claims=0)
    concerns_only_this = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    return State.QUEUED if concerns_only_this else UNREACHABLE


def _broken(letter, now, chance):
    """The letter itself is faulty: it waits and, after some claims, is given up; the others go on."""
    reason = _("it cannot be written; the log of the server says why")
    if letter.claims >= MAX_CLAIMS:
        return _end(letter, State.DEAD, reason=reason)
    return _end(letter, State.QUEUED, reason=reason, next_try_at=now + wait_after(letter.claims, chance))


def _end(letter, state, *, reason="", **fields):
    """Note how it went, if the claim still holds; return the state, or LOST."""
    held = Letter.objects.held_by(letter)
    is_mine = held.update(state=state, reason=str(reason)[:200], nonce=None, lease_until=None, **fields)
    return state if is_mine else LOST


def _close(server):
    with contextlib.suppress(OSError):
        server.close()
