"""Letters about people: the invitation. And the letterhead of all letters."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.formats import written
from notifications.registry import Content, Letterhead, Skip, keepers, letter, letterhead
from notifications.reminders import reminder_scope
from partners import rules
from partners.context import read_partnership
from partners.models import Invitation, Membership, Person


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
        subject=_("Invitation to %(portal)s, valid until %(day)s")
        % {
            "portal": read_partnership().acronym,
            "day": written(timezone.localtime(invitation.expires_at), "DATE_FORMAT"),
        },
        lines=[
            (target if organisation else as_guest) % {"who": who, "organisation": organisation},
            _("There you register for meetings, read good practices and see what is waiting for you."),
            _("The invitation is for this address only. If you do not know why you get it, you can ignore it."),
        ],
        facts=[(_("Your address"), invitation.email)],
        action=(_("Look at the invitation"), reverse("partners:invitation_open", args=[data["key"]])),
        why=_("You get this letter because somebody of the partnership entered your address."),
    )


reminder_scope("partnership", None, rules.leads_all)


def coordinators_above(people):
    """Return ``{person's key: coordinators of the person's organisations}``, nobody above themselves."""
    rows = list(Membership.objects.current().filter(person__in=people).values_list("person_id", "organisation_id"))
    leading = Membership.objects.current().filter(
        role=Membership.Role.COORDINATOR, organisation_id__in={organisation_id for _person_id, organisation_id in rows}
    )
    found = {person.pk: {} for person in people}
    for membership in leading.select_related("person").order_by("person_id"):
        for person_id, organisation_id in rows:
            if organisation_id == membership.organisation_id and person_id != membership.person_id:
                found[person_id][membership.person_id] = membership.person
    return {person_id: list(above.values()) for person_id, above in found.items()}


def partnership_coordinators():
    """Return the people who coordinate the whole partnership."""
    return list(Person.objects.active().coordinators().order_by("pk"))


@keepers
def keepers_of_address(address, *, is_for_curators):
    """Return the coordinators of the address's organisations, else those of the partnership; or the curators."""
    if is_for_curators:
        return list(Person.objects.curators().order_by("pk"))
    people = list(Person.objects.filter(email__iexact=address))
    above = {row.pk: row for rows in coordinators_above(people).values() for row in rows}
    mine = {person.pk for person in people}
    return list(above.values()) or [each for each in partnership_coordinators() if each.pk not in mine]


@letterhead
def head_of_letters():
    """Name the partnership and its funding on every letter."""
    partnership = read_partnership()
    return Letterhead(
        acronym=partnership.acronym,
        name=partnership.name,
        funding_line=partnership.funding_line,
        settings_path=reverse("notifications:choices"),
    )
