"""For those who run the portal: does the clock run, what waits too long, and what a letter has lived through."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.health import figures
from core.models import Heartbeat
from notifications.models import Letter

JOBS = {
    "letters-plan": gettext_lazy("Reminders planned"),
    "letters-drain": gettext_lazy("Letters handed over"),
    "letters-sweep": gettext_lazy("Stuck letters taken back"),
    "letters-digest": gettext_lazy("Digests planned"),
}
# The clock stands still when one of these has not run for so long.
AT_LEAST_EVERY = {"letters-plan": timedelta(minutes=5), "letters-drain": timedelta(minutes=2)}
LATE = timedelta(minutes=5)
State = Letter.State


@dataclass(frozen=True)
class Clock:
    """How the post office does at ``now``: beats of the jobs, and the letters that need somebody."""

    now: object
    beats: dict
    oldest_due_at: object = None
    overdue: int = 0
    stuck: int = 0
    dead: int = 0
    held: int = 0

    @property
    def last_beat(self):
        """When any job of letters last ran, or None."""
        return max(self.beats.values(), default=None)

    @property
    def stands_still(self):
        """True when planning or handing over has not run for longer than it may."""
        return any(
            job not in self.beats or self.now - self.beats[job] > longest for job, longest in AT_LEAST_EVERY.items()
        )

    @property
    def oldest_age(self):
        """How long the oldest due letter has waited, in whole seconds; None when none is due."""
        return None if self.oldest_due_at is None else int((self.now - self.oldest_due_at).total_seconds())

    @property
    def is_well(self):
        """True when nobody has to do anything."""
        return not (self.stands_still or self.overdue or self.stuck or self.dead or self.held)

    def jobs(self):
        """Return pairs of job, in words, and the moment when it last ran (None: never)."""
        return [(title, self.beats.get(job)) for job, title in JOBS.items()]

    def warnings(self):
        """Return pairs of a sentence and the value of the filter that shows what it speaks of."""
        found = []
        if self.stands_still:
            found.append((_("The clock of the letters stands still: nothing is planned or sent."), ""))
        counts = (
            (self.overdue, "overdue", _overdue_words),
            (self.stuck, "stuck", _stuck_words),
            (self.dead, "dead", _dead_words),
            (self.held, "held", _held_words),
        )
        return found + [(words(count), name) for count, name, words in counts if count]


def _overdue_words(count):
    return ngettext("%(n)d letter is late.", "%(n)d letters are late.", count) % {"n": count}


def _stuck_words(count):
    words = ngettext("%(n)d letter is stuck on its way.", "%(n)d letters are stuck on their way.", count)
    return words % {"n": count}


def _dead_words(count):
    return ngettext("%(n)d letter was given up.", "%(n)d letters were given up.", count) % {"n": count}


def _held_words(count):
    return ngettext("%(n)d letter is held back.", "%(n)d letters are held back.", count) % {"n": count}


def read_clock(now=None):
    """Return the Clock, in two queries."""
    now = now or timezone.now()
    beats = dict(Heartbeat.objects.filter(job__in=JOBS).values_list("job", "beat_at"))
    may_be_claimed = Q(state=State.QUEUED, due_at__lte=now) & (Q(next_try_at=None) | Q(next_try_at__lte=now))
    counts = Letter.objects.filter(state__in=["queued", "claimed", "handing", "dead", "held"]).aggregate(
        oldest_due_at=Min("due_at", filter=may_be_claimed),
        overdue=Count("pk", filter=may_be_claimed & Q(due_at__lt=now - LATE)),
        stuck=Count("pk", filter=Q(state__in=["claimed", "handing"], lease_until__lt=now - LATE)),
        dead=Count("pk", filter=Q(state=State.DEAD)),
        held=Count("pk", filter=Q(state=State.HELD)),
    )
    return Clock(now, beats, **counts)


@figures("letters")
def health_of_letters(now):
    """Return whether letters go out, and the ages and counts behind it."""
    clock = read_clock(now)
    ages = {job: None if job not in clock.beats else int((now - clock.beats[job]).total_seconds()) for job in JOBS}
    return not clock.stands_still and not clock.overdue, {
        "oldest_due_seconds": clock.oldest_age,
        "last_beat_seconds": min((age for age in ages.values() if age is not None), default=None),
        "seconds_since": ages,
        "overdue": clock.overdue,
        "stuck": clock.stuck,
        "dead": clock.dead,
        "held": clock.held,
    }


def life_of(letter, entries):
    """Return what happened to a letter as (moment, sentence, who), oldest first; ``entries``: its history."""
    told = {"requeued": _("Sent again by a curator"), "given-up": _("Given up by a curator")}
    found = [(letter.created_at, _("Planned by a reminder") if letter.rule else _("Written"), "")]
    found.append((letter.due_at, _("Due"), ""))
    if letter.next_try_at and letter.state == State.QUEUED:
        found.append((letter.next_try_at, _("Next try"), ""))
    if letter.sent_at:
        found.append((letter.sent_at, _("Sent"), ""))
    if letter.seen_at:
        found.append((letter.seen_at, _("Seen in the portal"), ""))
    if letter.settled_at:
        found.append((letter.settled_at, _("Done in the portal"), ""))
    if letter.useful_until:
        found.append((letter.useful_until, _("Of no use from here on"), ""))
    found += [(entry.happened_at, told.get(entry.verb, entry.verb), entry.actor or "") for entry in entries]
    return sorted(found, key=lambda moment: moment[0])


def told_about(thing, concerns, planned):
    """Return one row for each person of ``concerns``: why, what was sent and what is planned about ``thing``.

    ``planned``: what the reminders ask for. People whom only a reminder concerns come last.
    """
    rows = {concern.person.pk: {"person": concern.person, "why": concern.why} for concern in concerns}
    for each in planned:
        why = _("is told when nobody answers") if each.step else _("is reminded")
        row = rows.setdefault(each.person.pk, {"person": each.person, "why": why})
        row.setdefault("planned", []).append(each)
    letters = Letter.objects.about(thing).filter(person__in=list(rows)).exclude(state__in=["cancelled", "skipped"])
    for letter in letters.order_by("due_at", "pk").defer("text", "html", "data"):
        row = rows[letter.person_id]
        if letter.state in {State.SENT, State.FOLDED}:
            row["last"] = letter
            row["count"] = row.get("count", 0) + 1
    return list(rows.values())
