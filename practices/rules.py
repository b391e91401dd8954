"""Who may do what with practices, their reviews and their transfers. States are the workflows' business."""

from partners.querysets import standing
from partners.rules import coordinates, is_member, leads_all
from workgroups.querysets import group_standing


def is_author(user, practice):
    """True for the authors and whoever began the practice."""
    who = standing(user)
    if who.person_id is None:
        return False
    return practice.created_by_id == who.person_id or any(a.pk == who.person_id for a in practice.authors.all())


def can_create_practice(user, thing=None):
    """Members write practices."""
    return is_member(user)


def can_change_practice(user, practice):
    """The authors, the coordinators of the organisation in charge, and those who lead all."""
    return coordinates(user, practice.organisation_id) or is_author(user, practice)


can_submit_practice = can_change_practice
can_withdraw_practice = can_change_practice
can_add_author = can_change_practice
can_remove_author = can_change_practice


def can_leave_gap(user, thing=None):
    """Curators may mark a required field as not documented: they keep the facts."""
    return standing(user).is_curator


def can_review_practice(user, practice):
    """Those who lead all and the leaders of its workgroup; nobody reviews the own practice."""
    if is_author(user, practice):
        return False
    return leads_all(user) or (is_member(user) and practice.workgroup_id in group_standing(user).led_ids)


can_send_back_practice = can_review_practice
can_accept_practice = can_review_practice
can_decline_practice = can_review_practice
can_publish_practice = can_review_practice


def can_see_review_queue(user, thing=None):
    """Those who lead all, and leaders of workgroups."""
    return leads_all(user) or (is_member(user) and bool(group_standing(user).led_ids))


def can_see_authors(user, practice=None):
    """Members see who wrote a practice and how to reach them; authors see themselves."""
    return is_member(user) or (practice is not None and is_author(user, practice))


def can_see_history(user, practice):
    """Members see what happened to a practice."""
    return is_member(user) or is_author(user, practice)


def can_mark_interest(user, thing=None):
    """People of a region mark its interest; those who lead all mark it for any region."""
    who = standing(user)
    return who.leads_all or bool(who.region_ids)


def can_mark_interest_for(user, region):
    """The people of that region and those who lead all."""
    who = standing(user)
    return who.leads_all or (region is not None and region.pk in who.region_ids)


def can_advance_transfer(user, transfer):
    """People of organisations in the taking region, and those who lead all."""
    who = standing(user)
    return who.leads_all or (transfer.region_id is not None and transfer.region_id in who.region_ids)


can_drop_transfer = can_advance_transfer


def can_correct_transfer(user, transfer=None):
    """Those who lead all may also set a transfer back."""
    return leads_all(user)


def can_use_template(user, template=None):
    """Curators choose the form for new practices."""
    return standing(user).is_curator
