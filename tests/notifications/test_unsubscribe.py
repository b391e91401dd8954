"""One-click unsubscribe (RFC 8058): bound to person, reason and address; GET and HEAD change nothing.

Seen failing with: the address taken out of the signature's salt.
"""

import random
from datetime import date, timedelta
from email import message_from_bytes

import pytest
from django.core.management import call_command
from django.core.signing import Signer
from django.test import Client

from notifications import registry, rendering
from notifications.choices import links
from notifications.choices.reading import wishes_of
from notifications.models import Choice, LetterSettings
from notifications.registry import TOPICS, Content, Kind
from tests import factories as make

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def address_of(token):
    return f"/letters/unsubscribe/{token}/"


def ways(person):
    """Return everything that is chosen for ``person``, to see that nothing else changes."""
    rows = Choice.objects.filter(person=person).values_list("topic", "content_type", "object_id", "channel")
    return sorted(map(str, rows)), list(LetterSettings.objects.filter(person=person).values_list("digest", "version"))


@pytest.fixture
def person():
    return make.make_person(language="en")


@pytest.fixture
def stranger():
    """A mail server's machine: no cookies, and form keys are checked."""
    return Client(enforce_csrf_checks=True)


def test_post_ends_the_reason_without_cookies_and_twice_is_once(stranger, person):
    address = address_of(links.token_for(person, "minutes"))
    first, second = stranger.post(address, ONE_CLICK), stranger.post(address, ONE_CLICK)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert not first.cookies
    assert not second.cookies
    assert not stranger.cookies
    assert wishes_of(person).way_of_topic("minutes") == "portal"
    row = Choice.objects.get()
    assert (row.topic, row.is_by_link) == ("minutes", True)


def test_get_and_head_change_nothing_and_get_asks(stranger, person):
    address = address_of(links.token_for(person, "minutes"))
    before = ways(person)
    page, head = stranger.get(address), stranger.head(address)
    assert (page.status_code, head.status_code, head.content) == (200, 200, b"")
    assert "No more letters: Minutes?" in page.content.decode()
    assert 'method="post"' in page.content.decode()
    assert person.email not in page.content.decode()
    assert ways(person) == before
    assert not page.cookies
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]


def test_the_page_speaks_the_persons_language(stranger, settings):
    german = make.make_person(language="de")
    page = stranger.get(address_of(links.token_for(german, "minutes")), headers={"Accept-Language": "en"})
    assert str(page.context["topic"])
    assert 'lang="de"' in page.content.decode()


def test_the_digest_ends_by_its_own_link(stranger, person):
    assert stranger.post(address_of(links.token_for(person, "digest")), ONE_CLICK).status_code == 200
    assert LetterSettings.objects.get(person=person).digest == "never"
    assert not Choice.objects.exists()


def test_a_signed_in_reader_gets_no_cookie_either(person):
    user = make.make_user(person=person, email=person.email)
    client = Client()
    client.force_login(user)
    answer = client.post(address_of(links.token_for(person, "minutes")), ONE_CLICK)
    assert (answer.status_code, dict(answer.cookies)) == (200, {})


def test_a_token_lives_one_year(person):
    made = date(2026, 11, 25)
    token = links.token_for(person, "minutes", on=made)
    assert links.read(token, on=made + timedelta(days=365)) == (person, "minutes")
    assert links.read(token, on=made + timedelta(days=366)) is None


def test_a_new_address_ends_old_tokens(stranger, person):
    token = links.token_for(person, "minutes")
    type(person).objects.filter(pk=person.pk).update(email="new@example.org")
    assert stranger.post(address_of(token), ONE_CLICK).status_code == 410
    type(person).objects.filter(pk=person.pk).update(email="")
    assert stranger.post(address_of(token), ONE_CLICK).status_code == 410
    assert not Choice.objects.exists()


def test_parts_of_other_tokens_open_nothing(stranger, person):
    """20 swaps: person, reason, day or signature of another; other purposes of the same key."""
    other = make.make_person()
    names = ["minutes", "todos", "changes", "reminders"]
    mine = {name: links.token_for(person, name) for name in names}
    theirs = {name: links.token_for(other, name) for name in names}
    swaps = []
    for name in names:
        value, mark = mine[name].split(":")
        swaps += [f"{value}:{theirs[name].split(':')[1]}", f"{theirs[name].split(':')[0]}:{mark}"]
        swaps += [f"{mine[each].split(':')[0]}:{mark}" for each in names if each != name][:2]
    value = mine["minutes"].split(":")[0]
    swaps += [Signer().sign(value), Signer(salt="django.core.signing").sign(value)]
    swaps += [Signer(salt=links.PURPOSE).sign(value), Signer(salt=f"{links.PURPOSE}:{other.email}").sign(value)]
    assert len(set(swaps)) == 20
    assert [token for token in swaps if stranger.post(address_of(token), ONE_CLICK).status_code == 200] == []
    assert ways(person) == ways(other) == ([], [])


def test_ten_thousand_flipped_bits_open_nothing(person):
    token = links.token_for(person, "minutes").encode()
    chance, accepted = random.Random(5), []
    for _n in range(10_000):
        flipped = bytearray(token)
        flipped[chance.randrange(len(token))] ^= 1 << chance.randrange(7)
        found = links.read(flipped.decode("ascii"))
        accepted += [bytes(flipped)] if found else []
    assert accepted == []
    assert links.read(token.decode()) == (person, "minutes")


@pytest.mark.parametrize("token", ["x", "1", "1.minutes.1", "a.b.c:d", "9" * 30, "٣.minutes.1:x", "1." + "y" * 400])
def test_nonsense_is_answered_calmly(stranger, token):
    assert stranger.get(address_of(token)).status_code == 410
    assert stranger.post(address_of(token), ONE_CLICK).status_code == 410


def test_the_token_signs_nobody_in(stranger, person):
    make.make_user(person=person, email=person.email)
    stranger.post(address_of(links.token_for(person, "minutes")), ONE_CLICK)
    assert stranger.get("/letters/choices/").status_code == 302


def test_every_reason_can_be_ended_and_only_that_one(stranger, person):
    for name in TOPICS:
        stranger.post(address_of(links.token_for(person, name)), ONE_CLICK)
        assert wishes_of(person).way_of_topic(name) == "portal"
        ended = set(Choice.objects.filter(person=person).values_list("topic", flat=True))
        assert name in ended
    assert ended == set(TOPICS)


# --- In letters -------------------------------------------------------------------------------------


def written(letter, **content):
    text = Content(subject="A note", lines=["One line."], why="You take part.", **content)
    with rendering.in_the_way_of(letter.person):
        rendered = rendering.render(text, letter.person, kind=letter.kind)
    mail = rendering.message(letter, rendered, connection=None)
    return message_from_bytes(mail.message().as_bytes()), rendered


def test_letters_carry_the_headers_and_the_link_to_their_own_switch(make_letter, monkeypatch, stranger, settings):
    monkeypatch.setitem(registry.LETTERS, "sample-note", Kind("sample-note", None, topic="minutes"))
    letter = make_letter()
    mail, rendered = written(letter)
    page, by_mail = "".join(mail["List-Unsubscribe"].split()).split(",")
    assert page.startswith(f"<{settings.SITE_URL}/letters/unsubscribe/")
    assert by_mail.startswith(f"<mailto:unsubscribe@{settings.MAIL_DOMAIN}?subject=")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/letters/choices/#reason-minutes" in rendered.text
    assert "/letters/choices/#reason-minutes" in rendered.html
    assert stranger.get(page[1:-1].removeprefix(settings.SITE_URL)).status_code == 200


def test_essential_letters_carry_none(make_letter, monkeypatch):
    monkeypatch.setitem(registry.LETTERS, "sample-note", Kind("sample-note", None, is_essential=True, topic="minutes"))
    mail, rendered = written(make_letter())
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (None, None)
    assert "#reason-" not in rendered.text


def test_the_mail_way_ends_the_reason_too(person, tmp_path, capsys):
    token = links.token_for(person, "minutes")
    mail = tmp_path / "mail"
    mail.write_bytes(f"From: a@example.org\r\nSubject: {token}\r\n\r\nunsubscribe\r\n".encode())
    call_command("unsubscribe_by_mail", str(mail))
    assert wishes_of(person).way_of_topic("minutes") == "portal"
    mail.write_bytes(b"From: a@example.org\r\nSubject: hello\r\n\r\n")
    call_command("unsubscribe_by_mail", str(mail))
    assert "no valid link" in capsys.readouterr().out
