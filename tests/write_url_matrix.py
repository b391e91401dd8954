"""Writes tests/url_matrix.json anew: run as ``pytest tests/write_url_matrix.py``, then read the difference."""

import json

import pytest

from tests.test_urls import TABLE, answers
from tests.worlds import make_world


@pytest.mark.django_db
def test_write_the_table():
    """Write what every address answers today."""
    found = answers(make_world())
    TABLE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert found
