"""Who may see and steer letters: curators. Who may change reminders: whoever may plan the thing."""

from notifications.registry import SCOPES


def can_see_letters(user, thing=None):
    """Curators."""
    return user.is_authenticated and user.is_active and user.is_staff


def can_requeue(user, letter):
    """Curators, for a letter that was given up or held back."""
    return can_see_letters(user) and letter.state in letter.TRANSITIONS["requeue"]


def can_give_up(user, letter):
    """Curators, for a letter that waits, is held back or shows as given up."""
    return can_see_letters(user) and letter.state in letter.TRANSITIONS["give_up"]


def can_clear_address(user, state):
    """Curators, for an address with strikes or without letters."""
    return can_see_letters(user) and bool(state.suppressed_at or state.strikes)


def can_keep_inbox(user, letter):
    """The person to whom the letter went."""
    return user.is_authenticated and user.is_active and letter.person_id == user.person_id


def can_set_reminders(user, scope, thing):
    """The rule of the room that registered the scope: coordinators for all, leaders of a group, organisers."""
    return bool(user.is_authenticated and user.is_active and scope in SCOPES and SCOPES[scope].can_plan(user, thing))
