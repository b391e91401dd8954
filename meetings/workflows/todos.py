"""To-dos: given to one person until a day, then done or dropped."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history, search
from core.errors import Invalid, Refused
from core.workflows import change, claim
from meetings.models import Todo
from notifications.posting import cancel, post
from partners.models import Person

State = Todo.State


@transaction.atomic
def create_todo(data, *, by):
    """Give somebody a to-do out of a meeting or a workgroup."""
    meeting, workgroup = data.get("meeting"), data.get("workgroup")
    if meeting is None and workgroup is None:
        raise Invalid({"meeting": _("Choose the meeting or the workgroup that it comes from.")})
    if workgroup is None:
        workgroup = meeting.workgroup
    _check_owner(data["owner"])
    todo = Todo.objects.create(
        meeting=meeting,
        workgroup=workgroup,
        text=data["text"],
        owner=data["owner"],
        due_date=data["due_date"],
        created_by=history.person_of(by),
    )
    history.record(todo, "created", by=by)
    search.index(todo)
    _tell_owner(todo, by=by)
    return todo


def _check_owner(person):
    if not Person.objects.filter(pk=person.pk).active().exists():
        raise Invalid({"owner": _("This person no longer takes part. Choose somebody else.")})


def _tell_owner(todo, *, by):
    post("meetings-todo-given", to=[todo.owner], about=todo, slot=f"to-{todo.owner_id}", rev=todo.version, by=by)


@transaction.atomic
def change_todo(todo, data, *, by, version=None):
    """Change text, owner or day of an open to-do; a new owner gets a letter."""
    fields = {name: data[name] for name in ("text", "owner", "due_date") if name in data}
    former = todo.owner_id
    if "owner" in fields and fields["owner"].pk != former:
        _check_owner(fields["owner"])
    change(todo, fields, by=by, version=version)
    if todo.state != State.OPEN:
        raise Refused(_("The to-do is answered. Reopen it to change it."))
    if todo.owner_id != former:
        cancel(todo, kinds=["meetings-todo-given", "meetings-todo-due"], reason=_("somebody else does it now"))
        _tell_owner(todo, by=by)
    return todo


def _answer(todo, state, *, by, version, answer):
    claim(todo, version)
    if todo.state != State.OPEN:
        raise Refused(_("The to-do is answered already."))
    todo.state, todo.answer, todo.answered_at = state, answer.strip(), timezone.now()
    todo.save(update_fields=["state", "answer", "answered_at"])
    history.record(todo, "completed" if state == State.DONE else "dropped", by=by, note=todo.answer)
    cancel(todo, reason=_("the to-do is answered"))
    if todo.created_by is not None:
        post("meetings-todo-answered", to=[todo.created_by], about=todo, rev=todo.version, by=by)
    return todo


@transaction.atomic
def complete_todo(todo, *, by, answer="", version=None):
    """Say that it is done, and what came of it."""
    return _answer(todo, State.DONE, by=by, version=version, answer=answer)


@transaction.atomic
def drop_todo(todo, *, by, reason, version=None):
    """Say that it will not be done, and why."""
    if not reason.strip():
        raise Invalid({"reason": _("Please say why it will not be done.")})
    return _answer(todo, State.DROPPED, by=by, version=version, answer=reason)


@transaction.atomic
def reopen_todo(todo, *, by, version=None):
    """Open a to-do again; what was answered stays in its history."""
    claim(todo, version)
    if todo.state == State.OPEN:
        raise Refused(_("The to-do is open already."))
    todo.state, todo.answer, todo.answered_at = State.OPEN, "", None
    todo.save(update_fields=["state", "answer", "answered_at"])
    history.record(todo, "reopened", by=by)
    _tell_owner(todo, by=by)
    return todo
