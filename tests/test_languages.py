"""Languages: complete catalogues, the right one for each reader, and days, numbers and plurals as each writes them.

Seen failing with: an empty German message, a .mo that was not compiled anew, and a feed without its override.
"""

import gettext
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from core import formats
from core.middleware import chosen_language, wished_language
from meetings.workflows import planning, registration
from notifications import rendering
from notifications.registry import Content
from ops import catalogues
from partners import workflows as partners
from partners.models import languages
from practices.models import Practice
from tests import factories as make

LOCALE = Path(settings.BASE_DIR) / "locale"
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))
COMPLETE = [path for path in CATALOGUES if catalogues.header(catalogues.read(path)).get("X-Complete") == "yes"]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w+\}")
TAG = re.compile(r"<[^>]*>")


def name_of(path):
    return path.parent.parent.name


@pytest.fixture
def german():
    """Return an account whose person reads German."""
    user = make.make_user(organisation=make.make_organisation())
    user.person.language = "de"
    user.person.save()
    return user


# --- Catalogues -----------------------------------------------------------------------------------


def test_german_is_complete_and_hungarian_is_in_part():
    assert [name_of(path) for path in COMPLETE] == ["de"]
    assert settings.LANGUAGES == [("en", "English"), ("de", "Deutsch"), ("hu", "Magyar (részben)")]
    assert settings.LANGUAGES_IN_PART == ["hu"]
    assert languages() is settings.LANGUAGES


@pytest.mark.parametrize("path", COMPLETE, ids=name_of)
def test_a_complete_catalogue_has_no_gap(path):
    entries = [entry for entry in catalogues.read(path) if entry.msgid]
    assert len(entries) > 2000
    assert [entry.msgid for entry in entries if not entry.is_complete] == []
    assert [entry.msgid for entry in entries if entry.plural and len(entry.strings) != 2] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_placeholders_and_tags_are_the_same(path):
    faults = []
    for entry in catalogues.read(path):
        for number, text in entry.strings.items() if entry.msgid else ():
            source = entry.plural if entry.plural and number else entry.msgid
            if text and sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(source)):
                faults.append((source, text))
            if text and sorted(TAG.findall(text)) != sorted(TAG.findall(source)):
                faults.append((source, text))
    assert faults == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_no_translation_breaks_out_of_an_attribute(path):
    """Texts land inside ``title="…"``: straight quotes and angle brackets come only where the English has them."""
    faults = [
        (entry.msgid, mark)
        for entry in catalogues.read(path)
        if entry.msgid
        for text in entry.strings.values()
        for mark in "\"'<>!"
        if mark in text and mark not in entry.msgid
    ]
    assert faults == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_the_compiled_catalogue_is_fresh(path):
    """The bytes are what the source compiles to, and Python's own reader finds every message in them."""
    entries = catalogues.read(path)
    content = path.with_suffix(".mo").read_bytes()
    assert content == catalogues.compiled(entries)
    with path.with_suffix(".mo").open("rb") as file:
        found = gettext.GNUTranslations(file)
    for entry in (entry for entry in entries if entry.msgid and entry.is_complete):
        if entry.plural is not None:
            for count in (1, 2):
                assert found.ngettext(entry.msgid, entry.plural, count) == entry.strings[count - 1]
        elif entry.context is None:
            assert found.gettext(entry.msgid) == entry.strings[0]
        else:
            assert found.pgettext(entry.context, entry.msgid) == entry.strings[0]


def test_the_reader_understands_what_gettext_writes(tmp_path):
    path = tmp_path / "django.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"X-Complete: no\\n"\n\n'
        '#, fuzzy\nmsgid "a"\nmsgstr "b"\n\n'
        'msgctxt "c"\nmsgid ""\n"long "\n"line"\nmsgstr "one\\n\\"two\\""\n\n'
        'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "x"\nmsgstr[1] ""\n\n'
        '#~ msgid "gone"\n#~ msgstr "weg"\n',
        encoding="utf-8",
    )
    head, fuzzy, long, plural = catalogues.read(path)
    assert catalogues.header([head]) == {"X-Complete": "no"}
    assert not fuzzy.is_complete
    assert (long.key, long.strings[0]) == ("c\x04long line", 'one\n"two"')
    assert not plural.is_complete
    assert b"long line" in catalogues.compiled([head, fuzzy, long, plural])
    assert b"%(n)s day" not in catalogues.compiled([head, fuzzy, long, plural])


# --- Words in templates --------------------------------------------------------------------------


ATTRIBUTES = re.compile(r'\b(?:title|label|text|lead|kicker|alt|aria-label|submit|caption|cancel|aside|hint)="([^"]*)"')
UNMARKED = [
    re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.DOTALL),
    re.compile(r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}", re.DOTALL),
    re.compile(r"<(script|style|pre|code|svg)\b.*?</\1>", re.DOTALL),
    re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL),
]
NAMES = {", NUTS"}  # the name of a classification


def test_no_template_speaks_english_by_itself():
    """What remains of a template without tags and marked sentences has no word of three letters or more."""
    found = []
    for path in sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html")):
        if path.name == "style_guide.html":  # shows names of colours and letters of the code
            continue
        text = path.read_text(encoding="utf-8")
        for pattern in UNMARKED:
            text = pattern.sub("\0", text)
        pieces = [*ATTRIBUTES.findall(text), *re.split("\0|<[^>]*>", text)]
        words = [piece.strip() for piece in pieces if re.search(r"[A-Za-z]{3}", re.sub(r"&\w+;|\0", "", piece))]
        found += [f"{path.name}: {word}" for word in words if word not in NAMES]
    assert found == []


def test_no_day_is_written_by_letters():
    """`j M Y` reads badly in German: days have names of formats. A lone month or year is the same everywhere."""
    pattern = re.compile(r"(?:\|date:|\bnow )(['\"])([^'\"]*[jdD][^'\"]*)\1")
    found = [
        f"{path.name}: {match[2]}"
        for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
        if match[2] not in {"j", "Ymd", "YmdHi", "Y-m-d"} and not match[2].isupper()
    ]
    assert found == []


# --- Which language ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr,de;q=0.5", "de"),
        ("en-GB,de;q=0.9", "en"),
        ("hu,de;q=0.5", "de"),
        ("hu", "en"),
        ("*", "en"),
        ("de;q=nonsense,\x01", "en"),
    ],
)
def test_the_browser_is_heard_but_not_for_a_language_in_part(rf, wish, language):
    assert wished_language(rf.get("/", headers={"Accept-Language": wish})) == language


def test_a_cookie_with_an_unknown_language_is_ignored(rf):
    request = rf.get("/")
    request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = "../../x"
    assert chosen_language(request) is None


@pytest.mark.django_db
def test_the_front_page_speaks_german_to_a_german_browser():
    answer = Client(headers={"Accept-Language": "de"}).get("/")
    page = answer.content.decode()
    assert '<html lang="de">' in page
    assert "Gute Praktiken lesen" in page
    assert answer["Content-Language"] == "de"
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in answer["Vary"].split(",")}
    assert not answer.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("path", [reverse("account_login"), reverse("overview:home"), "/not-there/"])
def test_a_visitor_switches_without_scripts_and_without_an_account(path):
    client = Client(enforce_csrf_checks=True)
    assert "Deutsch" in client.get(path).content.decode()
    answer = client.post(reverse("partners:choose_language"), {"language": "de", "next": path})
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert 'lang="de"' in client.get(path).content.decode()
    client.post(reverse("partners:choose_language"), {"language": "en", "next": path})
    assert '<html lang="en">' in client.get(path).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["https://example.com/", "//example.com", "", "\x00", "javascript:alert(1)"])
def test_the_switch_leads_to_no_other_host(page):
    answer = Client().post(reverse("partners:choose_language"), {"language": "de", "next": page})
    assert answer["Location"] == reverse("overview:home")


@pytest.mark.django_db
def test_an_unknown_language_changes_nothing(german):
    client = Client()
    client.force_login(german)
    answer = client.post(reverse("partners:choose_language"), {"language": "xx", "next": "/meetings/"})
    german.person.refresh_from_db()
    assert (answer["Location"], german.person.language) == ("/meetings/", "de")
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies


@pytest.mark.django_db
def test_with_an_account_the_switch_writes_the_profile_and_asks_for_the_form_key():
    user = make.make_user()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    data = {"language": "de", "next": "/"}
    assert client.post(reverse("partners:choose_language"), data).status_code == 403
    key = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/").content.decode())[1]
    assert client.post(reverse("partners:choose_language"), data | {"csrfmiddlewaretoken": key}).status_code == 302
    user.person.refresh_from_db()
    assert user.person.language == "de"


@pytest.mark.django_db
def test_signing_in_uses_the_language_of_the_person(german):
    client = Client(headers={"Accept-Language": "en"})
    assert '<html lang="en">' in client.get(reverse("account_login")).content.decode()
    client.force_login(german)
    answer = client.get("/")
    page = answer.content.decode()
    assert answer["Content-Language"] == "de"
    assert '<html lang="de">' in page
    assert "Nichts wartet auf Sie" in page
    assert "Nothing waits" not in page


@pytest.mark.django_db
def test_the_hungarian_screen():
    client = Client()
    client.post(reverse("partners:choose_language"), {"language": "hu", "next": "/"})
    entrance = client.get(reverse("account_login")).content.decode()
    assert '<html lang="hu">' in entrance
    for word in ("Bejelentkezés", "Kezdőlap", "Találkozók", "Akadálymentesség", "Fiókot meghívással kaphat."):
        assert word in entrance
    assert "A jó gyakorlatok olvasása" in client.get("/").content.decode()


PAGES = [
    "overview:home",
    "overview:account",
    "overview:privacy",
    "overview:accessibility",
    "meetings:meeting_list",
    "meetings:todo_list",
    "meetings:meeting_create",
    "practices:practice_list",
    "practices:transfer_list",
    "visits:visit_list",
    "actionplans:plan_list",
    "actionplans:instrument_list",
    "workgroups:workgroup_list",
    "workgroups:initiative_list",
    "partners:organisation_list",
    "partners:profile",
    "partners:token_create",
    "partners:feed",
    "mfa_index",
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_no_page_shows_a_message_in_english(name):
    """No text between tags of a German page is the English of a message whose German is another."""
    user = make.make_coordinator()
    user.person.language = "de"
    user.person.save()
    client = Client()
    client.force_login(user)
    page = client.get(reverse(name), follow=True).content.decode()
    english = {
        entry.msgid
        for entry in catalogues.read(COMPLETE[0])
        if len(entry.msgid) > 3 and entry.msgid not in entry.strings.values() and "%" not in entry.msgid
    }
    german = {text for entry in catalogues.read(COMPLETE[0]) for text in entry.strings.values()}
    shown = {text.strip() for text in re.split(r"<[^>]*>", page)}
    assert shown & (english - german - {"English"}) == set()  # the switch names each language in itself


NUMBERS = re.compile(r'\s(?:x|y|cx|cy|r|d|x1|x2|y1|y2|width|height|viewBox|transform)="[^"]*"')


@pytest.mark.django_db
def test_drawings_are_the_same_in_every_language():
    """A comma in `cx="12,5"` moves a town to the corner of the map: drawings are numbers, not words.

    Seen failing with: the map without ``{% localize off %}``.
    """
    call_command("load_clx20", verbosity=0)
    trail = Practice.objects.order_by("pk").first().get_absolute_url()
    client = Client()
    for address in ("/", trail, reverse("practices:transfer_list"), reverse("core:style_guide")):
        drawn = {}
        for language in ("en", "de"):
            page = client.get(address, headers={"Accept-Language": language}).content.decode()
            drawn[language] = NUMBERS.findall(page)
        assert drawn["en"] == drawn["de"], address
        assert drawn["en"]


# --- Letters, feeds, programs --------------------------------------------------------------------


@pytest.mark.django_db
def test_a_letter_is_german_for_a_german_person_while_the_clock_is_english(german, mailoutbox):
    from notifications.tasks import deliver_waiting

    boss = make.make_coordinator()
    begins = datetime(2030, 5, 14, 8, tzinfo=UTC)
    meeting = make.make_meeting(
        title="Zagreb meeting", state="open", visibility="public", starts_at=begins, ends_at=begins.replace(hour=12)
    )
    registration.register(meeting, by=german)
    planning.cancel_meeting(meeting, by=boss, reason="storm")
    with translation.override("en"):
        deliver_waiting()
        assert translation.get_language() == "en"
    letter = next(mail for mail in mailoutbox if mail.to == [german.person.email] and "Abgesagt" in mail.subject)
    assert letter.subject == "Abgesagt: Zagreb meeting"
    assert "Dieses Treffen findet nicht statt." in letter.body
    assert "Sie erhalten diese E-Mail, weil" in letter.body
    assert "Dienstag, 14. Mai 2030" in letter.body
    assert 'lang="de"' in letter.alternatives[0].content


def test_a_letter_to_nobody_known_is_in_the_language_of_the_portal():
    with translation.override("de"), rendering.in_the_way_of(None):
        assert translation.get_language() == settings.LANGUAGE_CODE
        assert timezone.get_current_timezone_name() == settings.TIME_ZONE


@pytest.mark.django_db
def test_a_letter_names_its_language(german):
    with rendering.in_the_way_of(german.person):
        rendered = rendering.render(Content(subject="x", lines=["y"], why="z"), german.person)
    assert '<html lang="de"' in rendered.html
    assert f"Guten Tag, {german.person.name}," in rendered.text


@pytest.mark.django_db
def test_the_calendar_feed_has_the_language_of_its_owner(german):
    address = partners.new_feed_address(german)
    secret = getattr(address, "secret", address)
    answer = Client(headers={"Accept-Language": "en"}).get(reverse("meetings:person_feed", args=[secret]))
    assert "X-WR-CALNAME:Treffen der Partnerschaft" in answer.content.decode()
    assert answer["Content-Language"] == "de"


@pytest.mark.django_db
def test_a_token_is_answered_in_the_language_of_its_owner(german, api):
    _token, secret = partners.create_token({"name": "x", "scopes": ["read"], "days": 30}, by=german)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    answer = api.get("/api/v1/meetings/999999/")
    assert answer.status_code == 404
    assert answer.json()["title"] == "Nicht gefunden"
    assert answer["Content-Language"] == "de"
    api.credentials()
    assert api.get("/api/v1/meetings/999999/").json()["title"] == "Not found"


# --- Days, numbers, plurals ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        ("en", "WEEKDAY_DATE", "Friday 5 March 2027"),
        ("de", "WEEKDAY_DATE", "Freitag, 5. März 2027"),
        ("en", "SHORT_DATE_FORMAT", "5 Mar 2027"),
        ("de", "SHORT_DATE_FORMAT", "5. März 2027"),
        ("de", "SHORT_WEEKDAY", "Fr, 5. März"),
        ("en", "DATE_FORMAT", "5 March 2027"),
        ("de", "DATE_FORMAT", "5. März 2027"),
        ("hu", "DATE_FORMAT", "2027. március 5."),
        ("hu", "WEEKDAY_DATE", "péntek, 2027. március 5."),
    ],
)
def test_days(language, name, text):
    with translation.override(language):
        assert formats.written(date(2027, 3, 5), name) == text


def test_moments_in_templates_are_in_the_zone_of_the_reader():
    template = Template('{{ moment|day:"SHORT_DATETIME_ZONE" }}|{{ moment|date:"DATETIME_FORMAT" }}')
    moment = datetime(2027, 1, 5, 23, 30, tzinfo=UTC)
    with translation.override("de"), timezone.override("Europe/Vienna"):
        assert template.render(Context({"moment": moment})) == "6. Jan. 2027, 00:30 CET|6. Januar 2027, 00:30"
        assert template.render(Context({"moment": None})) == "|"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "1234.5 1,234.50"), ("de", "1234,5 1.234,50"), ("hu", "1234,5 1\xa0234,50")]
)
def test_numbers(language, text):
    template = Template("{{ number }} {{ number|floatformat:'2g' }}")
    with translation.override(language):
        assert template.render(Context({"number": 1234.5})) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 Personen"), (1, "1 Person"), (2, "2 Personen")])
def test_plurals(count, text):
    template = Template(
        "{% blocktranslate count n=n %}{{ n }} person takes part{% plural %}{{ n }} people take part"
        "{% endblocktranslate %}"
    )
    with translation.override("de"):
        assert template.render(Context({"n": count})).startswith(text)
        assert ngettext("%(n)d hour", "%(n)d hours", 1) % {"n": 1} == "1 Stunde"
        assert ngettext("%(n)d hour", "%(n)d hours", 3) % {"n": 3} == "3 Stunden"
