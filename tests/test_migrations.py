"""Migrations: one leaf, a real name, reversible, and no drift from the models."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.test_architecture import LADDER

EMPTY_NAMES = ("auto_", "_alter_", "_rename_", "_remove_")


def _ours():
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    return loader, [key for key in loader.disk_migrations if key[0] in LADDER]


@pytest.mark.django_db
def test_each_room_has_one_leaf():
    """No two migrations compete for being the last."""
    loader, keys = _ours()
    for app in {app for app, _name in keys}:
        assert len(loader.graph.leaf_nodes(app)) == 1


@pytest.mark.django_db
def test_names_say_what_happens():
    """No name that Django made up."""
    _loader, keys = _ours()
    assert [key for key in keys if any(part in key[1] for part in EMPTY_NAMES)] == []


@pytest.mark.django_db
def test_every_step_can_be_taken_back():
    """Each operation is reversible."""
    loader, keys = _ours()
    stuck = [
        (*key, type(step).__name__)
        for key in keys
        for step in loader.disk_migrations[key].operations
        if not step.reversible
    ]
    assert stuck == []


@pytest.mark.django_db
def test_models_and_migrations_agree():
    """`makemigrations` would write nothing."""
    said = StringIO()
    call_command("makemigrations", "--dry-run", stdout=said)
    assert said.getvalue().strip() == "No changes detected"


def test_every_room_with_tables_has_migrations():
    """A forgotten package would leave a table unmade."""
    root = Path(__file__).resolve().parent.parent
    missing = [
        app
        for app in LADDER
        if (root / app / "models.py").exists() and not (root / app / "migrations" / "__init__.py").exists()
    ]
    assert missing == []
