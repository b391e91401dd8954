"""Partners, people and profiles: who sees whom and which address, at the page and in the API."""

import pytest
from django.contrib.admin.sites import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.errors import Refused
from notifications.registry import current_letterhead
from partners import models, workflows
from partners.models import Membership, OrganisationName, Partnership, Person, User
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    """Return an organisation with a former name."""
    organisation = make.make_organisation(name="Home Agency", short_name="HOME")
    OrganisationName.objects.create(organisation=organisation, name="Old Agency", seen="application form")
    return organisation


@pytest.fixture
def member():
    """Return the account of a member of another organisation."""
    return make.make_user(organisation=make.make_organisation())


def test_everybody_sees_partners_and_nobody_their_people(client, home, member):
    person = make.make_person(organisation=home, name="Petra Public")
    listed = client.get(reverse("partners:organisation_list")).content.decode()
    assert "Home Agency" in listed
    assert home.region.nuts_code in listed
    shown = client.get(home.get_absolute_url()).content.decode()
    assert "Old Agency" in shown
    assert "dates not on record" in shown
    assert "Petra Public" not in shown
    assert client.get(person.get_absolute_url()).status_code == 302
    client.force_login(member)
    assert "Petra Public" in client.get(home.get_absolute_url()).content.decode()
    assert client.get(reverse("partners:organisation_list"), {"q": "zzzz"}).status_code == 200


def test_who_sees_whom(home, member):
    guest = make.make_user()
    own = make.make_user(organisation=home)
    past = make.make_person(name="Past")
    Membership.objects.create(person=past, organisation=home, end_date=timezone.localdate().replace(year=2020))
    coordinator = make.make_coordinator()
    members = {member.person_id, own.person_id}
    seen = {user: set(Person.objects.visible_to(user).values_list("pk", flat=True)) for user in (guest, member, own)}
    assert seen == {guest: {guest.person_id}, member: members, own: members}
    assert set(Person.objects.visible_to(coordinator)) == set(Person.objects.all())
    assert not Person.objects.visible_to(None).exists()


def test_an_unlisted_address_is_for_its_owner_and_leaders(client, api, home, member):
    hidden = make.make_user(organisation=home)
    Person.objects.filter(pk=hidden.person_id).update(is_listed=False, phone="+43 1 234")
    address = hidden.person.get_absolute_url()
    one = f"/api/v1/people/{hidden.person_id}/"
    for user, is_shown in ((member, False), (hidden, True), (make.make_coordinator(), True)):
        client.force_login(user)
        api.force_authenticate(user)
        page = client.get(address).content.decode()
        assert (hidden.email in page, "+43 1 234" in page) == (is_shown, is_shown)
        assert (api.get(one).json()["email"] == hidden.email) is is_shown
    client.force_login(make.make_user())
    assert client.get(address).status_code == 404


def test_the_profile_keeps_and_refuses(client, member):
    address = reverse("partners:profile")
    client.force_login(member)
    assert client.get(address).status_code == 200
    data = {"name": "New  Name", "position": "Adviser", "language": "en", "time_zone": "Europe/Sofia"}
    assert client.post(address, data).status_code == 302
    person = Person.objects.get(pk=member.person_id)
    assert (person.name, person.time_zone, person.is_listed) == ("New Name", "Europe/Sofia", False)
    for wrong in ({"name": ""}, {"time_zone": "Mars/North"}, {"position": "a\x00b"}):
        answer = client.post(address, data | {"position": "Kept text"} | wrong)
        assert answer.status_code == 422
    assert Person.objects.get(pk=person.pk).position == "Adviser"


def test_memberships_end_and_keep_their_dates(client, home, member):
    host = make.make_user(organisation=home, role="coordinator")
    person = make.make_user(organisation=home)
    row = person.person.memberships.get()
    end = reverse("partners:end_membership", args=[row.pk])
    role = reverse("partners:change_membership_role", args=[row.pk])
    client.force_login(member)
    assert client.post(end).status_code == 403
    client.force_login(host)
    assert client.post(role, {"role": "king"}).status_code == 404
    assert client.post(role, {"role": "coordinator"}).status_code == 302
    assert client.post(end).status_code == 302
    row.refresh_from_db()
    assert row.role == "coordinator"
    assert not person.person.memberships.current().exists()
    assert row.end_date is not None
    with pytest.raises(Refused, match="ended already"):
        workflows.end_membership(row, by=host)


def test_coordinators_keep_the_page_of_their_organisation(client, api, home, member):
    address = reverse("partners:organisation_change", args=[home.pk])
    host = make.make_user(organisation=home, role="coordinator")
    client.force_login(member)
    assert client.get(address).status_code == 403
    client.force_login(host)
    assert client.get(address).status_code == 200
    assert client.post(address, {"website": "no address", "version": 1}).status_code == 422
    assert client.post(address, {"website": "https://home.example", "notes": "We", "version": 1}).status_code == 302
    stale = client.post(address, {"website": "", "notes": "Typed", "version": 1})
    assert stale.status_code == 412
    assert "Typed" in stale.content.decode()
    api.force_authenticate(host)
    one = f"/api/v1/organisations/{home.pk}/"
    assert api.patch(one, {"notes": "x"}, format="json").status_code == 428
    tag = api.get(one)["ETag"]
    assert api.patch(one, {"notes": "x"}, format="json", HTTP_IF_MATCH=tag).json()["notes"] == "x"
    assert api.patch(one, {"name": "x"}, format="json", HTTP_IF_MATCH="*").status_code == 400


def test_api_says_who_one_is(api, member):
    assert api.get("/api/v1/me/").status_code in {401, 403}
    api.force_authenticate(member)
    me = api.get("/api/v1/me/").json()
    assert (me["person"]["id"], me["is_member"], me["is_curator"]) == (member.person_id, True, False)
    assert api.get("/api/v1/regions/").json()["results"][0]["country"] == "AT"


def test_the_letterhead_names_the_partnership():
    Partnership.objects.create(name="Clusters for all", acronym="CFA", funding_line="Paid by all")
    head = current_letterhead()
    assert (head.acronym, head.funding_line, head.settings_path) == (
        "CFA",
        "Paid by all",
        reverse("notifications:choices"),
    )


@pytest.mark.parametrize("address", ["/partners/", "/partners/people/", "/api/v1/organisations/", "/api/v1/people/"])
def test_queries_do_not_grow(client, member, address):
    client.force_login(member)
    counts = []
    for number in (3, 15):
        for _n in range(number):
            make.make_person(organisation=make.make_organisation())
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


MODELS = [
    models.Partnership,
    models.Figure,
    models.Region,
    models.Organisation,
    models.OrganisationName,
    models.Person,
    models.Membership,
    models.User,
    models.Invitation,
    models.ApiToken,
    models.FeedToken,
]


@pytest.mark.parametrize("model", MODELS)
def test_staff_lists_open(client, home, model):
    workflows.create_token({"name": "t", "scopes": ["read"], "days": 3}, by=make.make_user(organisation=home))
    client.force_login(make.make_curator())
    assert model in site._registry
    assert client.get(f"/admin/partners/{model._meta.model_name}/").status_code == 200
    first = model.objects.first()
    if first is not None:
        assert client.get(f"/admin/partners/{model._meta.model_name}/{first.pk}/change/").status_code == 200


def test_a_superuser_makes_an_account_and_a_curator_makes_nobody_staff(client):
    boss = User.objects.create_superuser("boss@example.org", make.PASSWORD)
    person = make.make_person()
    client.force_login(boss)
    data = {"email": person.email, "person": person.pk, "usable_password": "true"}
    data |= {"password1": make.PASSWORD, "password2": make.PASSWORD}
    assert client.get("/admin/partners/user/add/").status_code == 200
    assert client.post("/admin/partners/user/add/", data).status_code == 302
    made = User.objects.get(email=person.email)
    assert made.check_password(make.PASSWORD)
    assert client.get(f"/admin/partners/user/{made.pk}/password/").status_code == 200
    curator = make.make_curator()
    client.force_login(curator)
    assert client.get(f"/admin/partners/user/{boss.pk}/change/").status_code == 200
    changed = {"email": made.email, "person": person.pk, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    client.post(f"/admin/partners/user/{made.pk}/change/", changed)
    made.refresh_from_db()
    assert (made.is_staff, made.is_superuser, made.is_active) == (False, False, True)
    assert client.post(f"/admin/partners/user/{boss.pk}/change/", changed).status_code == 403
    assert client.post(f"/admin/partners/user/{boss.pk}/password/", {}).status_code == 403


def test_staff_actions_on_invitations(client, home):
    host = make.make_coordinator()
    data = {"email": "new@example.org", "name": "N", "organisation": home, "role": "member"}
    invitation = workflows.invite(data, by=host)
    client.force_login(make.make_curator())
    before = invitation.key_hash
    client.post("/admin/partners/invitation/", {"action": "resend", "_selected_action": [invitation.pk]})
    invitation.refresh_from_db()
    assert invitation.key_hash != before
    client.post("/admin/partners/invitation/", {"action": "revoke", "_selected_action": [invitation.pk]})
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
