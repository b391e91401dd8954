"""200 people ask for 20 seats at the same moment, over real HTTP: ``python -m ops.race_sign_up``.

Starts a server with several processes on a scratch database, sends all requests in parallel and prints what
became of them. Exit code 0 when nobody is too many, nobody is lost and the order is kept.

SQLite in a temporary folder is the default. ``--postgresql`` starts a PostgreSQL of its own; a DATABASE_URL
in the environment is used where its database is empty. ``--without-lock`` takes the lock out, in this
script's server only, to show that the measurement can fail.
"""

import argparse
import collections
import contextlib
import http.client
import json
import os
import secrets
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ops.environment import ROOT
from ops.processes import Program, free_port, stop, wait_until
from ops.services import postgresql
from ops.terminal import Sorry, say

SWITCH = "RACE_WITHOUT_LOCK"  # read here and nowhere in the portal


def main() -> int:
    """Run as many rounds as asked; return the exit code."""
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="clx20-race-") as folder, contextlib.ExitStack() as stack:
        surroundings = {
            **os.environ,
            "DATA_DIR": folder,
            "DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "clx20.settings",
            "LOG_LEVEL": "WARNING",
            "REDIS_URL": "",
            "API_RATE": "100000/min",
            "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/race.sqlite3",
        }
        if options.postgresql:
            surroundings["DATABASE_URL"] = stack.enter_context(postgresql())
        if options.without_lock:
            surroundings[SWITCH] = "1"
        os.environ.update(surroundings)
        prepare()
        try:
            faults = [fault for number in range(options.rounds) for fault in play(number + 1, options, surroundings)]
        finally:
            close_connections()
    say("held" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seats", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--without-lock", action="store_true")
    return parser.parse_args()


def prepare() -> None:
    """Make the tables of the scratch database; refuse one that is in use."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if connection.introspection.table_names():
        raise SystemExit("This database has tables. The race only runs on an empty one.")
    say(f"database: {connection.vendor}")
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def close_connections() -> None:
    """Let go of the scratch database before its server ends."""
    from django.db import connections

    connections.close_all()


def application():
    """Return the portal for granian (``--factory``); with the switch, its sign-up has lost its lock."""
    from clx20.wsgi import application as portal

    if os.environ.get(SWITCH):
        take_the_lock_out()
    return portal


def take_the_lock_out() -> None:
    """Replace the lock by a plain read, in this process only.

    Two more changes make the fault plain: numbers are drawn by lot, because the database refuses two equal
    ones and so hides an overbooking; and a moment passes between counting the seats and taking one, as it
    does by itself on a busy machine. With the lock neither matters.
    """
    from visits.models import StudyVisit
    from visits.workflows import seats

    @contextlib.contextmanager
    def unlocked(visit):
        yield StudyVisit.objects.select_related("meeting").get(pk=visit.pk)

    seats.locked = unlocked
    seats._next_number = lambda _visit: 1 + secrets.randbelow(2**31 - 1)
    count = seats._taken

    def slowly(visit):
        number = count(visit)
        time.sleep(0.05)
        return number

    seats._taken = slowly


def play(number: int, options: argparse.Namespace, surroundings: dict[str, str]) -> list[str]:
    """Play one round; print its numbers and return what is wrong."""
    visit, tokens = crowd(number, options)
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(options.workers), "--blocking-threads", "8", "--backlog", "1024", "--no-ws"]
    command += ["--log-level", "warning", "--factory", "ops.race_sign_up:application"]
    log = Path(surroundings["DATA_DIR"]) / "web.log"
    server = Program("web server", command, log=log, environment=surroundings, folder=ROOT)
    try:
        if not wait_until(lambda: ask(port, "GET", "/live")[0] == 200, seconds=60):
            raise Sorry(f"The server does not answer.\n{server.last_lines()}")
        answers = run_at_once(port, visit.pk, tokens)
    finally:
        stop([server])
    return report(number, visit, answers, options)


def crowd(number: int, options: argparse.Namespace) -> tuple:
    """Make a visit and people with a token each."""
    from datetime import timedelta

    from django.utils import timezone

    from meetings.models import Meeting
    from partners.models import ApiToken, User
    from visits.models import StudyVisit

    begin = timezone.now() + timedelta(days=30)
    end = begin + timedelta(hours=3)
    meeting = Meeting.objects.create(
        title=f"Race {number}", starts_at=begin, ends_at=end, state="open", visibility="public"
    )
    visit = StudyVisit.objects.create(
        meeting=meeting, title=f"Race {number}", starts_at=begin, ends_at=end, seats=options.seats, state="open"
    )
    tokens = []
    for index in range(options.people):
        user = User.objects.create_user(f"person{number}.{index}@example.org", name=f"Person {index}")
        row, token = ApiToken.objects.create(user=user, expiry=timedelta(hours=1))
        ApiToken.objects.filter(pk=row.pk).update(name="race", scopes=["write"])
        tokens.append(token)
    return visit, tokens


def run_at_once(port: int, visit_id: int, tokens: list[str]) -> list[tuple[int, float]]:
    """Let everybody ask at the same moment; return (status, seconds) of each answer."""
    start = threading.Barrier(len(tokens))

    def one(token: str) -> tuple[int, float]:
        start.wait()
        return ask(port, "POST", f"/api/v1/visits/{visit_id}/sign-up/", token)

    with ThreadPoolExecutor(len(tokens)) as pool:
        return list(pool.map(one, tokens))


def ask(port: int, method: str, path: str, token: str = "") -> tuple[int, float]:
    """Send one request; status 0 means no answer."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(method, path, json.dumps({}) if method == "POST" else None, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - started
    except OSError:
        return 0, time.monotonic() - started
    finally:
        connection.close()


def report(number: int, visit: object, answers: list[tuple[int, float]], options: argparse.Namespace) -> list[str]:
    """Print what became of the crowd; return what is wrong."""
    rows = list(visit.sign_ups.order_by("queue_number").values_list("state", "queue_number", "signed_up_at"))
    seated = sum(state == "confirmed" for state, _queue, _at in rows)
    is_seated_first = [row[0] for row in rows] == sorted((row[0] for row in rows), key=lambda s: s != "confirmed")
    is_in_order = [row[2] for row in rows] == sorted(row[2] for row in rows)
    statuses = dict(sorted(collections.Counter(status for status, _seconds in answers).items()))
    times = sorted(seconds for _status, seconds in answers)
    say(
        f"round {number}: {seated} seated of {options.seats}, {len(rows) - seated} waiting, answers {statuses}, "
        f"median {times[len(times) // 2]:.2f} s, slowest {times[-1]:.2f} s"
    )
    checks = {
        "seats": seated == min(options.seats, options.people),
        "nobody lost": len(rows) == options.people,
        "first come, first seated": is_seated_first,
        "numbers follow the time": is_in_order,
        "every answer 200": set(statuses) == {200},
    }
    return [f"round {number}: {name}" for name, is_kept in checks.items() if not is_kept]


if __name__ == "__main__":
    sys.exit(main())
