"""``make test``: every check of the project, one part after another, and a summary that hides nothing.

``make lint`` runs the quick parts. With STRICT=1 a part or a test that was skipped is a failure.
"""

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ops.environment import ROOT
from ops.services import postgresql_and_redis
from ops.terminal import Sorry, say

PYTHON = sys.executable
TOOLS = Path(PYTHON).parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
CLOSING = re.compile(r"^=+ (.*\b(?:passed|failed|error|errors|no tests ran|skipped)\b.*) in [\d.]+s.*=+$")


@dataclass
class Outcome:
    """How one part ended: ``passed``, ``failed`` or ``skipped``, and what there is to say about it."""

    part: str
    state: str
    note: str = ""
    seconds: float = 0
    closing: str = ""


def main(only: str = "") -> int:
    """Run the parts and return the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    is_strict = os.environ.get("STRICT", "") not in ("", "0")
    parts = LINT if only == "lint" else [*LINT, *TESTS]
    with tempfile.TemporaryDirectory(prefix="clx20-test-") as folder:
        outcomes = [run(title, part, data=Path(folder) / str(number)) for number, (title, part) in enumerate(parts)]
    return summary(outcomes, is_strict=is_strict)


def run(title: str, part: Callable[[dict[str, str]], Outcome | None], *, data: Path) -> Outcome:
    """Run one part with an environment and a data folder of its own."""
    say(f"\n--- {title}")
    data.mkdir()
    started = time.monotonic()
    try:
        outcome = part({**clean_environment(), "DATA_DIR": str(data)}) or Outcome(title, "passed")
    except (Sorry, subprocess.CalledProcessError) as error:
        say(str(error))
        outcome = Outcome(title, "failed", str(error).splitlines()[0])
    outcome.part, outcome.seconds = title, time.monotonic() - started
    return outcome


def clean_environment() -> dict[str, str]:
    """Return our environment without what the settings read: the caller's shell must not decide how tests end."""
    foreign = {*names_of_the_settings(), "DJANGO_SETTINGS_MODULE", "DEMO_PASSWORD"}
    return {name: value for name, value in os.environ.items() if name not in foreign}


def names_of_the_settings() -> set[str]:
    """Return every environment variable that clx20/settings.py asks for."""
    return set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', (ROOT / "clx20" / "settings.py").read_text()))


def summary(outcomes: list[Outcome], *, is_strict: bool) -> int:
    """Print one line per part, then pytest's own closing lines; return the exit code."""
    say("\n--- Summary")
    for outcome in outcomes:
        note = f"  {outcome.note}" if outcome.note else ""
        say(f"{outcome.state:8} {outcome.part:52} {outcome.seconds:6.1f} s{note}")
    is_bad = any(outcome.state == "failed" for outcome in outcomes)
    if is_strict and any(outcome.state == "skipped" or "skipped" in outcome.closing for outcome in outcomes):
        say("STRICT=1: something was skipped, so the run has failed.")
        is_bad = True
    for outcome in outcomes:
        if outcome.closing:
            say(outcome.closing)
    say("FAILED" if is_bad else "All parts passed." if all(o.state == "passed" for o in outcomes) else "Passed so far.")
    return int(is_bad)


# --- The quick parts -------------------------------------------------------------------------------------------------


def check_style(environment: dict[str, str]) -> None:
    """Ask ruff for faults and for the house style."""
    call([str(TOOLS / "ruff"), "check", "."], environment)
    call([str(TOOLS / "ruff"), "format", "--check", "--quiet", "."], environment)


def check_templates(environment: dict[str, str]) -> None:
    """Ask djlint for faults in the templates."""
    call([str(TOOLS / "djlint"), "templates", "--lint", "--quiet"], environment)


def check_migrations(environment: dict[str, str]) -> None:
    """Make sure that models and migrations agree."""
    manage("makemigrations", "--check", "--dry-run", environment={**environment, "DEMO": "1"})


def check_settings(environment: dict[str, str]) -> None:
    """Let Django check the demo, then the settings of a real installation, where a warning is a fault."""
    manage("check", environment={**environment, "DEMO": "1"})
    manage("check", "--deploy", "--fail-level", "WARNING", environment={**environment, **production()})


def check_schema(environment: dict[str, str]) -> None:
    """Make the description of the API; a warning is a fault."""
    target = str(Path(environment["DATA_DIR"]) / "schema.yaml")
    arguments = ("spectacular", "--validate", "--fail-on-warn", "--file", target)
    manage(*arguments, environment={**environment, "DEMO": "1"})


def production() -> dict[str, str]:
    """Return the variables of a real installation; nothing is connected to."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SITE_URL": "https://portal.example.org",
        "ALLOWED_HOSTS": "portal.example.org",
        "DATABASE_URL": "postgres://portal:secret@127.0.0.1:5432/portal",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
        "DEFAULT_FROM_EMAIL": "portal@example.org",
        "BEHIND_PROXY": "1",
    }


# --- The tests -------------------------------------------------------------------------------------------------------


def test_on_sqlite(environment: dict[str, str]) -> Outcome:
    """Run the suite on SQLite."""
    return pytest("not browser and not postgres and not bench", environment, processes=2)


def test_on_postgresql(environment: dict[str, str]) -> Outcome:
    """Run the suite again on PostgreSQL and Redis: real ones that the caller names, else from wheels."""
    with postgresql_and_redis() as urls:
        return pytest("not browser and not bench and not once", {**environment, **urls}, processes=2)


def test_in_browser(environment: dict[str, str]) -> Outcome:
    """Run the journeys in Chromium, where there is one."""
    if not any(shutil.which(name) for name in CHROMIUM):
        return Outcome("", "skipped", "no Chromium on this machine (Debian: apt-get install chromium)")
    return pytest("browser and not bench", environment, processes=2)


def pytest(marks: str, environment: dict[str, str], *, processes: int) -> Outcome:
    """Run pytest, show its output as it comes and keep its closing line."""
    command = [PYTHON, "-m", "pytest", "-p", "ops.apart", "-m", marks, "--durations=5"]
    if processes:
        command += ["-n", str(processes), "--dist", "loadgroup"]
    closing = ""
    running = subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        for line in running.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            if CLOSING.match(line.strip()):
                closing = line.strip()
        running.wait()
    finally:
        end_group(running)
    said = CLOSING.match(closing)
    note = said[1] if said else "pytest did not finish"
    return Outcome("", "passed" if running.returncode == 0 and said else "failed", note, closing=closing)


def end_group(running: subprocess.Popen[str]) -> None:
    """End what is left of a run, also when somebody pressed Ctrl-C."""
    with contextlib.suppress(ProcessLookupError):
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(timeout=20)
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def manage(*arguments: str, environment: dict[str, str]) -> None:
    """Run one of Django's commands."""
    call([PYTHON, "manage.py", *arguments], environment)


def call(command: list[str], environment: dict[str, str]) -> None:
    """Run a program in the checkout; a failure stops the part."""
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    if code != 0:
        raise Sorry(f"{Path(command[0]).name} {' '.join(command[1:4])}: exit code {code}")


LINT = [
    ("Style (ruff)", check_style),
    ("Templates (djlint)", check_templates),
    ("Migrations agree with the models", check_migrations),
    ("Settings of the demo and of a real installation", check_settings),
    ("Description of the API", check_schema),
]
TESTS = [
    ("Tests on SQLite", test_on_sqlite),
    ("Tests on PostgreSQL and Redis", test_on_postgresql),
    ("Journeys in a browser", test_in_browser),
]

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
