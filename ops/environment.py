"""Make .venv from the hash-checked locks; needs Python 3.11 and pip only.

A stamp holds the hash of each lock that was installed, so a second start installs nothing.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ops.terminal import Sorry, say, step

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "requirements"
STAMP = VENV / "installed.json"


def prepare(lock: str) -> Path:
    """Bring .venv to the lock ``base`` or ``dev`` and return its Python."""
    wanted = fingerprint(lock)
    if not is_usable():
        with step("make a Python environment in .venv"):
            make_environment()
    if stamps().get(lock) != wanted:
        with step(f"install the packages of requirements/{lock}.txt, hashes checked"):
            install(lock)
        note = {**stamps(), lock: wanted}
        if lock == "dev":  # dev.txt holds every line of base.txt
            note["base"] = fingerprint("base")
        STAMP.write_text(json.dumps(note))
    return PYTHON


def fingerprint(lock: str) -> str:
    """Name the content of a lock for this version of Python."""
    content = (LOCKS / f"{lock}.txt").read_bytes()
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def stamps() -> dict[str, str]:
    """Read which locks were installed; nothing readable counts as none."""
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def is_usable() -> bool:
    """Say whether .venv has a Python that starts (its folder may have been moved or copied)."""
    if not PYTHON.exists():
        return False
    asked = subprocess.run([PYTHON, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=False)
    return asked.returncode == 0 and Path(asked.stdout.strip()) == VENV


def make_environment() -> None:
    """Make an empty environment; Debian's Python without ensurepip lends its own pip."""
    if VENV.exists():
        shutil.rmtree(VENV)
    made = quietly([sys.executable, "-m", "venv", str(VENV)])
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        must(
            [sys.executable, "-m", "venv", "--without-pip", str(VENV)],
            "Python could not make an environment.",
        )


def install(lock: str) -> None:
    """Install with uv, itself hash-checked; with pip where uv is not to be had or cannot reach an index."""
    wanted = str(LOCKS / f"{lock}.txt")
    pip = pip_command()
    bootstrap = [*pip, "install", "--quiet", "--only-binary=:all:", "--require-hashes", "-r"]
    if quietly([*bootstrap, str(LOCKS / "bootstrap.txt")]).returncode == 0:
        uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
        if quietly([*uv, "--require-hashes", "-r", wanted]).returncode == 0:
            return
    say("(uv could not; pip takes over, about a minute)")
    must([*pip, "install", "--quiet", "--require-hashes", "-r", wanted], "The packages could not be installed.")


def pip_command() -> list[str]:
    """Find a pip: the environment's own, else the one of the Python that runs this."""
    if quietly([str(PYTHON), "-m", "pip", "--version"]).returncode == 0:
        return [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(PYTHON)]


def quietly(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run and keep what it said."""
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def must(command: list[str], sentence: str) -> None:
    """Run; where it fails, stop with the sentence and what the program said."""
    done = quietly(command)
    if done.returncode != 0:
        raise Sorry(f"{sentence}\n{(done.stdout + done.stderr).strip()}")


if __name__ == "__main__":
    try:
        prepare(sys.argv[1])
    except Sorry as sorry:
        say(str(sorry))
        sys.exit(1)
