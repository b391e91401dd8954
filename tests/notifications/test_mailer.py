"""The mailer command and the clock's jobs: two doors to the same functions."""

import importlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clx20.celery import CLOCK
from core.models import Heartbeat
from notifications import tasks
from notifications.models import Letter

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_once_sends_and_says_what_it_did(make_letter, capsys, mailoutbox):
    make_letter()
    call_command("mailer", "--once")
    call_command("mailer", "--once")
    assert capsys.readouterr().out.split("\n")[:2] == ["sent: 1", "nothing was due"]
    assert len(mailoutbox) == 1
    assert set(Heartbeat.objects.values_list("job", flat=True)) >= {
        "letters-plan",
        "letters-drain",
        "letters-sweep",
        "letters-digest",
    }


@pytest.mark.django_db
def test_after_a_restore_waiting_letters_are_held_back(make_letter, capsys, mailoutbox):
    letter = make_letter()
    call_command("mailer", "--hold")
    call_command("mailer", "--once")
    letter.refresh_from_db()
    assert (letter.state, mailoutbox) == ("held", [])
    assert capsys.readouterr().out.splitlines() == ["held back: 1", "nothing was due"]


def test_one_way_must_be_chosen():
    with pytest.raises(CommandError):
        call_command("mailer")


@pytest.mark.django_db
def test_the_jobs_of_the_clock_do_the_work(make_letter, now, mailoutbox):
    letter = make_letter(state="claimed", claims=1, lease_until=now)
    make_letter()
    tasks.sweep_stuck()
    tasks.plan_reminders()
    tasks.send_digests()
    tasks.deliver_waiting()
    letter.refresh_from_db()
    assert (letter.state, len(mailoutbox)) == ("sent", 2)


@pytest.mark.parametrize("job", CLOCK, ids=lambda job: job.task)
def test_every_job_of_the_clock_exists_and_takes_nothing(job):
    module, name = job.task.rsplit(".", 1)
    task = getattr(importlib.import_module(module), name)
    assert (task.name, task.run.__code__.co_argcount) == (job.task, 0)
    assert 0 < job.seconds <= 3600


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_loop_sends_what_comes_and_ends_when_asked(process_environment, sink, make_letter):
    first = make_letter()
    command = [sys.executable, "manage.py", "mailer", "--loop"]
    with subprocess.Popen(command, cwd=ROOT, env=process_environment) as process:
        until = time.monotonic() + 60
        while time.monotonic() < until and first.message_id not in sink.accepted:
            time.sleep(0.05)
        second = make_letter()
        while time.monotonic() < until and second.message_id not in sink.accepted:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert sink.accepted == [first.message_id, second.message_id]
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
