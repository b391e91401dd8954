"""Start programs in groups of their own and end every process of a group."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

PR_SET_PDEATHSIG = 1  # Linux: the kernel ends the child when its parent dies
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Program:
    """One running program with its children; its output goes to a file."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        owner: tuple[int, int] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Start at once; ``owner`` is the user and group to run as, where that differs from ours."""
        self.name, self.log = name, log
        log.parent.mkdir(parents=True, exist_ok=True)
        rights = {"user": owner[0], "group": owner[1], "extra_groups": []} if owner else {}
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=None if environment is None else dict(environment),
                cwd=folder,
                start_new_session=True,
                preexec_fn=_die_with_parent,
                **rights,
            )

    @property
    def is_running(self) -> bool:
        """Say whether the first process of the group lives."""
        return self.process.poll() is None

    def tell(self, number: int) -> None:
        """Send a signal to every process of the group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def last_lines(self, count: int = 20) -> str:
        """Return the end of the log."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        return ""


def _die_with_parent() -> None:
    """Ask the kernel to end this program when the script is killed outright."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop(programs: Iterable[Program], *, patience: float = 10, first: int = signal.SIGTERM) -> None:
    """End the groups together: a polite signal, then, after ``patience`` seconds, the hard one."""
    waiting = list(programs)
    for program in waiting:
        program.tell(first)
    wait_until(lambda: all(not program.is_running for program in waiting), seconds=patience)
    for program in waiting:  # also children that outlived their first process
        program.tell(signal.SIGKILL)
        program.process.wait()


def wait_until(is_done: Callable[[], bool], *, seconds: float) -> bool:
    """Ask ten times a second until it is so; False when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_done():
            return True
        time.sleep(0.1)
    return is_done()


def is_free(host: str, port: int) -> bool:
    """Say whether a server could listen here."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Ask the system for a port nobody uses."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]
