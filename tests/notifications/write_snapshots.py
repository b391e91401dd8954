"""Writes the snapshots of all letters anew: ``pytest tests/notifications/write_snapshots.py``; read the difference."""

import pytest

from tests.notifications.snapshots import FOLDER, kinds, snapshot


def test_no_snapshot_is_left_of_a_kind_that_is_gone():
    """Remove what no kind owns."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        if path.stem not in kinds():
            path.unlink()
    assert {path.stem for path in FOLDER.iterdir()} <= set(kinds())


@pytest.mark.django_db
@pytest.mark.parametrize("kind", kinds())
def test_write(kind):
    """Write the two files of one kind."""
    text, html = snapshot(kind)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{kind}.txt").write_text(text, encoding="utf-8")
    (FOLDER / f"{kind}.html").write_text(html, encoding="utf-8")
    assert text
