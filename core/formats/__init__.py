"""Date and time formats of each language.

Django knows seven names of formats by itself (``DATE_FORMAT`` and others, in the file of each language). The
longer ways of writing a day are ours; a language that does not define one gets it put together from Django's.
"""

from django.utils import dateformat, formats, translation

WAYS = {
    "WEEKDAY_DATE": "l, {DATE_FORMAT}",
    "WEEKDAY": "l, {MONTH_DAY_FORMAT}",
    "SHORT_WEEKDAY_DATE": "D, {SHORT_DATE_FORMAT}",
    "SHORT_WEEKDAY": "D, {MONTH_DAY_FORMAT}",
    "SHORT_MONTH_DAY": "{MONTH_DAY_FORMAT}",
    "MONTH_DAY_TIME": "{MONTH_DAY_FORMAT}, H:i",
    "SHORT_DATETIME_ZONE": "{SHORT_DATETIME_FORMAT} T",
}
PARTS = ("DATE_FORMAT", "SHORT_DATE_FORMAT", "MONTH_DAY_FORMAT", "SHORT_DATETIME_FORMAT")


def pattern(name):
    """Return the pattern of one of our ``WAYS``, or of one of Django's names, in the language of the reader."""
    if name not in WAYS:
        return formats.get_format(name)
    for module in formats.get_format_modules(translation.get_language()):
        if hasattr(module, name):
            return getattr(module, name)
    return WAYS[name].format(**{part: formats.get_format(part) for part in PARTS})


def written(moment, name):
    """Return a date or an aware moment as the reader's language writes it; it is not moved to another zone."""
    return dateformat.format(moment, pattern(name))
