"""Who may do what with workgroups, their members and their initiatives."""

from partners.querysets import standing
from partners.rules import coordinates, is_member, is_self
from workgroups.querysets import group_standing


def leads_group(user, workgroup):
    """Its chair, deputy and secretary while they are members of the partnership; those who lead all."""
    who = standing(user)
    return who.leads_all or (who.is_member and workgroup.pk in group_standing(user).led_ids)


def is_in_group(user, workgroup):
    """True for people who belong to the group today."""
    return standing(user).is_member and workgroup.pk in group_standing(user).member_ids


def can_change_workgroup(user, workgroup):
    """Those who lead the group."""
    return leads_group(user, workgroup)


def can_see_members(user, workgroup=None):
    """Members of the partnership."""
    return is_member(user)


def can_join_workgroup(user, workgroup):
    """Members of the partnership; guests may not."""
    return is_member(user)


def can_leave_workgroup(user, workgroup):
    """Whoever has an account; the workflow knows whether one is in the group."""
    return standing(user).person_id is not None


def can_add_member(user, workgroup):
    """Those who lead the group."""
    return leads_group(user, workgroup)


def can_set_role(user, membership):
    """Those who lead the group."""
    return leads_group(user, membership.workgroup)


def can_end_membership(user, membership):
    """Those who lead the group, and the person."""
    return leads_group(user, membership.workgroup) or is_self(user, membership.person)


def can_create_initiative(user, workgroup):
    """Members of the group and those who lead it."""
    return is_in_group(user, workgroup) or leads_group(user, workgroup)


def can_change_initiative(user, initiative):
    """Those who lead the group, the contact, and coordinators of the organisation in the lead."""
    who = standing(user)
    if not who.is_member:
        return False
    is_contact = initiative.lead_person_id is not None and initiative.lead_person_id == who.person_id
    return leads_group(user, initiative.workgroup) or is_contact or coordinates(user, initiative.lead_organisation_id)


def can_set_initiative_state(user, initiative):
    """Whoever may change the initiative."""
    return can_change_initiative(user, initiative)


def leads_partnership(user, thing=None):
    """Coordinators of the partnership and curators: they may end even the last chair."""
    return standing(user).leads_all
