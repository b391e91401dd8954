"""Bad input is answered with a sentence or a refusal, never with 500, at every form and endpoint.

Seen failing with: a choice field that lets a number beyond the database through, a workflow that is handed a
version it does not know.
"""

import pytest
from django.db import connection
from django.test import Client

from clx20.api import router
from partners.models import User
from tests import hostile
from tests.crawling import crawl, patterns
from tests.worlds import make_world

pytestmark = pytest.mark.django_db
SHARES = 4  # parts of the forms, so that two processes share the work


@pytest.fixture
def world():
    """Return the world of canaries, seen by its coordinator."""
    return make_world()


@pytest.fixture
def client(world):
    """Return a browser that the coordinator has signed in."""
    client = Client()
    client.force_login(world.users["coordinator"])
    return client


def _form_pages(world, client):
    """Return {address: form} for every page of ours with a form that posts."""
    seeds = [f"/{route}" for name, route in patterns() if "<" not in route and "(" not in route]
    seeds = [address for address in seeds if not address.startswith(("/admin/", "/account/", "/api/v1/"))]
    seeds += [thing.get_absolute_url().split("#")[0] for thing in world.things]
    found = {}
    for address, (status, _text) in crawl(client, seeds).items():
        if (
            status != 200
            or address.startswith(("/account/", "/api/v1/"))
            or ("?" in address and "meeting=" not in address)
        ):
            continue
        response = client.get(address)
        form = response.context.get("form") if response.context else None
        if form is not None and not getattr(form, "is_filter", False) and hasattr(form, "fields"):
            found[address] = form
    return found


def _filled(form, text, *, number="1", day="2027-05-05"):
    data = {}
    for name, field in form.fields.items():
        kind = type(field).__name__
        bound = form[name].value()
        if "Date" in kind or "Time" in kind or "Split" in kind:
            data[form.add_prefix(name)] = day
        elif "Integer" in kind or "Decimal" in kind:
            data[form.add_prefix(name)] = number if not field.widget.is_hidden else bound or ""
        elif kind == "UUIDField":
            continue
        else:
            data[form.add_prefix(name)] = text
    return data


def _some(cases, position):
    """Return all cases; on the second database every third one, another third for the next address.

    Forms and views judge texts before any database does; what PostgreSQL alone refuses is asked everywhere.
    """
    if connection.vendor == "sqlite":
        return cases
    own = [case for case in cases if set("".join(map(str, case.values()))) & {"\x00", "\ud800"}]
    return own + cases[position % 3 :: 3]


@pytest.mark.parametrize("share", range(SHARES))
def test_every_form_survives_every_text(world, client, share):
    """Texts, numbers and dates from the corpus in all fields at once: never 500, and what was typed is kept."""
    forms = _form_pages(world, client)
    assert len(forms) >= 10 * SHARES
    cases = [{"text": text} for text in hostile.TEXTS.values()]
    cases += [{"text": number, "number": number} for number in hostile.NUMBERS]
    cases += [{"text": day, "day": day} for day in hostile.DATES]
    broken = []
    for position, (address, form) in enumerate(list(forms.items())[share::SHARES]):
        for case in _some(cases, position):
            response = client.post(address, _filled(form, **case))
            if response.status_code >= 500:
                broken.append((address, {k: v[:30] for k, v in case.items()}, response.status_code))
    assert broken == []


def test_every_endpoint_survives_every_body(world, client):
    """Every address of the API with every method and every body: a problem with a sentence, never 500."""
    user = User.objects.get(pk=world.users["coordinator"].pk)
    client.force_login(user)
    broken = []
    for prefix, viewset, _basename in router.registry:
        model = getattr(viewset, "model", None)
        pk = model.objects.order_by("pk").values_list("pk", flat=True).first() if model else 1
        extra = [a.url_path for a in viewset.get_extra_actions()]
        addresses = [f"/api/v1/{prefix}/", f"/api/v1/{prefix}/{pk}/"]
        addresses += [f"/api/v1/{prefix}/{pk}/{path}/" for path in extra]
        for address in addresses:
            for method in ("post", "patch", "put"):
                for name, body in hostile.JSON_BODIES.items():
                    response = getattr(client, method)(
                        address, body, content_type="application/json", headers={"If-Match": '"v1"'}
                    )
                    if response.status_code >= 500:
                        broken.append((method, address, name, response.status_code))
                    elif response.status_code >= 400:
                        assert response.headers["Content-Type"] == "application/problem+json", (method, address, name)
    assert broken == []


def test_every_list_survives_every_page_number_and_filter(world, client):
    """Absurd pages, unknown filters, hostile words in every list."""
    broken = []
    lists = [f"/api/v1/{prefix}/" for prefix, _viewset, _basename in router.registry]
    lists += [
        f"/{route}" for name, route in patterns() if route.endswith("/") and "<" not in route and "(" not in route
    ]
    for position, address in enumerate(lists):
        if address.startswith(("/admin/", "/account/")):
            continue
        queries = [{"page": page} for page in hostile.PAGES]
        queries += [{"page_size": page} for page in hostile.PAGES]
        queries += [
            {name: text[:5000]} for text in hostile.TEXTS.values() for name in ("q", "state", "owner__password")
        ]
        queries += [{"year": number} for number in hostile.NUMBERS] + [
            {"workgroup": number} for number in hostile.NUMBERS
        ]
        for query in _some(queries, position):
            response = client.get(address, query)
            if response.status_code >= 500:
                broken.append((address, {k: v[:30] for k, v in query.items()}, response.status_code))
    assert broken == []


def test_unknown_filters_are_refused_by_the_api(world, client):
    """A typing error in a filter must not answer everything."""
    for prefix, viewset, _basename in router.registry:
        if getattr(viewset, "model", None) is None:
            continue
        response = client.get(f"/api/v1/{prefix}/", {"owner__password__startswith": "a"})
        assert response.status_code == 400, prefix
        assert "/owner__password__startswith" in response.json()["errors"][0]["pointer"]


@pytest.mark.parametrize(
    "path",
    [
        "/meetings/1%0a/",
        "/meetings/١/",
        "/api/v1/meetings/1%0a/",
        "/api/v1/meetings/x/",
        "/api/v1/nothing/",
        "/meetings/" + "9" * 60 + "/",
        "/%00",
        "/api/v1/meetings/" + "9" * 40 + "/",
    ],
)
def test_odd_addresses_are_not_found(client, path):
    """Odd numbers open nothing; under /api/ even this is a problem+json."""
    response = client.get(path)
    assert response.status_code in (400, 404)
    if path.startswith("/api/"):
        assert response.headers["Content-Type"] == "application/problem+json"
