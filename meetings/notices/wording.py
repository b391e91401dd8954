"""How letters and pages say when and where a meeting is."""

import hashlib
import zoneinfo
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from core.formats import written


def moment_text(moment, zone_name):
    """Return "Thursday 14 May 2027, 10:00 (Europe/Vienna, UTC+02:00)"."""
    local = timezone.localtime(moment, zoneinfo.ZoneInfo(zone_name))
    offset = local.strftime("%z")
    return _("%(day)s, %(time)s (%(zone)s, UTC%(offset)s)") % {
        "day": written(local, "WEEKDAY_DATE"),
        "time": local.strftime("%H:%M"),
        "zone": zone_name,
        "offset": f"{offset[:3]}:{offset[3:5]}",
    }


def span_text(meeting, zone_name):
    """Return "Thursday 14 May 2027, 10:00 – 18:00 (Europe/Vienna, UTC+02:00)", with both days where there are two."""
    zone = zoneinfo.ZoneInfo(zone_name)
    start, end = timezone.localtime(meeting.starts_at, zone), timezone.localtime(meeting.ends_at, zone)
    if start.date() != end.date() or start.utcoffset() != end.utcoffset():
        return f"{moment_text(start, zone_name)} –\n{moment_text(end, zone_name)}"
    offset = start.strftime("%z")
    return _("%(day)s, %(time)s (%(zone)s, UTC%(offset)s)") % {
        "day": written(start, "WEEKDAY_DATE"),
        "time": f"{start:%H:%M} – {end:%H:%M}",
        "zone": zone_name,
        "offset": f"{offset[:3]}:{offset[3:5]}",
    }


def _differs(moment, *zone_names):
    """True when the clocks of two zones show different hours at ``moment``."""
    return len({moment.astimezone(zoneinfo.ZoneInfo(name)).utcoffset() for name in zone_names}) > 1


def facts_of(meeting, person, *, shows_room=False):
    """Return what a letter tells of a meeting: both zones where they differ, place, online room."""
    facts = [(_("When"), span_text(meeting, meeting.time_zone))]
    if person is not None and _differs(meeting.starts_at, person.time_zone, meeting.time_zone):
        facts.append((_("In your time zone"), span_text(meeting, person.time_zone)))
    if meeting.place:
        facts.append((_("Place"), meeting.place))
    if shows_room and meeting.online_address:
        facts.append((_("Online room"), meeting.online_address))
    return facts


def moving_facts(facts):
    """Return what a letter about a move compares, fit for JSON; of the online room only a mark, no address."""
    return {
        "starts_at": facts["starts_at"].isoformat(),
        "ends_at": facts["ends_at"].isoformat(),
        "time_zone": facts["time_zone"],
        "mode": facts["mode"],
        "place": facts["place"],
        "country": facts["country"],
        "room": hashlib.sha256(facts["online_address"].encode()).hexdigest()[:16] if facts["online_address"] else "",
    }


def changes_in_words(before, meeting):
    """Return sentences that say how ``meeting`` differs from ``before`` (``moving_facts``); none: not at all."""
    names = ("starts_at", "ends_at", "time_zone", "mode", "place", "country", "online_address")
    now = moving_facts({name: getattr(meeting, name) for name in names})
    sentences = [_time_in_words(before, now), _place_in_words(before, now)]
    is_timed, is_placed = map(bool, sentences)
    if is_timed and not is_placed and meeting.place:
        sentences[0] = _("%(sentence)s, same place") % {"sentence": sentences[0]}
    elif is_placed and not is_timed:
        sentences[1] = _("%(sentence)s, same time") % {"sentence": sentences[1]}
    if before["mode"] != now["mode"]:
        sentences.append(_("how people take part: %(mode)s") % {"mode": meeting.get_mode_display()})
    if before["room"] != now["room"]:
        has_room = _("the online room has a new address, see below")
        sentences.append(has_room if now["room"] else _("there is no online room any more"))
    return [f"{text[:1].upper()}{text[1:]}." for text in map(str, sentences) if text]


def _time_in_words(before, now):
    old = [_local(before["starts_at"], before["time_zone"]), _local(before["ends_at"], before["time_zone"])]
    new = [_local(now["starts_at"], now["time_zone"]), _local(now["ends_at"], now["time_zone"])]
    if old == new:
        return ""
    is_one_week = old[0].isocalendar()[:2] == new[0].isocalendar()[:2]
    if old[0] != new[0]:
        words = {"before": _short(old[0], is_one_week), "after": _short(new[0], is_one_week)}
        if old[1] - old[0] == new[1] - new[0]:
            return _("moved from %(before)s to %(after)s") % words
        words["end"] = _short(new[1], is_one_week) if new[1].date() != new[0].date() else f"{new[1]:%H:%M}"
        return _("moved from %(before)s to %(after)s, now until %(end)s") % words
    is_one_day = old[1].date() == new[1].date() == new[0].date()
    ends = [f"{end:%H:%M}" if is_one_day else _short(end, is_one_week) for end in (old[1], new[1])]
    return _("ends at %(after)s instead of %(before)s") % {"before": ends[0], "after": ends[1]}


def _place_in_words(before, now):
    old, new = before["place"], now["place"]
    if old == new and before["country"] != now["country"]:
        old, new = (", ".join(filter(None, (facts["place"], facts["country"]))) for facts in (before, now))
    if old == new:
        return ""
    if not new:
        return _("the place is open again, it was %(before)s") % {"before": old}
    if not old:
        return _("the place is %(after)s") % {"after": new}
    return _("the place is now %(after)s instead of %(before)s") % {"before": old, "after": new}


def _local(moment, zone):
    return datetime.fromisoformat(moment).astimezone(zoneinfo.ZoneInfo(zone))


def _short(local, is_one_week):
    """Return "Tue 10:00" within one week, and the day as well in other weeks."""
    day = written(local, "D") if is_one_week else written(local, "SHORT_WEEKDAY_DATE")
    return f"{day} {local:%H:%M}"
