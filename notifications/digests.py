"""The weekly letter: one per person and week, on Monday at the person's own hour, never empty."""

import zoneinfo
from datetime import UTC, datetime, time, timedelta

from django.contrib.auth import get_user_model

from core.models import Heartbeat
from notifications.models import Letter
from notifications.posting import post
from notifications.registry import DIGEST_SECTIONS

KIND = "weekly-digest"
WEEK = timedelta(days=7)
LONGEST = timedelta(days=28)  # a first letter, or one after a long pause, looks back no further


def plan_digests(now):
    """Write the weekly letter of each person whose hour has come; return how many are new.

    After a downtime it is made up for within the same week; the week (ISO, in the person's zone) is in
    the letter's key, so nobody gets two of one week, not even by moving to another zone.
    """
    written = 0
    accounts = get_user_model().objects.filter(is_active=True, person__gets_digest=True)
    for account in accounts.exclude(person__email="").select_related("person").iterator():
        written += _plan_for(account, now)
    Heartbeat.objects.update_or_create(job="letters-digest", defaults={"beat_at": now})
    return written


def _plan_for(account, now):
    person = account.person
    slot, due_at, useful_until = week_of(person, now)
    is_done = person.digested_at is not None and person.digested_at >= due_at
    if now < due_at or is_done or account.date_joined > due_at:
        return 0
    data = {"until": now.isoformat()}
    when = {"slot": slot, "due_at": due_at, "useful_until": useful_until}
    new = post(KIND, to=[person], about=person, data=data, **when)
    type(person).objects.filter(pk=person.pk).update(digested_at=now)
    return new


def week_of(person, now):
    """Return the week of ``now`` for ``person``: its name ("2026-W48"), when its letter is due, its end.

    An hour that the clocks skip counts as the hour after; one that comes twice counts the first time.
    """
    zone = zoneinfo.ZoneInfo(person.time_zone)
    today = now.astimezone(zone).date()
    year, week, day = today.isocalendar()
    monday = today - timedelta(days=day - 1)
    due_at = datetime.combine(monday, time(person.digest_hour), zone).astimezone(UTC)
    end = datetime.combine(monday + WEEK, time(0), zone).astimezone(UTC)
    return f"{year}-W{week:02}", due_at, end


def since(person, until):
    """Return where the letter before ended: what a letter that never went out held comes in the next."""
    earliest = until - LONGEST
    sent = Letter.objects.filter(kind=KIND, person=person, state=Letter.State.SENT).order_by("-sent_at").first()
    if sent is None or "until" not in sent.data:
        return until - WEEK
    return max(datetime.fromisoformat(sent.data["until"]), earliest)


def sections(account, start, until):
    """Return pairs of title and lines for what ``account`` may see now; parts without lines are left out."""
    parts = sorted(DIGEST_SECTIONS.values(), key=lambda part: part[0])
    found = [(title, list(lines(account, start, until))) for _order, title, lines in parts]
    return [(title, lines) for title, lines in found if lines]
