"""The digest: the person's day and hour, once a slot, never empty, only what one may see today."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications import delivery, digests, registry
from notifications.choices import times
from notifications.models import Letter, LetterSettings
from notifications.registry import DigestLine
from tests.factories import make_person, make_user, moment

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
    assert mailoutbox[0].subject == "1 line for you in Portal"
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
