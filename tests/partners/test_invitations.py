"""Invitations: bound to one address, used once, opened by anybody without harm."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from core.errors import Refused
from notifications.models import Letter
from notifications.tasks import deliver_waiting
from partners import rules, workflows
from partners.models import Invitation, Membership, User
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    """Return an organisation with a coordinator."""
    return make.make_organisation()


@pytest.fixture
def host(home):
    """Return the coordinator of the organisation."""
    return make.make_user(organisation=home, role="coordinator")


def _invite(host, home, email="new.person@example.org"):
    invitation = workflows.invite({"email": email, "name": "New Person", "organisation": home}, by=host)
    return invitation, Letter.objects.filter(kind="partners-invitation").latest("id").data["key"]


def test_one_letter_goes_to_the_address_with_a_link_that_works(client, host, home):
    """The key stands in the letter only; the page says who invites and to what."""
    _invite(host, home)
    deliver_waiting()
    assert [message.to for message in mail.outbox] == [["new.person@example.org"]]
    path = re.search(r"/partners/invitation/[\w-]+/", mail.outbox[0].body)[0]
    page = client.get(path)
    assert page.status_code == 200
    assert home.name in page.content.decode()
    assert host.person.name in page.content.decode()


def test_opening_the_link_a_hundred_times_uses_nothing_up(client, host, home):
    """GET and HEAD change no row: scanners open every link."""
    invitation, key = _invite(host, home)
    before = Invitation.objects.values().get(pk=invitation.pk)
    for _ in range(3):
        client.get(f"/partners/invitation/{key}/")
        client.head(f"/partners/invitation/{key}/")
    assert Invitation.objects.values().get(pk=invitation.pk) == before


def _sign_up(client, key, email="new.person@example.org", name="Nora Neu"):
    client.post(f"/partners/invitation/{key}/")
    password = "a very long secret phrase"
    return client.post("/account/signup/", {"email": email, "name": name, "password1": password, "password2": password})


def test_the_invited_person_opens_an_account_and_belongs(client, host, home):
    """From the letter to the home page."""
    invitation, key = _invite(host, home)
    response = _sign_up(client, key)
    assert response.status_code == 302, response.content.decode()[:3000]
    user = User.objects.get(email="new.person@example.org")
    assert user.person.name == "Nora Neu"
    assert [(m.organisation, m.role) for m in user.person.memberships.all()] == [(home, "member")]
    assert client.get("/").status_code == 200
    invitation.refresh_from_db()
    assert invitation.accepted_by == user.person
    assert client.get(f"/partners/invitation/{key}/").status_code == 410


def test_another_address_is_refused_at_its_field_and_nothing_is_saved(client, host, home):
    """The link was forwarded: the account is not opened for somebody else."""
    _invitation, key = _invite(host, home)
    response = _sign_up(client, key, email="somebody.else@example.org")
    assert "Please use the address to which the invitation was sent." in response.content.decode()
    assert not User.objects.filter(email="somebody.else@example.org").exists()


def test_without_invitation_sign_up_is_closed(client):
    """The page says so and opens nothing."""
    response = client.post("/account/signup/", {"email": "x@example.org"})
    assert "signup" not in response.headers.get("Location", "")
    assert not User.objects.exists()


def test_a_signed_in_person_with_the_address_joins_directly(client, host, home):
    """A guest becomes a member."""
    guest = make.make_user(email="guest@example.org")
    Invitation.objects.all().delete()
    invitation = Invitation.objects.create(
        email="guest@example.org", name="Guest", organisation=home, key_hash=workflows.hash_of("k"),
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    client.force_login(guest)
    client.post("/partners/invitation/k/")
    assert [m.organisation for m in guest.person.memberships.all()] == [home]
    invitation.refresh_from_db()
    assert invitation.accepted_at is not None


def test_a_signed_in_stranger_cannot_take_it(client, host, home):
    """Signed in with another address: a sentence, and nothing happens."""
    invitation, key = _invite(host, home)
    client.force_login(make.make_user())
    response = client.post(f"/partners/invitation/{key}/")
    assert response.status_code == 200
    assert "another address" in response.content.decode()
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_withdrawn_ended_and_unknown_look_alike(client, host, home):
    """410 with the same page."""
    invitation, key = _invite(host, home)
    workflows.revoke_invitation(invitation, by=host)
    ended, ended_key = _invite(host, home, "old@example.org")
    Invitation.objects.filter(pk=ended.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    answers = {client.get(f"/partners/invitation/{k}/").status_code for k in (key, ended_key, "unknown")}
    assert answers == {410}


def test_sending_again_makes_a_new_link_and_the_full_time(host, home):
    """The old link ends."""
    invitation, key = _invite(host, home)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() + timedelta(days=1))
    invitation.refresh_from_db()
    workflows.resend_invitation(invitation, by=host)
    assert not Invitation.objects.filter(key_hash=workflows.hash_of(key)).exists()
    assert invitation.expires_at > timezone.now() + timedelta(days=13)
    assert Letter.objects.filter(kind="partners-invitation").count() == 2


def test_the_same_address_is_not_invited_twice(host, home):
    """A sentence at the field; an account exists or an invitation is open."""
    _invite(host, home)
    with pytest.raises(Refused) as refusal:
        _invite(host, home, "New.Person@example.org")
    assert refusal.value.field == "email"
    with pytest.raises(Refused):
        workflows.invite({"email": host.email, "name": "x", "organisation": home}, by=host)


def test_who_may_invite(host, home):
    """Leaders anybody, an organisation's coordinator into the own organisation only."""
    other = make.make_organisation()
    member = make.make_user(organisation=home)
    assert rules.can_invite(host, home)
    assert not rules.can_invite(host, other)
    assert not rules.can_invite(host, None)
    assert not rules.can_invite(member, home)
    assert rules.can_invite(make.make_coordinator(), None)


def test_pages_and_api_ask_the_same_rule(client, host, home):
    """A coordinator cannot invite into another organisation at any door."""
    other = make.make_organisation()
    client.force_login(host)
    page = client.post(
        "/partners/invitations/new/",
        {"email": "a@example.org", "name": "A", "organisation": other.pk, "role": "member"},
    )
    assert page.status_code == 422
    answer = client.post(
        "/api/v1/invitations/", {"email": "a@example.org", "name": "A", "organisation": other.pk},
        content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 403
    assert not Invitation.objects.exists()
    good = client.post(
        "/partners/invitations/new/", {"email": "a@example.org", "name": "A", "organisation": home.pk, "role": "member"}
    )
    assert good.status_code == 302
    assert Invitation.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_acceptances_make_one_membership(shared_database):
    """Seen failing with the compare-and-set replaced by a look and a write."""
    home = make.make_organisation()
    user = make.make_user(email="many@example.org")
    invitation = Invitation.objects.create(
        email="many@example.org", name="Many", organisation=home, key_hash="h",
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    outcomes = []

    def accept():
        try:
            workflows.accept_invitation(Invitation.objects.get(pk=invitation.pk), user=User.objects.get(pk=user.pk))
            outcomes.append("in")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in"] + ["refused"] * 19
    assert Membership.objects.filter(person=user.person).count() == 1
