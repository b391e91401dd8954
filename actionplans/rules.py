"""Who may do what with instruments, plans, actions and milestones."""

from actionplans.models import ActionPlan
from partners.models import Organisation
from partners.querysets import standing
from partners.rules import is_member, is_self


def _organisation_ids(plan):
    return {organisation.pk for organisation in plan.organisations.all()}


def belongs_to_plan(user, plan):
    """Members of the plan's organisations and those who lead all."""
    who = standing(user)
    return who.leads_all or bool(who.organisation_ids & _organisation_ids(plan))


def steers_plan(user, plan):
    """Coordinators of the plan's organisations and those who lead all."""
    who = standing(user)
    return who.leads_all or bool(who.coordinated_organisation_ids & _organisation_ids(plan))


def can_see_people(user, thing=None):
    """Members see who is in charge and who did what."""
    return is_member(user)


def can_create_some_instrument(user, thing=None):
    """Whether the list offers a new instrument: leaders and coordinators of organisations."""
    who = standing(user)
    return who.leads_all or bool(who.coordinated_organisation_ids)


def can_create_instrument(user, region):
    """Those who lead all and coordinators of an organisation in that region."""
    who = standing(user)
    if who.leads_all:
        return True
    own = Organisation.objects.filter(pk__in=who.coordinated_organisation_ids, region=region)
    return bool(who.coordinated_organisation_ids) and own.exists()


def can_change_instrument(user, instrument):
    """Whoever may make one in its region."""
    return can_create_instrument(user, instrument.region_id)


def can_create_some_plan(user, thing=None):
    """Whether the list offers a new plan: members of an organisation and those who lead all."""
    who = standing(user)
    return who.leads_all or bool(who.organisation_ids)


def can_create_plan(user, organisations):
    """Members of one of the organisations that the plan is for, and those who lead all."""
    who = standing(user)
    return who.leads_all or bool(who.organisation_ids & {organisation.pk for organisation in organisations})


def can_change_plan(user, plan):
    """Members of its organisations while it is drafted; afterwards their coordinators."""
    is_draft = plan.state == ActionPlan.State.DRAFTING
    return steers_plan(user, plan) or (is_draft and belongs_to_plan(user, plan))


def can_endorse_plan(user, plan):
    """Whoever steers the plan."""
    return steers_plan(user, plan)


def can_start_monitoring(user, plan):
    """Whoever steers the plan."""
    return steers_plan(user, plan)


def can_close_plan(user, plan):
    """Whoever steers the plan."""
    return steers_plan(user, plan)


def can_reopen_plan(user, plan):
    """Whoever steers the plan."""
    return steers_plan(user, plan)


def can_create_action(user, plan):
    """Whoever may change the plan: once it is endorsed, a new action is a change of what was endorsed."""
    return can_change_plan(user, plan)


def keeps_action(user, action):
    """Members of the plan's organisations, and the person in charge as long as they are a member."""
    is_in_charge = action.responsible_person_id is not None and is_self(user, action.responsible_person)
    return belongs_to_plan(user, action.plan) or (is_in_charge and is_member(user))


def can_change_action(user, action):
    """Whoever keeps the action up to date."""
    return keeps_action(user, action)


def can_set_action_state(user, action):
    """Whoever keeps the action up to date."""
    return keeps_action(user, action)


def can_add_source(user, action):
    """Whoever keeps the action up to date."""
    return keeps_action(user, action)


def can_remove_source(user, source):
    """Whoever keeps the action up to date."""
    return keeps_action(user, source.action)


def can_create_milestone(user, action):
    """Whoever keeps the action up to date."""
    return keeps_action(user, action)


def can_change_milestone(user, milestone):
    """Whoever keeps the action up to date."""
    return keeps_action(user, milestone.action)


def can_complete_milestone(user, milestone):
    """Whoever keeps the action up to date."""
    return keeps_action(user, milestone.action)


def can_drop_milestone(user, milestone):
    """Whoever keeps the action up to date."""
    return keeps_action(user, milestone.action)


def can_reopen_milestone(user, milestone):
    """Whoever keeps the action up to date."""
    return keeps_action(user, milestone.action)
