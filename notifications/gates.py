"""The last gate before the mail server: at once, in the digest, in the portal only, or a little later.

What people chose holds first; then urgent letters pass; then holiday, quiet hours and the daily limit are
asked, in this order. A letter that would lose its use by waiting does not wait.
"""

from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext as _

from notifications.choices import times
from notifications.choices.reading import DIGEST, PORTAL, wishes_of
from notifications.models import Letter, LetterSettings
from notifications.registry import LETTERS

DIGEST_KIND = "digest"
State = Letter.State


@dataclass(frozen=True)
class Route:
    """Where a letter goes instead of into the mail: its state, the reason, and columns of the row."""

    state: str
    reason: str
    fields: dict = field(default_factory=dict)


def aside(letter, content, now):
    """Return the Route of a written letter with what the inbox shows of it, or None: it is sent by mail."""
    route_of_letter = route(letter, LETTERS[letter.kind], now)
    if route_of_letter is None:
        return None
    shown = {"subject": str(content.subject)[:250], "url": content.action[1][:500] if content.action else ""}
    return Route(route_of_letter.state, route_of_letter.reason, {**shown, **route_of_letter.fields})


def route(letter, kind, now):
    """Return the Route of ``letter``, or None when it is sent by mail, now."""
    if letter.person is None or kind.is_essential or kind.name == DIGEST_KIND:
        return None
    wishes = wishes_of(letter.person)
    way = wishes.way(kind, letter.thing)
    if way == PORTAL:
        is_by_link = kind.topic in wishes.by_link
        if is_by_link:
            return _to_portal(_("unsubscribed by the link of a letter"), Letter.Cause.UNSUBSCRIBED)
        return _to_portal(_("in the portal only"))
    if kind.presses(letter.thing, now):
        return None
    if way == DIGEST:
        return _fold(letter, wishes.settings, reason=_("chosen for the digest")) or _to_portal(_("in the portal only"))
    return _restrained(letter, wishes.settings, now)


def _restrained(letter, settings, now):
    """Ask holiday, quiet hours and the daily limit about a letter that may wait."""
    zone = times.zone_of(letter.person)
    today = now.astimezone(zone).date()
    if times.is_away(settings, today):
        back = times.morning_after(settings, zone, settings.holiday_until)
        return _fold(letter, settings, reason=_("on holiday")) or _wait(back, _("on holiday"))
    quiet_end = times.quiet_ends_at(settings, zone, now)
    if quiet_end > now:
        return _wait(quiet_end, _("quiet hours")) if _keeps_use(letter, quiet_end) else None
    if sent_today(letter.person, zone, now) < settings.daily_limit:
        return None
    reason = _("above the letters of a day")
    later = times.next_digest_at(settings, zone, now) if _gets_digest(letter, settings) else None
    if later is not None:
        return _fold(letter, settings, reason=reason) if _keeps_use(letter, later) else None
    tomorrow = times.morning_after(settings, zone, today)
    return _wait(tomorrow, reason) if _keeps_use(letter, tomorrow) else None


def sent_today(person, zone, now):
    """Return how many letters went to ``person`` on this day of the person's zone."""
    begin = times.day_begins_at(zone, now)
    mine = Letter.objects.filter(person=person, carried_by=None)
    return mine.filter(Q(state=State.SENT, sent_at__gte=begin) | Q(state=State.HANDING)).count()


def _keeps_use(letter, moment):
    return letter.useful_until is None or moment < letter.useful_until


def _gets_digest(letter, settings):
    has_account = get_user_model().objects.filter(person_id=letter.person_id, is_active=True).exists()
    return settings.digest != LetterSettings.Digest.NEVER and has_account


def _fold(letter, settings, *, reason):
    """Return the Route into the digest, or None for people who get none."""
    if not _gets_digest(letter, settings):
        return None
    return Route(State.FOLDED, reason, {"channel": DIGEST})


def _to_portal(reason, cause=Letter.Cause.PREFERENCE_OFF):
    return Route(State.SKIPPED, reason, {"channel": PORTAL, "cause": cause})


def _wait(moment, reason):
    return Route(State.QUEUED, reason, {"next_try_at": moment, "claims": 0})
