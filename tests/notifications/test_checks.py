"""The system check that keeps moments of the business out of the broker. Each row is a fault that it must find."""

from datetime import timedelta

import pytest
from celery.schedules import crontab, schedule
from django.core.checks import run_checks

from notifications import checks

FAULTS = [
    "job.apply_async(countdown=60)",
    "job.apply_async(args, eta=moment)",
    "self.retry(countdown=5)",
    "job.s().set(countdown=5)",
    'job.apply_async(**{"eta": moment})',
    "from celery.schedules import crontab",
    "import celery.schedules\nx = celery.schedules.crontab(hour=7)",
    "from celery.schedules import solar",
]
FINE = [
    "job.delay()",
    "job.apply_async()",
    "def plan(eta):\n    return eta",
    "countdown = 5",
    'text = "crontab"',
]


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_found(text):
    assert list(checks.faults_in(text))


@pytest.mark.parametrize("text", FINE)
def test_what_is_fine_is_left_alone(text):
    assert list(checks.faults_in(text)) == []


@pytest.mark.parametrize("every", [crontab(hour=7), "7 o'clock", None])
def test_a_clock_that_reads_a_calendar_is_a_fault(every):
    assert list(checks.faults_of({"job": {"task": "job", "schedule": every}}))


def test_options_of_the_clock_are_read_too():
    assert list(checks.faults_of({"job": {"task": "job", "schedule": 5, "options": {"countdown": 5}}}))


@pytest.mark.parametrize("every", [15, 0.5, timedelta(minutes=1), schedule(30)])
def test_plain_intervals_are_fine(every):
    assert list(checks.faults_of({"job": {"task": "job", "schedule": every}})) == []


def test_manage_py_check_fails_on_a_planted_fault(settings, tmp_path):
    """The whole way: a file in the folder of the project, found by ``check``."""
    (tmp_path / "clx20").mkdir()
    (tmp_path / "clx20" / "planted.py").write_text("job.apply_async(countdown=60)\n")
    settings.BASE_DIR = tmp_path
    found = [error for error in run_checks() if error.id == "notifications.E001"]
    assert [error.msg.rpartition("planted.py:")[2].split(":")[0] for error in found] == ["1"]


def test_the_portal_has_none():
    assert [error for error in run_checks() if error.id == "notifications.E001"] == []
