"""Who may do what with people and organisations; and the predicates that higher rooms build on."""

from partners.querysets import standing


def leads_all(user, thing=None):
    """Coordinators of the partnership and curators."""
    return standing(user).leads_all


def is_member(user, thing=None):
    """People with a current membership, coordinators and curators."""
    return standing(user).is_member


def is_signed_in(user, thing=None):
    """Everybody with an active account."""
    return standing(user).person_id is not None


def belongs_to(user, organisation_id):
    """True if the person is a current member of that organisation."""
    return organisation_id is not None and organisation_id in standing(user).organisation_ids


def coordinates(user, organisation_id):
    """True for coordinators of that organisation and those who lead all."""
    who = standing(user)
    return who.leads_all or (organisation_id is not None and organisation_id in who.coordinated_organisation_ids)


def is_self(user, person):
    """True if ``person`` is the one behind the account."""
    return person is not None and standing(user).person_id == person.pk


def can_change_organisation(user, organisation):
    """The organisation's coordinators and those who lead all."""
    return coordinates(user, organisation.pk)


def can_change_person(user, person):
    """The person and those who lead all."""
    return is_self(user, person) or leads_all(user)


def can_invite(user, organisation=None):
    """Leaders invite anybody; an organisation's coordinator invites into the own organisation."""
    return leads_all(user) or (organisation is not None and coordinates(user, organisation.pk))


def can_invite_somebody(user, thing=None):
    """Whether the page for invitations is shown at all."""
    who = standing(user)
    return who.leads_all or bool(who.coordinated_organisation_ids)


def can_revoke_invitation(user, invitation):
    """Whoever may invite into that organisation."""
    return can_invite(user, invitation.organisation)


def can_end_membership(user, membership):
    """Coordinators of that organisation and those who lead all."""
    return coordinates(user, membership.organisation_id)


def can_see_letters(user, thing=None):
    """Curators read the outbox."""
    return standing(user).is_curator
