"""``make proof-letters``: no letter is lost however often the processes that send are killed (docs/letters.md).

Two tables, each on SQLite and on PostgreSQL: a kill at each of seven points for both policies, and loops of
rounds with 500 letters and two to four kills at random moments; a quarter as many again with a mail server that
drops one connection of a hundred after the dot and puts two letters of a hundred off.

Exit code 1 when a promise is broken.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ops.environment import ROOT
from ops.services import postgresql
from ops.terminal import Sorry, say
from ops.test import clean_environment

POINTS = {
    "claim": "claimed",
    "rcpt": "recipient named",
    "body": "last byte sent",
    "handing": "`handing` noted, before the dot",
    "dot": "dot sent, no answer read",
    "answer": "answer read, not noted",
    "noted": "end noted",
}
POLICIES = ("resend", "hold")
MAY_HAVE_ARRIVED = ("dot", "answer")


def main(arguments: list[str]) -> int:
    """Run what was asked for on both databases, print the tables, return the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked = read(arguments)
    results = []
    for name in asked.on:
        say(f"\n--- {name}")
        for result in on(name, asked):
            results.append({"on": name, **result})
            say(in_words(result))
    say("\n" + "\n".join([*table_of_points(results), "", *table_of_loops(results)]))
    broken = [f"{row['on']}, {row['policy']}: {fault}" for row in results for fault in faults(row)]
    say("\n" + ("\n".join(["BROKEN", *broken]) if broken else "Every promise holds."))
    return int(bool(broken))


def in_words(row: dict) -> str:
    """Return one result as a line, for those who wait for the tables."""
    what = row.get("point") or ("loop with faults" if row["has_faults"] else "loop")
    counted = ", ".join(f"{key} {row.get(key, 0)}" for key in ("letters", "kills", "drops", "lost", "copies", "held"))
    return f"    {row['policy']:6} {what:16} {counted}: {'; '.join(faults(row)) or 'holds'}"


def read(arguments: list[str]) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="make proof-letters", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="rounds of each loop (20; the long run: 100)")
    parser.add_argument("--repeats", type=int, default=4, help="kills at each point (4)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="to see the same kills again")
    parser.add_argument("--on", nargs="+", default=["SQLite", "PostgreSQL"], choices=["SQLite", "PostgreSQL"])
    return parser.parse_args(arguments)


def on(name: str, asked: argparse.Namespace) -> Iterator[dict]:
    """Yield the results on one database."""
    with tempfile.TemporaryDirectory(prefix="clx20-proof-") as folder:
        if name == "SQLite":
            yield from rounds(f"sqlite:///{folder}/proof.sqlite3", folder, asked)
            return
        with postgresql() as address:
            yield from rounds(address, folder, asked)


def rounds(database: str, folder: str, asked: argparse.Namespace) -> Iterator[dict]:
    """Start the process that does the rounds and read its lines."""
    words = {
        "seed": asked.seed,
        "repeats": asked.repeats,
        "points": [(point, policy) for point in POINTS for policy in POLICIES],
        "loops": [
            *[(policy, False, asked.rounds) for policy in POLICIES],
            *[(policy, True, max(1, asked.rounds // 4)) for policy in POLICIES],
        ],
    }
    environment = {
        **clean_environment(),
        "DJANGO_SETTINGS_MODULE": "tests.notifications.sample_settings",
        "DATABASE_URL": database,
        "DATA_DIR": str(Path(folder) / "data"),
        "DEMO": "1",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "LOG_LEVEL": "CRITICAL",
    }
    command = [sys.executable, "-m", "ops.proof_rounds", json.dumps(words)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, start_new_session=True
    ) as running:
        try:
            for line in running.stdout or ():
                yield json.loads(line)
            running.wait(timeout=20)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
    if running.returncode != 0:
        raise Sorry("The rounds did not come to their end.")


def faults(row: dict) -> list[str]:
    """Return the promises that a result breaks, in words."""
    count = Counter({key: number for key, number in row.items() if isinstance(number, int)})
    broken = [f"{count[key]} {key}" for key in ("lost", "unended", "foreign", "stuck") if count[key]]
    is_hold = row["policy"] == "hold"
    if row["what"] == "point":
        doubt = row["point"] in MAY_HAVE_ARRIVED
        copies = count["kills"] if doubt and not is_hold else 0
        held = count["kills"] if is_hold and (doubt or row["point"] == "handing") else 0
        wanted = {"copies": copies, "held": held}
        return broken + [f"{count[key]} {key} instead of {n}" for key, n in wanted.items() if count[key] != n]
    most = 0 if is_hold else count["kills"] + count["drops"]
    if count["copies"] > most:
        broken.append(f"{count['copies']} second copies, {most} at most")
    if not is_hold and count["held"]:
        broken.append(f"{count['held']} held under resend")
    return broken


def table_of_points(results: list[dict]) -> Iterator[str]:
    """Yield the lines of the first table."""
    yield "| killed after | database | resend: lost / second copies | hold: lost / second copies / held |"
    yield "| --- | --- | --- | --- |"
    found = {(row["point"], row["on"], row["policy"]): row for row in results if row["what"] == "point"}
    for point, words in POINTS.items():
        for name in dict.fromkeys(row["on"] for row in results):
            resend, hold = (found.get((point, name, policy), {}) for policy in POLICIES)
            first = f"{resend.get('lost', 0)} / {resend.get('copies', 0)}"
            second = f"{hold.get('lost', 0)} / {hold.get('copies', 0)} / {hold.get('held', 0)}"
            yield f"| {words} | {name} | {first} | {second} |"


def table_of_loops(results: list[dict]) -> Iterator[str]:
    """Yield the lines of the second table."""
    yield "| database, policy | rounds, kills | letters | lost | second copies | held (not delivered) | s a round |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for row in results:
        if row["what"] != "loop":
            continue
        also = f" + {row.get('drops', 0)} drops after the dot, 2 % 451" if row["has_faults"] else ""
        held = f"{row.get('held', 0)} ({row.get('held_not_delivered', 0)})"
        yield (
            f"| {row['on']}, {row['policy']}{also} | {row['rounds']}, {row.get('kills', 0)} | {row.get('letters', 0)}"
            f" | {row.get('lost', 0)} | {row.get('copies', 0)} | {held} | {row['seconds'] / row['rounds']:.1f} |"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
