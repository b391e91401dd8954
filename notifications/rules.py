"""Who may see and steer letters: curators."""


def can_see_letters(user, thing=None):
    """Curators."""
    return user.is_authenticated and user.is_active and user.is_staff


def can_requeue(user, letter):
    """Curators, for a letter that was given up or held back."""
    return can_see_letters(user) and letter.state in letter.TRANSITIONS["requeue"]


def can_give_up(user, letter):
    """Curators, for a letter that waits, is held back or shows as given up."""
    return can_see_letters(user) and letter.state in letter.TRANSITIONS["give_up"]
