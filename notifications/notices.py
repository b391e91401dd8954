"""The post office's own letter: the digest, made of letters that waited for it and of the rooms' parts."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import digests
from notifications.choices.reading import settings_of
from notifications.models import LetterSettings
from notifications.registry import Content, Skip, current_letterhead, letter

Frequency = LetterSettings.Digest


@letter(digests.KIND, topic=digests.TOPIC)
def write_digest(thing, person, data):
    """Say what happened since the last digest, as far as the person may see it today."""
    account = get_user_model().objects.filter(person=person, is_active=True).first()
    if account is None:
        return Skip(_("the person has no active account"))
    frequency = settings_of(person).digest
    if frequency == Frequency.NEVER:
        return Skip(_("the person does not want the digest"))
    until = datetime.fromisoformat(data["until"])
    carrier = digests.carrier_of(person, data.get("slot", ""))
    found = digests.compose(account, digests.since(person, until), until, carrier=carrier)
    if carrier is not None:
        digests.mark(found, carrier)
    if not found.is_worth_it(until, digests.period_of(person)):
        return Skip(_("there is nothing new"))
    return content_of(found, frequency)


def content_of(found, frequency):
    """Return the digest as a letter."""
    count = found.count()
    is_daily = frequency == Frequency.DAILY
    return Content(
        subject=ngettext("%(count)d line for you in %(portal)s", "%(count)d lines for you in %(portal)s", count)
        % {"count": count, "portal": current_letterhead().acronym},
        lines=[_("This is what happened since the last digest, and what waits for you.")],
        sections=found.sections,
        action=(_("Open the portal"), "/"),
        why=_("You get this digest once a day because you chose it.")
        if is_daily
        else _("You get this digest once a week because you have an account."),
    )
