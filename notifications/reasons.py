"""Why a letter is not needed at the moment of sending: asked before it is written, in one place for all kinds.

Preferences and addresses have their own gates (``gates``, ``bounces``); each end names its cause in one word.
"""

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from notifications.choices.reading import key_of
from notifications.models import Letter
from notifications.planning import still_asked_for
from notifications.registry import LETTERS, Skip

Cause = Letter.Cause


def why_not(letter, now):
    """Return the Skip that says why ``letter`` is not needed at ``now``, or None."""
    if letter.useful_until and letter.useful_until <= now:
        return Skip(_("it would come too late"), Cause.STALE)
    thing = _thing_of(letter)
    if letter.content_type_id and thing is None:
        return Skip(_("what it was about no longer exists"), Cause.OBJECT_GONE)
    kind = LETTERS[letter.kind]
    if letter.person is not None:
        reason = _about_person(letter, is_essential=kind.is_essential)
        if reason:
            return reason
    if letter.settled_at and not kind.is_essential:
        return Skip(_("it is done already"), Cause.ALREADY_ACTED)
    if letter.seen_at and not kind.is_essential:
        return Skip(_("the person has read it in the portal"), Cause.OTHER_CHANNEL)
    return asked_again(letter, thing, now)


def _thing_of(letter):
    """Return what the letter is about; where it is the person itself (the digest), that row is known already."""
    person = letter.person
    if person is not None and (letter.content_type_id, letter.object_id) == key_of(person):
        letter.thing = person
    return letter.thing


def asked_again(letter, thing, now):
    """Return the Skip of a reminder that the facts no longer ask for; None for all other letters."""
    return (still_asked_for(letter, thing, now) or _hidden(letter, thing)) if letter.rule else None


def _about_person(letter, *, is_essential):
    if not letter.person.email:
        return Skip(_("the person has no address"), Cause.NO_USER)
    account = None if is_essential else _account(letter.person)
    if account is None:
        return None
    account.person = letter.person  # both know each other now: whoever asks later need not read them again
    if not account.is_active:
        return Skip(_("the account is not active"), Cause.SUSPENDED)
    if account.has_address and not account.has_confirmed:
        return Skip(_("the account is not confirmed yet"), Cause.INACTIVE)
    return None


def _account(person):
    addresses = apps.get_model("account", "EmailAddress").objects.filter(user=OuterRef("pk"))
    rows = get_user_model().objects.filter(person=person)
    return rows.annotate(has_address=Exists(addresses), has_confirmed=Exists(addresses.filter(verified=True))).first()


def _hidden(letter, thing):
    """A reminder is only for who may see the thing; people without an account are on a list by name."""
    account = get_user_model().objects.filter(person=letter.person).first()
    rows = type(thing)._default_manager
    if account is None or not hasattr(rows, "visible_to"):
        return None
    if rows.visible_to(account).filter(pk=thing.pk).exists():
        return None
    return Skip(_("the person may not see it"), Cause.NO_ACCESS)
