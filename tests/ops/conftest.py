"""Real servers and a real installation for the tests of the start-up."""

import os
import secrets
from pathlib import Path

import psycopg2
import pytest

from ops.services import postgresql_and_redis


@pytest.fixture(scope="session")
def servers():
    """Yield the addresses of PostgreSQL and Redis: those that ``make test`` runs, or own ones."""
    with postgresql_and_redis() as urls:
        yield urls


@pytest.fixture(scope="session")
def empty_database(servers):
    """Yield the address of a new database on the real server."""
    name = f"installation_{secrets.token_hex(4)}"
    server = psycopg2.connect(servers["DATABASE_URL"])
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield f"{servers['DATABASE_URL'].rpartition('/')[0]}/{name}"
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


def processes_of(folder):
    """Return the ids of all living processes that were told to keep their data in this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            surroundings = (process / "environ").read_bytes().split(b"\0")
            is_dead = (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            continue
        if f"DATA_DIR={folder}".encode() in surroundings and not is_dead and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found
