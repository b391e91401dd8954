"""Accounts, tokens, feeds, profiles: what people set for themselves, and who sees it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import override_settings
from django.utils import timezone
from rest_framework.test import APIClient

from partners import rules, workflows
from partners.models import ApiToken, FeedToken, Membership, Person, User
from partners.querysets import standing
from tests import factories as make

pytestmark = pytest.mark.django_db


def _token(user, *scopes, days=30):
    return workflows.create_token({"name": "test", "scopes": scopes or ["read"], "days": days}, by=user)


def _client(secret):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_sign_in_with_address_and_password(client):
    """Capital letters in the address do not matter; a wrong password says no more than needed."""
    user = make.make_user(email="anna@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    wrong = client.post("/account/login/", {"login": "anna@example.org", "password": "wrong"})
    assert wrong.status_code == 200
    right = client.post("/account/login/", {"login": "Anna@Example.org", "password": make.PASSWORD})
    assert right.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(
    "text", ["a\x00b", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "x" * 5000, ""]
)
def test_sign_in_survives_hostile_text(client, text):
    """A sentence, never 500."""
    response = client.post("/account/login/", {"login": text, "password": text})
    assert response.status_code == 200


def test_wrong_passwords_are_limited(client):
    """After some tries the door stays shut for a while."""
    make.make_user(email="anna@example.org")
    answers = [
        client.post("/account/login/", {"login": "anna@example.org", "password": f"wrong {n}"}).status_code
        for n in range(12)
    ]
    right = client.post("/account/login/", {"login": "anna@example.org", "password": make.PASSWORD})
    assert right.status_code != 302, answers


@override_settings(SECOND_FACTOR_FOR_STAFF=True)
def test_staff_must_set_up_a_second_factor(client):
    """Every page but those of the account leads there; members are not asked."""
    client.force_login(make.make_curator())
    assert client.get("/").headers["Location"] == "/account/2fa/"
    assert client.get("/admin/").headers["Location"] == "/account/2fa/"
    assert client.get("/api/v1/meetings/").status_code in (302, 403)
    client.force_login(make.make_user(organisation=make.make_organisation()))
    assert client.get("/").status_code == 200


def test_the_admin_uses_the_portals_own_sign_in(client):
    """Rate limits and second factor hold there too."""
    assert client.get("/admin/login/?next=/admin/").status_code == 302


def test_suspension_ends_sessions_tokens_and_feeds_at_once(client):
    """The next request of each is nobody's."""
    user = make.make_user(organisation=make.make_organisation())
    _row, secret = _token(user)
    feed = workflows.new_feed_address(user)
    client.force_login(user)
    assert client.get("/my-account/").status_code == 200
    assert _client(secret).get("/api/v1/me/").status_code == 200
    assert workflows.person_of_feed(feed) == user.person
    user.is_active = False
    user.save()
    assert client.get("/my-account/").status_code == 302
    assert _client(secret).get("/api/v1/me/").status_code == 401
    assert workflows.person_of_feed(feed) is None


def test_a_token_is_kept_as_a_hash_and_may_what_its_scopes_say():
    """Reading with a reading token; writing needs the scope; another subject's scope is none."""
    home = make.make_organisation()
    user = make.make_user(organisation=home, role="coordinator")
    row, secret = _token(user, "partners:read")
    assert secret not in str(ApiToken.objects.values().get(pk=row.pk))
    client = _client(secret)
    assert client.get("/api/v1/organisations/").status_code == 200
    assert client.get("/api/v1/meetings/").status_code == 403
    path = f"/api/v1/organisations/{home.pk}/"
    body = {"notes": "New"}
    assert client.patch(path, body, HTTP_IF_MATCH='"v1"').status_code == 403
    _row, writer = _token(user, "read", "partners:write")
    assert _client(writer).patch(path, body).status_code == 428
    assert _client(writer).patch(path, body, HTTP_IF_MATCH='"v9"').status_code == 412
    good = _client(writer).patch(path, body, HTTP_IF_MATCH='"v1"')
    assert (good.status_code, good.headers["ETag"], good.json()["notes"]) == (200, '"v2"', "New")


def test_expired_wrong_and_revoked_tokens_answer_401():
    """With a problem and the way to sign in."""
    user = make.make_user(organisation=make.make_organisation())
    row, secret = _token(user)
    ApiToken.objects.filter(pk=row.pk).update(expiry=timezone.now() - timedelta(seconds=1))
    other, revoked = _token(user)
    workflows.revoke_token(other, by=user)
    for word in (secret, revoked, "clx_nothing", "a\x00b"):
        answer = _client(word).get("/api/v1/me/")
        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert ApiToken.objects.filter(pk=row.pk).exists()


def test_the_token_page_shows_the_secret_once(client):
    """And the list only its beginning."""
    user = make.make_user(organisation=make.make_organisation())
    client.force_login(user)
    page = client.post("/partners/me/tokens/new/", {"name": "Program", "scopes": ["read"], "days": "30"})
    assert "clx_" in page.content.decode()
    secret = page.context["secret"]
    assert secret not in client.get("/partners/me/tokens/").content.decode()
    digest = ApiToken.objects.get(user=user).digest
    client.post(f"/partners/me/tokens/{digest}/revoke/")
    assert not ApiToken.objects.exists()


def test_nobody_ends_the_token_of_somebody_else(client):
    """404, as if it did not exist."""
    row, _secret = _token(make.make_user())
    client.force_login(make.make_user())
    assert client.post(f"/partners/me/tokens/{row.digest}/revoke/").status_code == 404
    assert ApiToken.objects.count() == 1


def test_a_new_feed_address_kills_the_old_one():
    """One row, one living secret."""
    user = make.make_user()
    old, new = workflows.new_feed_address(user), workflows.new_feed_address(user)
    assert (workflows.person_of_feed(old), workflows.person_of_feed(new)) == (None, user.person)
    assert FeedToken.objects.count() == 1


def test_people_see_people_by_the_rules():
    """Exact sets: members see members and themselves, guests themselves, leaders all."""
    home = make.make_organisation()
    member, guest = make.make_user(organisation=home), make.make_user()
    left = make.make_person(organisation=home)
    Membership.objects.filter(person=left).update(end_date=timezone.localdate() - timedelta(days=1))
    leader = make.make_coordinator()
    assert set(Person.objects.visible_to(member)) == {member.person}
    assert set(Person.objects.visible_to(guest)) == {guest.person}
    assert set(Person.objects.visible_to(leader)) == {member.person, guest.person, left, leader.person}


def test_standing_follows_the_dates_of_memberships():
    """A membership that has ended gives nothing; one that begins tomorrow not yet."""
    home, other = make.make_organisation(), make.make_organisation()
    user = make.make_user(organisation=home, role="coordinator")
    Membership.objects.create(
        person=user.person, organisation=other, start_date=timezone.localdate() + timedelta(days=1)
    )
    assert standing(user).organisation_ids == {home.pk}
    workflows.end_membership(user.person.memberships.get(organisation=home), by=user)
    del user._standing
    assert standing(user).organisation_ids == set()
    assert not rules.is_member(user)


def test_a_profile_keeps_what_was_typed_and_says_what_is_wrong(client):
    """Unknown zone and missing name come back at their fields."""
    user = make.make_user()
    client.force_login(user)
    data = {"name": "", "position": "Typed text", "language": "en", "time_zone": "Mars/Base", "digest_hour": "7"}
    page = client.post("/partners/me/profile/", data)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"name", "time_zone"}
    assert "Typed text" in page.content.decode()
    good = client.post("/partners/me/profile/", data | {"name": "Ada", "time_zone": "Europe/Rome"})
    assert good.status_code == 302
    user.person.refresh_from_db()
    assert (user.person.name, user.person.time_zone, user.person.gets_digest) == ("Ada", "Europe/Rome", False)


def test_a_stale_change_shows_both_texts(client):
    """The second writer sees what is stored and keeps the own text."""
    home = make.make_organisation()
    client.force_login(make.make_user(organisation=home, role="coordinator"))
    path = f"/partners/{home.pk}/change/"
    assert client.post(path, {"notes": "First text", "version": 1}).status_code == 302
    second = client.post(path, {"notes": "Second text", "version": 1})
    assert second.status_code == 412
    assert "First text" in second.content.decode()
    assert "Second text" in second.content.decode()
    again = second.context["form"]["version"].value()
    assert client.post(path, {"notes": "Both", "version": again}).status_code == 302


def test_curators_open_every_admin_page_of_the_room(client):
    """List and form of each model; members are sent away."""
    make.make_organisation()
    client.force_login(make.make_curator())
    for name in ("partnership", "figure", "region", "organisation", "person", "membership", "user", "invitation",
                 "apitoken", "feedtoken", "organisationname"):  # fmt: skip
        assert client.get(f"/admin/partners/{name}/").status_code == 200, name
    for name in ("region", "organisation", "person", "membership", "user", "partnership"):
        assert client.get(f"/admin/partners/{name}/add/").status_code == 200, name
    client.force_login(make.make_user(organisation=make.make_organisation()))
    assert client.get("/admin/partners/person/").status_code == 302


def test_a_curator_cannot_raise_rights(client):
    """Staff and superuser are set by superusers only."""
    curator = make.make_curator()
    client.force_login(curator)
    data = {"email": curator.email, "person": curator.person_id, "is_active": "on", "is_superuser": "on"}
    client.post(f"/admin/partners/user/{curator.pk}/change/", data)
    curator.refresh_from_db()
    assert not curator.is_superuser
    assert curator.is_staff


def test_an_operator_can_sign_in_without_a_mail_server(client):
    """`createsuperuser` makes an account whose address counts as confirmed."""
    User.objects.create_superuser("root@example.org", "a long enough password")
    response = client.post("/account/login/", {"login": "root@example.org", "password": "a long enough password"})
    assert response.headers["Location"] == "/"
