"""European English: 3 March 2027, 14:30."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
MONTH_DAY_FORMAT = "j F"
FIRST_DAY_OF_WEEK = 1

# Our own ways of writing a day, see core.formats.
WEEKDAY_DATE = "l j F Y"
WEEKDAY = "l j M"
SHORT_WEEKDAY_DATE = "D j M Y"
SHORT_WEEKDAY = "D j M"
SHORT_MONTH_DAY = "j M"
MONTH_DAY_TIME = "j F, H:i"
SHORT_DATETIME_ZONE = "j M Y, H:i T"
