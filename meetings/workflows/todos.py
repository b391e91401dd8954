"""To-dos: given to one person until a day, then done or dropped."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history, search
from core.errors import Invalid, Refused
from core.workflows import change, claim
from meetings.models import Todo
from notifications.posting import cancel, post, settle
from partners.models import Person

State = Todo.State
ASKING = ("meetings-todo-given", "meetings-todo-due", "meetings-todo-again", "meetings-todo-late")
WEEK = timedelta(days=7)


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
        _pass_on(todo, former, by=by)
    return todo


def _pass_on(todo, former, *, by):
    """Take the to-do from the letters and the inbox of its former owner, and tell the new one."""
    cancel(todo, kinds=ASKING, reason=_("somebody else does it now"))
    settle(todo, kinds=ASKING, people=[former])
    _tell_owner(todo, by=by)


def colleagues_of(todo):
    """Return the people to whom its owner may hand a to-do over: of the same organisations or the same group."""
    homes = todo.owner.memberships.current().values("organisation_id")
    near = Q(pk__in=Person.objects.of_organisations(homes).values("pk"))
    group = todo.workgroup or (todo.meeting.workgroup if todo.meeting else None)
    if group is not None:
        near |= Q(pk__in=group.memberships.current().values("person_id"))
    accounts = get_user_model().objects.filter(is_active=True).values("person_id")
    return Person.objects.filter(near, pk__in=accounts).exclude(pk=todo.owner_id).order_by("name", "pk")


@transaction.atomic
def hand_over_todo(todo, *, by, owner, version=None):
    """Let a colleague do it instead of its present owner; whoever takes over gets a letter."""
    if todo.state == State.OPEN and not colleagues_of(todo).filter(pk=owner.pk).exists():
        raise Invalid({"owner": _("Choose a colleague of the same organisation or workgroup.")})
    former = todo.owner_id
    change(todo, {"owner": owner}, by=by, verb="handed-over", version=version)
    if todo.state != State.OPEN:
        raise Refused(_("The to-do is answered. Reopen it to change it."))
    _pass_on(todo, former, by=by)
    return todo


@transaction.atomic
def remind_later(todo, *, by, version=None):
    """Ask for one more reminder in a week; until then the to-do leaves the inbox. Its day stays as it is."""
    if todo.state != State.OPEN:
        raise Refused(_("The to-do is answered already."))
    settle(todo, kinds=ASKING, people=[todo.owner])
    day = timezone.localdate() + WEEK
    due_at = timezone.now() + WEEK
    if not post("meetings-todo-again", to=[todo.owner], about=todo, slot=day.isoformat(), due_at=due_at):
        raise Refused(_("You have asked for this today. The reminder comes in a week."))
    return todo


def _answer(todo, state, *, by, version, answer):
    claim(todo, version)
    if todo.state != State.OPEN:
        raise Refused(_("The to-do is answered already."))
    todo.state, todo.answer, todo.answered_at = state, answer.strip(), timezone.now()
    todo.save(update_fields=["state", "answer", "answered_at"])
    history.record(todo, "completed" if state == State.DONE else "dropped", by=by, note=todo.answer)
    cancel(todo, reason=_("the to-do is answered"))
    settle(todo, kinds=ASKING)
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
