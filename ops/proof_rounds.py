"""The rounds of ``make proof-letters`` on one database: processes that send are killed, and what came is counted.

This process has Django and the mail server; beside it a nursery, forked before any thread runs, forks the
processes that send (a fork starts in milliseconds, a program in seconds). Each result is one line of JSON.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import timedelta
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import django
from django.core.management import call_command
from django.db import connections

from ops.sink import Sink

KINDS = {"resend": "sample-note", "hold": "sample-held"}
WORKERS = 2


def main(words: str) -> None:
    """Run what the JSON ``words`` ask for and print one line for each result."""
    asked = json.loads(words)
    django.setup()
    call_command("migrate", verbosity=0)
    connections.close_all()
    nursery = Nursery()
    sink = Sink()
    nursery.tell(("port", sink.port))
    _use(sink.port)
    chance = random.Random(asked["seed"])
    people = make_people(50)
    for point, policy in asked["points"]:
        ends = [crash(point, policy, sink=sink, nursery=nursery, people=people[:30]) for _ in range(asked["repeats"])]
        report("point", ends, point=point, policy=policy)
    for policy, has_faults, count in asked["loops"]:
        started, ends = time.monotonic(), []
        for _number in range(count):
            ends.append(kill_round(policy, sink, nursery, people=people, chance=chance, has_faults=has_faults))
        report("loop", ends, policy=policy, has_faults=has_faults, rounds=count, seconds=time.monotonic() - started)
    nursery.tell(("end",))
    sink.close()


def report(what: str, ends: list[Counter], **facts: object) -> None:
    """Print one result."""
    print(json.dumps({"what": what, **facts, **sum(ends, Counter())}), flush=True)


# --- Processes ---------------------------------------------------------------------------------------------


class Nursery:
    """A process without threads that forks those which send letters."""

    def __init__(self) -> None:
        """Fork it."""
        self.line, theirs = Pipe()
        if os.fork() == 0:
            self.line.close()
            try:
                _nurse(theirs)
            finally:
                os._exit(0)
        theirs.close()

    def tell(self, words: tuple) -> object:
        """Say something and return the answer."""
        self.line.send(words)
        return self.line.recv()

    def worker(self, crash_at: str = "") -> int:
        """Start a process that sends what is due; return its id."""
        return self.tell(("worker", crash_at))

    def living(self) -> set[int]:
        """Return the ids of those that have not ended."""
        return self.tell(("living",))


def _nurse(line: Connection) -> None:
    children: set[int] = set()
    while True:
        verb, *rest = line.recv()
        if verb == "end":
            line.send(None)
            return
        if verb == "port":
            _use(rest[0])
        if verb == "worker":
            children.add(child := _fork_worker(rest[0], line))
        children -= {pid for pid in children if os.waitpid(pid, os.WNOHANG)[0]}
        line.send(child if verb == "worker" else children)


def _fork_worker(crash_at: str, line: Connection) -> int:
    child = os.fork()
    if child:
        return child
    line.close()
    from notifications import delivery
    from tests.notifications.sample import crash

    if crash_at:
        crash.plant(crash_at)
    try:
        delivery.drain(limit=100_000, seconds=600)
    finally:
        sys.stdout.flush()
        os._exit(0)


def _use(port: int) -> None:
    from django.conf import settings

    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 20


def wait_until(condition: object, seconds: float = 120) -> bool:
    """Ask until it holds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.001)
    return False


# --- Rounds ------------------------------------------------------------------------------------------------


def make_people(count: int) -> list:
    """Write the people who get the letters."""
    from partners.models import Person

    rows = [Person(name=f"Person {n}", email=f"person{n}@example.org") for n in range(count)]
    known = dict(Person.objects.values_list("email", "pk"))
    Person.objects.bulk_create(row for row in rows if row.email not in known)
    return list(Person.objects.filter(email__in=[row.email for row in rows]).order_by("pk"))


def begin(policy: str, sink: Sink, *, people: list, copies: int) -> set[str]:
    """Empty the outbox, write ``copies`` letters to each of ``people``; return their Message-IDs."""
    from notifications.models import Letter, MailAddress, MailPause
    from notifications.posting import post

    for table in (Letter, MailAddress, MailPause):
        table.objects.all().delete()
    sink.reset()
    for n in range(copies):
        post(KINDS[policy], to=people, about=people[0], slot=str(n))
    names = {letter.message_id for letter in Letter.objects.all()}
    connections.close_all()
    return names


def crash(point: str, policy: str, *, sink: Sink, nursery: Nursery, people: list) -> Counter:
    """Let one process die at ``point`` of its seventh letter; another one sends the rest."""
    names = begin(policy, sink, people=people, copies=1)
    nursery.worker(f"{point}:7")
    is_over = wait_until(lambda: not nursery.living()) and wait_until(lambda: not sink.talks)
    return settle(names, sink) + Counter(kills=1, stuck=int(not is_over))


def kill_round(policy: str, sink: Sink, nursery: Nursery, *, people: list, chance: random.Random, has_faults: bool):
    """500 letters, two processes that send, two to four kills while letters wait; another process finishes."""
    names = begin(policy, sink, people=people, copies=10)
    sink.seconds = 0.003
    if has_faults:
        sink.mishap = lambda: "cut" if (fate := chance.random()) < 0.01 else "451 later" if fate < 0.03 else ""
    workers = [nursery.worker() for _ in range(WORKERS)]
    kills = stuck = 0
    for moment in sorted(chance.sample(range(20, len(names) - 60), chance.randint(2, 4))):
        stuck += not wait_until(lambda moment=moment: len(sink.accepted) >= moment or not nursery.living())
        time.sleep(chance.random() * 0.01)
        victim = chance.choice(workers)
        if victim in nursery.living():
            os.kill(victim, signal.SIGKILL)
            kills += 1
            workers[workers.index(victim)] = nursery.worker()
    stuck += not wait_until(lambda: not nursery.living())
    stuck += not wait_until(lambda: not sink.talks)
    return settle(names, sink) + Counter(kills=kills, stuck=stuck)


def settle(names: set[str], sink: Sink) -> Counter:
    """Take back what the dead held, send what is left, by a clock that runs ahead; count what came."""
    from django.utils import timezone

    from notifications import delivery
    from notifications.models import Letter

    sink.mishap = None
    for ahead in (1, 14, 28, 42):
        now = timezone.now() + timedelta(hours=ahead)
        delivery.sweep(now)
        delivery.drain(limit=100_000, seconds=600, clock=lambda now=now: now)
    states = {letter.message_id: letter.state for letter in Letter.objects.all()}
    came = Counter(sink.accepted)
    connections.close_all()
    held = [name for name, state in states.items() if state == "held"]
    return Counter(
        letters=len(names),
        lost=sum(1 for name in names if not came[name] and states.get(name) != "held"),
        unended=sum(1 for name in names if states.get(name) not in ("sent", "held")),
        copies=sum(count - 1 for count in came.values()),
        foreign=len(set(came) - names),
        held=len(held),
        held_not_delivered=sum(1 for name in held if not came[name]),
        drops=sink.drops,
    )


if __name__ == "__main__":
    main(sys.argv[1])
