"""The house plan, enforced: rooms, rows and who may import whom (docs/house-plan.md)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# App -> the lower rooms it may import. Everybody may import core.
LADDER = {
    "core": set(),
    "notifications": set(),
    "partners": {"notifications"},
    "workgroups": {"notifications", "partners"},
    "meetings": {"notifications", "partners", "workgroups"},
    "practices": {"notifications", "partners", "workgroups"},
    "visits": {"notifications", "partners", "workgroups", "meetings", "practices"},
    "actionplans": {"notifications", "partners", "workgroups", "meetings", "practices", "visits"},
    "overview": {"notifications", "partners", "workgroups", "meetings", "practices", "visits", "actionplans"},
}
ROWS = {
    "querysets": 0,
    "models": 1,
    "rules": 2,
    "notices": 3,
    "workflows": 4,
    "acts": 5,
    "forms": 5,
    "filters": 5,
    "resources": 5,
    "papers": 5,
    "tasks": 5,
    "views": 6,
    "api": 6,
    "admin": 6,
    "feeds": 6,
    "templatetags": 6,
    "management": 6,
    "urls": 7,
    "apps": 7,
}
# Names that one room has besides the closed list; each has a decision record.
EXTRA = {
    "core": {
        "access",
        "doors",
        "errors",
        "files",
        "formats",
        "health",
        "history",
        "kept",
        "logs",
        "middleware",
        "rest",
        "richtext",
        "search",
        "stamps",
        "text",
    },
    "notifications": {
        "context",
        "registry",
        "posting",
        "delivery",
        "planning",
        "rendering",
        "digests",
        "mailing",
        "bounces",
        "checks",
        "reminders",
        "reasons",
        "gates",
        "choices",
        "inbox",
        "acts",
        "staff",
        "sender",
    },
    "partners": {"adapters", "authentication", "context", "middleware", "signup"},
    "overview": {"atlas", "finding", "loading", "mapping", "news", "trail", "waiting"},
}
ALWAYS = {"__init__", "migrations"}
# What a higher room may use of the post office.
POST_OFFICE = {"notifications.posting", "notifications.registry", "notifications.reminders", "notifications.models"}


def modules(app):
    """Yield (path, top name) of every Python file of an app."""
    for path in sorted((ROOT / app).rglob("*.py")):
        parts = path.relative_to(ROOT / app).with_suffix("").parts
        yield path, parts[0]


def imports(path):
    """Yield the dotted names that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def fault(app, row_name, imported):
    """Return why this import is not allowed, or an empty string."""
    parts = imported.split(".")
    other = parts[0]
    if other == "clx20":
        return "nobody imports the roof"
    if other not in LADDER or other == "core":
        return ""
    if other != app and other not in LADDER[app]:
        return f"{app} may not import {other}"
    if other == "notifications" and app != "notifications":
        is_ok = any(imported.startswith(name) for name in POST_OFFICE)
        return "" if is_ok or row_name in {"admin", "views", "api"} else "only post and the registry"
    return row_fault(row_name, parts[1] if len(parts) > 1 else "")


def row_fault(row_name, target):
    """Return why a file of one row may not import a file of another, or an empty string."""
    if row_name not in ROWS or target not in ROWS:
        return ""
    mine, theirs = ROWS[row_name], ROWS[target]
    if theirs > mine:
        return f"row {mine} may not touch row {theirs}"
    is_other_file = theirs == mine and target != row_name
    return "files of one row do not touch each other" if is_other_file else ""


@pytest.mark.parametrize("app", LADDER)
def test_imports_follow_the_ladder(app):
    """Each import goes to a lower room or a lower row."""
    faults = []
    for path, row_name in modules(app):
        if row_name == "migrations":
            continue
        for imported in imports(path):
            reason = fault(app, row_name, imported)
            if reason:
                faults.append(f"{path.relative_to(ROOT)}: {imported}: {reason}")
    assert faults == []


@pytest.mark.parametrize("app", LADDER)
def test_file_names_are_on_the_list(app):
    """No file outside the closed list of names."""
    allowed = set(ROWS) | ALWAYS | EXTRA.get(app, set())
    assert {name for path, name in modules(app)} - allowed == set()


@pytest.mark.parametrize("app", LADDER)
def test_files_stay_short(app):
    """A file past 300 lines becomes a folder; models of one subject may stay together to 500."""
    long = {
        str(path.relative_to(ROOT)): count
        for path, name in modules(app)
        if name != "migrations"
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > 300
        and not (name == "models" and count <= 500)
    }
    assert long == {}


def test_installed_apps_list_the_ladder_in_its_order(settings):
    """Settings and plan agree."""
    ours = [app for app in settings.INSTALLED_APPS if app in LADDER]
    assert ours == list(LADDER)


def test_no_signals_and_no_logic_in_save():
    """Calls are direct: no custom signals, no overridden save or delete on models."""
    faults = []
    for app in LADDER:
        for path, name in modules(app):
            text = path.read_text(encoding="utf-8")
            if name != "migrations" and ("django.dispatch" in text or "post_save" in text or "pre_save" in text):
                faults.append(str(path.relative_to(ROOT)))
            if name == "models" and ("def save(" in text or "def delete(" in text):
                faults.append(str(path.relative_to(ROOT)))
    assert faults == []


def test_only_workflows_of_the_post_office_are_enqueued():
    """Workflows never enqueue, and nobody uses eta, countdown or crontab."""
    words = (".delay(", ".apply_async(", "countdown=", "eta=", "crontab(")
    faults = [
        f"{path.relative_to(ROOT)}: {word}"
        for app in [*LADDER, "clx20"]
        for path, name in modules(app)
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("app", "row", "imported"),
    [
        ("meetings", "views", "practices.models"),
        ("practices", "querysets", "practices.models.Practice"),
        ("core", "history", "partners.models"),
        ("meetings", "workflows", "meetings.forms"),
        ("workgroups", "views", "clx20.settings"),
        ("visits", "forms", "meetings.views.x"),
    ],
)
def test_the_test_finds_planted_faults(app, row, imported):
    """The checks above can fail."""
    assert fault(app, row, imported) != ""
