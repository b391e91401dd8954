"""``make demo``: from an empty clone to a running portal with one command.

PORT and HOST say where it listens; DATA_DIR where it keeps what people write (default: var/ in the checkout).
"""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from pathlib import Path

from ops import environment
from ops.environment import ROOT
from ops.prepare import SIGN_INS
from ops.processes import Program, is_free, stop, wait_until
from ops.terminal import Sorry, say, step


class Ended(BaseException):
    """Somebody asked the demo to end (Ctrl-C, a closed terminal, a stop from outside)."""


def main() -> int:
    """Prepare, start, stay; return the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    programs: list[Program] = []
    try:
        run(programs)
    except Sorry as sorry:
        say(f"\n{sorry}")
        return 1
    except Ended:
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        if programs:
            say("\nThe portal is closing ...")
            stop(programs)
            say("Everything has ended. What was written stays; `make demo` opens it again.")
    return 0


def _end(number: int, frame: object) -> None:
    """Turn a signal into the end of whatever runs now."""
    raise Ended


def run(programs: list[Program]) -> None:
    """Do the steps; every started program goes into the list, so that it can be ended."""
    started = time.monotonic()
    host, port = where()
    say("CLX20 portal, demo")
    python = environment.prepare("base")
    surroundings = settings_of_the_demo(port)
    data = Path(surroundings["DATA_DIR"])
    prepare(python, surroundings)
    with step("start the web server and the clock"):
        programs.extend(start(python, surroundings, host=host, port=port))
        wait_for_first_page(programs, f"http://{'localhost' if host == '0.0.0.0' else host}:{port}/")
    say(f"\nready after {time.monotonic() - started:.0f} seconds\n")
    say(f"  Address    {surroundings['SITE_URL']}")
    say("  Sign-ins")
    say(textwrap.indent((data / SIGN_INS).read_text().rstrip(), "    "))
    say(f"  Data       {data}  (`make clean` forgets it)")
    say(f"  Logs       {data / 'log'}\n\nCtrl-C ends the portal.")
    watch(programs)


def where() -> tuple[str, int]:
    """Read HOST and PORT and make sure that nobody else answers there."""
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Sorry(f"PORT must be a number from 1 to 65535, not {text!r}.")
    if not is_free(host, int(text)):
        other = int(text) + 1 if int(text) < 65535 else 8000
        raise Sorry(f"Port {text} is in use by another program. Choose another one: PORT={other} make demo")
    return host, int(text)


def settings_of_the_demo(port: int) -> dict[str, str]:
    """Return the environment of every program; a value from outside wins."""
    data = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
    demo = {
        "DEMO": "1",
        "DATA_DIR": str(data),
        "SITE_URL": f"http://localhost:{port}",
        "DJANGO_SETTINGS_MODULE": "clx20.settings",
        "PYTHONUNBUFFERED": "1",
    }
    return {**demo, **os.environ, "DATA_DIR": str(data)}


def prepare(python: Path, surroundings: dict[str, str]) -> None:
    """Run ops.prepare in a group of its own; it prints its own steps."""
    work = subprocess.Popen([python, "-m", "ops.prepare"], cwd=ROOT, env=surroundings, start_new_session=True)
    try:
        code = work.wait()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(work.pid, signal.SIGTERM)
        work.wait()
        raise
    if code != 0:
        raise Sorry("The portal could not be prepared; the lines above say why.")


def start(python: Path, surroundings: dict[str, str], *, host: str, port: int) -> list[Program]:
    """Start the web server, and one worker that carries the clock."""
    data = Path(surroundings["DATA_DIR"])
    web = ["granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1"]
    web += ["--blocking-threads", "4", "--no-ws", "--log-level", "warning", "clx20.wsgi:application"]
    clock = ["celery", "-A", "clx20", "worker", "-B", "-P", "threads", "-c", "2", "--loglevel", "WARNING"]
    clock += ["--schedule", str(data / f"clock-{port}"), "--without-gossip", "--without-mingle"]
    programs = []
    for name, command in (("web server", web), ("worker", clock)):
        line = [str(python), "-m", *command]
        log = data / "log" / f"{name.split()[0]}.log"
        programs.append(Program(name, line, log=log, environment=surroundings, folder=ROOT))
    return programs


def wait_for_first_page(programs: list[Program], address: str) -> None:
    """Ask until the front page answers; only 200 will do."""
    status = 0

    def is_decided() -> bool:
        nonlocal status
        status = status_of(address)
        return status != 0 or any(not program.is_running for program in programs)

    wait_until(is_decided, seconds=120)
    complain_about_the_dead(programs)
    if status != 200:
        answer = f"answers with {status}" if status else "does not answer"
        raise Sorry(f"The front page {answer}.\n{programs[0].last_lines(3)}")


def status_of(address: str) -> int:
    """Return the status of a page; 0 while nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=20) as page:
            return page.status
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except OSError:
        return 0


def complain_about_the_dead(programs: list[Program]) -> None:
    """Stop with the end of its log when a program has ended by itself."""
    for program in programs:
        if not program.is_running:
            raise Sorry(f"The {program.name} has ended by itself. Its last lines:\n{program.last_lines()}")


def watch(programs: list[Program]) -> None:
    """Stay until a signal comes or a program ends."""
    while True:
        complain_about_the_dead(programs)
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
