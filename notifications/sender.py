"""Will mail servers believe our letters? SPF, DKIM and DMARC, as far as names and settings can tell.

``examine`` asks nothing by itself: the questions to the name system go through ``resolve(name, kind)``, which
returns a list of texts, an empty one where there is none, and raises Unreachable where nobody answers.
"""

import base64
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

MOST_LOOKUPS = 10  # RFC 7208, 4.6.4
STRONG_RSA_BYTES = 256  # a public key of 2048 bits takes about 294 bytes, one of 1024 about 162
LOCAL = {"localhost", "127.0.0.1", "::1", ""}
OK, HINT, FAULT, UNKNOWN = "ok", "hint", "fault", "unknown"


class Unreachable(Exception):
    """No name server answered."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is (``ok``, ``hint``, ``fault``, ``unknown``), what, and a sentence."""

    level: str
    about: str
    text: str


def examine(resolve, *, selectors=()):
    """Return the findings about the portal's sender, settings first."""
    domain = domain_of(settings.DEFAULT_FROM_EMAIL)
    found = [*_settings(domain)]
    for about, check in (("SPF", _spf), ("DKIM", _dkim), ("DMARC", _dmarc), ("MX", _mx)):
        try:
            found += check(resolve, domain, selectors)
        except Unreachable as error:
            text = _("The name system could not be asked: %(error)s") % {"error": error}
            found.append(Finding(UNKNOWN, about, text))
    return found


def domain_of(address):
    """Return what stands after the @ of an address with or without a name."""
    return parseaddr(address)[1].rpartition("@")[2].lower().rstrip(".")


def _settings(domain):
    mail_domain = settings.MAIL_DOMAIN.lower()
    if not domain or domain.endswith(("example.org", "example.com", ".invalid", ".test")):
        yield Finding(FAULT, "DEFAULT_FROM_EMAIL", _("The sender's address is an example. Please set your own."))
    if mail_domain != domain and not mail_domain.endswith(f".{domain}") and not domain.endswith(f".{mail_domain}"):
        text = _("Letters come from %(domain)s, but their numbers name %(other)s. Filters like both to be the same.")
        yield Finding(HINT, "MAIL_DOMAIN", text % {"domain": domain, "other": mail_domain})
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield Finding(FAULT, "EMAIL_URL", _("No mail server is set: letters do not leave this machine."))
        return
    is_safe = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or settings.EMAIL_HOST in LOCAL
    if is_safe:
        yield Finding(OK, "EMAIL_URL", _("The way to the mail server is encrypted, or stays on this machine."))
    else:
        text = _("Letters and password go to the mail server in the open. Please use smtp+tls:// or smtp+ssl://.")
        yield Finding(FAULT, "EMAIL_URL", text)


def _texts(resolve, name, beginning):
    return [text for text in resolve(name, "TXT") if text.lower().replace(" ", "").startswith(beginning)]


def _spf(resolve, domain, _selectors):
    rows = _texts(resolve, domain, "v=spf1")
    if not rows:
        return [Finding(FAULT, "SPF", _("%(domain)s names no servers that may send for it.") % {"domain": domain})]
    if len(rows) > 1:
        text = _("%(domain)s has %(n)d SPF rows. Servers then ignore all of them: please join them into one.")
        return [Finding(FAULT, "SPF", text % {"domain": domain, "n": len(rows)})]
    terms = rows[0].lower().split()[1:]
    lookups = _lookups(resolve, terms, seen={domain})
    if lookups > MOST_LOOKUPS:
        text = _("SPF asks %(n)d further questions; servers stop after ten and reject.") % {"n": lookups}
        return [Finding(FAULT, "SPF", text)]
    last = next((term for term in terms if term.lstrip("+-~?") == "all"), "")
    has_more = any(term.startswith("redirect=") for term in terms)
    if last in {"all", "+all"}:
        return [Finding(FAULT, "SPF", _("SPF allows every server in the world to send for you (all)."))]
    if last == "?all" or not (last or has_more):
        return [
            Finding(HINT, "SPF", _("SPF does not say what to do with other servers. Please end it with ~all or -all."))
        ]
    return [Finding(OK, "SPF", _("%(domain)s names the servers that may send.") % {"domain": domain})]


def _lookups(resolve, terms, *, seen):
    """Count the questions that SPF makes a server ask, along includes."""
    count = 0
    for term in terms:
        word = term.lstrip("+-~?")
        name, _colon, value = word.replace("redirect=", "redirect:", 1).partition(":")
        name = name.partition("/")[0]
        if name in {"a", "mx", "ptr", "exists", "include", "redirect"}:
            count += 1
        if name in {"include", "redirect"} and value and value not in seen and count <= MOST_LOOKUPS:
            inner = _texts(resolve, value, "v=spf1")
            count += _lookups(resolve, inner[0].lower().split()[1:], seen=seen | {value}) if inner else 0
    return count


def tags_of(text):
    """Return the ``name=value`` pairs of a DKIM or DMARC row."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs if name.strip()}


def _dkim(resolve, domain, selectors):
    if not selectors:
        text = _("Which key signs your letters? Ask the mail provider for the selector, then run --selector NAME.")
        return [Finding(UNKNOWN, "DKIM", text)]
    return [_key(resolve, f"{selector}._domainkey.{domain}") for selector in selectors]


def _key(resolve, name):
    rows = [tags_of(text) for text in resolve(name, "TXT") if "p=" in text]
    if not rows:
        return Finding(FAULT, "DKIM", _("There is no key at %(name)s.") % {"name": name})
    if len(rows) > 1:
        return Finding(FAULT, "DKIM", _("There is more than one key at %(name)s.") % {"name": name})
    key = "".join(rows[0]["p"].split())
    if not key:
        return Finding(FAULT, "DKIM", _("The key at %(name)s was taken back.") % {"name": name})
    try:
        size = len(base64.b64decode(key, validate=True))
    except ValueError:
        return Finding(FAULT, "DKIM", _("The key at %(name)s cannot be read.") % {"name": name})
    if rows[0].get("k", "rsa") == "rsa" and size < STRONG_RSA_BYTES:
        return Finding(HINT, "DKIM", _("The key at %(name)s is short. Please use 2048 bits.") % {"name": name})
    return Finding(OK, "DKIM", _("The key at %(name)s can be read.") % {"name": name})


def _dmarc(resolve, domain, _selectors):
    rows, at = [], domain
    while not rows and at.count(".") >= 1:
        rows, place = _texts(resolve, f"_dmarc.{at}", "v=dmarc1"), at
        at = at.partition(".")[2]
    if not rows:
        text = _("%(domain)s does not say what to do with forged letters. Large providers ask for it.")
        return [Finding(FAULT, "DMARC", text % {"domain": domain})]
    if len(rows) > 1:
        return [
            Finding(FAULT, "DMARC", _("There is more than one DMARC row at %(name)s.") % {"name": f"_dmarc.{place}"})
        ]
    tags = tags_of(rows[0])
    policy = tags.get("sp", tags.get("p", "")) if place != domain else tags.get("p", "")
    found = []
    if policy not in {"none", "quarantine", "reject"}:
        found.append(Finding(FAULT, "DMARC", _("The DMARC row has no readable policy (p=).")))
    elif policy == "none":
        found.append(Finding(HINT, "DMARC", _("DMARC only watches (p=none). Later, please use quarantine or reject.")))
    else:
        found.append(Finding(OK, "DMARC", _("Forged letters are turned away (%(policy)s).") % {"policy": policy}))
    if not tags.get("rua"):
        found.append(Finding(HINT, "DMARC", _("Nobody gets the reports of other servers (rua=).")))
    return found


def _mx(resolve, domain, _selectors):
    if resolve(domain, "MX"):
        return [Finding(OK, "MX", _("Answers and returned letters find their way to %(domain)s.") % {"domain": domain})]
    text = _("%(domain)s takes no mail: answers and returned letters are lost.") % {"domain": domain}
    return [Finding(FAULT, "MX", text)]


def ask_the_name_system(name, kind):
    """Resolve through the name servers of this machine."""
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, kind, lifetime=5)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise Unreachable(type(error).__name__) from None
    if kind == "TXT":
        return [b"".join(row.strings).decode("utf-8", "replace") for row in answer]
    return [row.to_text() for row in answer]
