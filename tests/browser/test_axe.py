"""Accessibility by axe-core: every page, two widths, two colour themes, as the public and as a member.

Seen failing with: a label taken from the search field, the ink of `.soft` set to a light grey.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import AnonymousUser

from actionplans.models import Action, ActionPlan, PolicyInstrument
from meetings.models import Meeting, Todo
from partners.models import Organisation, Person
from practices.models import Practice, Transfer
from tests.browser.addresses import SIGN_INS
from tests.crawling import patterns
from visits.models import StudyVisit
from workgroups.models import Initiative, Workgroup

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Made by others: Swagger's own page (see the accessibility statement) and allauth pages that need a step before.
FOREIGN = ("/api/v1/", "/admin/", "/live", "/ready", "/account/")
VIEWS = [(1280, "light"), (390, "light"), (1280, "dark"), (390, "dark")]


def _lists():
    plain = [f"/{route}" for name, route in patterns() if "<" not in route and "(" not in route]
    return sorted({address for address in plain if not address.startswith(FOREIGN)})


def _details(user):
    models = [Meeting, Workgroup, Initiative, Practice, Transfer, StudyVisit, PolicyInstrument, ActionPlan, Action]
    models += [Organisation, Person, Todo]
    for model in models:
        thing = model.objects.visible_to(user).order_by("-pk").first()
        if thing is not None:
            yield thing.get_absolute_url().split("#")[0]


def _violations(page, address):
    response = page.goto(address)
    if response is None or response.status >= 400 or "html" not in response.headers.get("content-type", ""):
        return [] if response is not None and response.status in (403, 404, 405) else [(address, "no page")]
    found = Axe().run(page, options=RULES).response["violations"]
    return [(address, v["id"], v["nodes"][0]["html"][:160]) for v in found]


@pytest.mark.parametrize("role", ["public", "member", "coordinator"])
def test_no_violation_on_any_page(new_page, sign_in, django_user_model, role):
    """0 violations in every view of every page that the role can open."""
    faults = []
    user = django_user_model.objects.filter(email=SIGN_INS[role]).first() if role != "public" else None
    if user is None:
        user = AnonymousUser()
    addresses = [*_lists(), *_details(user)]
    for width, theme in VIEWS:
        page = new_page(width=width, theme=theme)
        if role != "public":
            sign_in(page, SIGN_INS[role])
        for address in addresses:
            faults += [(width, theme, *fault) for fault in _violations(page, address)]
    assert faults == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_runs_out_of_the_page(new_page, sign_in, width, django_user_model):
    """No page scrolls sideways; tables scroll in their own frame."""
    page = new_page(width=width)
    sign_in(page, SIGN_INS["coordinator"])
    user = django_user_model.objects.get(email=SIGN_INS["coordinator"])
    wide = []
    for address in [*_lists(), *_details(user)]:
        page.goto(address)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide.append((address, over))
    assert wide == []
