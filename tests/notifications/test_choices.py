"""The page of choices and its API: what is chosen is kept, what is wrong comes back as typed, links end one reason."""

import pytest
from django.test import Client
from django.urls import reverse

from notifications.choices import keeping
from notifications.choices.reading import settings_of, wishes_of
from notifications.models import Choice, Letter, LetterSettings
from notifications.registry import LETTERS, TOPICS, topics
from tests import factories as make

pytestmark = pytest.mark.django_db
PAGE = "/letters/choices/"
API = "/api/v1/letter-settings/mine/"


@pytest.fixture
def user():
    return make.make_user(organisation=make.make_organisation())


@pytest.fixture
def client(user):
    client = Client()
    client.force_login(user)
    return client


def filled(client, **changes):
    """Return what the browser would send from the page as it is, with ``changes``."""
    form = client.get(PAGE).context["form"]
    data = {field.html_name: field.value() for field in form if field.value() is not None}
    return {**data, **changes}


def test_every_letter_that_is_not_essential_has_a_reason_with_words():
    """Seen failing with: the topic taken from ``meetings-opened``."""
    known = {*TOPICS, "digest"}
    assert {name for name, kind in LETTERS.items() if not kind.is_essential and kind.topic not in known} == set()
    assert all(str(each.title) and str(each.example).endswith(".") for each in topics())


def test_the_page_shows_every_reason_with_its_example_and_anchor(client):
    text = client.get(PAGE).content.decode()
    for each in topics():
        assert f'id="reason-{each.name}"' in text
        assert str(each.example).replace("'", "&#x27;") in text
    assert text.count('role="radiogroup"') == len(topics())


def test_choices_are_kept_and_the_usual_way_needs_no_row(client, user):
    group = make.make_workgroup()
    make.make_group_member(group, user.person)
    data = filled(client, topic_minutes="digest", quiet_from="20", quiet_until="7", quiet_days=["6", "7"])
    data |= {f"group_{group.pk}": "portal", "digest": "daily", "digest_hour": "8", "daily_limit": "3"}
    assert client.post(PAGE, data).status_code == 302
    settings = LetterSettings.objects.get(person=user.person)
    assert (settings.digest, settings.digest_hour, settings.daily_limit) == ("daily", 8, 3)
    assert (settings.quiet_from, settings.quiet_until, settings.quiet_days) == (20, 7, [6, 7])
    wishes = wishes_of(type(user.person).objects.get(pk=user.person_id))
    assert (wishes.way_of_topic("minutes"), wishes.way_of_thing(group)) == ("digest", "portal")
    assert Choice.objects.count() == 2
    back = filled(client, topic_minutes="mail")
    assert client.post(PAGE, back).status_code == 302
    assert list(Choice.objects.values_list("topic", "channel")) == [("", "portal")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quiet_from": "20"}, "quiet_until"),
        ({"quiet_from": "7", "quiet_until": "7"}, "quiet_until"),
        ({"quiet_from": "20", "quiet_until": "8", "digest_hour": "7"}, "digest_hour"),
        ({"quiet_days": ["1", "2", "3", "4", "5", "6", "7"]}, "quiet_days"),
        ({"holiday_until": "2020-01-01"}, "holiday_until"),
        ({"holiday_until": "9999-12-31"}, "holiday_until"),
        ({"holiday_until": "soon"}, "holiday_until"),
        ({"daily_limit": "0"}, "daily_limit"),
        ({"daily_limit": "51"}, "daily_limit"),
        ({"digest": "hourly"}, "digest"),
        ({"digest_hour": "24"}, "digest_hour"),
        ({"topic_minutes": "pigeon"}, "topic_minutes"),
        ({"topic_minutes": ""}, "topic_minutes"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_stays_as_typed(client, change, field):
    response = client.post(PAGE, filled(client, **change))
    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert form[field].value() == change.get(field, form[field].value())
    assert not Choice.objects.exists()
    assert response.content.decode().count(str(form.errors[field][0]).replace("“", "“")) >= 1


def test_a_second_window_does_not_overwrite_the_first(client):
    first, second = filled(client, daily_limit="3"), filled(client, daily_limit="9")
    client.post(PAGE, first)
    response = client.post(PAGE, second)
    assert response.status_code == 412
    assert "This is stored now" in response.content.decode()
    assert LetterSettings.objects.get().daily_limit == 3
    second["version"] = response.context["form"].data["version"]
    assert client.post(PAGE, second).status_code == 302
    assert LetterSettings.objects.get().daily_limit == 9


def test_visitors_sign_in_first():
    response = Client().get(PAGE)
    assert (response.status_code, "/account/login/" in response.url) == (302, True)


def test_no_digest_any_more_leaves_nothing_waiting(user):
    make.make_meeting()
    row = Letter.objects.create(
        kind="meetings-opened", person=user.person, address="a@example.org", key="k", state="folded", channel="digest"
    )
    keeping.change_choices(user.person, {"digest": "never"}, by=user)
    row.refresh_from_db()
    assert (row.state, row.channel, row.reason) == ("skipped", "portal", "in the portal only")


# --- Mute -------------------------------------------------------------------------------------------


def test_muting_a_meeting_from_its_page_and_hearing_again_from_the_list(client, user):
    meeting = make.make_meeting(title="The long one")
    page = client.get(meeting.get_absolute_url()).content.decode()
    mute = reverse("notifications:mute", args=["meetings.meeting", meeting.pk])
    unmute = reverse("notifications:unmute", args=["meetings.meeting", meeting.pk])
    assert f'action="{mute}"' in page
    assert client.post(mute).status_code == 302
    assert client.post(mute).status_code == 302
    assert list(Choice.objects.values_list("person", "topic", "object_id", "channel")) == [
        (user.person_id, "", meeting.pk, "portal")
    ]
    assert f'action="{unmute}"' in client.get(meeting.get_absolute_url()).content.decode()
    assert "The long one" in client.get(PAGE).content.decode()
    assert client.post(unmute, {"back": "choices"}).url == f"{PAGE}#muted"
    assert not Choice.objects.exists()
    assert client.post(unmute).status_code == 404


def test_muting_is_only_for_what_one_sees_and_by_post(client):
    draft = make.make_meeting(state="draft")
    for label, pk in (("meetings.meeting", draft.pk), ("meetings.meeting", 987654321), ("partners.user", 1), ("x", 1)):
        assert client.post(reverse("notifications:mute", args=[label, pk])).status_code == 404
    seen = make.make_meeting()
    assert client.get(reverse("notifications:mute", args=["meetings.meeting", seen.pk])).status_code == 405
    assert not Choice.objects.exists()


@pytest.mark.parametrize("make_thing", [make.make_practice, make.make_visit])
def test_other_things_have_the_button_and_visitors_have_not(client, make_thing):
    thing = make_thing(visibility="public") if make_thing is make.make_practice else make_thing()
    address = reverse("notifications:mute", args=[thing._meta.label_lower, thing.pk])
    assert address in client.get(thing.get_absolute_url()).content.decode()
    assert "/letters/mute/" not in Client().get(thing.get_absolute_url()).content.decode()


def test_questions_do_not_grow_with_groups_and_mutes(client, user, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(PAGE).status_code == 200
        return len(found)

    def add(number):
        for _n in range(number):
            make.make_group_member(make.make_workgroup(), user.person)
            keeping.mute(make.make_meeting(), by=user)

    add(3)
    count()
    few = count()
    add(27)
    assert count() == few


# --- API --------------------------------------------------------------------------------------------


def test_the_api_reads_and_changes_with_an_etag(client, user):
    group = make.make_workgroup()
    make.make_group_member(group, user.person)
    got = client.get(API)
    assert (got.status_code, got["ETag"]) == (200, '"v1"')
    assert got.json()["topics"]["minutes"] == "mail"
    assert not LetterSettings.objects.exists()
    body = {"topics": {"minutes": "portal"}, "groups": {str(group.pk): "digest"}, "digest_hour": 9}
    assert client.patch(API, body, "application/json").status_code == 428
    done = client.patch(API, body, "application/json", headers={"If-Match": got["ETag"]})
    assert (done.status_code, done["ETag"]) == (200, '"v2"')
    assert (done.json()["topics"]["minutes"], done.json()["groups"]) == ("portal", {str(group.pk): "digest"})
    assert client.patch(API, body, "application/json", headers={"If-Match": '"v1"'}).status_code == 412
    assert Client().get(API).status_code in (401, 403)


@pytest.mark.parametrize(
    "body",
    [
        {"topics": {"unknown": "mail"}},
        {"topics": {"minutes": "pigeon"}},
        {"groups": {"987654321": "portal"}},
        {"digest_hour": 24},
        {"daily_limit": 0},
        {"quiet_days": [0]},
        {"quiet_days": [1, 2, 3, 4, 5, 6, 7]},
        {"quiet_from": 3},
        {"colour": "red"},
        {"topics": ["minutes"]},
        {"holiday_until": "2020-01-01"},
    ],
)
def test_the_api_refuses_what_the_page_refuses(client, body):
    response = client.patch(API, body, "application/json", headers={"If-Match": '"v1"'})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert not Choice.objects.exists()


def test_settings_without_a_row_are_the_defaults():
    settings = settings_of(make.make_person())
    assert (settings.pk, settings.digest, settings.digest_hour, settings.daily_limit) == (None, "weekly", 7, 5)
