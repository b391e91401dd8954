"""Pages of to-dos."""

from allauth.account.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import history
from core.access import get_visible, require
from core.doors import create_page, form_page, verb
from meetings import rules
from meetings.filters import TodoFilter
from meetings.forms.todos import ChangeTodoForm, CompleteTodoForm, CreateTodoForm, DropTodoForm, HandOverTodoForm
from meetings.models import Meeting, Todo
from meetings.views.meetings import PER_PAGE, version_of
from meetings.workflows import todos
from partners.querysets import standing
from workgroups.models import Workgroup


def _todo_of(request, pk):
    rows = Todo.objects.select_related("meeting", "workgroup", "owner", "created_by")
    return get_visible(rows, request.user, pk=pk)


@require_safe
@login_required
def todo_list(request):
    """List the person's own to-dos, or all that the person may see; overdue ones come first."""
    is_all = request.GET.get("tab") == "all"
    rows = Todo.objects.visible_to(request.user)
    mine = rows.filter(owner=request.user.person)
    filters = TodoFilter(request.GET, queryset=rows if is_all else mine)
    found = filters.qs if filters.is_valid() else rows.none()
    if not request.GET.get("state"):
        found = found.open()
    query = request.GET.copy()
    for name in ("tab", "page"):
        query.pop(name, None)
    found = found.select_related("owner", "meeting", "workgroup").order_by("due_date", "id")
    return render(
        request,
        "meetings/todo_list.html",
        {
            "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
            "form": filters.form,
            "is_all": is_all,
            "counts": {"mine": mine.open().count(), "all": rows.open().count()},
            "rest": query.urlencode(),
            "today": timezone.localdate(),
            "may_create": rules.can_create_todo(request.user),
        },
    )


@require_safe
@login_required
def todo_detail(request, pk):
    """Show a to-do with its verbs and history."""
    todo = _todo_of(request, pk)
    meeting = todo.meeting
    sees_meeting = meeting is not None and Meeting.objects.visible_to(request.user).filter(pk=meeting.pk).exists()
    return render(
        request,
        "meetings/todo_detail.html",
        {
            "todo": todo,
            "sees_meeting": sees_meeting,
            "today": timezone.localdate(),
            "may_change": rules.can_change_todo(request.user, todo),
            "may_answer": rules.can_complete_todo(request.user, todo),
            "history": history.of(todo)[:20] if standing(request.user).is_member else [],
        },
    )


def _origin(request):
    """Return the meeting or workgroup named in the address, as far as the person sees it."""
    for name, model in (("meeting", Meeting), ("workgroup", Workgroup)):
        text = request.GET.get(name, "")
        if text.isascii() and text.isdigit() and len(text) < 18:
            thing = model.objects.visible_to(request.user).filter(pk=int(text)).first()
            if thing is not None:
                return {name: thing}
    return {}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def todo_create(request):
    """Give somebody a to-do."""
    require(
        rules.can_create_todo(request.user)
        or any(rules.can_create_todo(request.user, thing) for thing in _origin(request).values())
    )
    form = CreateTodoForm(request.POST or None, user=request.user, initial=_origin(request))
    return create_page(
        request,
        form,
        "meetings/todo_form.html",
        make=lambda valid: todos.create_todo(valid.data_of_fields(), by=request.user),
        done=_("The to-do is saved and its owner is told."),
    )


def _stored(pk):
    todo = Todo.objects.select_related("owner").get(pk=pk)
    facts = {
        _("What is to be done"): todo.text,
        _("Who does it"): todo.owner.name,
        _("Until"): todo.due_date,
        _("State"): todo.get_state_display(),
    }
    return facts, todo.version


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def todo_change(request, pk):
    """Change text, owner or day of a to-do."""
    todo = _todo_of(request, pk)
    require(rules.can_change_todo(request.user, todo))
    initial = {"text": todo.text, "owner": todo.owner_id, "due_date": todo.due_date, "version": todo.version}
    form = ChangeTodoForm(request.POST or None, user=request.user, todo=todo, initial=initial)

    def save(valid):
        data = valid.data_of_fields()
        return todos.change_todo(_todo_of(request, pk), data, by=request.user, version=valid.cleaned_data["version"])

    return form_page(
        request,
        form,
        "meetings/todo_form.html",
        save=save,
        done=_("The to-do is saved."),
        context={"todo": todo},
        current=lambda: _stored(pk),
    )


def _answer_page(request, pk, form_class, *, template, workflow, done):
    todo = _todo_of(request, pk)
    require(rules.can_complete_todo(request.user, todo))
    form = form_class(request.POST or None, initial={"version": todo.version})

    def save(valid):
        return workflow(
            _todo_of(request, pk), by=request.user, version=valid.cleaned_data["version"], **valid.data_of_fields()
        )

    return form_page(request, form, template, save=save, done=done, context={"todo": todo}, current=lambda: _stored(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def complete_todo(request, pk):
    """Say that a to-do is done."""
    return _answer_page(
        request,
        pk,
        CompleteTodoForm,
        template="meetings/complete_todo.html",
        workflow=todos.complete_todo,
        done=_("The to-do is done."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def drop_todo(request, pk):
    """Say that a to-do will not be done."""
    return _answer_page(
        request,
        pk,
        DropTodoForm,
        template="meetings/drop_todo.html",
        workflow=todos.drop_todo,
        done=_("The to-do is dropped."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hand_over_todo(request, pk):
    """Let a colleague do it."""
    todo = _todo_of(request, pk)
    require(rules.can_hand_over_todo(request.user, todo))
    people = todos.colleagues_of(todo)
    form = HandOverTodoForm(request.POST or None, people=people, initial={"version": todo.version})

    def save(valid):
        data = valid.data_of_fields()
        todos.hand_over_todo(_todo_of(request, pk), by=request.user, version=valid.cleaned_data["version"], **data)
        still_sees = Todo.objects.visible_to(request.user).filter(pk=pk).exists()
        return todo if still_sees else "meetings:todo_list"

    return form_page(
        request,
        form,
        "meetings/hand_over_todo.html",
        save=save,
        done=_("A colleague does it now and is told."),
        context={"todo": todo, "has_colleagues": people.exists()},
        current=lambda: _stored(pk),
    )


@require_POST
@login_required
def reopen_todo(request, pk):
    """Open a to-do again."""
    todo = _todo_of(request, pk)
    require(rules.can_reopen_todo(request.user, todo))
    return verb(request, todo, todos.reopen_todo, done=_("The to-do is open again."), version=version_of(request))
