"""The digest: daily or weekly at the person's own hour, once for each day or week, never empty.

First what the person has to do, then letters that were put into the digest, grouped by the thing they are
about, then what each room registers. Everything is asked anew at the moment of sending.
"""

import logging
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.models import Heartbeat
from notifications.choices import times
from notifications.choices.keeping import IN_PORTAL
from notifications.choices.reading import DIGEST_TOPIC, key_of, settings_of
from notifications.gates import DIGEST_KIND
from notifications.models import Letter, LetterSettings
from notifications.posting import insert, letters_of
from notifications.reasons import asked_again
from notifications.registry import DIGEST_SECTIONS, LETTERS, DigestLine, Skip

logger = logging.getLogger(__name__)
KIND = DIGEST_KIND
TOPIC = DIGEST_TOPIC
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
LONGEST = timedelta(days=28)  # a first digest, or one after a long pause, looks back no further
FORGOTTEN = timedelta(days=35)
OWN = 10  # sections below this order say what the person has to do
CHUNK = 500
State = Letter.State
GIVEN_BACK = (State.SKIPPED, State.CANCELLED, State.DEAD)


@dataclass
class Digest:
    """What one digest says: ``own`` and ``news`` (pairs of title and lines), and the letters that it carries."""

    own: list = field(default_factory=list)
    news: list = field(default_factory=list)
    carried: list = field(default_factory=list)
    dropped: list = field(default_factory=list)  # pairs of letter and Skip

    @property
    def sections(self):
        """Return all parts, in their order."""
        return [*self.own, *self.news]

    def is_worth_it(self, until, period):
        """True with news, or when something of one's own is due before the next digest."""
        last = (until + period).date()
        return bool(self.news) or any(line.due and line.due <= last for _title, lines in self.own for line in lines)

    def count(self):
        """Return the number of lines."""
        return sum(len(lines) for _title, lines in self.sections)


# --- Planning ---------------------------------------------------------------------------------------


def plan_digests(now):
    """Write the digest of each person whose hour has come; return how many are new.

    After a downtime it is made up for within the same day or week. The slot is in the letter's key, so nobody
    gets two of one slot, not even by moving to another zone. One faulty person does not stop the others.
    """
    settle()
    written = 0
    accounts = get_user_model().objects.filter(is_active=True).exclude(person__email="")
    accounts = accounts.exclude(person__letter_settings__digest=LetterSettings.Digest.NEVER)
    rows = accounts.select_related("person__letter_settings").order_by("pk").iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        written += _plan_chunk(chunk, now)
    _forget(now)
    Heartbeat.objects.update_or_create(job="letters-digest", defaults={"beat_at": now})
    return written


def _plan_chunk(accounts, now):
    letters, done = [], []
    for account in accounts:
        try:
            slot = _due_slot(account, now)
            if slot is not None:
                letters += _letter_of(account.person, slot, now)
                done.append(LetterSettings(person_id=account.person_id, digested_at=now, digest_slot=slot.name))
        except Exception:
            logger.exception("The digest of person %s cannot be planned.", account.person_id)
    if not done:
        return 0
    with transaction.atomic():
        new = insert(letters)
        LetterSettings.objects.bulk_create(
            done, update_conflicts=True, unique_fields=["person"], update_fields=["digested_at", "digest_slot"]
        )
    return new


def _due_slot(account, now):
    """Return the Slot whose digest is due for ``account`` and not yet written, or None."""
    settings = settings_of(account.person)
    slot = times.slot_of(settings, times.zone_of(account.person), now)
    if slot is None or now < slot.due_at or account.date_joined > slot.due_at:
        return None
    return None if _is_done(settings, slot) else slot


def _is_done(settings, slot):
    """True when this slot or a later one was written: slots of one kind only go forward, wherever one lives."""
    if len(settings.digest_slot) == len(slot.name):
        return settings.digest_slot >= slot.name
    return settings.digested_at is not None and settings.digested_at >= slot.due_at


def _letter_of(person, slot, now):
    data = {"until": now.isoformat(), "slot": slot.name}
    return letters_of(
        KIND, to=[person], about=person, data=data, slot=slot.name, due_at=slot.due_at, useful_until=slot.ends_at
    )


def settle():
    """Letters whose digest was sent were sent with it; returns how many."""
    carried = Letter.objects.filter(state=State.FOLDED, carried_by__state=State.SENT)
    count = 0
    for pk, sent_at in set(carried.values_list("carried_by_id", "carried_by__sent_at")):
        count += Letter.objects.filter(state=State.FOLDED, carried_by_id=pk).update(state=State.SENT, sent_at=sent_at)
    return count


def _forget(now):
    """What no digest has carried for long stays in the portal only."""
    old = Letter.objects.filter(state=State.FOLDED, created_at__lt=now - FORGOTTEN, carried_by=None)
    old = old.exclude(person__letter_settings__holiday_until__gte=now.date() - 2 * WEEK)
    old.update(state=State.SKIPPED, channel=Letter.Channel.PORTAL, reason=IN_PORTAL)


# --- Writing ----------------------------------------------------------------------------------------


def period_of(person):
    """Return how long one slot of ``person`` is."""
    return DAY if settings_of(person).digest == LetterSettings.Digest.DAILY else WEEK


def since(person, until):
    """Return where the digest before ended: what one that never went out held comes in the next."""
    rows = Letter.objects.filter(kind=KIND, person=person, state=State.SENT).only("data", "sent_at")
    sent = rows.order_by("-sent_at").first()
    if sent is None:
        return until - period_of(person)
    ended = datetime.fromisoformat(sent.data["until"]) if "until" in sent.data else sent.sent_at
    return max(ended, until - LONGEST)


def compose(account, start, until, *, carrier=None):
    """Return the Digest of ``account`` as things are now; nothing is written."""
    found = Digest()
    rows = _folded(account.person, carrier)
    groups = _grouped(rows, found, until)
    told = {_path(line.url) for _title, lines in groups for line in lines}
    known = _known(account.person, start)
    for order, title, lines in sections(account, start, until):
        if order < OWN:
            found.own.append((title, lines))
        else:
            fresh = [line for line in lines if _path(line.url) not in told and not _is_known(line, known)]
            groups += [(title, fresh)] if fresh else []
    found.news = groups
    return found


def sections(account, start, until):
    """Return triples of order, title and lines for what ``account`` may see now; parts without lines are left out.

    A part that fails is left out, too, and logged.
    """
    found = []
    for order, title, write in sorted(DIGEST_SECTIONS.values(), key=lambda part: part[0]):
        try:
            with _point_of_return():
                lines = list(write(account, start, until))
        except Exception:
            logger.exception("The part %s of the digest of person %s has failed.", title, account.person_id)
            continue
        if lines:
            found.append((order, title, lines))
    return found


def _point_of_return():
    """Return the context in which reading may fail: an open transaction needs a point to go on from."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _folded(person, carrier):
    """Return the letters that wait for the next digest of ``person``, newest first."""
    is_free = Q(carried_by=None) | Q(carried_by__state__in=GIVEN_BACK)
    if carrier is not None:
        is_free |= Q(carried_by=carrier)
    rows = Letter.objects.filter(is_free, person=person, state=State.FOLDED)
    found = list(rows.prefetch_related("thing").order_by("-created_at", "-pk"))
    for letter in found:
        letter.person = person  # with the account and the rights that are known already
    return found


def _grouped(rows, found, until):
    """Write each letter anew and return pairs of thing and lines, the thing with the newest letter first."""
    groups = {}
    for letter in rows:
        line = _line_of(letter, until)
        if isinstance(line, Skip):
            found.dropped.append((letter, line))
            continue
        found.carried.append(letter)
        thing = LETTERS[letter.kind].thread_of(letter.thing)
        groups.setdefault(key_of(thing), (str(thing), []))[1].append(line)
    return list(groups.values())


def _line_of(letter, until):
    """Return the line of a letter as things are now, or the Skip that says why it is not needed."""
    if letter.seen_at or letter.settled_at:
        return Skip(_("read in the portal"), Letter.Cause.OTHER_CHANNEL)
    if letter.useful_until and letter.useful_until <= until:
        return Skip(_("it would come too late"), Letter.Cause.STALE)
    if letter.content_type_id and letter.thing is None:
        return Skip(_("what it was about no longer exists"), Letter.Cause.OBJECT_GONE)
    try:
        with _point_of_return():
            content = asked_again(letter, letter.thing, until)
            content = content or LETTERS[letter.kind].write(letter.thing, letter.person, letter.data)
    except Exception:
        logger.exception("Letter %s (%s) cannot be written for the digest.", letter.pk, letter.kind)
        return Skip(_("it cannot be written; the log of the server says why"))
    if isinstance(content, Skip):
        return content
    return DigestLine(content.subject, content.action[1] if content.action else "/", letter.created_at)


def _known(person, start):
    """Return when each address was last mailed or read: ``{path: moment}``."""
    rows = Letter.objects.filter(person=person).exclude(url="").exclude(state=State.FOLDED)
    rows = rows.filter(Q(sent_at__gt=start) | Q(seen_at__gt=start) | Q(settled_at__gt=start))
    known = {}
    for url, *moments in rows.values_list("url", "sent_at", "seen_at", "settled_at"):
        latest = max(moment for moment in moments if moment)
        known[_path(url)] = max(latest, known.get(_path(url), latest))
    return known


def _is_known(line, known):
    moment = known.get(_path(line.url))
    return moment is not None and line.happened_at is not None and line.happened_at <= moment


def _path(url):
    return urlsplit(url).path


def mark(digest, carrier):
    """Note which letters ``carrier`` takes along, and why others are not needed any more."""
    for letter, skip in digest.dropped:
        Letter.objects.filter(pk=letter.pk, state=State.FOLDED).update(
            state=State.SKIPPED, reason=str(skip.reason)[:200], cause=skip.cause
        )
    pks = [letter.pk for letter in digest.carried]
    Letter.objects.filter(pk__in=pks, state=State.FOLDED).update(carried_by=carrier)


def carrier_of(person, slot):
    """Return the letter of the digest of ``person`` for ``slot``, or None."""
    return Letter.objects.filter(kind=KIND, person=person, key__endswith=f":{person.pk}:{slot}:0").only("pk").first()
