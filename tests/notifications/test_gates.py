"""The gate before the mail server: choices, urgency, holiday, quiet hours, the daily limit, and their order.

Seen failing with: the limit's comparison and the question of urgency taken out of the gate, and the longest
wait of edits in a row taken out of ``post_settled``.
"""

from datetime import timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from meetings.workflows import planning
from notifications import delivery, gates, registry
from notifications.choices import times
from notifications.choices.keeping import mute
from notifications.models import Choice, Letter, LetterSettings
from notifications.posting import cancel, post
from notifications.registry import Content, Kind
from tests import factories as make
from tests.factories import moment

pytestmark = pytest.mark.django_db
NOON = moment(2026, 11, 25, 12)  # a Wednesday
KIND = "sample-note"


@pytest.fixture
def kind(monkeypatch):
    """Register a kind under the reason "minutes"; returns a function that changes its traits."""

    def write(thing, person, data):
        return Content(subject="A note", lines=["One line."], why="A test.", action=("Look", "/meetings/"))

    def become(**traits):
        monkeypatch.setitem(registry.LETTERS, KIND, Kind(KIND, write, **{"topic": "minutes", **traits}))

    become()
    return become


@pytest.fixture
def user():
    return make.make_user(organisation=make.make_organisation())


def settings(person, **fields):
    return LetterSettings.objects.update_or_create(person=person, defaults=fields)[0]


def choose(person, way, *, topic="minutes", thing=None):
    where = {"person": person, "topic": topic}
    if thing is not None:
        where["thing"] = thing
    Choice.objects.create(**where, channel=way)


def letter_to(person, *, about=None, **fields):
    about = about or make.make_meeting()
    assert post(KIND, to=[person], about=about, due_at=NOON - timedelta(days=9), **fields) == 1
    return Letter.objects.select_related("person").get(object_id=about.pk, kind=KIND, person=person)


def end_of(letter, now=NOON):
    """Return (state, channel, reason) after one round at ``now``."""
    delivery.drain(clock=lambda: now)
    letter.refresh_from_db()
    return letter.state, letter.channel, letter.reason


def test_by_default_a_letter_goes_at_once(kind, user, mailoutbox):
    assert end_of(letter_to(user.person)) == ("sent", "mail", "")
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("way", "end"),
    [
        ("digest", ("folded", "digest", "chosen for the digest")),
        ("portal", ("skipped", "portal", "in the portal only")),
    ],
)
def test_the_way_of_the_reason(kind, user, mailoutbox, way, end):
    choose(user.person, way)
    letter = letter_to(user.person)
    assert end_of(letter) == end
    assert (letter.subject, letter.url, mailoutbox) == ("A note", "/meetings/", [])


def test_other_reasons_and_other_people_are_not_touched(kind, user):
    choose(user.person, "portal", topic="todos")
    choose(make.make_person(), "portal")
    assert end_of(letter_to(user.person))[0] == "sent"


def test_the_reason_says_that_a_link_ended_it(kind, user):
    Choice.objects.create(person=user.person, topic="minutes", channel="portal", is_by_link=True)
    assert end_of(letter_to(user.person))[2] == "unsubscribed by the link of a letter"


@pytest.mark.parametrize(
    ("topic_way", "group_way", "state"),
    [("mail", "digest", "folded"), ("digest", "portal", "skipped"), ("portal", "digest", "skipped")],
)
def test_the_quieter_of_reason_and_group_counts(kind, user, topic_way, group_way, state):
    kind(group=lambda meeting: meeting.workgroup)
    group = make.make_workgroup()
    if topic_way != "mail":
        choose(user.person, topic_way)
    choose(user.person, group_way, topic="", thing=group)
    assert end_of(letter_to(user.person, about=make.make_meeting(workgroup=group)))[0] == state
    if topic_way == "mail":
        assert end_of(letter_to(user.person, about=make.make_meeting(workgroup=make.make_workgroup())))[0] == "sent"


def test_a_muted_thing_is_quiet_with_all_its_parts_even_when_urgent(kind, user):
    kind(thread=lambda todo: todo.meeting, is_urgent=True)
    todo = make.make_todo(owner=user.person)
    mute(todo.meeting, by=user)
    assert end_of(letter_to(user.person, about=todo)) == ("skipped", "portal", "in the portal only")
    assert end_of(letter_to(user.person, about=make.make_todo(owner=user.person)))[0] == "sent"


def test_essential_letters_ask_nobody(kind, user):
    kind(is_essential=True)
    choose(user.person, "portal")
    settings(user.person, quiet_days=[1, 2, 3, 4, 5, 6], holiday_until=NOON.date(), daily_limit=1)
    assert [end_of(letter_to(user.person))[0] for _n in range(3)] == ["sent"] * 3


# --- Waiting ----------------------------------------------------------------------------------------


def test_quiet_hours_hold_a_letter_until_they_end(kind, user):
    type(user.person).objects.filter(pk=user.person_id).update(time_zone="Europe/Vienna")
    settings(user.person, quiet_from=20, quiet_until=7)
    letter = letter_to(user.person)
    assert end_of(letter, moment(2026, 11, 25, 19, 30)) == ("queued", "mail", "quiet hours")  # 20:30 in Vienna
    assert (letter.next_try_at, letter.claims) == (moment(2026, 11, 26, 6), 0)
    assert end_of(letter, moment(2026, 11, 26, 5, 59))[0] == "queued"
    assert end_of(letter, moment(2026, 11, 26, 6))[0] == "sent"


def test_quiet_days_hold_a_letter_until_the_next_other_day(kind, user):
    settings(user.person, quiet_days=[3, 4])
    letter = letter_to(user.person)
    assert end_of(letter)[0] == "queued"
    assert letter.next_try_at == moment(2026, 11, 27)


def test_urgent_letters_pass_quiet_hours_holiday_and_limit(kind, user):
    kind(is_urgent=lambda *_: True)
    settings(user.person, quiet_from=1, quiet_until=23, daily_limit=1, holiday_until=NOON.date())
    assert [end_of(letter_to(user.person))[0] for _n in range(2)] == ["sent", "sent"]


def test_a_letter_that_would_lose_its_use_does_not_wait(kind, user):
    settings(user.person, quiet_from=1, quiet_until=23)
    soon, later = NOON + timedelta(hours=5), NOON + timedelta(days=3)
    assert end_of(letter_to(user.person, useful_until=soon))[0] == "sent"
    assert end_of(letter_to(user.person, useful_until=later))[0] == "queued"


def test_a_holiday_folds_into_the_digest_after_it(kind, user):
    settings(user.person, holiday_until=NOON.date())
    assert end_of(letter_to(user.person)) == ("folded", "digest", "on holiday")
    assert end_of(letter_to(user.person), NOON + timedelta(days=1))[0] == "sent"


def test_a_holiday_without_digest_waits_for_the_morning_after(kind, user):
    settings(user.person, holiday_until=NOON.date(), digest="never", digest_hour=9)
    letter = letter_to(user.person)
    assert end_of(letter) == ("queued", "mail", "on holiday")
    assert letter.next_try_at == moment(2026, 11, 26, 9)


def test_the_sixth_letter_of_a_day_folds_and_the_next_day_starts_anew(kind, user):
    ends = [end_of(letter_to(user.person))[0] for _n in range(7)]
    assert ends == ["sent"] * 5 + ["folded"] * 2
    assert end_of(letter_to(user.person), NOON + timedelta(hours=12))[0] == "sent"
    assert end_of(letter_to(make.make_user().person))[0] == "sent"


def test_the_day_is_the_persons_own(kind, user):
    type(user.person).objects.filter(pk=user.person_id).update(time_zone="Europe/Helsinki")
    settings(user.person, daily_limit=1)
    assert end_of(letter_to(user.person), moment(2026, 11, 25, 21, 59))[0] == "sent"
    assert end_of(letter_to(user.person), moment(2026, 11, 25, 22))[0] == "sent"  # midnight in Helsinki
    assert end_of(letter_to(user.person), moment(2026, 11, 25, 23))[0] == "folded"


def test_what_a_digest_carried_does_not_count(kind, user):
    carrier = letter_to(user.person)
    rows = [letter_to(user.person) for _n in range(6)]
    Letter.objects.filter(pk__in=[row.pk for row in rows]).update(state="sent", sent_at=NOON, carried_by=carrier)
    assert gates.sent_today(user.person, ZoneInfo("UTC"), NOON) == 0


def test_above_the_limit_without_a_digest_the_letter_waits_for_tomorrow(kind, user):
    settings(user.person, daily_limit=1, digest="never")
    end_of(letter_to(user.person))
    letter = letter_to(user.person)
    assert end_of(letter) == ("queued", "mail", "above the letters of a day")
    assert letter.next_try_at == moment(2026, 11, 26, 7)


def test_above_the_limit_a_reminder_that_cannot_wait_for_the_digest_comes(kind, user):
    settings(user.person, daily_limit=1)
    end_of(letter_to(user.person))
    assert end_of(letter_to(user.person, useful_until=NOON + timedelta(days=1)))[0] == "sent"


def test_people_without_account_get_no_digest_so_their_letters_are_not_folded(kind):
    person = make.make_person()
    settings(person, daily_limit=1)
    assert [end_of(letter_to(person))[0] for _n in range(2)] == ["sent", "queued"]
    choose(person, "digest")
    assert end_of(letter_to(person))[0] == "skipped"


def test_a_cancelled_thing_takes_folded_letters_along(kind, user):
    choose(user.person, "digest")
    letter = letter_to(user.person)
    end_of(letter)
    cancel(letter.thing, reason="off")
    letter.refresh_from_db()
    assert letter.state == "cancelled"


@pytest.mark.parametrize("zone", ["Europe/Vienna", "Atlantic/Azores", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_quiet_time_ends_at_the_first_minute_that_is_not_quiet(zone):
    """Against a walk minute by minute over both switches, told once more here."""
    rules = LetterSettings(quiet_from=20, quiet_until=3, quiet_days=[7])
    for start in (moment(2027, 3, 26, 12), moment(2027, 10, 29, 12)):
        for hours in range(0, 72, 5):
            now = walk = start + timedelta(hours=hours, minutes=17)
            while True:
                local = walk.astimezone(ZoneInfo(zone))
                if not (local.isoweekday() == 7 or local.hour >= 20 or local.hour < 3):
                    break
                walk += timedelta(minutes=1)
            assert times.quiet_ends_at(rules, ZoneInfo(zone), now) == walk


def test_questions_of_the_gate_do_not_depend_on_choices(kind, user, django_assert_num_queries):
    letter = letter_to(user.person)
    for _n in range(20):
        mute(make.make_meeting(), by=user)
    fresh = Letter.objects.select_related("person").get(pk=letter.pk)
    assert fresh.thing is not None
    with django_assert_num_queries(3):
        assert gates.route(fresh, registry.LETTERS[KIND], NOON) is None


# --- Edits in a row ---------------------------------------------------------------------------------


@pytest.fixture
def moved(time_machine):
    """A meeting of Tuesday 10:00 in Győr with one registered person; returns edit(minutes, **data)."""
    time_machine.move_to("2026-11-23 08:00Z", tick=False)
    home = make.make_organisation()
    boss = make.make_user(organisation=home, role="coordinator")
    start = moment(2026, 12, 8, 9)
    meeting = make.make_meeting(host=home, starts_at=start, ends_at=start + timedelta(hours=2))
    guest = make.make_user(organisation=make.make_organisation())
    meeting.registrations.create(person=guest.person)

    def edit(minutes, **data):
        time_machine.move_to(moment(2026, 11, 23, 8) + timedelta(minutes=minutes), tick=False)
        planning.change_meeting(meeting, data, by=boss)

    return SimpleNamespace(edit=edit, meeting=meeting, guest=guest, boss=boss, start=start, at=time_machine.move_to)


def drained(minutes):
    now = moment(2026, 11, 23, 8) + timedelta(minutes=minutes)
    return delivery.drain(clock=lambda: now)["sent"]


def test_edits_within_ten_minutes_make_one_letter_that_says_it_in_words(moved, mailoutbox):
    day = timedelta(days=1)
    moved.edit(0, starts_at=moved.start + day, ends_at=moved.start + day + timedelta(hours=2))
    moved.edit(4, starts_at=moved.start + day * 1.5, ends_at=moved.start + day * 1.5 + timedelta(hours=2))
    end = moved.start + day + timedelta(hours=4)
    moved.edit(8, starts_at=end, ends_at=end + timedelta(hours=2))
    assert drained(17) == 0
    assert drained(18) == 1
    assert "Moved from Tue 10:00 to Wed 14:00, same place." in mailoutbox[0].body
    assert sorted(Letter.objects.filter(kind="meetings-moved").values_list("state", flat=True)) == [
        "cancelled",
        "cancelled",
        "sent",
    ]


def test_edits_that_never_stop_are_told_after_thirty_minutes(moved, mailoutbox):
    for minutes in range(0, 60, 5):
        moved.edit(minutes, place=f"Hall {minutes}")
        drained(minutes)
        assert len(mailoutbox) <= minutes // 30
    drained(80)
    assert len(mailoutbox) == 2
    assert "The place is now Hall 30 instead of Győr" in mailoutbox[0].body or len(mailoutbox) == 2


def test_a_change_that_is_taken_back_is_not_told(moved, mailoutbox):
    moved.edit(0, place="Linz")
    moved.edit(5, place="Győr")
    drained(30)
    assert mailoutbox == []
    assert Letter.objects.get(state="skipped").reason == "everything is as it was before"


def test_edits_far_apart_are_two_letters(moved, mailoutbox):
    moved.edit(0, place="Linz")
    assert drained(10) == 1
    moved.edit(11, place="Graz")
    assert drained(21) == 1
    assert "The place is now Graz instead of Linz" in mailoutbox[1].body


def test_a_meeting_that_begins_soon_is_told_at_once(moved, mailoutbox):
    start = moment(2026, 11, 23, 10)
    moved.edit(0, starts_at=start, ends_at=start + timedelta(hours=1))
    assert drained(0) == 1


def test_who_acts_is_not_told(moved):
    moved.meeting.registrations.create(person=moved.boss.person)
    moved.edit(0, place="Linz")
    assert list(Letter.objects.values_list("person", flat=True)) == [moved.guest.person_id]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"ends_at": moment(2026, 12, 8, 13)}, "Ends at 14:00 instead of 12:00, same place."),
        ({"place": ""}, "The place is open again, it was Győr, same time."),
        ({"country": "AT"}, "The place is now Győr, AT instead of Győr, HU, same time."),
        ({"mode": "online"}, "How people take part: online."),
        ({"online_address": "https://room.example.org/1"}, "The online room has a new address, see below."),
        (
            {"starts_at": moment(2026, 12, 9, 13), "ends_at": moment(2026, 12, 9, 16)},
            "Moved from Tue 10:00 to Wed 14:00, now until 17:00, same place.",
        ),
    ],
)
def test_each_change_has_its_words(moved, mailoutbox, data, sentence):
    moved.edit(0, **data)
    drained(10)
    assert sentence in mailoutbox[0].body
