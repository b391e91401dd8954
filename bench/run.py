"""Runs the bench: for each database and scale, limit and portal in turn, several rounds; prints ratios.

``python -m bench.run [--scale 1 10] [--rounds 3] [--seconds 3] [--databases sqlite postgresql]``
Needs ``wrk`` for the load; without it a small client of our own measures everything, both sides alike.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import honest
from ops.processes import free_port
from ops.services import postgresql

ROOT = Path(__file__).resolve().parent.parent
LIMITS = ("a", "b", "d0")
# name, address, how one signs in, compared with, target ratio when nothing is kept (docs/speed.md)
ROWS = (
    ("API list of 50", "/api/v1/meetings/?page_size=50", "token", "a", 0.05),
    ("API list of 50 practices", "/api/v1/practices/?page_size=50", "token", "a", 0.05),
    ("list page of meetings", "/meetings/", "cookie", "d0", 0.02),
    ("list page of practices", "/practices/", "cookie", "d0", 0.02),
    ("agenda page of 200", "/meetings/{meeting}/", "cookie", "d0", 0.006),
    ("detail page of a practice", "/practices/{practice}/", "cookie", "d0", 0.10),
    ("signed-in home", "/", "cookie", "d0", 0.05),
    ("calendar feed of 200", "/meetings/feed/{feed}.ics", "none", "a", None),
    ("search", "/search/?q=cluster", "cookie", "d0", None),
)
# Rows whose answers the portal keeps: target ratios when kept, and when "not modified".
KEPT = {"API list of 50": (0.25, 0.30), "API list of 50 practices": (0.25, 0.30)}


def main():
    """Run everything, print the table and write it as JSON."""
    options = _options()
    results = []
    for database in options.databases:
        with _database(database) as url_of:
            for scale in options.scale:
                with tempfile.TemporaryDirectory(prefix="clx20-bench-") as folder:
                    results += _run_one(database, scale, url_of(scale, folder), folder, options)
    _print(results)
    path = ROOT / "bench" / "results" / f"{datetime.now(UTC).date().isoformat()}.json"
    path.write_text(json.dumps(results, indent=1) + "\n")
    print(f"written: {path.relative_to(ROOT)}")


def _options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    return parser.parse_args()


@contextmanager
def _database(name):
    if name == "sqlite":
        yield lambda _scale, folder: f"sqlite:///{folder}/bench.sqlite3"
        return
    with postgresql() as url:

        def fresh(scale, folder):
            subprocess.run([sys.executable, "-c", _RECREATE, url, f"bench{scale}"], check=True, cwd=ROOT)
            return re.sub(r"/[^/]*$", f"/bench{scale}", url)

        yield fresh


_RECREATE = """
import sys, psycopg2
connection = psycopg2.connect(sys.argv[1]); connection.autocommit = True
connection.cursor().execute(f'CREATE DATABASE {sys.argv[2]}')
"""


def _run_one(database, scale, url, folder, options):
    print(f"… {database}, scale {scale}: making data", flush=True)
    environment = os.environ | {
        "DATABASE_URL": url,
        "DATA_DIR": folder,
        "DEMO": "1",
        "API_RATE": "100000000/min",
        "LOG_LEVEL": "ERROR",
    }
    made = subprocess.run(
        [sys.executable, "-m", "bench.data", str(scale)], env=environment, cwd=ROOT, check=True, capture_output=True
    )
    facts = json.loads(made.stdout.splitlines()[-1])
    rounds = {}
    for number in range(options.rounds):
        with _server("bench.limit.wsgi:application", environment) as port:
            for name in LIMITS:
                headers = {"Cookie": facts["cookie"].replace("__Host-", "")}
                rounds.setdefault(name, []).append(_load(port, f"/{name}", headers, options.seconds))
        with _server("clx20.wsgi:application", environment | {"KEPT_MEGABYTES": "0"}) as port:
            for name, path, way, *_rest in ROWS:
                rounds.setdefault(name, []).append(
                    _load(port, path.format(**facts), _headers(way, facts), options.seconds)
                )
            if number == 0:
                sizes = {
                    name: _facts_of(port, path.format(**facts), _headers(way, facts)) for name, path, way, *_ in ROWS
                }
        with _server("clx20.wsgi:application", environment) as port:
            _measure_kept(port, facts, rounds, options.seconds)
            said = honest.check(port, facts, lambda headers: _load(port, honest.LIST, headers, 3))
        print(f"… {said}", flush=True)
        print(f"… round {number + 1} of {options.rounds}", flush=True)
    return _rows(database, scale, rounds, sizes)


def _measure_kept(port, facts, rounds, seconds):
    """Measure the rows that are kept: as kept bytes, and answered "not modified"."""
    for name, path, way, *_rest in ROWS:
        if name in KEPT:
            address, headers = path.format(**facts), _headers(way, facts)
            rounds.setdefault(f"{name}, kept", []).append(_load(port, address, headers, seconds))
            known = headers | {"If-None-Match": _etag(port, address, headers)}
            rounds.setdefault(f"{name}, not modified", []).append(_load(port, address, known, seconds))


def _headers(way, facts):
    if way == "token":
        return {"Authorization": f"Bearer {facts['token']}"}
    return {"Cookie": facts["cookie"]} if way == "cookie" else {}


@contextmanager
def _server(target, environment):
    port = free_port()
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
    command += [
        "--port",
        str(port),
        "--workers",
        "2",
        "--blocking-threads",
        "1",
        "--no-ws",
        "--log-level",
        "error",
        target,
    ]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(port):
    for _ in range(300):
        try:
            _get(port, "/live", {})
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not start.")


def _get(port, path, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def _etag(port, path, headers):
    """Return the tag of an answer that is answered "not modified" when its tag is sent."""
    response, _body = _get(port, path, headers)
    tag = response.headers.get("ETag", "")
    again, _body = _get(port, path, headers | {"If-None-Match": tag})
    if again.status != 304:
        raise SystemExit(f"{path} does not know its own ETag")
    return tag


def _facts_of(port, path, headers):
    response, body = _get(port, path, headers)
    if response.status != 200:
        raise SystemExit(f"{path} answered {response.status}")
    return {"bytes": len(body)}


def _load(port, path, headers, seconds):
    """Return requests per second of eight clients."""
    for _ in range(3):
        _get(port, path, headers)
    if shutil.which("wrk"):
        flags = [flag for name, value in headers.items() for flag in ("-H", f"{name}: {value}")]
        command = ["wrk", "-t1", "-c8", f"-d{seconds}s", *flags, f"http://127.0.0.1:{port}{path}"]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in output and "If-None-Match" not in headers:
            raise SystemExit(f"{path}: {output}")
        return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
    return _own_load(port, path, headers, seconds)


def _own_load(port, path, headers, seconds):
    counts, end = [0] * 8, time.monotonic() + seconds

    def client(number):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < end:
            connection.request("GET", path, headers=headers)
            connection.getresponse().read()
            counts[number] += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _rows(database, scale, rounds, sizes):
    rows = [
        {"database": database, "scale": scale, "name": f"limit {name}", "rate": statistics.median(rounds[name])}
        for name in LIMITS
    ]
    targets = {name: (limit, target, name) for name, _p, _w, limit, target in ROWS}
    for name, (kept, unchanged) in KEPT.items():
        targets[f"{name}, kept"] = (targets[name][0], kept, name)
        targets[f"{name}, not modified"] = (targets[name][0], unchanged, name)
    for name, (limit, target, base) in targets.items():
        ratios = [mine / bare for mine, bare in zip(rounds[name], rounds[limit], strict=True)]
        rows.append(
            {
                "database": database,
                "scale": scale,
                "name": name,
                "limit": limit,
                "rate": round(statistics.median(rounds[name]), 1),
                "ratio": [round(f(ratios), 4) for f in (min, statistics.median, max)],
                "target": target,
                "bytes": 0 if name.endswith("not modified") else sizes[base]["bytes"],
            }
        )
    return rows


def _print(results):
    print(f"\n{'database':<11}{'scale':>6}  {'operation':<42}{'req/s':>9}  ratio min / median / max   target   bytes")
    below = []
    first = {(r["database"], r["name"]): r["rate"] for r in reversed(results)}
    for row in results:
        line = f"{row['database']:<11}{row['scale']:>6}  {row['name']:<42}{row['rate']:>9.1f}"
        if "ratio" in row:
            low, middle, high = row["ratio"]
            target = f"≥ {row['target']:g} {row['limit']}" if row["target"] else f"of {row['limit']}"
            growth = first[row["database"], row["name"]] / row["rate"]
            line += f"  {low:.4f} / {middle:.4f} / {high:.4f}   {target:<10} {row['bytes']:>8}   cost × {growth:.2f}"
            if row["target"] and middle < row["target"]:
                below.append(f"{row['database']} × {row['scale']}: {row['name']}: {middle:.4f} < {row['target']}")
        print(line)
    print("\nbelow target:" if below else "\nnothing below target")
    print("\n".join(f"  {line}" for line in below))


if __name__ == "__main__":
    main()
