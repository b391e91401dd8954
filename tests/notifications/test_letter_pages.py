"""The curators' pages and the staff door of letters."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import history
from notifications import delivery, workflows
from notifications.models import Letter
from tests.factories import make_coordinator, make_curator, make_person, make_user

pytestmark = pytest.mark.django_db
LIST = "/letters/"


@pytest.fixture
def curator(client):
    """Sign a curator in."""
    user = make_curator()
    client.force_login(user)
    return user


@pytest.fixture
def sent(make_letter, now):
    """Return a letter that was sent."""
    letter = make_letter(data={"subject": "The minutes are ready"})
    delivery.drain(clock=lambda: now)
    letter.refresh_from_db()
    return letter


def shown(response):
    """Return the ids of the letters on the page."""
    return {letter.pk for letter in response.context["page"].object_list}


def test_anonymous_people_are_led_to_the_sign_in(client, sent):
    for name in ("letter_detail", "letter_html"):
        response = client.get(reverse(f"notifications:{name}", args=[sent.pk]))
        assert (response.status_code, response.url.split("?")[0]) == (302, "/account/login/")
    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("make", [make_user, make_coordinator])
def test_others_see_no_letter(client, sent, make):
    client.force_login(make())
    assert client.get(LIST).status_code == 403
    for name in ("letter_detail", "letter_html"):
        assert client.get(reverse(f"notifications:{name}", args=[sent.pk])).status_code == 404
    for name in ("requeue", "give_up"):
        assert client.post(reverse(f"notifications:{name}", args=[sent.pk])).status_code == 404


def test_a_curator_finds_letters(client, curator, make_letter, sent):
    dead = make_letter(state="dead", person=make_person(name="Ilse Berger", email="ilse@example.org"))
    assert shown(client.get(LIST)) == {sent.pk, dead.pk}
    assert shown(client.get(LIST, {"state": "dead"})) == {dead.pk}
    assert shown(client.get(LIST, {"q": "berger"})) == {dead.pk}
    assert shown(client.get(LIST, {"q": "minutes"})) == {sent.pk}
    assert shown(client.get(LIST, {"kind": "digest"})) == set()
    assert client.get(LIST, {"state": "nonsense", "page": "x"}).status_code == 200


def test_the_list_asks_as_often_for_many_as_for_few(client, curator, make_letter):
    counts = []
    for _ in range(2):
        for _ in range(12):
            make_letter()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(LIST).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_empty_list_says_so(client, curator):
    assert "No letter yet" in client.get(LIST).content.decode()
    assert "No letter matches" in client.get(LIST, {"q": "x"}).content.decode()


def test_a_letter_shows_its_text_and_a_closed_frame(client, curator, sent):
    page = client.get(sent.get_absolute_url()).content.decode()
    address = reverse("notifications:letter_html", args=[sent.pk])
    assert f'src="{address}" sandbox' in page
    assert "One line." in page
    assert sent.message_id.strip("<>") in page
    assert "Send again" not in page


def test_the_html_part_can_do_nothing(client, curator, sent):
    response = client.get(reverse("notifications:letter_html", args=[sent.pk]))
    assert response.headers["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert response.content.decode() == sent.html


def test_a_dead_letter_is_sent_again(client, curator, make_letter, now):
    letter = make_letter(state="dead", claims=5, attempts=8)
    assert "Send again" in client.get(letter.get_absolute_url()).content.decode()
    response = client.post(reverse("notifications:requeue", args=[letter.pk]), follow=True)
    assert "waits to be sent again" in response.content.decode()
    letter.refresh_from_db()
    assert (letter.state, letter.claims, letter.attempts) == ("queued", 0, 0)
    assert [(entry.verb, entry.actor) for entry in history.of(letter)] == [("requeued", curator.person)]
    assert delivery.drain(clock=lambda: now) == {"sent": 1}


@pytest.mark.parametrize("state", ["queued", "held", "dead"])
def test_a_letter_is_given_up(client, curator, make_letter, state):
    letter = make_letter(state=state)
    client.post(reverse("notifications:give_up", args=[letter.pk]))
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("cancelled", "given up by a curator")
    assert [entry.verb for entry in history.of(letter)] == ["given-up"]


def test_what_is_sent_stays_sent(client, curator, sent):
    for name in ("requeue", "give_up"):
        response = client.post(reverse(f"notifications:{name}", args=[sent.pk]), follow=True)
        assert "moved on in the meantime" in response.content.decode()
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert list(history.of(sent)) == []


def test_what_is_too_late_is_not_sent_again(curator, make_letter, now):
    letter = make_letter(state="dead", useful_until=now.replace(year=2020))
    with pytest.raises(workflows.Refused, match="too late"):
        workflows.requeue(letter, by=curator)


@pytest.mark.parametrize("name", ["requeue", "give_up"])
def test_verbs_are_posts(client, curator, sent, name):
    assert client.get(reverse(f"notifications:{name}", args=[sent.pk])).status_code == 405


def test_the_staff_door(client, make_letter, sent):
    boss = make_curator(is_superuser=True)
    client.force_login(boss)
    dead = make_letter(state="dead")
    listed = reverse("admin:notifications_letter_changelist")
    assert client.get(listed).status_code == 200
    assert client.get(reverse("admin:notifications_letter_change", args=[sent.pk])).status_code == 200
    assert client.get(reverse("admin:notifications_letter_add")).status_code == 403
    client.post(listed, {"action": "requeue", "_selected_action": [dead.pk, sent.pk]})
    assert dict(Letter.objects.values_list("pk", "state")) == {dead.pk: "queued", sent.pk: "sent"}
    assert [entry.actor for entry in history.of(dead)] == [boss.person]
