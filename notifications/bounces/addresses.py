"""The state of an address, counted anew from all that was reported about it: so order and doubles do not matter.

A refusal for now counts one, a refusal for good two; four within 30 days, or the word that there is no such
address, and nothing but essential letters goes there. A curator can clear it; only later reports count then.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from notifications.choices import keeping
from notifications.models import Letter, MailAddress, MailReport
from notifications.posting import post
from notifications.registry import LETTERS, keepers_of

Kind = MailReport.Kind
WEIGHTS = {Kind.SOFT: 1, Kind.HARD: 2, Kind.GONE: 2}
STOP_AT = 4
MEMORY = timedelta(days=30)
SUPPRESSED = "address-suppressed"
COMPLAINT = "address-complaint"


def refused(letter, words, *, is_final, now=None):
    """Note that a mail server refused the recipient of ``letter``; ``is_final``: the address is wrong."""
    event = f"smtp:{letter.uid}:{letter.attempts}"
    note(event, Kind.GONE if is_final else Kind.HARD, letter=letter, words=words, happened_at=now or timezone.now())


@transaction.atomic
def note(event, kind, *, letter, words="", happened_at):
    """Note one report about ``letter``; True when it was not known yet. Its consequences happen once."""
    address = letter.address.lower()
    MailAddress.objects.get_or_create(address=address)
    state = MailAddress.objects.select_for_update().get(address=address)
    report, is_new = MailReport.objects.get_or_create(
        event=event[:200],
        defaults={
            "kind": kind,
            "address": address,
            "letter": letter,
            "words": words[:200],
            "happened_at": happened_at,
        },
    )
    if not is_new:
        return False
    _resolve(letter, report)
    if kind == Kind.COMPLAINT:
        _complained(letter, state)
    recount(state)
    return True


def recount(state):
    """Set strikes and suppression of an address from the reports since a curator cleared it."""
    rows = MailReport.objects.filter(address=state.address, kind__in=WEIGHTS).order_by("happened_at", "pk")
    if state.cleared_at:
        rows = rows.filter(happened_at__gt=state.cleared_at)
    strikes, stopped, last, seen = 0, None, None, []
    for report in rows:
        seen = [each for each in seen if each.happened_at > report.happened_at - MEMORY] + [report]
        strikes, last = sum(WEIGHTS[each.kind] for each in seen), report
        if stopped is None and (report.kind == Kind.GONE or strikes >= STOP_AT):
            stopped = report
    was_open = state.suppressed_at is None
    state.strikes, state.last_strike_at = strikes, last and last.happened_at
    state.suppressed_at = stopped and stopped.happened_at
    state.reason = (stopped or last).words if last else ""
    state.save()
    if stopped and was_open:
        _tell(SUPPRESSED, state, to=keepers_of(state.address))


def _resolve(letter, report):
    """A letter that was held because nobody knew: now somebody does."""
    ends = {Kind.DELIVERED: Letter.State.SENT, Kind.HARD: Letter.State.DEAD, Kind.GONE: Letter.State.DEAD}
    if report.kind not in ends:
        return
    held = Letter.objects.filter(pk=letter.pk, state=Letter.State.HELD)
    sent_at = report.happened_at if report.kind == Kind.DELIVERED else None
    held.update(state=ends[report.kind], reason=report.words, sent_at=sent_at)


def _complained(letter, state):
    """Who calls a letter unwanted gets no further letters of its reason; curators learn of it."""
    kind = LETTERS.get(letter.kind)
    topic = kind.topic if kind and not kind.is_essential else ""
    if topic and letter.person is not None:
        keeping.unsubscribe(letter.person, topic)
    _tell(COMPLAINT, state, to=keepers_of(state.address, is_for_curators=True), slot=str(letter.uid))


def _tell(kind, state, *, to, slot=""):
    moment = f"{state.cleared_at:%Y%m%d%H%M%S}" if state.cleared_at else "first"
    post(kind, to=to, about=state, slot=slot or moment, data={"address": state.address, "reason": state.reason})
