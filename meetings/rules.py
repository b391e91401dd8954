"""Who may do what with meetings, their minutes and to-dos."""

from partners.querysets import standing
from partners.rules import is_signed_in, leads_all
from workgroups.querysets import group_standing


def is_organiser(user, meeting):
    """Its author, coordinators of its host, leaders of its workgroup, and those who lead all."""
    who = standing(user)
    if who.person_id is None:
        return False
    return (
        who.leads_all
        or meeting.created_by_id == who.person_id
        or (meeting.host_id is not None and meeting.host_id in who.coordinated_organisation_ids)
        or (meeting.workgroup_id is not None and meeting.workgroup_id in group_standing(user).led_ids)
    )


def can_create_meeting(user, data=None):
    """Members of the partnership; where they may place it, see ``can_place``."""
    return standing(user).is_member


def can_place(user, host_id, workgroup_id):
    """Whether a meeting may be held by that host for that workgroup.

    Members: their own organisation and their groups; leaders of a group: any host or none for their group.
    """
    who, groups = standing(user), group_standing(user)
    if who.leads_all or (workgroup_id is not None and workgroup_id in groups.led_ids):
        return True
    is_own_host = host_id is not None and host_id in who.organisation_ids
    return is_own_host and (workgroup_id is None or workgroup_id in groups.member_ids)


def can_change_meeting(user, meeting):
    """Organisers: facts and agenda."""
    return is_organiser(user, meeting)


def can_open_meeting(user, meeting):
    """Organisers."""
    return is_organiser(user, meeting)


def can_start_meeting(user, meeting):
    """Organisers."""
    return is_organiser(user, meeting)


def can_close_meeting(user, meeting):
    """Organisers."""
    return is_organiser(user, meeting)


def can_reopen_meeting(user, meeting):
    """Organisers."""
    return is_organiser(user, meeting)


def can_cancel_meeting(user, meeting):
    """Organisers."""
    return is_organiser(user, meeting)


def can_write_minutes(user, meeting):
    """Organisers."""
    return is_organiser(user, meeting)


def can_publish_minutes(user, meeting):
    """Organisers."""
    return is_organiser(user, meeting)


def can_record_decision(user, meeting):
    """Organisers."""
    return is_organiser(user, meeting)


def can_read_minutes(user, meeting):
    """Organisers read the draft; after publication everybody who sees the meeting."""
    return meeting.minutes_published_at is not None or is_organiser(user, meeting)


def can_register(user, meeting):
    """Members; guests where the meeting is open to them."""
    return standing(user).is_member or (is_signed_in(user) and meeting.is_open_to_guests)


def can_change_registration(user, meeting):
    """Everybody signed in, their own registration."""
    return is_signed_in(user)


def can_withdraw(user, meeting):
    """Everybody signed in, their own registration."""
    return is_signed_in(user)


def can_see_participants(user, meeting):
    """Members see names, others only numbers."""
    return standing(user).is_member or is_organiser(user, meeting)


def can_see_notes(user, registration):
    """A note for the organisers is read by them and by who wrote it."""
    return registration.person_id == standing(user).person_id or is_organiser(user, registration.meeting)


def can_enter_online(user, meeting, *, is_registered):
    """The address of the online room is for registered people and organisers."""
    return is_registered or is_organiser(user, meeting)


def can_create_todo(user, origin=None):
    """Of a meeting: its organisers and its workgroup. Of a workgroup: its members. And those who lead all."""
    if leads_all(user):
        return True
    if origin is None:
        return standing(user).is_member
    groups = group_standing(user).member_ids
    if hasattr(origin, "starts_at"):
        return is_organiser(user, origin) or (standing(user).is_member and origin.workgroup_id in groups)
    return standing(user).is_member and origin.pk in groups


def leads_todo(user, todo):
    """Whoever wrote it, organisers of its meeting, leaders of its workgroup, those who lead all."""
    who = standing(user)
    if who.person_id is None:
        return False
    return (
        who.leads_all
        or todo.created_by_id == who.person_id
        or (todo.meeting is not None and is_organiser(user, todo.meeting))
        or (todo.workgroup_id is not None and todo.workgroup_id in group_standing(user).led_ids)
    )


def can_change_todo(user, todo):
    """Those who lead it."""
    return leads_todo(user, todo)


def can_complete_todo(user, todo):
    """Its owner and those who lead it."""
    return leads_todo(user, todo) or todo.owner_id == standing(user).person_id is not None


def can_hand_over_todo(user, todo):
    """Its owner and those who lead it."""
    return can_complete_todo(user, todo)


def can_drop_todo(user, todo):
    """Its owner and those who lead it."""
    return can_complete_todo(user, todo)


def can_reopen_todo(user, todo):
    """Its owner and those who lead it."""
    return can_complete_todo(user, todo)
