"""Acts from a letter: a signed link that lets one person do one thing, until a day, without signing in.

The link names the act, the person, the row and the last moment, under a signature with a salt of its own; it
also carries a mark of the address it went to, so that it dies when the person gets another address. Reading a
link changes nothing: only the POST of its page runs the act, which calls one workflow as that person.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django import forms
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from core.forms import PortalForm
from notifications.models import Letter
from notifications.registry import ACTS, Skip

SALT = "notifications.acts"
MARK = 12
LONGEST = 600  # characters of a link; ours have about 150


class NoWayError(Exception):
    """A link that leads to nothing, with a sentence for whoever opened it."""

    def __init__(self, message, status=410, person=None):
        super().__init__(message)
        self.message, self.status, self.person = message, status, person


@dataclass(frozen=True)
class Errand:
    """A link that holds: who does what to which row, and what the page says before it is done."""

    act: object
    person: object
    thing: object
    proposal: object

    @property
    def user(self):
        """Return the account that acts."""
        return self.person.user

    def form(self, data=None):
        """Return the form of the page: empty, or with the one choice that the act asks for."""
        return ChoiceForm(data, proposal=self.proposal)

    def run(self, **choice):
        """Do it; return the sentence that says what was done. Raises Refused when things have moved on."""
        with transaction.atomic():
            return self.act.run(self.thing, by=self.user, **choice)


class ChoiceForm(PortalForm):
    """The one choice of an act, or nothing but the button."""

    choice = forms.ModelChoiceField(Letter.objects.none())

    def __init__(self, *args, proposal, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["form_key"]
        if proposal.choices is None:
            del self.fields["choice"]
        else:
            self.fields["choice"].queryset = proposal.choices
            self.fields["choice"].label = proposal.choice_label


def link(name, thing, person, *, now=None):
    """Return the path of the page on which ``person`` can do the act ``name`` to ``thing``."""
    act = ACTS[name]
    until = (now or timezone.now()) + timedelta(days=act.days)
    facts = [act.name, person.pk, thing.pk, int(until.timestamp()), _mark(person)]
    return reverse("notifications:act", args=[signing.Signer(salt=SALT).sign_object(facts)])


def links(acts, person):
    """Return pairs of words and path for the ``acts`` of a letter; people without an account get none."""
    user = getattr(person, "user", None)
    if user is None or not user.is_active:
        return []
    return [(str(ACTS[name].label), link(name, thing, person)) for name, thing in acts]


def read(token, *, people, now=None):
    """Return the Errand of a link, or raise NoWayError with the one sentence that says why there is none.

    ``people``: the rows in which the person is looked for.
    """
    act, person, number, until = _unsigned(token, people)
    if until <= (now or timezone.now()):
        raise NoWayError(_("This link is too old. It has ended for your safety."), person=person)
    thing = act.model.objects.visible_to(person.user).filter(pk=number).first()
    if thing is None:
        raise NoWayError(_("What the letter was about is gone, or it is not open to you any more."), person=person)
    proposal = act.explain(thing, person.user)
    if isinstance(proposal, Skip):
        raise NoWayError(proposal.reason, status=409, person=person)
    return Errand(act, person, thing, proposal)


def _unsigned(token, people):
    """Return act, person, number of the row and last moment of a link whose signature holds."""
    not_ours = NoWayError(_("This link is not complete. Please open it again from the letter."), status=404)
    try:
        if len(token) > LONGEST:
            raise not_ours
        name, person_pk, number, until, mark = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        raise not_ours from None
    act = ACTS.get(name)
    if act is None:
        raise not_ours
    person = people.select_related("user").filter(pk=person_pk).first()
    user = getattr(person, "user", None)
    if user is None or not user.is_active:
        raise NoWayError(_("The person to whom this letter went does not use the portal any more."))
    if not constant_time_compare(mark, _mark(person)):
        raise NoWayError(_("This letter went to an address that the person does not use any more."))
    return act, person, number, datetime.fromtimestamp(until, UTC)


def _mark(person):
    return salted_hmac(SALT, person.email.casefold()).hexdigest()[:MARK]
