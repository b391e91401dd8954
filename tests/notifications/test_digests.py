"""The digest: the person's day and hour, once a slot, never empty, only what one may see today."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import delivery, digests, registry
from notifications.choices import times
from notifications.models import Letter, LetterSettings
from notifications.posting import post
from notifications.registry import Content, DigestLine, Kind, Skip
from tests.factories import make_meeting, make_person, make_todo, make_user, moment

MONDAY = moment(2026, 11, 23)
LONG_AGO = moment(2026, 1, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def news(monkeypatch):
    """Replace the rooms' parts by one that tells who asks and for which time; returns the calls."""
    calls = []

    def lines(user, since, until):
        calls.append((user.pk, since, until))
        return [DigestLine("A decision was taken", "/decisions/1/")] if user.email != "dull@example.org" else []

    monkeypatch.setattr(digests, "DIGEST_SECTIONS", {"a": (10, "Decisions", lines), "b": (5, "Empty", lambda *_: [])})
    return calls


def reader(*, digest_hour=7, digest="weekly", **fields):
    """Return an account that has existed for long."""
    choice = {"digest": digest, "digest_hour": digest_hour}
    user_fields = {name: fields.pop(name) for name in ("is_active",) if name in fields}
    person = make_person(**fields)
    LetterSettings.objects.create(person=person, **choice)
    return make_user(person=person, email=person.email, date_joined=LONG_AGO, **user_fields)


def drained(now):
    return dict(delivery.drain(clock=lambda: now))


@pytest.mark.parametrize(
    ("zone", "hour", "due_at"),
    [
        ("Europe/Vienna", 7, moment(2026, 11, 23, 6)),
        ("Atlantic/Azores", 7, moment(2026, 11, 23, 8)),
        ("Europe/Bucharest", 1, moment(2026, 11, 22, 23)),
        ("Pacific/Auckland", 23, moment(2026, 11, 23, 10)),
        ("UTC", 23, moment(2026, 11, 23, 23)),
    ],
)
def test_the_hour_is_the_persons_own(news, zone, hour, due_at):
    reader(time_zone=zone, digest_hour=hour)
    assert digests.plan_digests(due_at - timedelta(seconds=1)) == 0
    assert digests.plan_digests(due_at) == 1
    assert digests.plan_digests(due_at + timedelta(minutes=5)) == 0
    assert Letter.objects.get().key.split(":")[3] == "2026-W48"


def test_weeks_of_a_year_in_every_zone_make_one_letter_each():
    """53 Mondays with both switches of the clock; the rule is told once more here, hour by hour."""
    for zone in ("Europe/Vienna", "Europe/Lisbon", "Atlantic/Azores", "Europe/Helsinki", "America/Santiago"):
        settings = LetterSettings(digest="weekly", digest_hour=7)
        dues, at = {}, moment(2026, 1, 5)
        while at < moment(2027, 1, 11):
            slot = times.slot_of(settings, ZoneInfo(zone), at)
            dues.setdefault(slot.name, set()).add(slot.due_at)
            at += timedelta(hours=1)
        assert {len(moments) for moments in dues.values()} == {1}
        local = [due_at.astimezone(ZoneInfo(zone)) for moments in dues.values() for due_at in moments]
        assert {(each.isoweekday(), each.hour, each.minute) for each in local} == {(1, 7, 0)}
        assert {f"{year}-W{week:02}" for year, week, _day in (each.isocalendar() for each in local)} == set(dues)


def test_an_hour_that_the_clock_skips_counts_as_the_hour_after():
    """Beirut, Monday after the switch does not exist; a zone that switches on a Monday: Cairo never, so Tehran 2021."""
    settings = LetterSettings(digest="weekly", digest_hour=0)
    slot = times.slot_of(settings, ZoneInfo("Asia/Tehran"), moment(2021, 3, 22, 12))
    assert slot.due_at.astimezone(ZoneInfo("Asia/Tehran")).strftime("%a %H:%M") == "Mon 01:00"


def test_it_is_made_up_for_within_the_week(news):
    reader(digest_hour=7)
    assert digests.plan_digests(MONDAY + timedelta(days=6, hours=20)) == 1
    assert Letter.objects.get().key.split(":")[3] == "2026-W48"


def test_many_missed_weeks_make_one_letter(news):
    reader(digest_hour=7)
    digests.plan_digests(MONDAY + timedelta(hours=7))
    assert digests.plan_digests(MONDAY + timedelta(weeks=5, hours=7)) == 1
    assert Letter.objects.count() == 2


def test_moving_to_another_zone_gives_no_second_letter(news):
    user = reader(time_zone="Pacific/Auckland", digest_hour=7)
    assert digests.plan_digests(MONDAY) == 1
    type(user.person).objects.filter(pk=user.person_id).update(time_zone="Pacific/Honolulu")
    assert digests.plan_digests(MONDAY + timedelta(days=1)) == 0


def test_who_gets_none(news):
    reader(digest="never")
    reader(is_active=False)
    reader(email="")
    make_person()
    make_user(date_joined=MONDAY + timedelta(days=1))
    assert digests.plan_digests(MONDAY + timedelta(days=2)) == 0


def test_it_is_written_when_it_is_sent(news, mailoutbox):
    user = reader(name="Ilse Berger")
    at = MONDAY + timedelta(hours=7)
    digests.plan_digests(at)
    assert news == []
    assert drained(at) == {"sent": 1}
    assert news == [(user.pk, at - timedelta(weeks=1), at)]
    assert mailoutbox[0].subject == "A decision was taken"
    assert "Decisions\n- A decision was taken\n  http" in mailoutbox[0].body
    assert "Empty" not in mailoutbox[0].body


def test_an_empty_letter_is_not_sent(news, mailoutbox):
    reader(email="dull@example.org")
    at = MONDAY + timedelta(hours=7)
    digests.plan_digests(at)
    assert drained(at) == {"skipped": 1}
    assert Letter.objects.get().reason == "there is nothing new"
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"user__is_active": False}, "the account is not active"),
        ({"digest": "never"}, "the person does not want the digest"),
    ],
)
def test_what_changed_after_planning_counts(news, change, reason):
    user = reader()
    at = MONDAY + timedelta(hours=7)
    digests.plan_digests(at)
    if "digest" in change:
        LetterSettings.objects.update(**change)
    else:
        type(user).objects.update(is_active=False)
    assert drained(at) == {"skipped": 1}
    assert (Letter.objects.get().reason, news) == (reason, [])


def test_each_letter_begins_where_the_last_sent_one_ended(news):
    """A week whose letter never went out is in the next one."""
    reader()
    first, second, third = (MONDAY + timedelta(weeks=n, hours=7) for n in range(3))
    digests.plan_digests(first)
    drained(first)
    digests.plan_digests(second)
    Letter.objects.filter(state="queued").update(state="dead")
    digests.plan_digests(third)
    assert drained(third) == {"sent": 1}
    assert news[-1][1:] == (first, third)


def test_a_letter_that_waited_past_its_week_is_not_sent(news):
    reader()
    at = MONDAY + timedelta(days=6, hours=22)
    digests.plan_digests(at)
    assert drained(at + timedelta(hours=2)) == {"skipped": 1}
    assert Letter.objects.get().reason == "it would come too late"


def test_the_kind_is_registered():
    assert digests.KIND in registry.LETTERS


# --- Letters that waited for the digest -------------------------------------------------------------


@pytest.fixture
def fold(news, monkeypatch):
    """Return a function that puts a letter about ``thing`` into the digest of ``user``."""
    monkeypatch.setattr(digests, "DIGEST_SECTIONS", {})

    def write(thing, person, data):
        if data.get("fails"):
            raise ValueError("a planted fault")
        if data.get("hidden"):
            return Skip("the person may not see it")
        return Content(subject=data["subject"], lines=[], why="", action=("Look", f"{thing.get_absolute_url()}#x"))

    monkeypatch.setitem(registry.LETTERS, "sample-note", Kind("sample-note", write, topic="minutes"))

    def add(user, thing, subject, *, at=MONDAY, **fields):
        data = {"subject": subject, **fields.pop("data", {})}
        post("sample-note", to=[user.person], about=thing, slot=subject, data=data)
        rows = Letter.objects.filter(key__contains=f":{subject}:")
        rows.update(state="folded", channel="digest", created_at=at, **fields)
        return rows.get()

    return add


def digest_at(now):
    digests.plan_digests(now)
    return drained(now)


def test_folded_letters_are_grouped_by_thing_newest_first_and_end_as_carried(fold, mailoutbox):
    user = reader()
    old, new = make_meeting(title="Old meeting"), make_meeting(title="New meeting")
    rows = [
        fold(user, old, "first", at=MONDAY - timedelta(days=3)),
        fold(user, new, "second", at=MONDAY - timedelta(days=2)),
        fold(user, old, "third", at=MONDAY - timedelta(days=1)),
    ]
    assert digest_at(MONDAY + timedelta(hours=7)) == {"sent": 1}
    body = mailoutbox[0].body
    order = [body.index(word) for word in ("Old meeting\n", "third", "first", "New meeting\n", "second")]
    assert order == sorted(order)
    carrier = Letter.objects.get(kind=digests.KIND)
    digests.settle()
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.carried_by, row.sent_at) == ("sent", carrier, carrier.sent_at)
    assert digest_at(MONDAY + timedelta(days=7, hours=7)) == {"skipped": 1}
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"seen_at": MONDAY}, "read in the portal"),
        ({"settled_at": MONDAY}, "read in the portal"),
        ({"useful_until": MONDAY}, "it would come too late"),
        ({"data": {"hidden": True}}, "the person may not see it"),
        ({"data": {"fails": True}}, "it cannot be written; the log of the server says why"),
        ({"object_id": 987654321}, "what it was about no longer exists"),
    ],
)
def test_what_need_not_be_told_any_more_drops_out_alone(fold, mailoutbox, fields, reason):
    user = reader()
    dropped = fold(user, make_meeting(), "dropped", **fields)
    fold(user, make_meeting(), "kept")
    assert digest_at(MONDAY + timedelta(hours=7)) == {"sent": 1}
    dropped.refresh_from_db()
    assert (dropped.state, dropped.reason) == ("skipped", reason)
    assert "dropped" not in mailoutbox[0].body
    assert "kept" in mailoutbox[0].body


def test_with_nothing_left_there_is_no_digest(fold, mailoutbox):
    user = reader()
    fold(user, make_meeting(), "dropped", seen_at=MONDAY)
    assert digest_at(MONDAY + timedelta(hours=7)) == {"skipped": 1}
    assert mailoutbox == []


def test_a_digest_that_dies_gives_its_letters_to_the_next(fold, mailoutbox):
    user = reader()
    row = fold(user, make_meeting(), "waiting")
    digests.plan_digests(MONDAY + timedelta(hours=7))
    first = Letter.objects.get(kind=digests.KIND)
    registry.LETTERS[digests.KIND].write(user.person, user.person, first.data)
    Letter.objects.filter(pk=first.pk).update(state="dead")
    assert digest_at(MONDAY + timedelta(days=7, hours=7)) == {"sent": 1}
    row.refresh_from_db()
    assert row.carried_by_id != first.pk
    assert "waiting" in mailoutbox[0].body


def test_a_letter_is_in_one_digest_even_when_the_process_dies_before_it_is_noted(fold, mailoutbox):
    """The row is still folded, but its digest was sent: the next one does not carry it again."""
    user = reader()
    row = fold(user, make_meeting(), "once")
    digest_at(MONDAY + timedelta(hours=7))
    row.refresh_from_db()
    assert (row.state, row.carried_by.state) == ("folded", "sent")
    found = digests.compose(user, MONDAY, MONDAY + timedelta(days=7))
    assert (found.carried, found.sections) == ([], [])


def test_a_faulty_section_and_a_faulty_person_stop_nobody(news, mailoutbox, monkeypatch):
    def fails(*_):
        raise ValueError("a planted fault")

    monkeypatch.setitem(digests.DIGEST_SECTIONS, "c", (1, "Broken", fails))
    lost, found = reader(time_zone="Mars/North"), reader()
    assert digest_at(MONDAY + timedelta(hours=7)) == {"sent": 1}
    assert mailoutbox[0].to == [found.person.email]
    assert not Letter.objects.filter(person=lost.person).exists()


def test_what_was_mailed_or_read_since_is_not_told_again(monkeypatch):
    user, meeting = reader(), make_meeting()
    line = DigestLine("Changed", meeting.get_absolute_url(), MONDAY)
    monkeypatch.setattr(digests, "DIGEST_SECTIONS", {"a": (20, "News", lambda *_: [line])})
    row = Letter.objects.create(
        kind="x", person=user.person, address="a@example.org", key="k", url=f"{meeting.get_absolute_url()}#minutes"
    )

    def lines():
        return digests.compose(user, MONDAY - timedelta(days=7), MONDAY + timedelta(days=1)).news

    assert lines() == [("News", [line])]
    for name in ("sent_at", "seen_at"):
        Letter.objects.filter(pk=row.pk).update(**{name: MONDAY + timedelta(hours=1)})
        assert lines() == []
        Letter.objects.filter(pk=row.pk).update(**{name: MONDAY - timedelta(hours=1)})
        assert lines() == [("News", [line])]


def test_own_things_stand_on_top_and_alone_make_a_digest_only_when_one_is_due(monkeypatch, mailoutbox):
    user = reader()
    due = {"day": MONDAY.date() + timedelta(days=30)}
    sections = {
        "news": (20, "News", lambda *_: [DigestLine("It happened", "/n/", MONDAY)] if due.get("news") else []),
        "own": (1, "For you", lambda *_: [DigestLine("Answer", "/t/", due=due["day"])]),
    }
    monkeypatch.setattr(digests, "DIGEST_SECTIONS", sections)
    assert digest_at(MONDAY + timedelta(hours=7)) == {"skipped": 1}
    due["day"] = MONDAY.date() + timedelta(days=10)
    assert digest_at(MONDAY + timedelta(days=7, hours=7)) == {"sent": 1}
    due["news"] = True
    digests.plan_digests(MONDAY + timedelta(days=14, hours=7))
    drained(MONDAY + timedelta(days=14, hours=7))
    assert mailoutbox[-1].body.index("For you") < mailoutbox[-1].body.index("News")
    assert user.person.email in mailoutbox[-1].to


def test_the_preview_says_the_same_and_writes_nothing(fold, client):
    user = reader()
    fold(user, make_meeting(title="The thing"), "a line for the preview", at=timezone.now())
    client.force_login(user)
    before = list(Letter.objects.values())
    page = client.get("/letters/choices/digest/")
    assert page.status_code == 200
    assert "a line for the preview" in page.content.decode()
    assert "The thing" in page.content.decode()
    assert list(Letter.objects.values()) == before


def test_planning_asks_as_often_for_thirty_people_as_for_three(news):
    def count(number):
        LetterSettings.objects.update(digested_at=None, digest_slot="")
        Letter.objects.all().delete()
        for _n in range(number):
            reader()
        with CaptureQueriesContext(connection) as found:
            digests.plan_digests(MONDAY + timedelta(hours=7))
        return len(found)

    count(1)
    assert count(3) == count(27)
    assert Letter.objects.count() == 31


def test_own_todos_of_the_rooms_are_in_the_digest():
    user = reader()
    todo = make_todo(owner=user.person, text="Send the figures")
    found = digests.compose(user, timezone.now() - timedelta(days=7), timezone.now())
    title, lines = found.own[0]
    assert (str(title), lines[0].due) == ("For you to do", todo.due_date)
    assert lines[0].text.startswith("Send the figures (until ")
