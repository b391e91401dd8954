"""Letters about to-dos: given, asked for once more, answered."""

from django.utils.translation import gettext as _

from core.formats import written
from notifications.models import Letter
from notifications.registry import Content, Skip, letter

Cause = Letter.Cause


def group_of_todo(todo):
    """Return the workgroup that a to-do comes from."""
    return todo.workgroup or (todo.meeting.workgroup if todo.meeting else None)


def ways_to_answer(todo):
    """Return the acts of letters that ask for an answer to a to-do."""
    return [("todo-done", todo), ("todo-later", todo), ("todo-hand-over", todo)]


def origin_of(todo):
    """Return the name of the meeting or workgroup that a to-do comes from."""
    return todo.meeting.title if todo.meeting else todo.workgroup.name


def todo_facts(todo):
    """Return what a letter tells of a to-do."""
    return [(_("Until"), written(todo.due_date, "WEEKDAY_DATE")), (_("From"), origin_of(todo))]


@letter("meetings-todo-given", topic="todos", group=group_of_todo)
def todo_given(todo, person, data):
    """Tell the owner of a new to-do."""
    if todo.owner_id != person.pk:
        return Skip(_("somebody else does it now"))
    if todo.state != todo.State.OPEN:
        return Skip(_("the to-do is already answered"))
    return Content(
        subject=_("For you: %(text)s") % {"text": todo.text},
        lines=[
            _("%(name)s gave you this to-do.") % {"name": todo.created_by.name}
            if todo.created_by
            else _("Somebody gave you this to-do.")
        ],
        facts=todo_facts(todo),
        acts=ways_to_answer(todo),
        action=(_("Open the to-do"), todo.get_absolute_url()),
        why=_("You get this letter because the to-do is yours."),
    )


@letter("meetings-todo-again", topic="todos", group=group_of_todo)
def todo_again(todo, person, data):
    """Remind of a to-do once more, because its owner has asked for it."""
    if todo.owner_id != person.pk:
        return Skip(_("somebody else does it now"), Cause.NOT_CONCERNED)
    if todo.state != todo.State.OPEN:
        return Skip(_("the to-do is already answered"), Cause.ALREADY_ACTED)
    return Content(
        subject=_("Once more: %(text)s") % {"text": todo.text},
        lines=[_("A week ago you asked to be reminded of this to-do.")],
        facts=todo_facts(todo),
        acts=ways_to_answer(todo),
        action=(_("Answer the to-do"), todo.get_absolute_url()),
        why=_("You get this letter because you asked for it."),
    )


@letter("meetings-todo-answered", topic="todos", group=group_of_todo)
def todo_answered(todo, person, data):
    """Tell whoever wrote a to-do how it ended."""
    if todo.state == todo.State.OPEN:
        return Skip(_("the to-do is open again"))
    is_done = todo.state == todo.State.DONE
    return Content(
        subject=(_("Done: %(text)s") if is_done else _("Not done: %(text)s")) % {"text": todo.text},
        lines=[todo.answer] if todo.answer else [_("No more was written.")],
        facts=[(_("Who"), todo.owner.name), *todo_facts(todo)],
        action=(_("Open the to-do"), todo.get_absolute_url()),
        why=_("You get this letter because you wrote the to-do."),
    )
