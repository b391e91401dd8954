"""Signing in with password, the second factor of staff, suspension, rates; letters of allauth."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from partners import workflows
from partners.models import ApiToken
from tests import factories as make

pytestmark = pytest.mark.django_db


def sign_in(client, email, password=make.PASSWORD):
    """Post the sign-in form."""
    return client.post(reverse("account_login"), {"login": email, "password": password})


def verified(**fields):
    """Return an account whose address is verified."""
    user = make.make_user(**fields)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def test_sign_in_with_address_and_password(client):
    user = verified(organisation=make.make_organisation())
    assert sign_in(client, user.email, "wrong").status_code == 200
    assert client.get(reverse("partners:profile")).status_code == 302
    assert sign_in(client, user.email.upper()).status_code == 302
    assert client.get(reverse("partners:profile")).status_code == 200


@pytest.mark.parametrize("text", ["a\x00b@example.org", "\x00", "x" * 5000, "\u202e@example.org"])
def test_strange_addresses_are_answered_with_the_form(client, text):
    assert sign_in(client, text).status_code == 200
    assert sign_in(client, "a@example.org", text).status_code == 200
    assert client.post(reverse("account_reset_password"), {"email": text}).status_code == 200


def test_guessing_is_slowed_down(client):
    user = verified()
    for _n in range(11):
        sign_in(client, user.email, "wrong")
    answer = sign_in(client, user.email)
    assert "_auth_user_id" not in client.session
    assert answer.status_code in {200, 429}


def test_sign_up_is_closed_to_the_uninvited(client):
    assert "password1" not in client.get(reverse("account_signup")).content.decode()
    client.post(
        reverse("account_signup"),
        {"email": "x@example.org", "name": "X", "password1": make.PASSWORD, "password2": make.PASSWORD},
    )
    assert not type(make.make_user()).objects.filter(email="x@example.org").exists()


def test_staff_need_a_second_factor(client, settings):
    settings.SECOND_FACTOR_FOR_STAFF = True
    curator, member = make.make_curator(), make.make_user(organisation=make.make_organisation())
    client.force_login(curator)
    for address in ("/", "/admin/", "/partners/", "/api/v1/me/"):
        assert client.get(address).url == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    client.force_login(member)
    assert client.get("/partners/").status_code == 200


def test_a_curator_with_a_second_factor_goes_on(client, settings):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    settings.SECOND_FACTOR_FOR_STAFF = True
    curator = make.make_curator()
    TOTP.activate(curator, generate_totp_secret())
    client.force_login(curator)
    assert client.get("/admin/").status_code == 200


def test_the_staff_door_signs_in_by_the_account_pages(client):
    answer = client.get("/admin/login/?next=/admin/")
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_pages_of_the_account_open(client):
    user = verified()
    client.force_login(user)
    for name in ("mfa_index", "account_email", "account_change_password", "account_logout", "usersessions_list"):
        assert client.get(reverse(name)).status_code in {200, 302}, name
    anonymous = Client()
    for name in ("account_login", "account_reset_password", "account_signup"):
        assert anonymous.get(reverse(name)).status_code == 200, name


def test_suspension_ends_session_token_and_feed(client, api):
    user = make.make_user(organisation=make.make_organisation())
    client.force_login(user)
    _row, secret = workflows.create_token({"name": "t", "scopes": ["read"], "days": 30}, by=user)
    feed = workflows.new_feed_address(user)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert client.get(reverse("partners:profile")).status_code == 200
    assert api.get("/api/v1/me/").status_code == 200
    assert workflows.person_of_feed(feed) == user.person
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(reverse("partners:profile")).status_code == 302
    assert api.get("/api/v1/me/").status_code == 401
    assert workflows.person_of_feed(feed) is None


def test_the_letter_for_a_new_password_is_plain_text_with_a_link_that_works(client):
    user = verified()
    client.post(reverse("account_reset_password"), {"email": user.email})
    [letter] = mail.outbox
    assert letter.to == [user.email]
    assert "example.com" not in letter.subject + letter.body
    assert "&#" not in letter.body
    link = re.search(r"https?://[^/\s]+(/account/\S+)", letter.body)[1]
    assert client.get(link, follow=True).status_code == 200


def test_an_unknown_address_gets_no_other_answer(client):
    known = verified()
    first = client.post(reverse("account_reset_password"), {"email": known.email})
    second = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert (first.status_code, first.url) == (second.status_code, second.url)


def test_tokens_are_shown_once_and_end(client, api):
    user = make.make_user(organisation=make.make_organisation())
    client.force_login(user)
    address = reverse("partners:token_create")
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "", "days": 30}).status_code == 422
    assert client.post(address, {"name": "x", "scopes": ["read"], "days": 4000}).status_code == 422
    made = client.post(address, {"name": "Program", "scopes": ["partners:read"], "days": 30}).content.decode()
    secret = re.search(r'value="(clx_[^"]+)"', made)[1]
    token = ApiToken.objects.get()
    listed = client.get(reverse("partners:token_list")).content.decode()
    assert "Program" in listed
    assert secret not in listed
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert api.get("/api/v1/me/").json()["scopes"] == ["partners:read"]
    assert api.get("/api/v1/workgroups/").status_code == 403
    client.force_login(make.make_user())
    assert client.post(reverse("partners:token_revoke", args=[token.digest])).status_code == 404
    client.force_login(user)
    assert client.post(reverse("partners:token_revoke", args=[token.digest])).status_code == 302
    assert api.get("/api/v1/me/").status_code == 401


def test_the_calendar_address_is_made_replaced_and_ended(client):
    user = make.make_user(organisation=make.make_organisation())
    client.force_login(user)
    address = reverse("partners:feed")
    assert client.get(address).status_code == 200
    assert "http" in client.post(address).content.decode()
    old = workflows.new_feed_address(user)
    new = workflows.new_feed_address(user)
    assert workflows.person_of_feed(old) is None
    assert workflows.person_of_feed(new) == user.person
    client.post(address, {"remove": "1"})
    assert workflows.person_of_feed(new) is None


def test_a_passkey_sign_in_offers_a_challenge(client):
    answer = client.get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code == 200
    assert answer.json()["request_options"]["publicKey"]["challenge"]
    assert "passkey_login" in client.get(reverse("account_login")).content.decode()
