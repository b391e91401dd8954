"""What comes back: mails in the shapes of many systems and eight languages, a provider's events, strikes."""

import hmac
import io
import json
import mailbox
import random
import uuid
from datetime import timedelta
from email import message_from_bytes, message_from_string
from hashlib import sha256

import pytest
from django.core.management import call_command
from django.urls import reverse

from core import history
from notifications import delivery, registry, workflows
from notifications.bounces import addresses, intake, reading
from notifications.models import Choice, Letter, MailAddress, MailReport
from tests.factories import make_organisation, make_person, make_user
from tests.notifications.returned_mails import ABSENCES, corpus, delivery_report, plain

pytestmark = pytest.mark.django_db
UID = "0b1f4f8e-6f0e-4c3b-9d1e-6a2d9f3c7e11"
SECRET = "a-secret-of-the-provider"


@pytest.fixture(autouse=True)
def _ours(settings):
    settings.MAIL_DOMAIN, settings.MAIL_HOOK_SECRET = "portal.example.org", SECRET


@pytest.fixture
def letter(make_letter):
    """One letter that went to Ilse."""
    return make_letter(person=make_person(name="Ilse Berger", email="ilse@example.org"), state="sent")


def told(kind, *, uid):
    """Return the mails of the corpus of this kind."""
    return [message_from_string(text) for _name, text, what in corpus(uid) if what == kind]


@pytest.mark.parametrize(("name", "text", "kind"), list(corpus(UID)), ids=lambda value: str(value)[:40])
def test_every_shape_is_understood(name, text, kind):
    """Planted and seen: without the look at the mail system's name, absence notes with "550" in them counted."""
    reports = reading.read(message_from_bytes(text.encode()))
    assert [report.kind for report in reports] == ([kind] if kind else [])
    assert {report.uid for report in reports} <= {UID}


def test_the_corpus_is_large_and_no_absence_counts():
    mails = list(corpus(UID))
    assert len(mails) >= 30
    assert len(ABSENCES) >= 8


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\xff\xfe\x00",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x--",
        "Content-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x--",
        "From: MAILER-DAEMON\nSubject: =?utf-8?q?=ff?=\n\n550 5.1.1 \ud800".encode("utf-8", "replace").decode(),
        "Content-Type: multipart/report; report-type=delivery-status\n\nno boundary",
    ],
)
def test_nonsense_raises_nothing_and_counts_for_nobody(text, letter):
    intake.take_mail(message_from_bytes(text.encode("utf-8", "replace")))
    assert not MailReport.objects.exists()


def test_a_report_about_no_letter_of_ours_counts_for_nobody(letter):
    """Nobody can shut an address by guessing: the Message-ID must be one of ours. Seen to fail by address alone."""
    foreign = delivery_report(uuid.uuid4(), status="5.1.1", sender="x@example.org", subject="x", words="x")
    assert intake.take_mail(message_from_string(foreign)) == {"foreign": 1}
    assert not MailAddress.objects.exists()


def test_no_such_address_stops_letters_at_once(letter, make_letter, now):
    (mail, *_rest) = told("gone", uid=letter.uid)
    assert intake.take_mail(mail) == {"gone": 1}
    state = MailAddress.objects.get()
    assert (state.address, state.strikes) == ("ilse@example.org", 2)
    assert state.suppressed_at is not None
    make_letter(person=letter.person, slot="next")
    assert delivery.drain(clock=lambda: now) == {"skipped": 1}


def test_the_same_mail_counts_once(letter):
    """Seen to fail without the event's key: two copies made four strikes."""
    (mail, *_rest) = told("hard", uid=letter.uid)
    assert [dict(intake.take_mail(mail)) for _ in range(3)] == [{"hard": 1}, {"known": 1}, {"known": 1}]
    state = MailAddress.objects.get()
    assert (state.strikes, state.suppressed_at) == (2, None)


@pytest.mark.parametrize("kind", ["delayed", "delivered", "complaint"])
def test_what_is_no_refusal_makes_no_strike(letter, kind):
    intake.take_mail(told(kind, uid=letter.uid)[0])
    assert MailAddress.objects.get().strikes == 0


def strikes(make_letter, person, kinds, now, *, days=1):
    """Note reports of these kinds, one letter each, ``days`` apart; return the address's state."""
    for n, kind in enumerate(kinds):
        row = make_letter(person=person, slot=f"strike{n}", state="sent")
        moment = now + timedelta(days=n * days)
        addresses.note(f"event{row.pk}", kind, letter=row, words=f"said {n}", happened_at=moment)
    return MailAddress.objects.get(address=person.email)


@pytest.mark.parametrize(
    ("reported", "days", "strikes_left", "is_stopped"),
    [
        (["soft"] * 3, 1, 3, False),
        (["soft"] * 4, 1, 4, True),
        (["hard", "soft"], 1, 3, False),
        (["hard", "hard"], 1, 4, True),
        (["gone"], 1, 2, True),
        (["hard", "hard"], 31, 2, False),
        (["soft"] * 8, 11, 3, False),
        (["gone", "soft"], 40, 1, True),
    ],
)
def test_four_strikes_within_thirty_days(make_letter, now, reported, days, strikes_left, is_stopped):
    state = strikes(make_letter, make_person(email="a@example.org"), reported, now, days=days)
    assert (state.strikes, state.suppressed_at is not None) == (strikes_left, is_stopped)


def test_order_and_doubles_do_not_matter(make_letter, now):
    """20 events, each twice, in 30 orders: the same state."""
    person, chance = make_person(email="a@example.org"), random.Random(7)
    rows = [make_letter(person=person, slot=str(n), state="sent") for n in range(20)]
    events = [(f"e{n}", chance.choice(["soft", "delayed", "hard"]), row, 5 * n) for n, row in enumerate(rows)] * 2
    states = set()
    for _ in range(30):
        MailReport.objects.all().delete()
        MailAddress.objects.all().delete()
        chance.shuffle(events)
        for event, kind, row, days in events:
            addresses.note(event, kind, letter=row, words=event, happened_at=now + timedelta(days=days))
        states.add(MailAddress.objects.values_list("strikes", "suppressed_at", "last_strike_at", "reason").get())
    assert len(states) == 1


# --- Who is told, and who can clear it ---------------------------------------------------------------------


def test_the_coordinator_of_the_organisation_is_told_once(make_letter, now, mailoutbox):
    """Exactly the coordinator, by one letter, and not the person. Seen to fail with the letter at each report."""
    organisation = make_organisation()
    person = make_person(name="Ilse Berger", email="ilse@example.org", organisation=organisation)
    boss = make_person(email="boss@example.org", organisation=organisation, role="coordinator")
    strikes(make_letter, person, ["gone", "hard", "gone"], now)
    row = Letter.objects.get(kind="address-suppressed")
    assert row.person == boss
    written = delivery.write(row, now)
    assert written.subject == "Letters to Ilse Berger come back"
    assert written.action[1] == person.get_absolute_url()


def test_without_one_the_coordinators_of_the_partnership_are_told(make_letter, now):
    head = make_person(email="head@example.org", is_coordinator=True)
    strikes(make_letter, make_person(email="a@example.org"), ["gone"], now)
    assert [row.person for row in Letter.objects.filter(kind="address-suppressed")] == [head]


def test_a_curator_clears_it_and_old_reports_no_longer_count(letter, make_letter, now):
    curator = make_user(is_staff=True)
    intake.take_mail(told("gone", uid=letter.uid)[0])
    state = workflows.clear_address(MailAddress.objects.get(), by=curator)
    assert (state.strikes, state.suppressed_at, state.reason) == (0, None, "")
    assert [entry.verb for entry in history.of(state)] == ["address-cleared"]
    assert history.of(state)[0].actor == curator.person
    late = {"words": "old news", "happened_at": now}
    addresses.note("older", "gone", letter=letter, **late)
    state.refresh_from_db()
    assert state.suppressed_at is None


def test_the_page_of_a_letter_offers_it_to_curators_only(letter, client):
    intake.take_mail(told("gone", uid=letter.uid)[0])
    address = reverse("notifications:clear_address", args=[MailAddress.objects.get().pk])
    client.force_login(make_user())
    assert client.post(address).status_code == 403
    client.force_login(make_user(is_staff=True))
    assert address in client.get(letter.get_absolute_url()).text
    assert client.post(address).status_code == 302
    assert MailAddress.objects.get().suppressed_at is None
    assert address not in client.get(letter.get_absolute_url()).text


def test_the_admin_clears_too(letter, client):
    intake.take_mail(told("gone", uid=letter.uid)[0])
    client.force_login(make_user(is_staff=True))
    state = MailAddress.objects.get()
    fields = {"action": "clear_address", "_selected_action": [state.pk]}
    client.post(reverse("admin:notifications_mailaddress_changelist"), fields)
    state.refresh_from_db()
    assert state.suppressed_at is None


# --- Complaints and held letters ---------------------------------------------------------------------------


def test_a_complaint_ends_the_letters_of_that_reason(make_letter, kinds, now, monkeypatch):
    """One complaint, no further letter of its reason; a curator is told."""
    topic, note = registry.topics()[0].name, registry.LETTERS["sample-note"].write
    monkeypatch.setitem(registry.LETTERS, "sample-topic", registry.Kind("sample-topic", note, topic=topic))
    curator = make_user(is_staff=True).person
    letter = make_letter(kind="sample-topic", person=make_person(email="ilse@example.org"), state="sent")
    intake.take_mail(told("complaint", uid=letter.uid)[0])
    choice = Choice.objects.get()
    assert (choice.person, choice.topic, choice.channel) == (letter.person, topic, "portal")
    assert [row.person for row in Letter.objects.filter(kind="address-complaint")] == [curator]


@pytest.mark.parametrize(("kind", "state"), [("delivered", "sent"), ("gone", "dead"), ("delayed", "held")])
def test_a_held_letter_ends_when_somebody_knows(letter, kind, state):
    Letter.objects.filter(pk=letter.pk).update(state="held")
    intake.take_mail(told(kind, uid=letter.uid)[0])
    letter.refresh_from_db()
    assert letter.state == state


# --- The two doors -----------------------------------------------------------------------------------------


def test_the_command_reads_mbox_folder_and_standard_input(letter, tmp_path, capsys, monkeypatch):
    box = mailbox.mbox(tmp_path / "mbox")
    for _name, text, _kind in corpus(letter.uid):
        box.add(text.encode())
    box.close()
    call_command("read_bounces", str(tmp_path / "mbox"))
    said = capsys.readouterr().out
    assert "gone: 1" in said
    assert "other: 10" in said
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.eml").write_bytes(told("hard", uid=letter.uid)[0].as_bytes())
    call_command("read_bounces", str(folder))
    assert capsys.readouterr().out == "known: 1\n"
    absent = plain(letter.uid, sender="x@example.org", subject="Away", words="Away", headers=())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(absent.encode())))
    call_command("read_bounces")
    assert capsys.readouterr().out == "other: 1\n"


def send(client, events, *, secret=SECRET, signature=None):
    """Post events as the provider does."""
    body = json.dumps({"events": events}).encode() if not isinstance(events, bytes) else events
    signature = signature or "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
    headers = {"X-Portal-Signature": signature}
    return client.post(reverse("notifications:bounce_hook"), body, content_type="application/json", headers=headers)


def event(letter, **facts):
    """Return one event of a provider."""
    return {"id": "e1", "type": "bounce", "message_id": letter.message_id, "status": "5.1.1", **facts}


def test_a_signed_event_counts_once(letter, client):
    assert send(client, [event(letter)]).json() == {"noted": 1}
    assert send(client, [event(letter), event(letter)]).json() == {"known": 2}
    assert MailAddress.objects.get().suppressed_at is not None


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=00", "é"])
def test_an_unsigned_event_is_refused(letter, client, signature):
    """Seen to fail with ``is_signed`` that compares nothing."""
    answer = send(client, [event(letter)], signature=signature or "none")
    assert answer.status_code == 403
    assert send(client, [event(letter)], secret="another").status_code == 403
    assert not MailReport.objects.exists()


def test_without_a_secret_nobody_is_heard(letter, client, settings):
    settings.MAIL_HOOK_SECRET = ""
    assert send(client, [event(letter)], secret="").status_code == 403


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'{"events": 1}', b'{"events": [1]}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_none_is_refused_in_words(client, body):
    answer = send(client, body)
    assert (answer.status_code, bool(answer.json()["detail"])) == (400, True)


@pytest.mark.parametrize(
    "facts",
    [{"id": ""}, {"type": "opened"}, {"message_id": "<x@y>"}, {"message_id": None}, {"at": 1e99}, {"at": "soon"}],
)
def test_strange_events_do_no_harm(letter, client, facts):
    assert send(client, [event(letter, **facts)]).status_code == 200


def test_events_need_no_order(letter, client):
    later = event(letter, id="e2", type="delivered", status="", at="2025-03-04T10:00:00Z")
    assert send(client, [later, event(letter)]).json() == {"noted": 2}
    assert MailReport.objects.count() == 2
