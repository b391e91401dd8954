"""Runs the rows of the digest: ``python -m bench.digests [--people 1000] [--memory 10000] [--rounds 3]``.

Each measurement has a fresh database and a fresh process; computing is counted by the clock of the processor.
Memory is the peak of a process that plans for everybody and then writes ``--letters`` digests, one after another.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from ops.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
A_SECOND, INTO_SINK, MEGABYTES = 900, 350, 40  # targets
FEW, MANY = 3, 300
BASE = 1000  # people against whose memory that of more is counted


def main():
    """Run everything and print the table and the rows below target."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="clx20-digests-") as folder:
        run = Runner(Path(folder))
        rows = [*_rates(run, options), *_sink(run, options), *_memory(run, options), *_queries(run)]
    print()
    for name, value, target, _is_met in rows:
        print(f"{name:<58}{value:>22}  {target}")
    below = [f"  {name}: {value}, wanted {target}" for name, value, target, is_met in rows if not is_met]
    print("\nbelow target:" if below else "\nnothing below target")
    print("\n".join(below))


def _options():
    parser = argparse.ArgumentParser(prog="python -m bench.digests", description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--memory", type=int, default=10_000, help="people, compared with 1,000 (0: left out)")
    parser.add_argument("--letters", type=int, default=500, help="letters written when memory is measured")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


class Runner:
    """Starts measurements on data for some number of people, made once and copied for each."""

    def __init__(self, folder):
        """Keep everything below ``folder``."""
        self.folder, self.mail = folder, "dummymail://"

    def __call__(self, what, people, *arguments):
        """Return what one measurement found."""
        made = self.folder / f"{people}.sqlite3"
        if not made.exists():
            self._start(made, "bench.digests.data", people)
        used = self.folder / "used.sqlite3"
        shutil.copy(made, used)
        found = json.loads(self._start(used, "bench.digests.measure", what, *arguments).splitlines()[-1])
        print(f"… {what}, {people} people", flush=True)
        return found

    def _start(self, database, module, *arguments):
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{database}",
            "DATA_DIR": str(self.folder),
            "DEMO": "1",
            "LOG_LEVEL": "ERROR",
            "EMAIL_URL": self.mail,
        }
        command = [sys.executable, "-m", module, *map(str, arguments)]
        return subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout

    @contextmanager
    def into_sink(self):
        """Send the mail of measurements to a mail server of this process; yields it."""
        sink = Sink()
        before, self.mail = self.mail, f"smtp://127.0.0.1:{sink.port}"
        try:
            yield sink
        finally:
            self.mail = before
            sink.close()


def _rates(run, options):
    found = [run("rate", options.people) for _ in range(options.rounds)]
    names = {
        "all": "letters per CPU-second: planned, composed, rendered",
        "compose": "  composed (asked for and put together)",
        "render": "  rendered (text and HTML)",
        "limit": "  the limit: the same words by a bare template",
    }
    for key, name in names.items():
        rates = [each[key] for each in found]
        value = _spread(rates)
        is_met = key != "all" or statistics.median(rates) >= A_SECOND
        yield name, value, f"≥ {A_SECOND}" if key == "all" else "", is_met
    yield "  rendered, of the limit", _spread([each["render"] / each["limit"] for each in found], 2), "", True
    yield "  lines in a letter", f"{found[0]['lines']:.0f}", "", True


def _spread(values, digits=0):
    return " / ".join(f"{each:,.{digits}f}" for each in (min(values), statistics.median(values), max(values)))


def _sink(run, options):
    with run.into_sink() as sink:
        found = run("sink", options.people)
        if len(set(sink.accepted)) != options.people or found["sent"] != options.people:
            raise SystemExit("The mail server did not get every digest once.")
    yield (
        "letters a second into a mail server here",
        f"{found['rate']:,.0f}",
        f"≥ {INTO_SINK}",
        found["rate"] >= INTO_SINK,
    )
    yield "  the limit: bytes that are ready, by smtplib", f"{found['limit']:,.0f}", "", True


def _memory(run, options):
    if not options.memory:
        return
    few, many = (run("memory", people, options.letters)["megabytes"] for people in (BASE, options.memory))
    name = f"growth of memory from {BASE:,} to {options.memory:,} people (MB)"
    yield name, f"{few:.0f} → {many:.0f}: {many - few:+.1f}", f"≤ {MEGABYTES}", many - few <= MEGABYTES


def _queries(run):
    few, many = run("queries", FEW), run("queries", MANY)
    value = f"{few['planning']} / {many['planning']}"
    yield f"questions to plan a chunk of {FEW} / {MANY} people", value, "constant", few["planning"] == many["planning"]
    value = f"{few['writing']} / {many['writing']}"
    yield f"questions to write a chunk of {FEW} / {MANY} people", value, "constant", few["writing"] == many["writing"]
    yield "  for each letter", f"{many['writing'] / MANY:.1f}", "", True


if __name__ == "__main__":
    main()
