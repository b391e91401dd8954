"""How letters and pages say when and where a meeting is."""

import zoneinfo

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


def facts_of(meeting, person, *, shows_room=False):
    """Return what a letter tells of a meeting: both zones where they differ, place, online room."""
    facts = [
        (_("Begins"), moment_text(meeting.starts_at, meeting.time_zone)),
        (_("Ends"), moment_text(meeting.ends_at, meeting.time_zone)),
    ]
    if person is not None and person.time_zone != meeting.time_zone:
        facts.append((_("In your time zone"), moment_text(meeting.starts_at, person.time_zone)))
    if meeting.place:
        facts.append((_("Place"), meeting.place))
    if shows_room and meeting.online_address:
        facts.append((_("Online room"), meeting.online_address))
    return facts
