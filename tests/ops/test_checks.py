"""The summary of ``make test`` cannot hide anything."""

import pytest

from ops.test import CLOSING, Outcome, summary

CLEAN = "================= 12 passed in 3.20s ================="


@pytest.mark.parametrize(
    ("outcome", "is_strict", "code"),
    [
        (Outcome("Tests", "passed", closing=CLEAN), True, 0),
        (Outcome("Tests", "failed", closing=CLEAN), False, 1),
        (Outcome("Browser", "skipped", "no Chromium"), False, 0),
        (Outcome("Browser", "skipped", "no Chromium"), True, 1),
        (Outcome("Tests", "passed", closing=CLEAN.replace("12 passed", "11 passed, 1 skipped")), False, 0),
        (Outcome("Tests", "passed", closing=CLEAN.replace("12 passed", "11 passed, 1 skipped")), True, 1),
    ],
)
def test_what_was_left_out_fails_a_strict_run(capsys, outcome, is_strict, code):
    assert summary([Outcome("Style", "passed"), outcome], is_strict=is_strict) == code
    said = capsys.readouterr().out
    assert outcome.part in said
    assert outcome.note in said
    assert outcome.closing in said


@pytest.mark.parametrize("line", [CLEAN, "==== 1 failed, 3 passed, 2 warnings in 65.04s (0:01:05) ===="])
def test_the_closing_line_of_pytest_is_recognised(line):
    assert CLOSING.match(line)


def test_no_part_passes_with_an_unfinished_run():
    assert not CLOSING.match("==== test session starts ====")
