"""What people may do from a letter of the room: keep a seat, or give it back."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.registry import Proposal, Skip, act
from visits.models import SignUp, StudyVisit
from visits.notices import facts_of
from visits.workflows import seats


def _row(visit, user):
    """Return the person's place on the list that still counts, or None."""
    return visit.sign_ups.exclude(state=SignUp.State.WITHDRAWN).filter(person_id=user.person_id).first()


def _over(visit):
    """Return why the list stays as it is, or None."""
    if visit.state == StudyVisit.State.CANCELLED:
        return Skip(_("The visit was cancelled."))
    if visit.state == StudyVisit.State.DONE or visit.has_begun():
        return Skip(_("The visit has begun or is over, so the list stays as it is."))
    return None


def explain_seat_accept(visit, user):
    """Say that the organisers can count on the person."""
    row = _row(visit, user)
    if row is None or row.state != SignUp.State.CONFIRMED:
        return Skip(_("You have no seat on this visit."))
    if seats.is_accepted(row):
        return Skip(_("You have accepted this seat already."))
    lines = [_("The organisers see that they can count on you.")]
    return _over(visit) or Proposal(_("Take this seat?"), _("I take the seat"), lines, facts_of(visit, user.person))


@act("seat-accept", StudyVisit, gettext_lazy("I take the seat"), explain=explain_seat_accept)
def seat_accept(visit, *, by):
    """Accept the seat."""
    seats.accept_seat(_row(visit, by), by=by)
    return _("The seat is yours. See you there.")


def explain_seat_give_back(visit, user):
    """Say that the next person in the waiting list gets the seat."""
    row = _row(visit, user)
    if row is None:
        return Skip(_("You are not on the list of this visit any more."))
    is_seat = row.state == SignUp.State.CONFIRMED
    title = _("Give the seat back?") if is_seat else _("Leave the waiting list?")
    lines = [_("Whoever waits longest gets the seat at once.") if is_seat else _("You lose your place in the list.")]
    submit = _("Give it back") if is_seat else _("Leave the list")
    return _over(visit) or Proposal(title, submit, lines, facts_of(visit, user.person))


@act("seat-give-back", StudyVisit, gettext_lazy("I cannot come"), explain=explain_seat_give_back)
def seat_give_back(visit, *, by):
    """Give the seat back."""
    seats.withdraw(_row(visit, by), by=by)
    return _("You are no longer on the list of this visit.")
