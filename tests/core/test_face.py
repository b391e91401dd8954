"""The face keeps its promises: contrast in both themes, colours told apart, no inline code, components render."""

import itertools
import math
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from core.templatetags import drawings, samples, ui

ROOT = Path(__file__).resolve().parents[2]
TOKENS = (ROOT / "static/css/tokens.css").read_text()
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts)
COMPONENTS = sorted(path.stem for path in (ROOT / "templates/cotton").glob("*.html"))
VISION = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def _block(opening):
    """The colour tokens declared in the block that starts with this text."""
    start = TOKENS.index(opening)
    body = TOKENS[start : TOKENS.index("}", start)]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", body))


LIGHT = _block(":root {")
DARK = _block(':root[data-theme="dark"] {')
SYSTEM_DARK = _block(':root:not([data-theme="light"]) {')


def _linear(colour):
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def contrast(a, b):
    """The contrast ratio of WCAG."""
    light, dark = sorted(
        (sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), _linear(c), strict=True)) for c in (a, b)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def _oklab(rgb):
    r, g, b = (max(0.0, v) for v in rgb)
    l_, m_, s_ = (
        (x * r + y * g + z * b) ** (1 / 3)
        for x, y, z in (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        )
    )
    return (
        0.2104542553 * l_ + 0.793617785 * m_ - 0.0040720468 * s_,
        1.9779984951 * l_ - 2.428592205 * m_ + 0.4505937099 * s_,
        0.0259040371 * l_ + 0.7827717662 * m_ - 0.808675766 * s_,
    )


def distance(a, b, vision):
    """How far apart two colours look (OKLab, hundredths) to a reader with this vision."""
    seen = [[sum(w * v for w, v in zip(row, _linear(c), strict=True)) for row in VISION[vision]] for c in (a, b)]
    return 100 * math.dist(_oklab(seen[0]), _oklab(seen[1]))


TEXT_PAIRS = [
    ("ink", "paper"), ("ink", "paper-2"), ("ink-soft", "paper"), ("ink-soft", "paper-2"), ("accent-on", "accent"),
    ("accent-on", "accent-hover"), ("signal-on", "signal"), ("ok", "ok-bg"), ("warn", "warn-bg"), ("bad", "bad-bg"),
    ("ok", "paper"), ("warn", "paper"), ("bad", "paper"), ("ink", "warn-bg"), ("ink", "bad-bg"), ("ink-soft", "bad-bg"),
    *((f"line-{i}-on", f"line-{i}") for i in range(1, 9)),
]  # fmt: skip
MARK_PAIRS = [("line-strong", "paper"), ("line-strong", "paper-2"), *((f"line-{i}", "paper") for i in range(1, 9))]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="/".join)
def test_text_has_contrast(theme, pair):
    assert contrast(theme[pair[0]], theme[pair[1]]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", MARK_PAIRS, ids="/".join)
def test_marks_have_contrast(theme, pair):
    assert contrast(theme[pair[0]], theme[pair[1]]) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISION)
def test_line_colours_are_told_apart(theme, vision):
    slots = range(1, 9)
    near = {
        (a, b): round(distance(theme[f"line-{a}"], theme[f"line-{b}"], vision), 1)
        for a, b in itertools.combinations(slots, 2)
    }
    assert min(near.values()) >= 11, sorted(near.items(), key=lambda item: item[1])[:3]


def test_both_dark_blocks_are_equal():
    assert SYSTEM_DARK == DARK
    assert set(DARK) == set(LIGHT)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_inline_code(path):
    text = path.read_text()
    found = re.findall(r"""\sstyle\s*=\s*["']|<style\b|\son[a-z]+\s*=\s*["']|javascript:""", text)
    scripts = re.findall(r"<script\b[^>]*>", text)
    found += [tag for tag in scripts if "src=" not in tag and "application/json" not in tag]
    assert found == []


def test_style_sheets_load_nothing_from_another_host():
    for path in (ROOT / "static/css").glob("*.css"):
        assert re.findall(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""", path.read_text()) == []


def _context():
    request = RequestFactory().get("/list/?state=open&page=2")
    request.user = AnonymousUser()
    request.resolver_match = None
    s = samples.style_samples()
    return {"s": s, "request": request, "user": request.user, "messages": []}


@pytest.fixture
def style_guide(db):
    return render_to_string("core/style_guide.html", _context(), request=_context()["request"])


def test_style_guide_shows_every_kind(style_guide):
    for sign in ("btn", "badge", "note", "empty", "rows", "figs", "trail", "times", "stages", "seats", "pager"):
        assert re.search(rf'class="[^"]*\b{sign}\b', style_guide), sign
    assert "<c-" not in style_guide
    assert "{%" not in re.sub(r"(?s)<pre.*?</pre>", "", style_guide)
    assert style_guide.count("<h1") == 1


@pytest.mark.parametrize("name", COMPONENTS)
def test_component_renders(name, db):
    html = render_to_string(
        f"cotton/{name}.html",
        {**_context(), "slot": "inner words", "title": "A title", "label": "A label", "name": "tick", "id": "x"},
    )
    assert "{%" not in html
    assert "<c-" not in html


def test_component_reference_names_every_component():
    reference = (ROOT / "templates/cotton/README.md").read_text()
    assert [name for name in COMPONENTS if f"`c-{name}`" not in reference] == []


def test_char_count_counts_a_line_break_once():
    assert ui.char_count("a\r\nb\rc\nd") == 7
    assert ui.char_count(None) == 0


def test_line_class_refuses_what_is_no_slot():
    assert [ui.line_class(v) for v in (1, "8", 9, "x", None)] == ["l-1", "l-8", "l-0", "l-0", "l-0"]


def test_seats_show_taken_free_and_waiting():
    cells = drawings.seats_drawing(3, 5, 2)["cells"]
    assert [cell["kind"] for cell in cells] == ["t", "t", "t", "o", "o", "w", "w"]
    assert drawings.seats_drawing(3, None)["limited"] is False


def test_trail_puts_branches_in_rows_of_their_own():
    drawing = drawings.trail_drawing(samples.style_samples().trail)
    rows = {station["id"]: station["row"] for station in drawing["stations"]}
    assert rows == {"p": 0, "v": 0, "t": 0, "x": 0, "y": 1, "z": 2, "a": 2}
    assert len(drawing["edges"]) == 8
    assert {gap["y"] for gap in drawing["gaps"]} == {drawings.TOP, drawings.TOP + 2 * drawings.ROW}


def test_empty_trail_and_time_line_draw_nothing_and_do_not_fail():
    assert drawings.trail_drawing(None)["stations"] == []
    assert drawings.timeline_drawing({"rows": []})["rows"] == []


def test_words_wrap_and_end_in_an_ellipsis():
    assert drawings.wrap_words("Services for cluster management organisations", 21, 2) == [
        "Services for cluster",
        "management…",
    ]


def test_error_summary_links_to_the_fields(style_guide):
    assert style_guide.count("data-error-summary") == 1
    assert 'href="#wrong_cost"' in style_guide


def test_field_says_its_error_and_counts(db):
    html = str(samples.style_samples().wrong["text"].as_field_group())
    assert "69 of 60, 9 too many" in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
    html = str(samples.style_samples().wrong["cost"].as_field_group())
    assert 'aria-invalid="true"' in html
    assert 'id="wrong_cost_error"' in html
