"""Write and send one claimed letter, and note how it ended.

No transaction and no lock is open while the mail server is asked. The row goes from ``claimed`` to
``handing`` after the letter's last byte and before the final dot; the same UPDATE is the fence against a
process that was frozen and wakes after its lease. What fails before the dot is safe to try again; what
breaks after it may have arrived, and the kind's policy says whether a second copy or a doubt is better.
"""

import logging
import smtplib

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import gates, mailing, rendering
from notifications.bounces import addresses
from notifications.delivery import answers, pauses
from notifications.delivery.claiming import LOST, end, keep, lease
from notifications.delivery.writing import write
from notifications.models import Letter
from notifications.registry import HOLD, LETTERS, Skip

logger = logging.getLogger(__name__)

MAX_TRIES = 8
MAX_CLAIMS = 5  # claims without a noted end: the letter itself brings its process down
UNREACHABLE = "unreachable"
PAUSED = "paused"
State = Letter.State


def deliver(letter, server, *, clock=timezone.now, chance=None):
    """Write and send one claimed letter; return how it ended."""
    chance = chance or _no_chance
    try:
        with rendering.in_the_way_of(letter.person):
            written = write(letter, clock())
            if isinstance(written, Skip):
                return end(letter, State.SKIPPED, reason=written.reason, cause=written.cause)
            if (aside := gates.aside(letter, written, clock())) is not None:
                return end(letter, aside.state, reason=aside.reason, **aside.fields)
            rendered = rendering.render(written, letter.person, kind=letter.kind)
        sealed = mailing.seal(rendering.message(letter, rendered, connection=None))
    except (OperationalError, InterfaceError):
        raise  # the database is away; the row is taken back when its lease is over
    except Exception:
        logger.warning("Letter %s (%s) cannot be written.", letter.pk, letter.kind, exc_info=True)
        return _broken(letter, now=clock(), chance=chance)
    ready = _open(letter, server, clock=clock, chance=chance)
    if ready is not None:
        return ready
    if not _begin(letter, rendered, clock()):
        return LOST
    return _hand_over(letter, sealed, server, clock=clock, chance=chance)


def _no_chance():
    return 0.5


def _open(letter, server, *, clock, chance):
    """Return None when the server is ready for a letter, else how this one ended: it waits, no try is counted."""
    now = clock()
    pause = pauses.current(server, now)
    state = PAUSED
    if pause is None:
        try:
            server.open()
        except (OSError, ValueError) as error:
            server.drop()
            waits = pauses.RATE_WAITS if answers.is_rate_limit(error) else pauses.DOWN_WAITS
            pause = pauses.begin(server, clock(), reason=answers.words_of(error), waits=waits, chance=chance)
            logger.warning("The mail server %s cannot be reached: %s", server.name, pause.reason)
            state = UNREACHABLE
    if pause is None:
        return None
    is_mine = end(letter, State.QUEUED, reason=pause.reason, next_try_at=pause.until, claims=0)
    return state if is_mine != LOST else LOST


def _begin(letter, rendered, now):
    """Note the try before it happens; False when the claim is lost: then nothing is sent."""
    letter.attempts += 1
    return keep(
        letter,
        attempts=letter.attempts,
        lease_until=lease(now),
        address=letter.address,
        subject=rendered.subject,
        url=rendered.url,
        text=rendered.text,
        html=rendered.html,
    )


def _hand_over(letter, sealed, server, *, clock, chance):
    try:
        server.hand(sealed)
    except OSError as error:  # smtplib's errors are OSErrors, too
        _settle(server, error)
        return _failed(letter, error, server, now=clock(), chance=chance)
    if not keep(letter, state=State.HANDING, lease_until=lease(clock())):
        server.drop()  # without its dot the letter is forgotten
        return LOST
    letter.state = State.HANDING
    try:
        server.finish()
    except OSError as error:
        _settle(server, error)
        if answers.code_of(error) is None:
            return _doubtful(letter, error, now=clock(), chance=chance)
        return _failed(letter, error, server, now=clock(), chance=chance)
    return end(letter, State.SENT, sent_at=clock())


def _settle(server, error):
    """Keep the connection after an answer, cut it after a silence."""
    if answers.code_of(error) is None:
        server.drop()


def _failed(letter, error, server, *, now, chance):
    """The server did not take the letter: try again later, or give it up."""
    words = answers.words_of(error)
    next_try_at = now + answers.wait_after(letter.attempts, chance)
    if answers.is_rate_limit(error):
        pause = pauses.begin(server, now, reason=words, waits=pauses.RATE_WAITS, chance=chance)
        next_try_at = max(next_try_at, pause.until)
    if answers.is_permanent(error) or _is_last_try(letter, next_try_at):
        return _give_up(letter, error, words)
    if end(letter, State.QUEUED, reason=words, next_try_at=next_try_at, claims=0) == LOST:
        return LOST
    concerns_only_this = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    return State.QUEUED if concerns_only_this else UNREACHABLE


def _is_last_try(letter, next_try_at):
    is_too_late = letter.useful_until is not None and next_try_at >= letter.useful_until
    return is_too_late or letter.attempts >= MAX_TRIES


def _give_up(letter, error, words):
    logger.error("Letter %s (%s) is given up: %s", letter.pk, letter.kind, words)
    state = end(letter, State.DEAD, reason=words)
    if state == State.DEAD and isinstance(error, smtplib.SMTPRecipientsRefused) and answers.is_permanent(error):
        addresses.refused(letter, words, is_final=answers.names_the_address(error))
    return state


def _doubtful(letter, error, *, now, chance):
    """The connection broke after the dot: the server may have the letter, and nobody will say."""
    words = answers.words_of(error)
    if LETTERS[letter.kind].policy == HOLD:
        logger.error("Letter %s (%s) is held: nobody knows whether it arrived.", letter.pk, letter.kind)
        end(letter, State.HELD, reason=_("it may have arrived: %(words)s") % {"words": words})
        return State.HELD
    next_try_at = now + answers.wait_after(letter.attempts, chance)
    if _is_last_try(letter, next_try_at):
        return _give_up(letter, error, words)
    is_mine = end(letter, State.QUEUED, reason=words, next_try_at=next_try_at, claims=0)
    return UNREACHABLE if is_mine != LOST else LOST


def _broken(letter, *, now, chance):
    """The letter itself is faulty: it waits and, after some claims, is given up; the others go on."""
    reason = _("it cannot be written; the log of the server says why")
    if letter.claims >= MAX_CLAIMS:
        logger.error("Letter %s (%s) cannot be written and is given up.", letter.pk, letter.kind)
        return end(letter, State.DEAD, reason=reason)
    next_try_at = now + answers.wait_after(letter.claims, chance)
    return end(letter, State.QUEUED, reason=reason, next_try_at=next_try_at)
