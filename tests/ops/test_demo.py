"""``make demo`` as a person meets it: a busy port, a first start, Ctrl-C, a second start."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from ops.environment import ROOT
from ops.processes import free_port, wait_until
from ops.test import clean_environment
from tests.ops.conftest import processes_of


def demo(folder, port):
    """Start the demo as make does and return it."""
    surroundings = {**clean_environment(), "PORT": str(port), "DATA_DIR": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-m", "ops.demo"],
        cwd=ROOT,
        env=surroundings,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def read_until(running, word):
    """Return the lines up to the one that begins with the word."""
    lines = []
    for line in running.stdout:
        lines.append(line)
        if line.startswith(word):
            break
    return "".join(lines)


def test_a_busy_port_gets_a_sentence_and_another_port_to_try(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        running = demo(tmp_path, port)
        said, _ = running.communicate(timeout=30)
    assert f"Port {port} is in use by another program. Choose another one: PORT={port + 1} make demo" in said
    assert running.returncode == 1
    assert "Traceback" not in said


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_gets_a_sentence(tmp_path, text):
    running = demo(tmp_path, text)
    said, _ = running.communicate(timeout=30)
    assert "PORT must be a number from 1 to 65535" in said
    assert running.returncode == 1


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_starts_serves_and_leaves_no_process_behind(tmp_path, number):
    port = free_port()
    running = demo(tmp_path, port)
    try:
        said = read_until(running, "Ctrl-C")
        assert "\nready after " in said, said
        assert f"http://localhost:{port}" in said
        assert said.count("@") >= 5  # five roles with their addresses
        with urllib.request.urlopen(f"http://localhost:{port}/", timeout=20) as page:
            assert page.status == 200
        assert len(processes_of(tmp_path)) >= 4  # the script, web, worker, clock
    finally:
        running.send_signal(number)
        running.communicate(timeout=40)
    assert wait_until(lambda: processes_of(tmp_path) == [], seconds=20), processes_of(tmp_path)
    if number != signal.SIGKILL:
        assert running.returncode == 0


@pytest.mark.slow
def test_a_second_start_keeps_what_was_written(tmp_path):
    count = (
        "from django.apps import apps; print(sorted((m._meta.label, m.objects.count()) for m in apps.get_models()"
        " if m._meta.app_label in {'partners', 'meetings', 'practices', 'visits', 'workgroups', 'actionplans'}))"
    )
    written = []
    for _ in range(2):
        running = demo(tmp_path, free_port())
        assert "\nready after " in read_until(running, "Ctrl-C")
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=40)
        shell = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", count]
        surroundings = {**clean_environment(), "DEMO": "1", "DATA_DIR": str(tmp_path)}
        written.append(subprocess.check_output(shell, cwd=ROOT, env=surroundings, text=True))
    assert written[0] == written[1]
    assert "('meetings.Meeting', 0)" not in written[0]


def test_make_alone_lists_its_verbs():
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    said = subprocess.check_output(["make"], cwd=ROOT, env=surroundings, text=True)
    verbs = [line.split()[1] for line in said.splitlines()]
    everyday = ["help", "demo", "test", "lint", "format", "bench"]
    assert verbs == [*everyday, "messages", "proof-letters", "letters-month", "lock", "clean"]
