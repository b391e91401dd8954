"""Other ways to use the portal: with a passkey, with the keyboard alone, without JavaScript.

Seen failing with: the outline of the focus taken away.
"""

import pytest
from playwright.sync_api import expect

from meetings.models import Meeting, Registration
from tests.browser.addresses import SIGN_INS
from tests.browser.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
FOCUS = """() => {
    const e = document.activeElement;
    const label = e.labels && e.labels.length ? e.labels[0].textContent : e.textContent;
    const ring = getComputedStyle(e);
    const isSeen = ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2;
    return [label.trim().replace(/\\s+/g, " "), e.tagName, isSeen];
}"""


def meeting_to_come():
    """Return the demonstration meeting that takes registrations."""
    return Meeting.objects.get(is_fictional=True, state=Meeting.State.OPEN)


def own_registration():
    """Return the state of the member's registration for the meeting to come."""
    row = Registration.objects.get(meeting=meeting_to_come(), person__email=SIGN_INS["member"])
    return row.state


def test_sign_in_with_a_passkey(new_page, sign_in):
    """A member adds a passkey, signs out, and comes back with nothing to type."""
    page = new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in(page, SIGN_INS["member"])
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)  # who changes the ways in says again who it is
    page.get_by_role("main").get_by_role("button", name="Confirm").click()
    page.get_by_label("Passwordless").check()
    page.get_by_role("main").get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: "/webauthn/add" not in url)
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/logout" not in url)
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/account/login" not in url)
    expect(page.get_by_role("banner")).to_contain_text("Ioana Exemplu")


def tab_to(page, name, tag):
    """Press Tab until the element ``tag`` called ``name`` has the focus, visibly."""
    for _step in range(80):
        page.keyboard.press("Tab")
        label, found, is_visible = page.evaluate(FOCUS)
        if found == tag and label.startswith(name):
            assert is_visible, f"the focus on {label} cannot be seen"
            return
    raise AssertionError(f"Tab does not reach {name}")


def test_keyboard_alone(new_page):
    """From the sign-in to a registration with Tab and Enter."""
    page, meeting = new_page(), meeting_to_come()
    page.goto("/")
    tab_to(page, "Sign in", "A")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/login/**")
    page.locator("h1").click()  # wherever the page has put the focus: begin above the form
    tab_to(page, "Email", "INPUT")
    page.keyboard.type(SIGN_INS["member"])
    tab_to(page, "Password", "INPUT")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/account/login" not in url)
    for name, address in (("Meetings", "/meetings/"), (meeting.title, meeting.get_absolute_url())):
        tab_to(page, name, "A")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{address}")
    tab_to(page, "Register", "A")
    page.keyboard.press("Enter")
    page.wait_for_url("**/register/")
    tab_to(page, "Register", "BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("You are registered")
    assert own_registration() == Registration.State.REGISTERED


def test_without_javascript(new_page, sign_in):
    """Register and withdraw in a browser that runs no script."""
    page = sign_in(new_page(script=False), SIGN_INS["member"])
    main = page.get_by_role("main")
    page.goto(meeting_to_come().get_absolute_url())
    main.get_by_role("link", name="Register", exact=True).click()
    main.get_by_role("button", name="Register").click()
    expect(main).to_contain_text("You are registered")
    assert own_registration() == Registration.State.REGISTERED
    main.get_by_role("button", name="Withdraw").click()
    expect(main.get_by_role("link", name="Register", exact=True)).to_be_visible()
    assert own_registration() == Registration.State.WITHDRAWN
