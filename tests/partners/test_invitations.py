"""From the invitation to the account: nothing is consumed by looking, one address, one account, one membership."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import Refused
from notifications.models import Letter
from notifications.registry import LETTERS, Content, Skip
from partners import workflows
from partners.models import Invitation, Membership, Person, User
from tests import factories as make

pytestmark = pytest.mark.django_db
NEW = {"email": "new@example.org", "name": "New Person", "role": "member"}


@pytest.fixture
def home():
    """Return an organisation."""
    return make.make_organisation(name="Home")


@pytest.fixture
def host(home):
    """Return the account of its coordinator."""
    return make.make_user(organisation=home, role="coordinator", name="Host")


def invited(home, host, **fields):
    """Invite somebody; return the invitation and the key of the latest letter."""
    invitation = workflows.invite(NEW | {"organisation": home} | fields, by=host)
    return invitation, key_of(invitation)


def key_of(invitation):
    """Return the key that stands in the latest letter to this address."""
    return Letter.objects.filter(address=invitation.email).order_by("-pk").first().data["key"]


def test_the_letter_names_who_invites_and_its_link_opens(client, home, host):
    invitation, key = invited(home, host)
    letter = Letter.objects.get()
    content = LETTERS["partners-invitation"].write(invitation, None, letter.data)
    assert isinstance(content, Content)
    assert LETTERS["partners-invitation"].is_essential
    assert "Host invites you to join Home" in content.lines[0]
    page = client.get(content.action[1])
    assert page.status_code == 200
    assert "Home" in page.content.decode()
    assert key not in invitation.key_hash
    assert timedelta(days=13) < invitation.expires_at - timezone.now() <= timedelta(days=14)


def test_looking_consumes_nothing(client, home, host):
    invitation, key = invited(home, host)
    address = reverse("partners:invitation_open", args=[key])
    for _n in range(3):
        assert client.get(address).status_code == 200
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    closed = client.get(reverse("account_signup"))
    assert "password1" not in closed.content.decode()


def test_sign_up_from_the_link_to_the_signed_in_member(client, home, host):
    invitation, key = invited(home, host)
    forward = client.post(reverse("partners:invitation_open", args=[key]))
    assert forward.url == reverse("account_signup")
    form = client.get(forward.url).content.decode()
    assert 'value="new@example.org"' in form
    data = {"email": "new@example.org", "name": "Nina New", "password1": make.PASSWORD, "password2": make.PASSWORD}
    wrong = client.post(forward.url, data | {"email": "other@example.org"})
    assert wrong.status_code == 200
    assert "address to which the invitation was sent" in wrong.content.decode()
    assert not User.objects.filter(email="other@example.org").exists()
    done = client.post(forward.url, data)
    assert done.status_code == 302
    user = User.objects.get(email="new@example.org")
    assert user.person.name == "Nina New"
    membership = Membership.objects.get(person=user.person)
    assert (membership.organisation, membership.role) == (home, "member")
    invitation.refresh_from_db()
    assert invitation.accepted_by == user.person
    assert client.get(reverse("partners:profile")).status_code == 200
    assert Client().get(reverse("partners:invitation_open", args=[key])).status_code == 410


def test_a_name_with_nul_is_refused_with_a_sentence(client, home, host):
    _invitation, key = invited(home, host)
    client.post(reverse("partners:invitation_open", args=[key]))
    data = {"email": "new@example.org", "name": "a\x00b", "password1": make.PASSWORD, "password2": make.PASSWORD}
    answer = client.post(reverse("account_signup"), data)
    assert answer.status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()


def test_resending_makes_a_new_link_and_ends_the_old_one(client, home, host):
    invitation, old = invited(home, host)
    workflows.resend_invitation(invitation, by=host)
    new = key_of(invitation)
    assert new != old
    assert client.get(reverse("partners:invitation_open", args=[old])).status_code == 410
    assert client.get(reverse("partners:invitation_open", args=[new])).status_code == 200


def test_withdrawn_and_expired_invitations_are_dead(client, home, host):
    invitation, key = invited(home, host)
    workflows.revoke_invitation(invitation, by=host)
    assert client.get(reverse("partners:invitation_open", args=[key])).status_code == 410
    assert isinstance(LETTERS["partners-invitation"].write(invitation, None, {"key": key}), Skip)
    with pytest.raises(Refused, match="withdrawn already"):
        workflows.resend_invitation(invitation, by=host)
    second, key = invited(home, host)
    Invitation.objects.filter(pk=second.pk).update(expires_at=timezone.now())
    assert client.post(reverse("partners:invitation_open", args=[key])).status_code == 410


def test_one_open_invitation_and_none_for_known_addresses(home, host):
    invited(home, host)
    with pytest.raises(Refused, match="invited already"):
        invited(home, host, email="NEW@example.org")
    with pytest.raises(Refused, match="has an account"):
        invited(home, host, email=host.email)
    assert Invitation.objects.count() == 1


def test_another_account_is_refused_and_the_same_address_accepts_directly(client, home, host):
    invitation, key = invited(home, host)
    address = reverse("partners:invitation_open", args=[key])
    client.force_login(make.make_user())
    client.post(address)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    same = make.make_user(person=Person.objects.create(name="N", email="new@example.org"))
    client.force_login(same)
    assert client.post(address).status_code == 302
    assert [m.organisation for m in same.person.memberships.all()] == [home]
    with pytest.raises(Refused, match="no longer valid"):
        workflows.accept_invitation(invitation, user=same)
    with pytest.raises(Refused, match="another address"):
        workflows.accept_invitation(invitation, user=host)


def test_a_guest_gets_an_account_without_membership(client):
    leader = make.make_coordinator()
    _invitation, key = invited(None, leader)
    client.post(reverse("partners:invitation_open", args=[key]))
    data = {"email": "new@example.org", "name": "Gast", "password1": make.PASSWORD, "password2": make.PASSWORD}
    assert client.post(reverse("account_signup"), data).status_code == 302
    assert not Membership.objects.filter(person__email="new@example.org").exists()


def test_who_invites_where_by_browser(client, home, host):
    address = reverse("partners:invite")
    data = NEW | {"organisation": home.pk}
    client.force_login(make.make_user(organisation=home))
    assert client.get(address).status_code == 403
    client.force_login(host)
    assert client.get(address).status_code == 200
    other = make.make_organisation()
    assert client.post(address, data | {"organisation": other.pk}).status_code == 422
    assert client.post(address, data | {"organisation": ""}).status_code == 422
    assert client.post(address, data).url == reverse("partners:invitation_list")
    assert "new@example.org" in client.get(reverse("partners:invitation_list")).content.decode()
    again = client.post(address, data)
    assert again.status_code == 409
    invitation = Invitation.objects.get()
    foreign = make.make_user(organisation=other, role="coordinator")
    client.force_login(foreign)
    for verb in ("resend_invitation", "revoke_invitation"):
        assert client.post(reverse(f"partners:{verb}", args=[invitation.pk])).status_code == 404
    client.force_login(host)
    client.post(reverse("partners:revoke_invitation", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None


def test_api_invites_within_the_rules(api, home, host):
    data = {"email": "new@example.org", "name": "N", "organisation": home.pk}
    assert api.post("/api/v1/invitations/", data, format="json").status_code in {401, 403}
    api.force_authenticate(make.make_user(organisation=home))
    assert api.post("/api/v1/invitations/", data, format="json").status_code == 403
    api.force_authenticate(host)
    made = api.post("/api/v1/invitations/", data, format="json")
    assert made.status_code == 201
    assert not re.search("key|hash", " ".join(made.json()))
    one = f"/api/v1/invitations/{made.json()['id']}/"
    assert api.post("/api/v1/invitations/", data, format="json").status_code == 409
    assert api.post(f"{one}resend/", {}, format="json").status_code == 200
    assert api.post(f"{one}revoke/", {}, format="json").json()["revoked_at"]
    assert api.post(f"{one}revoke/", {}, format="json").status_code == 409
