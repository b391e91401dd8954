"""A real Chromium on a real server, with the demonstration data."""

import os
import re

import pytest
from django.core.management import call_command

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
PASSWORD = "demo-clx20-portal"  # the fictional people's; the same on every machine


@pytest.fixture(scope="session")
def chromium():
    """Return the browser, started once."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs a loop in this thread; Django must not mind
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def portal(live_server, transactional_db):
    """Return the address of a server that shows the demonstration data."""
    call_command("load_clx20", verbosity=0)
    return live_server.url


@pytest.fixture
def new_page(chromium, portal):
    """Return a function that opens a page of its own (own cookies) and fails the test on any console error."""
    contexts, complaints = [], []

    def open_page(*, width=1280, theme="light", script=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, java_script_enabled=script, base_url=portal
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    expected = ("the server responded with a status of 4",)  # a refused form answers 409 or 422
    assert [text for text in complaints if not any(part in text for part in expected)] == []


@pytest.fixture
def sign_in():
    """Return a function that signs a person in by address and password."""

    def run(page, email, password=PASSWORD):
        page.goto("/account/login/")
        page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).first.fill(email)
        page.get_by_label("Password", exact=False).first.fill(password)
        page.locator("main form").get_by_role("button", name="Sign in", exact=False).first.click()
        page.wait_for_url(lambda url: "/account/login" not in url)
        return page

    return run
