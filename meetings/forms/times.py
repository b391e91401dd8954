"""Fields for days and for wall-clock times in a zone."""

import zoneinfo
from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.text import clean_line

FIRST_YEAR, LAST_YEAR = 2000, 2100


def instant(wall, zone_name):
    """Return the UTC instant of a wall-clock time: the first of two, and ValidationError for none."""
    zone = zoneinfo.ZoneInfo(zone_name)
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:
        raise ValidationError(
            _("This time does not exist in %(zone)s: the clocks go forward over it. Choose another time."),
            params={"zone": zone_name},
            code="gap",
        )
    return moment


def wall_time(moment, zone_name):
    """Return the wall-clock time (naive) of an instant, or None."""
    return None if moment is None else moment.astimezone(zoneinfo.ZoneInfo(zone_name)).replace(tzinfo=None)


class WallClockField(forms.CharField):
    """A day and a time as a clock on the wall shows them; the cleaned value is naive."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def __init__(self, **kwargs):
        super().__init__(max_length=40, **kwargs)

    def widget_attrs(self, widget):
        """Set no length: a browser's own control needs none."""
        return {}

    def prepare_value(self, value):
        """Show a datetime as browsers write it; leave typed text as it is."""
        return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value

    def clean(self, value):
        """Return a naive datetime, or None for an empty optional field."""
        text = super().clean(value)
        if not text:
            return None
        try:
            wall = datetime.fromisoformat(text.strip())
        except ValueError:
            raise ValidationError(
                _("There is no such day or time. Write it like 2027-05-14 09:30."), code="invalid"
            ) from None
        if wall.tzinfo is not None or not FIRST_YEAR <= wall.year <= LAST_YEAR:
            raise ValidationError(_("Write a day between 2000 and 2100, like 2027-05-14 09:30."), code="invalid")
        return wall.replace(second=0, microsecond=0)


class DayField(forms.DateField):
    """A day, chosen in a browser's own control."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {"invalid": _("There is no such day. Write it like 2027-05-14.")}

    def clean(self, value):
        """Return a date between 2000 and 2100, or None."""
        day = super().clean(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(_("Write a day between 2000 and 2100, like 2027-05-14."), code="invalid")
        return day


class LineField(forms.CharField):
    """One line of text without invisible characters."""

    def clean(self, value):
        """Return the text as one clean line."""
        return clean_line(super().clean(value))
