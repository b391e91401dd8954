"""Letters about people: the invitation. And the letterhead of all letters."""

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.registry import Content, Letterhead, Skip, letter, letterhead
from partners.context import read_partnership
from partners.models import Invitation


@letter("partners-invitation", is_essential=True)
def invitation_sent(invitation, person, data):
    """Invite the address to open an account; the key stands only in the letter."""
    if not isinstance(invitation, Invitation) or not invitation.is_open():
        return Skip("the invitation was used, withdrawn or has ended")
    who = invitation.invited_by.name if invitation.invited_by else _("The coordinator")
    organisation = invitation.organisation.name if invitation.organisation else ""
    target = _("%(who)s invites you to join %(organisation)s in the partnership's portal.")
    as_guest = _("%(who)s invites you as a guest to the partnership's portal.")
    return Content(
        subject=_("Invitation to the portal, valid until %(day)s") % {"day": f"{invitation.expires_at:%d.%m.%Y}"},
        lines=[
            (target if organisation else as_guest) % {"who": who, "organisation": organisation},
            _("There you register for meetings, read good practices and see what is waiting for you."),
            _("The invitation is for this address only. If you do not know why you get it, you can ignore it."),
        ],
        facts=[(_("Your address"), invitation.email)],
        action=(_("Look at the invitation"), reverse("partners:invitation_open", args=[data["key"]])),
        why=_("You get this letter because somebody of the partnership entered your address."),
    )


@letterhead
def head_of_letters():
    """Name the partnership and its funding on every letter."""
    partnership = read_partnership()
    return Letterhead(
        acronym=partnership.acronym,
        name=partnership.name,
        funding_line=partnership.funding_line,
        settings_path=reverse("partners:profile"),
    )
