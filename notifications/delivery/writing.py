"""What a letter says at the moment it is sent, or why it is not needed any more."""

from django.utils.translation import gettext as _

from notifications.models import Letter, MailAddress
from notifications.reasons import why_not
from notifications.registry import LETTERS, Skip


def write(letter, now):
    """Return the Content of ``letter`` as things are now, or the Skip that says why it is not needed."""
    kind = LETTERS[letter.kind]
    skip = why_not(letter, now)
    if skip:
        return skip
    if letter.person is not None:
        letter.address = letter.person.email
    if not kind.is_essential and _is_suppressed(letter.address):
        return Skip(_("letters to this address come back"), Letter.Cause.SUPPRESSED)
    return kind.write(letter.thing, letter.person, letter.data)


def _is_suppressed(address):
    return MailAddress.objects.filter(address=address.lower(), suppressed_at__isnull=False).exists()
