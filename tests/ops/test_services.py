"""PostgreSQL and Redis from wheels start, answer and end."""

import psycopg2
import pytest
import redis

from ops.processes import is_free
from ops.services import postgresql
from ops.services import redis as redis_server

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


def test_postgresql_answers_only_with_the_password_and_ends():
    with postgresql() as url:
        port = int(url.rpartition(":")[2].split("/")[0])
        server = psycopg2.connect(url)
        with server.cursor() as cursor:
            cursor.execute("SHOW server_encoding")
            assert cursor.fetchone() == ("UTF8",)
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(url.replace("portal:", "portal:x"))
        assert not is_free("127.0.0.1", port)
        server.close()
    assert is_free("127.0.0.1", port)


def test_redis_answers_only_with_the_password_and_ends():
    with redis_server() as url:
        port = int(url.rpartition(":")[2].split("/")[0])
        with redis.from_url(url) as client:
            assert client.ping()
        with redis.from_url(f"redis://127.0.0.1:{port}/0") as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
    assert is_free("127.0.0.1", port)
