"""Accessibility by axe-core: every page of the public and of a coordinator, both widths and both colour themes.

Seen failing with: lists of meetings, visits and to-dos whose titles were a third level below the first;
the ink of `.soft` set to a light grey; buttons whose colours were half-way between two themes.
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
# Without `preload`, axe does not fetch the style sheets a second time, which our policy would refuse.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": False,
}
# Made by others: Swagger's own page (see the accessibility statement) and allauth pages that need a step before.
FOREIGN = ("/api/v1/", "/admin/", "/live", "/ready", "/account/")
NO_PAGES = ("/news/mark-seen/",)  # takes a POST only
# Each width and each theme once: colours do not depend on the width, nor the layout on the theme.
VIEWS = [(1280, "light"), (390, "dark")]
WIDTHS = (320, 390, 1280)


def _lists():
    plain = [f"/{route}" for name, route in patterns() if "<" not in route and "(" not in route]
    return sorted({address for address in plain if not address.startswith((*FOREIGN, *NO_PAGES))})


ENTRANCE = {
    "public": ["/account/login/", "/account/password/reset/"],
    "coordinator": ["/account/2fa/", "/account/2fa/webauthn/", "/account/sessions/", "/account/password/change/"],
}


def _details(user):
    models = [Meeting, Workgroup, Initiative, Practice, Transfer, StudyVisit, PolicyInstrument, ActionPlan, Action]
    models += [Organisation, Person, Todo]
    for model in models:
        things = model.objects.visible_to(user).order_by("pk")
        for thing in {things.first(), things.last()} - {None}:  # one on record, one of the demonstration
            yield thing.get_absolute_url().split("#")[0]


def _forms(page, address):
    """Return the addresses below that of the open page to which it leads."""
    links = page.locator(f"main a[href^='{address}']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    return {link.split("#")[0] for link in links if link.split("#")[0].endswith("/")} - {address}


def _violations(page, views):
    """Yield the violations of the open page in each view."""
    page.evaluate(Axe().axe_script)
    for width, theme in views:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no colour half-way
        found = page.evaluate("options => axe.run(document, options)", RULES)["violations"]
        for violation in found:
            yield width, theme, violation["id"], violation["nodes"][0]["html"][:160]


def _excess(page):
    """Yield the widths in which the open page scrolls sideways, and by how much."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            yield width, over


@pytest.mark.parametrize("role", ["public", "coordinator"])
def test_every_page_is_accessible_and_fits(new_page, sign_in, django_user_model, role):
    """No violation in any view of any page that the role can open; no page scrolls sideways (tables may)."""
    page = new_page()
    user = AnonymousUser()
    if role != "public":
        user = django_user_model.objects.get(email=SIGN_INS[role])
        sign_in(page, SIGN_INS[role])
    details = list(_details(user))
    pages = [*_lists(), *ENTRANCE[role], *details]
    addresses, faults, count = list(pages), [], 0
    for address in addresses:  # grows by the forms that the pages of things lead to; one view of them is enough
        response = page.goto(address, wait_until="load")
        if response.status in (403, 404, 405):
            continue
        assert response.status == 200, f"{address} answered {response.status}"
        if "/login" in page.url or "html" not in response.headers["content-type"]:
            continue
        count += 1
        if address in details:
            addresses += sorted(_forms(page, address) - set(addresses))
        views = VIEWS if address in pages else VIEWS[1:]
        faults += [(address, *fault) for fault in [*_excess(page), *_violations(page, views)]]
    assert faults == [], "\n".join(map(str, faults))
    assert count > 20
