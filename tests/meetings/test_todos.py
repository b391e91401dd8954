"""To-dos: given, answered, opened again; who sees and who may."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import Invalid, Refused
from meetings import rules
from meetings.models import Todo
from meetings.workflows import todos
from tests import factories as make
from tests.meetings.helpers import content, house, told

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def given(**fields):
    """Return (todo, writer, owner account) of a meeting at the writer's house."""
    home, boss, member = house()
    meeting = make.make_meeting(host=home)
    data = {"meeting": meeting, "text": "Write", "owner": member.person, "due_date": TODAY + timedelta(days=3)}
    return todos.create_todo(data | fields, by=boss), boss, member


def test_the_owner_is_told():
    """One letter to the owner; none to whoever gives oneself a to-do."""
    todo, boss, member = given()
    assert told("meetings-todo-given") == {member.person.pk}
    assert content("meetings-todo-given", member.person).subject == "For you: Write"
    todos.create_todo({"meeting": todo.meeting, "text": "Own", "owner": boss.person, "due_date": TODAY}, by=boss)
    assert told("meetings-todo-given") == {member.person.pk}


def test_a_new_owner_is_told_and_the_old_letter_goes():
    """Only the new owner has a waiting letter."""
    todo, boss, _member = given()
    other = make.make_user(organisation=make.make_organisation())
    todos.change_todo(todo, {"owner": other.person}, by=boss)
    assert told("meetings-todo-given") == {other.person.pk}


def test_answers_and_back():
    """Done with or without words; dropped only with a reason; answered once; opened again."""
    todo, boss, member = given()
    with pytest.raises(Invalid):
        todos.drop_todo(todo, by=member, reason=" ")
    todos.complete_todo(todo, by=member, answer="Sent")
    assert (todo.state, todo.answer) == ("done", "Sent")
    assert told("meetings-todo-answered") == {boss.person.pk}
    with pytest.raises(Refused):
        todos.drop_todo(todo, by=member, reason="No")
    todos.reopen_todo(todo, by=boss)
    assert (todo.state, todo.answer, todo.answered_at) == ("open", "", None)
    with pytest.raises(Refused):
        todos.reopen_todo(todo, by=boss)


def test_who_may():
    """Owner answers; writer and organisers also change; others of the house only look."""
    todo, boss, member = given()
    neighbour = make.make_user(organisation=make.make_organisation())
    assert [rules.can_change_todo(u, todo) for u in (boss, member, neighbour)] == [True, False, False]
    assert [rules.can_complete_todo(u, todo) for u in (boss, member, neighbour)] == [True, True, False]
    assert [rules.can_create_todo(u, todo.meeting) for u in (boss, member, neighbour)] == [True, False, False]


def test_pages(client):
    """The owner's list has overdue ones first; answering by form; a stranger is refused; a guest sees 404."""
    todo, _boss, member = given()
    late = make.make_todo(
        meeting=todo.meeting, owner=member.person, due_date=TODAY - timedelta(days=1), text="Late one"
    )
    client.force_login(member)
    page = client.get(reverse("meetings:todo_list"))
    assert [row.pk for row in page.context["page"]] == [late.pk, todo.pk]
    assert "overdue" in page.content.decode()
    address = reverse("meetings:drop_todo", args=[todo.pk])
    assert client.post(address, {"version": 1, "reason": ""}).status_code == 422
    assert client.post(address, {"version": 1, "reason": "Too dear"}).status_code == 302
    assert client.post(address, {"version": 1, "reason": "Again"}).status_code == 412
    client.force_login(make.make_user(organisation=make.make_organisation()))
    assert client.get(address).status_code == 403
    client.force_login(make.make_user())
    assert client.get(address).status_code == 404


def test_creating_by_form(client):
    """Organisers create; an origin is needed; what was typed is kept."""
    home, boss, member = house()
    meeting = make.make_meeting(host=home)
    client.force_login(boss)
    data = {"text": "From the form", "owner": member.person.pk, "due_date": "2027-02-30", "meeting": meeting.pk}
    answer = client.post(reverse("meetings:todo_create"), data)
    assert answer.status_code == 422
    assert "From the form" in answer.content.decode()
    assert "There is no such day" in answer.content.decode()
    answer = client.post(reverse("meetings:todo_create"), data | {"due_date": "2027-02-28"})
    assert answer.status_code == 302
    assert Todo.objects.get().created_by == boss.person
