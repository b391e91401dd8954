"""``check_mail``: each fault of SPF, DKIM, DMARC and MX is found, a good domain passes, silence is not a fault.

Seen failing with: two SPF rows taken for one; the parent's DMARC not asked.
"""

import base64
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from notifications.management.commands.check_mail import Command
from notifications.sender import Unreachable, examine

KEY = base64.b64encode(bytes(294)).decode()
GOOD = {
    ("portal.clx.eu", "TXT"): ["other=1", "v=spf1 include:_spf.mail.eu -all"],
    ("_spf.mail.eu", "TXT"): ["v=spf1 ip4:192.0.2.0/24 a mx ~all"],
    ("s1._domainkey.portal.clx.eu", "TXT"): [f"v=DKIM1; k=rsa; p={KEY}"],
    ("_dmarc.portal.clx.eu", "TXT"): ["v=DMARC1; p=reject; rua=mailto:post@clx.eu"],
    ("portal.clx.eu", "MX"): ["10 mx.clx.eu."],
}
SPF, DKIM, DMARC = (("portal.clx.eu", "TXT"), ("s1._domainkey.portal.clx.eu", "TXT"), ("_dmarc.portal.clx.eu", "TXT"))


@pytest.fixture(autouse=True)
def _sender(settings):
    settings.DEFAULT_FROM_EMAIL = "CLX20 <post@portal.clx.eu>"
    settings.MAIL_DOMAIN = "portal.clx.eu"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "mail.clx.eu", True, False


def levels(changes=(), *, selectors=("s1",)):
    """Return {about: levels} when the names answer as in GOOD with ``changes``."""
    names = GOOD | dict(changes)
    found = {}
    for finding in examine(lambda name, kind: names.get((name, kind), []), selectors=selectors):
        assert finding.text
        found.setdefault(finding.about, set()).add(finding.level)
    return found


def test_a_good_domain_passes():
    """Nothing but ok."""
    assert set().union(*levels().values()) == {"ok"}


@pytest.mark.parametrize(
    ("changes", "about", "level"),
    [
        ({SPF: []}, "SPF", "fault"),
        ({SPF: ["v=spf1 -all", "v=spf1 mx -all"]}, "SPF", "fault"),
        ({SPF: ["v=spf1 +all"]}, "SPF", "fault"),
        ({SPF: ["v=spf1 mx ?all"]}, "SPF", "hint"),
        ({SPF: ["v=spf1 mx"]}, "SPF", "hint"),
        ({SPF: ["v=spf1 " + "a:x.eu " * 11 + "-all"]}, "SPF", "fault"),
        ({("_spf.mail.eu", "TXT"): ["v=spf1 " + "mx:x.eu " * 10 + "-all"]}, "SPF", "fault"),
        ({DKIM: []}, "DKIM", "fault"),
        ({DKIM: ["v=DKIM1; p="]}, "DKIM", "fault"),
        ({DKIM: ["v=DKIM1; p=§§"]}, "DKIM", "fault"),
        ({DKIM: ["v=DKIM1; p=" + base64.b64encode(bytes(162)).decode()]}, "DKIM", "hint"),
        ({DKIM: [f"v=DKIM1; p={KEY}"] * 2}, "DKIM", "fault"),
        ({DMARC: []}, "DMARC", "fault"),
        ({DMARC: ["v=DMARC1; p=none; rua=mailto:a@clx.eu"]}, "DMARC", "hint"),
        ({DMARC: ["v=DMARC1; p=quarantine"]}, "DMARC", "hint"),
        ({DMARC: ["v=DMARC1; p=maybe"]}, "DMARC", "fault"),
        ({DMARC: ["v=DMARC1; p=reject"] * 2}, "DMARC", "fault"),
        ({("portal.clx.eu", "MX"): []}, "MX", "fault"),
    ],
)
def test_each_fault_is_found(changes, about, level):
    """One change, one finding more; everything else stays ok."""
    found = levels(changes)
    assert level in found[about]
    assert set().union(*(found[name] for name in found if name != about)) == {"ok"}


def test_the_parent_domain_speaks_for_its_children():
    """DMARC of clx.eu holds for portal.clx.eu; ``sp`` before ``p``."""
    row = ["v=DMARC1; p=none; sp=reject; rua=mailto:a@clx.eu"]
    assert levels({DMARC: [], ("_dmarc.clx.eu", "TXT"): row})["DMARC"] == {"ok"}


def test_endless_includes_end():
    """Two rows that include each other."""
    loop = {SPF: ["v=spf1 include:b.eu -all"], ("b.eu", "TXT"): ["v=spf1 include:b.eu include:portal.clx.eu -all"]}
    assert levels(loop)["SPF"] == {"ok"}


def test_without_a_selector_or_an_answer_it_says_that_it_does_not_know():
    """Unknown is neither ok nor a fault."""

    def silent(name, kind):
        raise Unreachable("timeout")

    assert levels(selectors=())["DKIM"] == {"unknown"}
    found = examine(silent, selectors=["s1"])
    assert {finding.level for finding in found if finding.about in {"SPF", "DKIM", "DMARC", "MX"}} == {"unknown"}


@pytest.mark.parametrize(
    ("name", "value", "about", "level"),
    [
        ("DEFAULT_FROM_EMAIL", "Portal <portal@example.org>", "DEFAULT_FROM_EMAIL", "fault"),
        ("MAIL_DOMAIN", "elsewhere.eu", "MAIL_DOMAIN", "hint"),
        ("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend", "EMAIL_URL", "fault"),
        ("EMAIL_USE_TLS", False, "EMAIL_URL", "fault"),
    ],
)
def test_each_fault_of_the_settings_is_found(settings, name, value, about, level):
    """Before any name is asked."""
    setattr(settings, name, value)
    assert levels()[about] == {level}


def test_the_command_prints_and_ends_with_an_error(monkeypatch):
    """One line for each finding; what it cannot know is said, too."""
    names = dict(GOOD)
    monkeypatch.setattr(Command, "resolve", staticmethod(lambda name, kind: names.get((name, kind), [])))
    out = StringIO()
    call_command("check_mail", selector=["s1"], stdout=out)
    assert "ok       SPF" in out.getvalue()
    assert "Authentication-Results" in out.getvalue()
    del names[DMARC]
    with pytest.raises(CommandError, match="1 thing"):
        call_command("check_mail", selector=["s1"], stdout=StringIO())
