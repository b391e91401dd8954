"""Pages and API of practices: doors, what is kept, what is hidden."""

import pytest
from django.urls import reverse

from practices.models import FormTemplate, Practice, Transfer
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    return make.make_organisation()


@pytest.fixture
def author(org):
    return make.make_user(organisation=org)


@pytest.fixture
def draft(author, org):
    return make.make_practice(
        state="draft",
        authors=[author.person],
        organisation=org,
        region=org.region,
        scope="local",
        start_date="2017-01-01",
    )


@pytest.fixture
def page(client, author):
    client.force_login(author)
    return client


def address(name, *args):
    return reverse(f"practices:{name}", args=args)


def filled(practice, **changes):
    data = {
        "version": practice.version,
        "title": practice.title,
        "summary": practice.summary,
        "texts/problem": practice.text_of("problem"),
        "texts/challenges": "",
        "organisation": practice.organisation_id,
        "region": practice.region_id,
        "scope": practice.scope,
        "start_date": "2017-01-01",
        "language": "en",
        "visibility": "public",
    }
    return data | changes


def test_public_pages(client, author, draft):
    shown = make.make_practice(title="Shown", authors=[author.person])
    text = client.get(address("practice_list")).content.decode()
    assert "Shown" in text
    assert draft.title not in text
    detail = client.get(shown.get_absolute_url()).content.decode()
    assert author.person.email not in detail
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(address("practice_create")).status_code == 302
    assert client.get(address("transfer_list")).status_code == 200


def test_members_see_the_contact(page):
    writer = make.make_person(organisation=make.make_organisation())
    shown = make.make_practice(authors=[writer])
    assert writer.email in page.get(shown.get_absolute_url()).content.decode()


def test_create_keeps_a_draft_over_its_limit(page):
    make.make_template()
    data = {"title": "New", "texts/problem": "x" * 300, "language": "en", "visibility": "public"}
    response = page.post(address("practice_create"), data)
    practice = Practice.objects.get(title="New")
    assert response.headers["Location"] == practice.get_absolute_url()
    assert len(practice.texts["problem"]) == 300


def test_change_and_submit_shows_all_problems_and_keeps_the_text(page, draft):
    data = filled(draft, submit="1", summary="", **{"texts/problem": "y" * 250})
    response = page.post(address("practice_change", draft.pk), data)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"summary", "texts/problem"}
    assert "y" * 250 in response.content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.texts["problem"]) == ("draft", "y" * 250)
    again = filled(draft, submit="1", version=response.context["form"]["version"].value(), summary="Short")
    again["texts/problem"] = "Fits"
    assert page.post(address("practice_change", draft.pk), again).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_submit_from_the_page_shows_all_problems(page, draft):
    Practice.objects.filter(pk=draft.pk).update(summary="", scope="")
    response = page.post(address("submit_practice", draft.pk))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"summary", "scope"}


def test_somebody_else_saved_first(page, draft):
    data = filled(draft, title="Mine")
    Practice.objects.filter(pk=draft.pk).update(version=5, summary="Theirs")
    response = page.post(address("practice_change", draft.pk), data)
    assert response.status_code == 412
    assert "Theirs" in response.content.decode()
    assert "Mine" in response.content.decode()


def test_review_page_and_verdict(client, author, draft):
    curator = make.make_curator()
    Practice.objects.filter(pk=draft.pk).update(state="submitted", submitted_at="2026-01-01T00:00Z")
    client.force_login(author)
    assert client.get(address("practice_review", draft.pk)).status_code == 403
    assert client.get(address("review_queue")).status_code == 403
    client.force_login(curator)
    assert draft.title in client.get(address("review_queue")).content.decode()
    assert client.get(address("practice_review", draft.pk)).status_code == 200
    empty = client.post(address("send_back_practice", draft.pk), {"version": 1, "field_comments/problem": "Kept"})
    assert empty.status_code == 422
    assert "Kept" in empty.content.decode()
    data = {"version": 1, "comment": "Please", "field_comments/problem": "Say how"}
    assert client.post(address("send_back_practice", draft.pk), data).status_code == 302
    client.force_login(author)
    assert "Say how" in client.get(address("practice_change", draft.pk)).content.decode()


def test_publish_and_authors_pages(client, page, draft):
    friend = make.make_person(organisation=make.make_organisation())
    add = address("add_author", draft.pk)
    assert page.get(add).status_code == 200
    assert page.post(add, {"person": friend.pk, "version": 1}).status_code == 302
    assert page.post(address("remove_author", draft.pk, friend.pk)).status_code == 302
    assert draft.authors.count() == 1
    Practice.objects.filter(pk=draft.pk).update(state="accepted")
    client.force_login(make.make_curator())
    publish = address("publish_practice", draft.pk)
    assert client.get(publish).status_code == 200
    draft.refresh_from_db()
    assert client.post(publish, {"version": draft.version, "visibility": "public"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "published"


def test_interest_and_stages(page, org):
    practice = make.make_practice(region=make.make_region())
    mark = address("mark_interest", practice.pk)
    assert page.get(mark).status_code == 200
    assert page.post(mark, {"region": org.region_id, "what": "All"}).status_code == 302
    transfer = Transfer.objects.get()
    assert page.get(transfer.get_absolute_url()).status_code == 200
    advance, drop = address("advance_transfer", transfer.pk), address("drop_transfer", transfer.pk)
    assert page.get(advance).status_code == 200
    assert page.post(advance, {"stage": "study", "version": 1}).status_code == 302
    assert page.get(drop).status_code == 200
    assert page.post(drop, {"reason": "", "version": 2}).status_code == 422
    assert page.post(drop, {"reason": "No money", "version": 2}).status_code == 302
    assert "No money" in page.get(practice.get_absolute_url()).content.decode()
    assert "No money" in page.get(transfer.get_absolute_url()).content.decode()


def test_api(api, author, org, draft):
    api.force_login(author)
    assert api.get("/api/v1/practice-forms/?is_current=true").json()["results"][0]["key"] == "test-form"
    made = api.post("/api/v1/practices/", {"title": "By program", "texts": {"problem": "x"}})
    assert made.status_code == 201, made.content
    url = f"/api/v1/practices/{made.json()['id']}/"
    assert api.patch(url, {"summary": "s"}).status_code == 428
    assert api.patch(url, {"summary": "s"}, headers={"If-Match": '"v9"'}).status_code == 412
    assert api.patch(url, {"summary": "s"}, headers={"If-Match": '"v1"'}).json()["summary"] == "s"
    refused = api.post(f"{url}submit-practice/", {})
    pointers = {error["pointer"] for error in refused.json()["errors"]}
    assert (refused.status_code, pointers) == (400, {"#/organisation", "#/region", "#/scope", "#/start_date"})
    assert api.post(f"/api/v1/practices/{draft.pk}/submit-practice/", {}).json()["state"] == "submitted"
    assert api.post(f"/api/v1/practices/{draft.pk}/accept-practice/", {}).status_code == 403
    assert api.post("/api/v1/practices/", {"title": "x", "state": "published"}).status_code == 400


def test_api_reviews_and_transfers(api, author, org):
    practice = make.make_practice(region=make.make_region(), authors=[author.person])
    practice.reviews.create(verdict="accepted", comment="Well done", reviewer=make.make_person())
    url = f"/api/v1/practices/{practice.pk}/"
    assert api.get(f"{url}reviews/").json() == []
    assert api.get(url).json()["authors"] == []
    api.force_login(author)
    assert [row["comment"] for row in api.get(f"{url}reviews/").json()] == ["Well done"]
    assert [row["id"] for row in api.get(url).json()["authors"]] == [author.person_id]
    other = make.make_region()
    send = {"practice": practice.pk, "region": other.pk}
    assert api.post("/api/v1/transfers/", send).status_code == 403
    transfer = api.post("/api/v1/transfers/", send | {"region": org.region_id}).json()
    advanced = api.post(f"/api/v1/transfers/{transfer['id']}/advance-transfer/", {"stage": "contact"}).json()
    assert (advanced["stage"], len(advanced["steps"])) == ("contact", 2)
    dropped = api.post(f"/api/v1/transfers/{transfer['id']}/drop-transfer/", {"reason": "No"})
    assert dropped.json()["stage"] == "dropped"


def test_staff_pages(client, draft):
    client.force_login(make.make_curator(is_superuser=True))
    form = FormTemplate.objects.first()
    make.make_transfer()
    for name in ("practice", "formtemplate", "formfield", "review", "transfer", "transferstep"):
        assert client.get(reverse(f"admin:practices_{name}_changelist")).status_code == 200
    assert client.get(reverse("admin:practices_practice_change", args=[draft.pk])).status_code == 200
    assert client.get(reverse("admin:practices_formtemplate_change", args=[form.pk])).status_code == 200
    response = client.post(
        reverse("admin:practices_practice_changelist"),
        {"action": "submit_practice", "_selected_action": [draft.pk]},
    )
    draft.refresh_from_db()
    assert (response.status_code, draft.state) == (302, "submitted")
