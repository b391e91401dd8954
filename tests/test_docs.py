"""Papers that cannot be forgotten: settings, clock jobs, rooms, words."""

import ast
import re
from pathlib import Path

import pytest

from clx20.celery import CLOCK
from tests.test_architecture import LADDER, ROWS, modules

ROOT = Path(__file__).resolve().parent.parent
OPERATION = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
HEADINGS = ["What", "Addresses", "Who may", "Clock jobs", "Tables"]


def _read_names():
    text = (ROOT / "clx20" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', text))


def test_every_variable_is_explained():
    """Each variable that settings read stands in docs/operation.md, and no other."""
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", OPERATION.split("## Processes")[0]))
    assert documented == _read_names()


def test_every_clock_job_is_explained():
    """The table in docs/operation.md is the clock table."""
    rows = set(re.findall(r"^\| `([\w.]+)` \| (\d+) s \| (.+) \|$", OPERATION, re.MULTILINE))
    assert rows == {(job.task, str(job.seconds), job.reason) for job in CLOCK}


@pytest.mark.parametrize("app", LADDER)
def test_every_room_has_its_readme(app):
    """Five headings, the same in each room."""
    text = (ROOT / app / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS


def test_every_decision_has_question_choice_and_price():
    """A record that lacks its price is an advertisement."""
    for path in (ROOT / "docs" / "decisions").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert all(f"**{word}.**" in text for word in ("Question", "Choice", "Price")), path.name


@pytest.mark.parametrize("app", LADDER)
def test_public_names_have_docstrings(app):
    """Every public module, class and function says what it is for."""
    silent = []
    for path, name in modules(app):
        if name == "migrations":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        text = path.read_text(encoding="utf-8")
        if text.strip() and not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if is_public and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert silent == []


def test_the_words_are_in_order_of_the_rows():
    """The plan on paper names every row of the test."""
    plan = (ROOT / "docs" / "house-plan.md").read_text(encoding="utf-8")
    assert [name for name in ROWS if f"`{name}`" not in plan] == []


def test_no_trace_of_a_machine():
    """No path of a machine and no address of a package index in what is tracked."""
    words = ["/" + "root/", "--index" + "-url", "pypi" + ".org", "registry.npmjs" + ".org"]
    suffixes = {".py", ".md", ".txt", ".toml", ".yml", ".json", ".html", ".css", ".js", ".sh", ""}
    found = []
    for folder in ("bench", "clx20", "data", "docs", "ops", "requirements", "static", "templates", "tests", *LADDER):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix in suffixes and "__pycache__" not in path.parts:
                text = path.read_text(encoding="utf-8", errors="replace")
                found += [f"{path.relative_to(ROOT)}: {word}" for word in words if word in text]
    assert found == []
