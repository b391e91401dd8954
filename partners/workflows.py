"""What people do with invitations, memberships and profiles."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history, search
from core.errors import Refused
from partners.models import Invitation, Membership, Person


@transaction.atomic
def accept_invitation(invitation, *, user, name):
    """Use up ``invitation`` for the new account ``user``: the person joins the organisation.

    Raises Refused when the invitation was used, withdrawn or has ended in the meantime.
    """
    now = timezone.now()
    is_taken = not Invitation.objects.open(now).filter(pk=getattr(invitation, "pk", None)).update(
        accepted_at=now, accepted_by=user.person
    )
    if is_taken:
        raise Refused(_("This invitation is no longer valid. Please ask for a new one."))
    person = user.person
    person.name = name
    person.save(update_fields=["name"])
    if invitation.organisation_id:
        Membership.objects.get_or_create(
            person=person,
            organisation_id=invitation.organisation_id,
            end_date=None,
            defaults={"role": invitation.role, "start_date": timezone.localdate()},
        )
    search.index(person)
    history.record(person, "invitation-accepted", by=user)
    return Person.objects.get(pk=person.pk)
