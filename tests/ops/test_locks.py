"""The locks say exactly what is installed, and nothing about where it comes from."""

import re
import tomllib

import pytest

from ops.environment import LOCKS, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def wanted(name):
    """Return the requirements of an .in file, without its notes and inclusions."""
    lines = (LOCKS / f"{name}.in").read_text().splitlines()
    return {line.strip().lower() for line in lines if line.strip() and line[0] not in "#-"}


def pins(name):
    """Return package and version of every entry of a lock."""
    return dict(
        re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", (LOCKS / f"{name}.txt").read_text(), re.MULTILINE)
    )


@pytest.mark.parametrize("name", ["base", "dev", "bootstrap"])
def test_every_package_has_a_hash_and_no_address(name):
    text = (LOCKS / f"{name}.txt").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"\w+://\S+|^-\S+", text, re.MULTILINE) == []


def test_project_names_the_same_packages_as_the_lists():
    assert {line.lower() for line in PROJECT["dependencies"]} == wanted("base")
    assert {line.lower() for line in PROJECT["optional-dependencies"]["dev"]} == wanted("dev")


def test_checks_run_with_the_versions_that_are_delivered():
    base, dev = pins("base"), pins("dev")
    assert len(base) > 20
    assert {name: dev.get(name) for name in base} == base
