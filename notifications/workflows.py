"""What curators do with letters: send again, give up."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history
from core.errors import Refused
from notifications.models import Letter

State = Letter.State


@transaction.atomic
def requeue(letter, *, by):
    """Let a letter that was given up or held back be tried again from the start."""
    if letter.useful_until and letter.useful_until <= timezone.now():
        raise Refused(_("This letter would come too late now."))
    _move(letter, "requeue", to=State.QUEUED, attempts=0, claims=0, next_try_at=None, reason="", cause="")
    history.record(letter, "requeued", by=by)


@transaction.atomic
def give_up(letter, *, by):
    """End a letter that waits or failed, for good."""
    _move(letter, "give_up", to=State.CANCELLED, reason=_("given up by a curator"), cause=Letter.Cause.GIVEN_UP)
    history.record(letter, "given-up", by=by, note=letter.reason)


def _move(letter, verb, *, to, **fields):
    """Set the state if the verb's transition still allows it: the mailer may have been faster."""
    states = Letter.TRANSITIONS[verb]
    if not Letter.objects.filter(pk=letter.pk, state__in=states).update(state=to, **fields):
        raise Refused(_("This letter has moved on in the meantime. Please look at it again."))
