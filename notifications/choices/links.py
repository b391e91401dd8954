"""The link that ends the letters of one reason, without signing in (RFC 8058), and what it proves.

The token names person, reason and day, and carries a signature over these and the person's address: it ends
after a year or with the address, and it can do nothing but end this reason for this person.
"""

from datetime import date, timedelta

from django.apps import apps
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.choices.keeping import unsubscribe
from notifications.choices.reading import DIGEST_TOPIC
from notifications.registry import LETTERS, TOPICS

PURPOSE = "notifications.choices.unsubscribe"
VALID_FOR = timedelta(days=365)
LONGEST = 300


def _signer(person):
    return Signer(salt=f"{PURPOSE}:{person.email.lower()}")


def token_for(person, topic, *, on=None):
    """Return the token that ends ``topic`` for ``person``, made ``on`` a day (default today)."""
    day = (on or timezone.now().date()).toordinal()
    return _signer(person).sign(f"{person.pk}.{topic}.{day}")


def read(token, *, on=None):
    """Return (person, reason) of a token that is valid ``on`` a day, else None."""
    if len(token) > LONGEST:
        return None
    pk, _dot, _rest = token.partition(".")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    people = apps.get_model(settings.PERSON_MODEL).objects
    person = people.filter(pk=int(pk)).exclude(email="").first()
    try:
        value = _signer(person).unsign(token) if person else ""
    except BadSignature:
        return None
    return _checked(person, value, on or timezone.now().date())


def _checked(person, value, today):
    if not value:
        return None
    _pk, topic, day = value.split(".")
    age = today - date.fromordinal(int(day))
    is_known = topic in TOPICS or topic == DIGEST_TOPIC
    return (person, topic) if is_known and age <= VALID_FOR else None


def use(token):
    """End the letters that ``token`` names; True when it is valid, the second time as well."""
    found = read(token)
    if found is None:
        return False
    person, topic = found
    unsubscribe(person, topic)
    return True


def name_of(topic):
    """Return the title of a reason, in words."""
    return _("The digest") if topic == DIGEST_TOPIC else TOPICS[topic].title


def headers_of(letter):
    """Return the headers that let mail programs offer "unsubscribe"; none for letters that must arrive."""
    kind = LETTERS.get(letter.kind)
    if letter.person is None or kind is None or kind.is_essential or not kind.topic:
        return {}
    token = token_for(letter.person, kind.topic, on=letter.created_at.date())
    page = settings.SITE_URL + reverse("notifications:unsubscribe", args=[token])
    return {
        "List-Unsubscribe": f"<{page}>, <mailto:unsubscribe@{settings.MAIL_DOMAIN}?subject={token}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def switch_of(kind_name):
    """Return where on the page of choices the switch of a kind of letter stands ("#reason-…"), or nothing."""
    kind = LETTERS.get(kind_name)
    return f"#reason-{kind.topic}" if kind and kind.topic and not kind.is_essential else ""
