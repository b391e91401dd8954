"""What people may do from a letter of the room: answer a to-do, say whether they come."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refused
from meetings import rules
from meetings.models import Meeting, Registration, Todo
from meetings.notices.todos import todo_facts
from meetings.notices.wording import facts_of
from meetings.workflows import registration, todos
from notifications.registry import Proposal, Skip, act

# --- To-dos -----------------------------------------------------------------------------------------


def _not_asked(todo, user):
    """Return why the owner's acts are over, or None."""
    if todo.state != Todo.State.OPEN:
        return Skip(_("This to-do is answered already."))
    if todo.owner_id != user.person_id:
        return Skip(_("Somebody else does this to-do now."))
    return None


def _facts(todo):
    return [(_("To-do"), todo.text), *todo_facts(todo)]


def explain_todo_done(todo, user):
    """Say that the to-do ends as done."""
    return _not_asked(todo, user) or Proposal(
        _("Is this to-do done?"), _("It is done"), [_("Whoever wrote the to-do is told.")], _facts(todo)
    )


@act("todo-done", Todo, gettext_lazy("It is done"), explain=explain_todo_done, days=60)
def todo_done(todo, *, by):
    """Complete the to-do."""
    todos.complete_todo(todo, by=by)
    return _("The to-do is done. Thank you.")


def explain_todo_later(todo, user):
    """Say that a reminder comes in a week and nothing else changes."""
    lines = [_("You get one more letter in seven days. The day until which it should be done stays as it is.")]
    return _not_asked(todo, user) or Proposal(_("Remind you in a week?"), _("Remind me in a week"), lines, _facts(todo))


@act("todo-later", Todo, gettext_lazy("Remind me in a week"), explain=explain_todo_later, days=60)
def todo_later(todo, *, by):
    """Ask for one more reminder."""
    todos.remind_later(todo, by=by)
    return _("A reminder comes in a week.")


def explain_todo_hand_over(todo, user):
    """Ask which colleague does it."""
    reason = _not_asked(todo, user)
    if reason:
        return reason
    people = todos.colleagues_of(todo)
    if not people.exists():
        return Skip(_("Nobody else of your organisation or of the workgroup has an account yet."))
    return Proposal(
        _("Hand this to-do over?"),
        _("Hand over"),
        [_("Your colleague gets a letter. The to-do is then no longer yours.")],
        _facts(todo),
        choices=people,
        choice_label=_("Who does it from now on"),
    )


@act("todo-hand-over", Todo, gettext_lazy("Hand it over"), explain=explain_todo_hand_over, days=60)
def todo_hand_over(todo, *, by, choice):
    """Give the to-do to a colleague."""
    todos.hand_over_todo(todo, by=by, owner=choice)
    return _("%(name)s does it now.") % {"name": choice.name}


# --- Meetings ---------------------------------------------------------------------------------------


def _is_registered(meeting, user):
    return Registration.objects.active().filter(meeting=meeting, person_id=user.person_id).exists()


def _meeting_facts(meeting, user):
    return [(_("Meeting"), meeting.title), *facts_of(meeting, user.person)]


def explain_meeting_register(meeting, user):
    """Say that the person takes part, on site."""
    if _is_registered(meeting, user):
        return Skip(_("You are registered already."))
    if not rules.can_register(user, meeting):
        return Skip(_("This meeting is not open to guests."))
    try:
        registration.check_open(meeting)
    except Refused as refusal:
        return Skip(refusal.message)
    lines = [_("You get a letter with the file for your calendar.")]
    return Proposal(_("Take part in this meeting?"), _("Register"), lines, _meeting_facts(meeting, user))


@act("meeting-register", Meeting, gettext_lazy("Yes, I come"), explain=explain_meeting_register)
def meeting_register(meeting, *, by):
    """Register the person; a meeting without a place is joined online."""
    registration.register(meeting, by=by, is_online=meeting.mode == Meeting.Mode.ONLINE)
    return _("You are registered. A letter with the calendar file is on its way.")


def explain_meeting_register_online(meeting, user):
    """Say that the person takes part online."""
    proposal = explain_meeting_register(meeting, user)
    if isinstance(proposal, Skip) or meeting.mode != Meeting.Mode.ON_SITE:
        return proposal
    return Skip(_("This meeting is on site only."))


@act("meeting-register-online", Meeting, gettext_lazy("Yes, online"), explain=explain_meeting_register_online)
def meeting_register_online(meeting, *, by):
    """Register the person for the online room."""
    registration.register(meeting, by=by, is_online=True)
    return _("You are registered online. A letter with the calendar file is on its way.")


def explain_meeting_decline(meeting, user):
    """Say that nobody asks again."""
    row = meeting.registrations.filter(person_id=user.person_id).first()
    if row is not None and row.state == Registration.State.REGISTERED:
        return Skip(_("You are registered. If you cannot come, withdraw your registration."))
    if row is not None:
        return Skip(_("You have said already that you do not come."))
    if meeting.state != Meeting.State.OPEN:
        return Skip(_("The meeting has begun or is over, so the list stays as it is."))
    lines = [_("The portal does not ask you again. You can still register later.")]
    return Proposal(_("Not come to this meeting?"), _("I do not come"), lines, _meeting_facts(meeting, user))


@act("meeting-decline", Meeting, gettext_lazy("No, I do not come"), explain=explain_meeting_decline)
def meeting_decline(meeting, *, by):
    """Note that the person does not come."""
    registration.decline(meeting, by=by)
    return _("Noted: you do not come.")


def explain_meeting_withdraw(meeting, user):
    """Say that the place is given back."""
    if not _is_registered(meeting, user):
        return Skip(_("You are not registered for this meeting."))
    if meeting.state != Meeting.State.OPEN:
        return Skip(_("The meeting has begun or is over, so the list stays as it is."))
    lines = [_("Your place is free for somebody else. You can register again while registration is open.")]
    return Proposal(_("Withdraw your registration?"), _("I cannot come"), lines, _meeting_facts(meeting, user))


@act("meeting-withdraw", Meeting, gettext_lazy("I cannot come"), explain=explain_meeting_withdraw)
def meeting_withdraw(meeting, *, by):
    """Give the place back."""
    registration.withdraw(meeting, by=by)
    return _("You no longer take part in this meeting.")
