"""A system check: no fact of the business lives in the broker.

A broker forgets, repeats and delays (docs/letters.md). When something is to happen stands in a row; tasks are
wake-ups without arguments at plain intervals in UTC. So ``eta``, ``countdown`` and ``crontab`` are faults.
"""

import ast
import re
from datetime import timedelta
from pathlib import Path

from celery import current_app, schedules
from django.apps import apps
from django.conf import settings
from django.core.checks import Error, register

SUSPECT = re.compile(r"\b(?:countdown|eta|crontab|solar)\b")
DELAYS = {"countdown", "eta"}
CALENDARS = {"crontab", "solar"}
HINT = "Keep the moment in a column (due_at, next_try_at) and let a job of the clock find the rows that are due."


@register
def no_time_in_the_broker(app_configs=None, **kwargs):
    """Read every Python file of ours, and the clock's table."""
    errors = []
    for path in _files(app_configs):
        text = path.read_text(encoding="utf-8")
        if SUSPECT.search(text):
            errors += [_error(fault, f"{path}:{line}") for line, fault in faults_in(text)]
    return errors + [_error(fault, name) for name, fault in faults_of(current_app.conf.beat_schedule)]


def faults_in(text):
    """Yield line and words for each delay and each calendar schedule in a Python text."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, f"{word.arg}=") for word in node.keywords if word.arg in DELAYS)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("celery"):
            yield from ((node.lineno, name.name) for name in node.names if name.name in CALENDARS)
        if isinstance(node, ast.Attribute) and node.attr in CALENDARS:
            yield node.lineno, node.attr
        if isinstance(node, ast.Dict):
            keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
            yield from ((node.lineno, f'"{key}":') for key in keys if key in DELAYS)


def faults_of(table):
    """Yield name and words for each job of the clock that does not run at a plain interval."""
    for name, row in (table or {}).items():
        every = row.get("schedule")
        if not isinstance(every, int | float | timedelta) and type(every) is not schedules.schedule:
            yield name, f"schedule {every!r}"
        if DELAYS & set(row.get("options") or {}):
            yield name, "options with eta or countdown"


def _files(app_configs):
    """Return the Python files of the apps that live in our folder, and of the settings' folder beside them."""
    ours = [Path(each.path) for each in app_configs or apps.get_app_configs()]
    root = settings.BASE_DIR
    folders = [path for path in ours if path.is_relative_to(root) and "site-packages" not in path.parts]
    return sorted(file for folder in {*folders, root / "clx20"} for file in folder.rglob("*.py"))


def _error(fault, place):
    return Error(f"{place}: {fault} keeps a moment of the business in the broker.", hint=HINT, id="notifications.E001")
