"""Who may do what with visits, seats and takeaways."""

from partners.querysets import standing
from partners.rules import coordinates, is_member, is_self, leads_all
from workgroups.querysets import group_standing


def organises_meeting(user, meeting):
    """Its author, coordinators of its host, leaders of its workgroup, those who lead all; members only."""
    who = standing(user)
    if not who.is_member:
        return False
    is_author = meeting.created_by_id is not None and meeting.created_by_id == who.person_id
    is_leader = meeting.workgroup_id is not None and meeting.workgroup_id in group_standing(user).led_ids
    return is_author or is_leader or coordinates(user, meeting.host_id)


def can_create_visit(user, meeting):
    """Whoever organises the meeting."""
    return organises_meeting(user, meeting)


def can_create_some_visit(user, thing=None):
    """Whether the list says how to make one: people who can organise meetings."""
    who = standing(user)
    return who.leads_all or bool(who.coordinated_organisation_ids or group_standing(user).led_ids)


def organises(user, visit):
    """Whoever organises the visit: its author and whoever organises its meeting."""
    who = standing(user)
    is_author = visit.created_by_id is not None and visit.created_by_id == who.person_id
    return who.is_member and (is_author or organises_meeting(user, visit.meeting))


def can_change_visit(user, visit):
    """Organisers."""
    return organises(user, visit)


def can_open_visit(user, visit):
    """Organisers."""
    return organises(user, visit)


def can_close_visit(user, visit):
    """Organisers."""
    return organises(user, visit)


def can_reopen_visit(user, visit):
    """Organisers."""
    return organises(user, visit)


def can_finish_visit(user, visit):
    """Organisers."""
    return organises(user, visit)


def can_cancel_visit(user, visit):
    """Organisers."""
    return organises(user, visit)


def can_sign_up(user, visit):
    """Everybody with an account who sees the visit: the own person."""
    return standing(user).person_id is not None


def can_sign_up_member(user, visit):
    """Organisers sign up other people."""
    return organises(user, visit)


def can_withdraw(user, sign_up):
    """The person and the organisers."""
    return is_self(user, sign_up.person) or organises(user, sign_up.visit)


def can_accept_seat(user, sign_up):
    """The person."""
    return is_self(user, sign_up.person)


def can_see_participants(user, visit):
    """Members see who has a seat."""
    return is_member(user)


def can_see_waiting_list(user, visit):
    """Organisers see who waits."""
    return organises(user, visit)


def can_create_takeaway(user, visit):
    """Members, and whoever has a seat, write down what they saw."""
    who = standing(user)
    if who.is_member:
        return True
    return who.person_id is not None and visit.sign_ups.confirmed().filter(person_id=who.person_id).exists()


def can_change_takeaway(user, takeaway):
    """The author and those who lead all."""
    return is_self(user, takeaway.person) or leads_all(user)
