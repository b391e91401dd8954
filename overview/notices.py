"""The part of the digest that says what a person has to do: the same list as on the home page."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import written
from notifications.registry import DigestLine, digest_section
from overview.waiting import waiting_for

MOST_LINES = 20


@digest_section("waiting", gettext_lazy("For you to do"), order=1)
def what_waits(user, since, until):
    """Return own to-dos, deadlines and answers that others wait for, the most urgent first."""
    for each in waiting_for(user, until)[:MOST_LINES]:
        text = each.title
        if each.due:
            text = _("%(title)s (until %(day)s)") % {"title": each.title, "day": written(each.due, "WEEKDAY_DATE")}
        yield DigestLine(text, each.url, due=each.due)
