"""The two ways in for what comes back: returned mails, and what a mail provider tells us."""

import hmac
import json
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.text import clean_line
from notifications.bounces import addresses, reading
from notifications.models import Letter, MailReport

KINDS = {
    "bounce": MailReport.Kind.HARD,
    "soft-bounce": MailReport.Kind.SOFT,
    "complaint": MailReport.Kind.COMPLAINT,
    "delayed": MailReport.Kind.DELAYED,
    "delivered": MailReport.Kind.DELIVERED,
}
MOST_EVENTS = 1000


def take_mail(message):
    """Take one returned mail; return a Counter of what it was: kinds of reports, known, foreign, other."""
    reports = reading.read(message)
    if not reports:
        return Counter(other=1)
    counted = Counter()
    for report in reports:
        letter = Letter.objects.filter(uid=report.uid).first() if report.uid else None
        if letter is None:
            counted["foreign"] += 1
            continue
        facts = {"letter": letter, "words": report.words, "happened_at": report.happened_at}
        counted[report.kind if addresses.note(report.event, report.kind, **facts) else "known"] += 1
    return counted


def is_signed(body, signature):
    """True when ``signature`` is ``sha256=`` and the HMAC of ``body`` with the secret of the settings."""
    secret = settings.MAIL_HOOK_SECRET
    wanted = "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(wanted.encode(), signature.encode())


def take_events(body):
    """Take a provider's events (JSON, see docs/letters.md); return a Counter, or raise ValueError in words."""
    try:
        events = json.loads(body)["events"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError('The body must be JSON: {"events": [...]}.') from None
    if not isinstance(events, list) or len(events) > MOST_EVENTS or not all(isinstance(row, dict) for row in events):
        raise ValueError(f"The events must be a list of at most {MOST_EVENTS} objects.")
    counted = Counter()
    for row in events:
        counted[_take_event(row)] += 1
    return counted


def _take_event(row):
    name, told = (clean_line(str(row.get(key, ""))) for key in ("id", "type"))
    uid = reading.uid_of(str(row.get("message_id", "")))
    letter = Letter.objects.filter(uid=uid).first() if uid else None
    if not name or told not in KINDS:
        return "ignored"
    if letter is None:
        return "foreign"
    words = clean_line(f"{row.get('status', '')} {row.get('reason', '')}")
    kind = KINDS[told]
    if told == "bounce" and reading.kind_of("failed", str(row.get("status", "")), words) == MailReport.Kind.GONE:
        kind = MailReport.Kind.GONE
    facts = {"letter": letter, "words": words, "happened_at": _moment(row.get("at"))}
    return "noted" if addresses.note(f"hook:{name}", kind, **facts) else "known"


def _moment(told):
    """Return when it happened, as the provider says, but never a moment that has not come."""
    now = timezone.now()
    try:
        moment = parse_datetime(told) if isinstance(told, str) else datetime.fromtimestamp(told, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        moment = None
    if moment is None:
        return now
    return min(moment if moment.tzinfo else moment.replace(tzinfo=UTC), now)
