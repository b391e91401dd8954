"""Letters about signing in: our words and our head, in the person's language, and no key on record."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import get_adapter
from django.core import mail
from django.utils import timezone

from notifications.models import Letter
from partners.notices import accounts
from tests.factories import make_person, make_user

pytestmark = pytest.mark.django_db
CONTEXT = {
    "password_reset_url": "https://portal.example.org/account/password/reset/key/1-abc/",
    "activate_url": "https://portal.example.org/account/confirm-email/abc/",
    "email": "nobody@example.org",
    "from_email": "before@example.org",
    "to_email": "after@example.org",
    "deleted_email": "gone@example.org",
    "timestamp": timezone.now(),
    "ip": "192.0.2.7",
    "user_agent": "A browser",
}
NAMES = [
    "account/email/password_reset_key",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/unknown_account",
    *accounts.CHANGES,
]
# Ways of signing in that the portal does not offer, a letter of open sign-up, and the frame of all.
NOT_SENT = {
    "account/email/base",
    "account/email/account_already_exists",
    "account/email/login_code",
    "account/email/password_reset_code",
}


def test_every_letter_of_allauth_is_ours():
    """A new release of allauth may bring a letter: then this fails until it has words of ours."""
    root = Path(allauth.__file__).parent / "templates"
    paths = [path.relative_to(root) for path in root.glob("*/email/*_message.txt")]
    known = {str(path).removesuffix("_message.txt") for path in paths if path.parts[0] in {"account", "mfa"}}
    assert known - NOT_SENT == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_text_and_page_say_the_same(name):
    person = make_person(name="Ada", language="en")
    make_user(person=person, email="ada@example.org")
    message = get_adapter().render_mail(name, "ada@example.org", CONTEXT)
    [(page, kind)] = message.alternatives
    assert kind == "text/html"
    assert "Dear Ada," in message.body
    assert "Dear Ada," in page
    assert "Thank you for using" not in message.body
    for address in re.findall(r"https?://\S+", message.body):
        assert address in page
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_german_reader_gets_german(client):
    make_user(person=make_person(name="Jakob", language="de"), email="jakob@example.org")
    client.post("/account/password/reset/", {"email": "jakob@example.org"})
    [message] = mail.outbox
    assert message.body.startswith("Guten Tag, Jakob")
    assert not Letter.objects.exists()
    key = re.search(r"/account/password/reset/key/(\S+)/", message.body)[1]
    assert key


def test_an_unknown_address_learns_where_to_ask(client):
    client.post("/account/password/reset/", {"email": "stranger@example.org"})
    [message] = mail.outbox
    assert message.subject == "There is no account with this address"
    assert "by invitation" in message.body
