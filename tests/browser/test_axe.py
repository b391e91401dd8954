"""Accessibility by axe-core: every page of every role, and every refused form, at both widths and in both themes.

Seen failing with: lists of meetings, visits and to-dos whose titles were a third level below the first;
the ink of `.soft` set to a light grey; buttons whose colours were half-way between two themes.
"""

from contextlib import nullcontext

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
FOREIGN = ("/api/v1/", "/admin/", "/live", "/ready", "/health", "/account/")
VIEWS = [(width, theme) for width in (1280, 390) for theme in ("light", "dark")]
# Each width and each theme once.
CROSSED = [(1280, "light"), (390, "dark")]
WIDTHS = (320, 390, 1280)


def _lists():
    plain = [f"/{route}" for name, route in patterns() if "<" not in route and "(" not in route]
    return sorted({address for address in plain if not address.startswith(FOREIGN)})


ENTRANCE = ["/account/login/", "/account/password/reset/"]
OWN = ["/account/2fa/", "/account/2fa/webauthn/", "/account/sessions/", "/account/password/change/"]
# Sends the first form that must not be empty without anything in it; False: there is none on the page.
HAS_FORM = "() => !!document.querySelector('main form[method=post] [required]:not([type=hidden])')"
SEND_EMPTY = """() => {
    const forms = [...document.querySelectorAll("main form[method=post]")];
    const form = forms.find(one => one.querySelector("[required]:not([type=hidden])"));
    if (!form) return false;
    form.noValidate = true;
    for (const field of form.querySelectorAll("[required]")) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = false;
        else if (field.type !== "hidden") field.value = "";
    }
    form.requestSubmit(form.querySelector("button[type=submit], button:not([type])"));
    return true;
}"""


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
    own = {link.split("#")[0] for link in links if link.split("#")[0].endswith("/") and address != "/"}
    return {link for link in own if not link.startswith(FOREIGN)} - {address}


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


@pytest.mark.parametrize("role", ["public", *SIGN_INS])
def test_every_page_is_accessible_and_fits(new_page, sign_in, django_user_model, role):
    """No violation in any of the four views of any page that the role can open; none scrolls sideways."""
    page = new_page()
    user = AnonymousUser()
    if role != "public":
        user = django_user_model.objects.get(email=SIGN_INS[role])
        sign_in(page, SIGN_INS[role])
    details = list(_details(user))
    pages = [*_lists(), *(ENTRANCE if role == "public" else OWN), *details]
    addresses, faults, count = list(pages), [], 0
    for address in addresses:  # grows by the forms that the pages of things lead to
        if not _opens(page, address):
            continue
        count += 1
        if address in details:
            addresses += sorted(_forms(page, address) - set(addresses))
        views = VIEWS if role in ("public", "coordinator", "member") and address in pages else CROSSED
        faults += [(address, *fault) for fault in [*_excess(page), *_violations(page, views)]]
    assert faults == [], "\n".join(map(str, faults))
    assert count > 20


def _opens(page, address):
    """Open the address; False when the role may not, or when it is no page of ours."""
    if page.request.head(address, max_redirects=0).status == 405:  # takes a POST only
        return False
    response = page.goto(address, wait_until="load")
    if response.status in (403, 404, 405):
        return False
    assert response.status == 200, f"{address} answered {response.status}"
    return "/login" not in page.url and "html" in response.headers["content-type"]


def test_every_refused_form_is_accessible(new_page, sign_in, django_user_model):
    """A form that is sent empty comes back with its sentences: marked at the fields, no violation, nothing cut off."""
    page, faults, refused = new_page(), [], []
    user = django_user_model.objects.get(email=SIGN_INS["coordinator"])
    sign_in(page, user.email)
    addresses = [*_lists(), *OWN, *_details(user)]
    for address in list(addresses):
        if _opens(page, address):
            addresses += sorted(_forms(page, address) - set(addresses))
    for address in addresses:
        if not _opens(page, address):
            continue
        with page.expect_event("load", timeout=30_000) if page.evaluate(HAS_FORM) else nullcontext():
            if not page.evaluate(SEND_EMPTY):
                continue
        refused.append(address)
        if page.locator("main [aria-invalid=true], main [role=alert]").count() == 0:
            faults.append((address, "no sentence"))
        faults += [(address, *fault) for fault in [*_excess(page), *_violations(page, CROSSED)]]
    assert faults == [], "\n".join(map(str, faults))
    assert len(refused) >= 25, refused
