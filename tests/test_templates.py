"""Every template compiles, and none carries a script, a style or a foreign host."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent / "templates"
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.suffix in {".html", ".txt", ".svg"})
FORBIDDEN = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline style": re.compile(r"<style|\sstyle=", re.IGNORECASE),
    "inline handler": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "other host": re.compile(r"(?:src|href)=[\"']https?://", re.IGNORECASE),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_compiles(name):
    """No tag is unknown, no block is left open."""
    assert get_template(name)


@pytest.mark.parametrize("name", [name for name in TEMPLATES if not name.startswith("notifications/letter")])
def test_it_is_clean(name):
    """The content security policy would refuse these (letters are mail, not pages: they need styles)."""
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [word for word, pattern in FORBIDDEN.items() if pattern.search(text)] == []
