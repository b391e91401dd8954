"""Letters in a real browser: act from one, end one reason by a click, change a switch, use the inbox, read German.

Seen failing with: a page of acts under the referrer policy "no-referrer", whose form browsers send with the
origin "null", so that Django refuses it.
"""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from meetings.models import Meeting, Todo
from meetings.workflows import todos
from notifications import delivery
from notifications.models import Choice, Letter
from partners.models import User
from tests.browser.addresses import SIGN_INS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def a_letter():
    """Let the coordinator give the member a to-do and the clock send the letter; return to-do and message."""
    giver, owner = (User.objects.get(email=SIGN_INS[role]) for role in ("coordinator", "member"))
    facts = {
        "meeting": Meeting.objects.filter(state=Meeting.State.OPEN).first(),
        "text": "Bring the table of costs",
        "owner": owner.person,
        "due_date": timezone.localdate() + timedelta(days=20),
    }
    todo = todos.create_todo(facts, by=giver)
    delivery.drain()
    [message] = [each for each in mail.outbox if "Bring the table of costs" in each.subject]
    return todo, message


def links(message):
    """Return {words before the link: path} of a letter's text."""
    found = re.findall(r"^(?:- )?(.+):\s+(https?://\S+)$", message.body, re.MULTILINE)
    return {words: urlsplit(address)._replace(scheme="", netloc="").geturl() for words, address in found}


def test_a_to_do_is_done_from_its_letter_without_signing_in(new_page):
    todo, message = a_letter()
    [path] = [path for words, path in links(message).items() if "done" in words.lower()]
    page = new_page(width=390)
    page.goto(path)
    expect(page.get_by_role("main")).to_contain_text("Bring the table of costs")
    assert Todo.objects.get(pk=todo.pk).state == Todo.State.OPEN
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Done")
    assert Todo.objects.get(pk=todo.pk).state == Todo.State.DONE
    page.goto("/letters/inbox/")
    assert "/account/login" in page.url, "the link signs nobody in"


def test_one_click_ends_the_letters_of_one_reason(new_page):
    _todo, message = a_letter()
    address = re.search(r"<(https?://[^>]+)>", message.extra_headers["List-Unsubscribe"])[1]
    page = new_page(width=390, theme="dark")
    page.goto(urlsplit(address).path)
    before = Choice.objects.count()
    page.get_by_role("button", name="Send me no more of these").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Done")
    assert before == 0
    assert list(Choice.objects.values_list("person__name", "channel")) == [("Ioana Exemplu", "portal")]


def test_a_letter_leads_to_its_own_switch(new_page, sign_in):
    _todo, message = a_letter()
    path = links(message)["Choose your letters"]
    switch = urlsplit(path).fragment
    page = new_page()
    sign_in(page, SIGN_INS["member"])
    page.goto(path)
    row = page.locator(f"#{switch}")
    expect(row).to_be_in_viewport()
    row.get_by_label("In the digest").check()
    page.get_by_role("main").get_by_role("button", name="Save", exact=True).click()
    page.goto(path)
    expect(page.locator(f"#{switch}").get_by_label("In the digest")).to_be_checked()
    assert Choice.objects.get().channel == "digest"


def test_the_inbox_is_found_and_emptied(new_page, sign_in):
    todo, _message = a_letter()
    page = new_page(width=390)
    sign_in(page, SIGN_INS["member"])
    before = Letter.objects.inbox_of(User.objects.get(email=SIGN_INS["member"])).count()
    page.get_by_role("banner").get_by_role("link", name="Inbox").click()
    page.get_by_role("main").get_by_role("button", name="Bring the table of costs").first.click()
    page.wait_for_url(f"**{todo.get_absolute_url()}")
    page.goto("/letters/inbox/")
    page.get_by_role("button", name=re.compile("^Done ?: .*table of costs")).click()
    main = page.get_by_role("main")
    expect(main).not_to_contain_text("Bring the table of costs")
    page.get_by_role("main").get_by_role("link", name="Done").click()
    expect(main).to_contain_text("Bring the table of costs")
    assert Letter.objects.inbox_of(User.objects.get(email=SIGN_INS["member"])).count() == before


GERMAN = {
    "/": "Regionen lernen",
    "/meetings/": "Treffen",
    "/practices/": "Gute Praktiken",
    "/workgroups/": "Arbeitsgruppen",
    "/visits/": "Studienbesuche",
    "/action-plans/": "Aktionspläne",
    "/letters/inbox/": "Eingang",
    "/letters/choices/": "E-Mails",
}


def test_the_portal_reads_german_from_the_switch_to_the_inbox(new_page, sign_in):
    page = new_page()
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.goto("/account/login/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")
    page.locator("input[name=login]").fill(SIGN_INS["guest"])
    page.locator("input[name=password]").fill("demo-clx20-portal")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/account/login" not in url)
    for address, words in GERMAN.items():
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "de")
        if address != "/":
            expect(page.get_by_role("heading", level=1)).to_contain_text(words)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert settings.LANGUAGE_CODE == "en-gb"
