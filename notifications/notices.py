"""The post office's own letter: the digest, made of letters that waited for it and of the rooms' parts."""

from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import digests
from notifications.bounces import addresses
from notifications.choices.reading import account_of, settings_of
from notifications.models import LetterSettings
from notifications.registry import Content, Skip, letter

Frequency = LetterSettings.Digest
LONGEST_FIRST = 90


@letter(addresses.SUPPRESSED, is_essential=True)
def address_suppressed(state, person, data):
    """Tell who looks after a person that letters no longer reach the person."""
    if state.suppressed_at is None:
        return Skip(_("letters go to the address again"))
    who = _person_at(state.address)
    return Content(
        subject=_("Letters to %(who)s come back") % {"who": who or state.address},
        lines=[
            _("The mail server does not take letters to this address, so the portal sends none there for now."),
            _("Please ask for the right address and correct it, or tell a curator that the address works again."),
        ],
        facts=[(_("Address"), state.address), (_("What the mail server said"), state.reason)],
        action=(_("See the person"), who.get_absolute_url()) if who else None,
        why=_("You get this letter because you coordinate the person's organisation or the partnership."),
    )


@letter(addresses.COMPLAINT, is_essential=True)
def address_complaint(state, person, data):
    """Tell curators that somebody called a letter unwanted."""
    who = _person_at(state.address)
    return Content(
        subject=_("%(who)s called a letter unwanted") % {"who": who or state.address},
        lines=[
            _("The person's mail provider told the portal so. Letters of this kind no longer go there."),
            _("There is nothing to do, unless it happens often."),
        ],
        facts=[(_("Address"), state.address)],
        action=(_("See the person"), who.get_absolute_url()) if who else None,
        why=_("You get this letter because you curate the portal."),
    )


def _person_at(address):
    """Return the person with this address, or None."""
    return apps.get_model(settings.PERSON_MODEL).objects.filter(email__iexact=address).first()


@letter(digests.KIND, topic=digests.TOPIC)
def write_digest(thing, person, data):
    """Say what happened since the last digest, as far as the person may see it today."""
    account = account_of(person)
    if account is None or not account.is_active:
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


def shortened(text):
    """Return ``text`` as a subject can hold it."""
    return str(text) if len(str(text)) <= LONGEST_FIRST else f"{str(text)[:LONGEST_FIRST]}…"


def content_of(found, frequency):
    """Return the digest as a letter."""
    first = shortened(next(line.text for _title, lines in found.sections for line in lines))
    rest = found.count() - 1
    is_daily = frequency == Frequency.DAILY
    return Content(
        subject=ngettext("%(first)s – and %(rest)d more", "%(first)s – and %(rest)d more", rest)
        % {"first": first, "rest": rest}
        if rest
        else first,
        lines=[_("This is what happened since the last digest, and what waits for you.")],
        sections=found.sections,
        action=(_("Open the portal"), "/"),
        why=_("You get this digest once a day because you chose it.")
        if is_daily
        else _("You get this digest once a week because you have an account."),
    )
