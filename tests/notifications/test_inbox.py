"""The inbox: own entries only, each event once whatever its way, settled by acting; reading changes nothing.

Seen failing with: ``person_id`` left out of ``inbox_of``, "seen" written on GET, workflows without ``settle``, and
digests listed.
"""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actionplans.workflows import milestones
from core.errors import Refused
from meetings.workflows import planning, registration, todos
from notifications import delivery, workflows
from notifications.models import Letter
from notifications.posting import post
from practices.workflows import practices, reviews
from tests import factories as make
from tests.counting import all_rows
from visits.workflows import seats

pytestmark = pytest.mark.django_db
INBOX = reverse("notifications:inbox")


@pytest.fixture
def user():
    return make.make_user(organisation=make.make_organisation(), name="Ilse Berger")


@pytest.fixture
def browser(client, user):
    client.force_login(user)
    return client


def entry(person, *, about=None, kind="meetings-opened", **fields):
    """Return an entry that was mailed."""
    about = about or make.make_meeting()
    assert post(kind, to=[person], about=about) == 1
    letter = Letter.objects.order_by("-pk").first()
    values = {"subject": f"Subject {letter.pk}", "url": about.get_absolute_url(), "state": "sent", **fields}
    Letter.objects.filter(pk=letter.pk).update(**values)
    letter.refresh_from_db()
    return letter


def shown(client, part=""):
    """Return the numbers of the entries on the page."""
    return [letter.pk for letter in client.get(f"{INBOX}{part}").context["page"].object_list]


def act(client, verb, letter=None, **data):
    return client.post(reverse(f"notifications:{verb}", args=[letter.pk] if letter else []), data)


def test_only_own_entries_newest_first_without_digests(browser, user):
    stranger = make.make_user()
    entry(stranger.person)
    first, second = entry(user.person), entry(user.person)
    entry(user.person, kind="digest", about=user.person)
    assert shown(browser) == [second.pk, first.pk]


@pytest.mark.parametrize(
    ("fields", "is_listed"),
    [
        ({"state": "sent"}, True),
        ({"state": "folded", "channel": "digest"}, True),
        ({"state": "skipped", "channel": "portal"}, True),
        ({"state": "dead"}, True),
        ({"state": "queued"}, True),  # written once, waits for the end of quiet hours
        ({"state": "queued", "subject": ""}, False),
        ({"state": "skipped", "subject": ""}, False),
        ({"state": "cancelled"}, False),
    ],
)
def test_each_event_is_one_entry_whatever_its_way(browser, user, fields, is_listed):
    letter = entry(user.person, **fields)
    assert shown(browser) == ([letter.pk] if is_listed else [])


def test_what_was_mailed_is_listed_with_the_words_of_the_mail(browser, user, mailoutbox):
    group = make.make_workgroup()
    make.make_group_member(group, user.person)
    meeting = make.make_meeting(workgroup=group, state="draft", created_by=make.make_person(), visibility="partnership")
    planning.open_meeting(meeting, by=make.make_coordinator())
    assert shown(browser) == []
    delivery.drain(clock=lambda: timezone.now() + timedelta(minutes=1))
    letter = Letter.objects.get(person=user.person)
    assert (letter.subject, letter.url) == (mailoutbox[0].subject, meeting.get_absolute_url())
    assert shown(browser) == [letter.pk]


def test_reading_changes_nothing(browser, user):
    letter = entry(user.person)
    before = all_rows()
    for part in ("", "?show=snoozed", "?show=done", "?show=nonsense", "?page=99"):
        assert browser.get(f"{INBOX}{part}").status_code == 200
        assert browser.head(f"{INBOX}{part}").status_code == 200
    for verb in ("open_letter", "settle_letter", "reopen_letter", "snooze_letter"):
        assert browser.get(reverse(f"notifications:{verb}", args=[letter.pk])).status_code == 405
    assert all_rows() == before


def test_going_to_the_thing_marks_the_entry_as_read(browser, user):
    letter = entry(user.person)
    answer = act(browser, "open_letter", letter)
    assert (answer.status_code, answer.url) == (302, letter.url)
    first = Letter.objects.get(pk=letter.pk).seen_at
    act(browser, "open_letter", letter)
    assert Letter.objects.get(pk=letter.pk).seen_at == first is not None
    assert shown(browser) == [letter.pk]


@pytest.mark.parametrize("url", ["https://evil.example.org/", "//evil.example.org/", "javascript:alert(1)", ""])
def test_an_address_elsewhere_is_not_followed(browser, user, url):
    assert act(browser, "open_letter", entry(user.person, url=url)).url == INBOX


def test_done_and_open_again(browser, user):
    letter = entry(user.person)
    assert act(browser, "settle_letter", letter).url == INBOX
    assert (shown(browser), shown(browser, "?show=done")) == ([], [letter.pk])
    assert act(browser, "reopen_letter", letter, show="done").url == f"{INBOX}?show=done"
    assert (shown(browser), shown(browser, "?show=done")) == ([letter.pk], [])
    workflows.settle_letter(letter, by=user)
    with pytest.raises(Refused):
        workflows.settle_letter(letter, by=user)


@pytest.mark.parametrize(("until", "days"), [("tomorrow", 1), ("week", 7)])
def test_put_off_it_comes_back_as_new_at_seven(browser, user, until, days):
    letter = entry(user.person, seen_at=timezone.now())
    with time_machine.travel(make.moment(2027, 3, 1, 22), tick=False):
        browser.force_login(user)
        act(browser, "snooze_letter", letter, until=until)
        assert (shown(browser), shown(browser, "?show=snoozed")) == ([], [letter.pk])
    with time_machine.travel(make.moment(2027, 3, 1 + days, 7), tick=False):
        browser.force_login(user)
        assert shown(browser) == [letter.pk]
        assert browser.get(INBOX).context["inbox_count"] == 1


def test_a_faulty_time_is_refused_with_a_sentence(browser, user):
    letter = entry(user.person)
    answer = browser.post(reverse("notifications:snooze_letter", args=[letter.pk]), {"until": "2099"}, follow=True)
    assert "Choose tomorrow or a week." in answer.content.decode()
    assert shown(browser) == [letter.pk]


def test_all_at_once_is_what_is_open(browser, user):
    stranger = entry(make.make_person())
    later = entry(user.person, snoozed_until=timezone.now() + timedelta(days=1))
    mine = {entry(user.person).pk for _n in range(3)}
    assert "3 entries are done." in browser.post(reverse("notifications:settle_letters"), follow=True).content.decode()
    assert set(Letter.objects.filter(settled_at__isnull=False).values_list("pk", flat=True)) == mine
    assert {stranger.pk, later.pk} & mine == set()


@pytest.mark.parametrize("verb", ["open_letter", "settle_letter", "reopen_letter", "snooze_letter"])
def test_entries_of_others_answer_like_none(browser, verb):
    letter = entry(make.make_person())
    before = all_rows()
    assert act(browser, verb, letter, until="week").status_code == 404
    assert browser.post(reverse(f"notifications:{verb}", args=[987654321])).status_code == 404
    assert all_rows() == before


def test_curators_see_their_own_inbox_and_not_that_of_others(client):
    curator = make.make_curator()
    client.force_login(curator)
    entry(make.make_person())
    own = entry(curator.person)
    assert shown(client) == [own.pk]


def test_the_page_asks_to_sign_in(client):
    assert client.get(INBOX).url.startswith(reverse("account_login"))


def test_every_page_counts_what_is_new(browser, user):
    for _n in range(3):
        entry(user.person)
    entry(user.person, seen_at=timezone.now())
    entry(user.person, settled_at=timezone.now())
    for address in (reverse("overview:home"), reverse("meetings:meeting_list"), INBOX):
        page = browser.get(address)
        assert page.context["inbox_count"] == 3
        assert '<span class="new-count">3<' in page.content.decode()


def test_the_count_stops_at_a_hundred_and_costs_one_query(browser, user):
    about = make.make_meeting()
    rows = [
        Letter(
            kind="meetings-opened", person=user.person, address="x@example.org", key=f"k{n}", subject="S", state="sent"
        )
        for n in range(150)
    ]
    Letter.objects.bulk_create(rows)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = browser.get(reverse("meetings:meeting_detail", args=[about.pk]))
    assert "99+" in page.content.decode()
    asked = [query["sql"] for query in queries if "notifications_letter" in query["sql"] and "COUNT" in query["sql"]]
    assert len(asked) == 1
    assert "LIMIT 100" in asked[0]


def test_the_page_costs_the_same_with_many_entries(browser, user):
    def cost():
        browser.get(INBOX)
        with CaptureQueriesContext(connection) as queries:
            browser.get(INBOX)
        return len(queries)

    for _n in range(3):
        entry(user.person)
    few = cost()
    for _n in range(20):
        entry(user.person)
    assert cost() == few


def test_empty_parts_say_so(browser):
    for part, words in (
        ("", "Nothing is open"),
        ("?show=snoozed", "Nothing is put off"),
        ("?show=done", "Nothing is done"),
    ):
        assert words in browser.get(f"{INBOX}{part}").content.decode()


def test_a_hidden_thing_shows_no_more_than_was_mailed(browser, user):
    meeting = make.make_meeting(title="Secret now")
    letter = entry(user.person, about=meeting, subject="As it was mailed")
    type(meeting).objects.filter(pk=meeting.pk).update(state="draft", title="Other words")
    page = browser.get(INBOX).content.decode()
    assert "As it was mailed" in page
    assert "Other words" not in page
    assert browser.get(act(browser, "open_letter", letter).url).status_code == 404


# --- Acting on the thing settles its entries ------------------------------------------------------------


def is_settled(letter):
    return Letter.objects.get(pk=letter.pk).settled_at is not None


@pytest.mark.parametrize("answer", ["complete", "drop", "hand over"])
def test_a_to_do_that_is_answered_leaves_the_inbox(user, answer):
    other = make.make_user(organisation=user.person.memberships.get().organisation)
    todo = make.make_todo(owner=user.person)
    letters = [entry(user.person, about=todo, kind=kind) for kind in ("meetings-todo-given", "meetings-todo-due")]
    unrelated = entry(user.person, about=make.make_todo(owner=user.person), kind="meetings-todo-given")
    if answer == "complete":
        todos.complete_todo(todo, by=user)
    elif answer == "drop":
        todos.drop_todo(todo, by=user, reason="No money")
    else:
        todos.hand_over_todo(todo, by=user, owner=other.person)
    assert [is_settled(letter) for letter in letters] == [True, True]
    assert not is_settled(unrelated)


@pytest.mark.parametrize("verb", ["register", "decline"])
def test_who_answers_a_meeting_is_not_asked_by_the_inbox(user, verb):
    meeting = make.make_meeting()
    mine, others = entry(user.person, about=meeting), entry(make.make_person(), about=meeting)
    getattr(registration, verb)(meeting, by=user)
    assert (is_settled(mine), is_settled(others)) == (True, False)


def test_a_cancelled_meeting_asks_nobody(user):
    meeting = make.make_meeting()
    letter = entry(user.person, about=meeting)
    planning.cancel_meeting(meeting, by=make.make_coordinator(), reason="Ill")
    assert is_settled(letter)


def test_a_seat_that_is_accepted_or_given_back_is_settled(user):
    visit = make.make_visit()
    row = seats.sign_up(visit, by=user)
    letter = entry(user.person, about=visit, kind="visits-let-in")
    seats.accept_seat(row, by=user)
    assert is_settled(letter)
    reminder = entry(user.person, about=visit, kind="visits-reminder")
    seats.withdraw(row, by=user)
    assert is_settled(reminder)


def test_a_review_settles_the_entries_of_all_reviewers_and_a_new_hand_in_those_of_authors(user):
    curator, second = make.make_curator(), make.make_curator()
    practice = make.make_practice(authors=[user.person], state="submitted", submitted_at=timezone.now())
    letters = [entry(person, about=practice, kind="practices-submitted") for person in (curator.person, second.person)]
    reviews.send_back_practice(practice, by=curator, comment="More")
    assert all(map(is_settled, letters))
    facts = {"organisation": make.make_organisation(), "region": make.make_region(), "scope": "regional"}
    again = make.make_practice(authors=[user.person], state="changes_requested", start_date=date(2020, 1, 1), **facts)
    back = entry(user.person, about=again, kind="practices-sent-back")
    practices.submit_practice(again, by=user)
    assert is_settled(back)


def test_a_milestone_that_is_done_is_settled(user):
    milestone = make.make_milestone()
    letter = entry(user.person, about=milestone, kind="actionplans-milestone-due")
    milestones.complete_milestone(milestone, by=make.make_coordinator(), done_date=date(2026, 1, 1))
    assert is_settled(letter)


def test_what_is_done_before_the_mail_goes_out_is_not_mailed(user, mailoutbox):
    meeting = make.make_meeting()
    letter = entry(user.person, about=meeting, state="queued")
    workflows.settle_letter(letter, by=user)
    delivery.drain(clock=lambda: timezone.now() + timedelta(minutes=1))
    letter.refresh_from_db()
    assert (letter.state, letter.cause, mailoutbox) == ("skipped", "already_acted", [])


# --- API ------------------------------------------------------------------------------------------------


def test_programs_read_and_tidy_the_own_inbox(browser, user):
    mine = entry(user.person)
    entry(make.make_person())
    rows = browser.get("/api/v1/inbox/?show=open").json()["results"]
    assert [row["id"] for row in rows] == [mine.pk]
    assert set(rows[0]) == {
        "id", "kind", "subject", "url", "channel", "created_at", "seen_at", "settled_at", "snoozed_until"
    }  # fmt: skip
    path = f"/api/v1/inbox/{mine.pk}"
    assert browser.post(f"{path}/open-letter/", {}, "application/json").json()["seen_at"]
    assert browser.post(f"{path}/snooze-letter/", {"until": "week"}, "application/json").json()["snoozed_until"]
    assert [row["id"] for row in browser.get("/api/v1/inbox/?show=snoozed").json()["results"]] == [mine.pk]
    assert browser.post(f"{path}/snooze-letter/", {"until": "never"}, "application/json").status_code == 400
    assert browser.post(f"{path}/reopen-letter/", {}, "application/json").json()["snoozed_until"] is None
    assert browser.post(f"{path}/settle-letter/", {}, "application/json").json()["settled_at"]
    assert browser.post(f"{path}/settle-letter/", {}, "application/json").status_code == 409
    assert [row["id"] for row in browser.get("/api/v1/inbox/?show=done").json()["results"]] == [mine.pk]
    entry(user.person)
    assert browser.post("/api/v1/inbox/settle-letters/", {}, "application/json").json() == {"count": 1}


def test_programs_of_others_find_nothing(client, user):
    letter = entry(user.person)
    assert client.get("/api/v1/inbox/").status_code in (401, 403)
    client.force_login(make.make_curator())
    assert client.get("/api/v1/inbox/").json()["results"] == []
    assert client.get(f"/api/v1/inbox/{letter.pk}/").status_code == 404
    assert client.post(f"/api/v1/inbox/{letter.pk}/settle-letter/", {}, "application/json").status_code == 404
