"""Links that act: bound to person, thing, purpose and time; GET changes nothing, POST does one thing.

Seen failing with: the salt left out of the signer, one mark for every address, ``visible_to`` that shows all, and
an expiry that never comes.
"""

import random
import re
from datetime import date, timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.models import Registration
from notifications import acts
from notifications.models import Letter
from notifications.registry import ACTS
from partners.models import Person
from tests import factories as make
from tests.counting import all_rows
from visits.models import SignUp
from visits.workflows import seats

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return make.make_organisation()


@pytest.fixture
def owner(home):
    return make.make_user(organisation=home, name="Ilse Berger")


@pytest.fixture
def colleague(home):
    return make.make_user(organisation=home, name="Nikos Ioannou")


@pytest.fixture
def todo(owner):
    return make.make_todo(owner=owner.person, text="Send the list", created_by=make.make_user().person)


@pytest.fixture
def browser():
    """A browser in which nobody is signed in."""
    return Client(raise_request_exception=True)


def words(response):
    """Return the words of a page's main part."""
    main = response.content.decode().split("<main")[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_the_page_says_what_happens_for_whom_and_changes_nothing(browser, todo, owner):
    address = acts.link("todo-done", todo, owner.person)
    before = all_rows()
    page = browser.get(address)
    assert browser.head(address).status_code == 200
    assert all_rows() == before
    assert page.status_code == 200
    for text in ("Is this to-do done?", "Ilse Berger", "Send the list", "Nothing happens until you press the button"):
        assert text in words(page)
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]


def test_a_to_do_is_done_once(browser, todo, owner):
    address = acts.link("todo-done", todo, owner.person)
    assert "The to-do is done" in words(browser.post(address))
    todo.refresh_from_db()
    assert todo.state == "done"
    before = all_rows()
    again = browser.post(address)
    assert (again.status_code, "This to-do is answered already." in words(again)) == (409, True)
    assert browser.get(address).status_code == 409
    assert all_rows() == before


def test_nobody_is_signed_in_by_it(browser, todo, owner):
    browser.post(acts.link("todo-done", todo, owner.person))
    assert "_auth_user_id" not in browser.session
    assert browser.get(reverse("meetings:todo_list")).status_code == 302


def test_a_reminder_comes_in_a_week_and_the_day_stays(browser, todo, owner):
    day = todo.due_date
    assert "A reminder comes in a week." in words(browser.post(acts.link("todo-later", todo, owner.person)))
    todo.refresh_from_db()
    letter = Letter.objects.get(kind="meetings-todo-again")
    assert (todo.due_date, todo.state, letter.person) == (day, "open", owner.person)
    assert timedelta(days=6, hours=23) < letter.due_at - timezone.now() <= timedelta(days=7)
    assert browser.post(acts.link("todo-later", todo, owner.person)).status_code == 409
    assert Letter.objects.filter(kind="meetings-todo-again").count() == 1


def test_it_is_handed_to_a_colleague_and_to_nobody_else(browser, todo, owner, colleague):
    stranger = make.make_user()
    address = acts.link("todo-hand-over", todo, owner.person)
    page = browser.get(address)
    assert "Nikos Ioannou" in words(page)
    assert stranger.person.name not in words(page)
    for choice in (stranger.person_id, owner.person_id, "", "9" * 30, "x"):
        assert browser.post(address, {"choice": choice}).status_code == 422
    todo.refresh_from_db()
    assert todo.owner == owner.person
    assert "Nikos Ioannou does it now." in words(browser.post(address, {"choice": colleague.person_id}))
    todo.refresh_from_db()
    assert todo.owner == colleague.person
    assert set(Letter.objects.filter(kind="meetings-todo-given").values_list("person", flat=True)) == {
        colleague.person_id
    }
    assert "Somebody else does this to-do now." in words(browser.get(acts.link("todo-done", todo, owner.person)))


@pytest.mark.parametrize(
    ("name", "mode", "state", "is_online"),
    [
        ("meeting-register", "on_site", "registered", False),
        ("meeting-register-online", "hybrid", "registered", True),
        ("meeting-decline", "on_site", "withdrawn", False),
    ],
)
def test_one_answers_whether_one_comes(browser, owner, name, mode, state, is_online):
    meeting = make.make_meeting(mode=mode)
    assert browser.post(acts.link(name, meeting, owner.person)).status_code == 200
    row = Registration.objects.get()
    assert (row.person, row.state, row.is_online) == (owner.person, state, is_online)
    assert browser.post(acts.link(name, meeting, owner.person)).status_code == 409


def test_who_cannot_come_gives_the_place_back(browser, owner):
    meeting = make.make_meeting()
    Registration.objects.create(meeting=meeting, person=owner.person)
    address = acts.link("meeting-withdraw", meeting, owner.person)
    assert browser.post(address).status_code == 200
    assert Registration.objects.get().state == "withdrawn"
    assert "You are not registered for this meeting." in words(browser.get(address))


def test_a_meeting_that_is_full_or_over_says_so(browser, owner):
    full = make.make_meeting(seat_limit=1)
    Registration.objects.create(meeting=full, person=make.make_person())
    over = make.make_meeting(state="closed")
    page = browser.get(acts.link("meeting-register", full, owner.person))
    assert (page.status_code, "All 1 places are taken." in words(page)) == (409, True)
    assert browser.post(acts.link("meeting-decline", over, owner.person)).status_code == 409
    assert Registration.objects.filter(person=owner.person).count() == 0


def test_a_free_seat_is_accepted_once_or_given_back(browser, owner):
    visit = make.make_visit(seats=1)
    other = make.make_user()
    first = seats.sign_up(visit, by=other)
    seats.sign_up(visit, by=owner)
    accept, back = (acts.link(name, visit, owner.person) for name in ("seat-accept", "seat-give-back"))
    assert "You have no seat on this visit." in words(browser.post(accept))
    seats.withdraw(first, by=other)
    assert "The seat is yours." in words(browser.post(accept))
    assert "You have accepted this seat already." in words(browser.post(accept))
    assert browser.post(back).status_code == 200
    assert SignUp.objects.get(person=owner.person).state == "withdrawn"
    assert browser.post(accept).status_code == 409


def _facts(todo, person, **changed):
    facts = {
        "name": "todo-done",
        "person": person.pk,
        "thing": todo.pk,
        "until": int((timezone.now() + timedelta(days=1)).timestamp()),
        "mark": acts._mark(person),
    }
    return list({**facts, **changed}.values())


def _address(facts, salt=acts.SALT):
    return reverse("notifications:act", args=[signing.Signer(salt=salt).sign_object(facts)])


def test_a_link_that_is_not_ours_leads_to_one_sentence(browser, todo, owner):
    good = acts.link("todo-done", todo, owner.person)
    token = good.split("/")[-2]
    bad = [
        good.replace(token, token[:-1]),
        good.replace(token, token[1:]),
        good.replace(token, token.split(":")[0]),
        good.replace(token, "x" * 5000),
        _address(_facts(todo, owner.person), salt="other"),
        _address(_facts(todo, owner.person, name="no-such-act")),
        _address(["todo-done", 1]),
        _address({"a": 1}),
    ]
    before = all_rows()
    for address in bad:
        for answer in (browser.get(address), browser.post(address)):
            assert answer.status_code == 404, address
            assert "This link is not complete." in words(answer)
    assert all_rows() == before


def test_ten_thousand_flipped_letters_are_refused(todo, owner):
    token = acts.link("todo-done", todo, owner.person).split("/")[-2]
    chance = random.Random(5)
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:"
    refused = 0
    for _n in range(10_000):
        place = chance.randrange(len(token))
        other = chance.choice([letter for letter in alphabet if letter != token[place]])
        with pytest.raises(acts.NoWayError):
            acts.read(token[:place] + other + token[place + 1 :], people=Person.objects.all())
        refused += 1
    assert refused == 10_000


def test_parts_of_two_links_do_not_make_a_third(browser, todo, owner, colleague):
    other = make.make_todo(owner=colleague.person)
    links = [acts.link("todo-done", todo, owner.person), acts.link("todo-later", todo, owner.person)]
    links += [acts.link("todo-done", other, colleague.person), acts.link("todo-hand-over", other, colleague.person)]
    tokens = [link.split("/")[-2].split(":") for link in links]
    before = all_rows()
    swapped = [(a[0], b[1]) for a in tokens for b in tokens if a != b]
    for payload, signature in swapped:
        address = reverse("notifications:act", args=[f"{payload}:{signature}"])
        assert browser.post(address).status_code == 404
    assert (len(swapped), all_rows()) == (12, before)


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("too old", "This link is too old."),
        ("left", "does not use the portal any more."),
        ("gone", "does not use the portal any more."),
        ("moved", "went to an address that the person does not use any more."),
        ("hidden", "is gone, or it is not open to you any more."),
    ],
)
def test_a_link_whose_time_is_over_changes_nothing(browser, todo, owner, end, sentence):
    thing, name = todo, "todo-done"
    if end == "hidden":
        thing, name = make.make_meeting(), "meeting-register"
    now = timezone.now() - timedelta(days=61) if end == "too old" else None
    address = acts.link(name, thing, owner.person, now=now)
    if end == "left":
        type(owner).objects.update(is_active=False)
    elif end == "gone":
        type(owner).objects.filter(pk=owner.pk).delete()
    elif end == "moved":
        Person.objects.filter(pk=owner.person_id).update(email="new@example.org")
    elif end == "hidden":
        type(thing).objects.update(state="draft")
    before = all_rows()
    for answer in (browser.get(address), browser.post(address)):
        assert answer.status_code == 410
        assert sentence in words(answer)
    assert all_rows() == before


def test_the_link_acts_as_its_person_whoever_is_signed_in(browser, todo, owner, colleague):
    browser.force_login(colleague)
    page = browser.get(acts.link("todo-done", todo, owner.person))
    assert "Ilse Berger" in words(page)
    browser.post(acts.link("todo-done", todo, owner.person))
    from core import history

    assert history.of(todo).get(verb="completed").actor == owner.person


def test_a_post_from_a_foreign_page_needs_the_form(todo, owner):
    strict = Client(enforce_csrf_checks=True)
    address = acts.link("todo-done", todo, owner.person)
    assert strict.post(address).status_code == 403
    page = strict.get(address)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    assert strict.post(address, {"csrfmiddlewaretoken": token}).status_code == 200
    todo.refresh_from_db()
    assert todo.state == "done"


def test_the_page_speaks_the_language_and_zone_of_its_person(browser, owner):
    Person.objects.filter(pk=owner.person_id).update(language="de", time_zone="Pacific/Auckland")
    meeting = make.make_meeting(starts_at=make.moment(2030, 5, 2, 8))
    page = browser.get(acts.link("meeting-register", meeting, owner.person))
    assert '<html lang="de">' in page.content.decode()
    assert "Pacific/Auckland" in words(page)


def test_people_without_an_account_get_no_links(todo):
    assert acts.links([("todo-done", todo)], make.make_person()) == []
    assert acts.links([("todo-done", todo)], None) == []


def test_every_act_is_offered_by_a_letter_and_bound_to_a_model():
    assert set(ACTS) == {
        "todo-done",
        "todo-later",
        "todo-hand-over",
        "meeting-register",
        "meeting-register-online",
        "meeting-decline",
        "meeting-withdraw",
        "seat-accept",
        "seat-give-back",
    }
    assert all(act.days <= 60 and hasattr(act.model.objects, "visible_to") for act in ACTS.values())


def test_a_due_day_in_the_past_still_can_be_answered(browser, owner):
    late = make.make_todo(owner=owner.person, due_date=date(2020, 1, 1))
    assert browser.post(acts.link("todo-done", late, owner.person)).status_code == 200
