"""What a letter says at the moment it is sent, or why it is not needed any more."""

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from notifications.models import MailAddress
from notifications.registry import LETTERS, Skip


def write(letter, now):
    """Return the Content of ``letter`` as things are now, or the Skip that says why it is not needed."""
    kind = LETTERS[letter.kind]
    thing = letter.thing
    if letter.useful_until and letter.useful_until <= now:
        return Skip(_("it would come too late"))
    if letter.content_type_id and thing is None:
        return Skip(_("what it was about no longer exists"))
    if letter.person is not None:
        if not kind.is_essential and _is_shut_out(letter.person):
            return Skip(_("the account is not active"))
        if not letter.person.email:
            return Skip(_("the person has no address"))
        letter.address = letter.person.email
    if not kind.is_essential and _is_suppressed(letter.address):
        return Skip(_("letters to this address come back"))
    return kind.write(thing, letter.person, letter.data)


def _is_shut_out(person):
    return get_user_model().objects.filter(person=person, is_active=False).exists()


def _is_suppressed(address):
    return MailAddress.objects.filter(address=address.lower(), suppressed_at__isnull=False).exists()
