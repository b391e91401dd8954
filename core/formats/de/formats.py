"""German: 3. März 2027, 14:30."""

DATE_FORMAT = "j. F Y"
SHORT_DATE_FORMAT = "j. N Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j. F Y, H:i"
SHORT_DATETIME_FORMAT = "j. N Y, H:i"
MONTH_DAY_FORMAT = "j. F"
FIRST_DAY_OF_WEEK = 1

# Our own ways of writing a day, see core.formats.
WEEKDAY_DATE = "l, j. F Y"
WEEKDAY = "l, j. N"
SHORT_WEEKDAY_DATE = "D, j. N Y"
SHORT_WEEKDAY = "D, j. N"
SHORT_MONTH_DAY = "j. N"
MONTH_DAY_TIME = "j. F, H:i"
SHORT_DATETIME_ZONE = "j. N Y, H:i T"
