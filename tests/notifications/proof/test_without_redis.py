"""Mail needs no broker: with a Redis that is away or accepts and never answers, the loop mailer sends everything."""

import socket
import time

import pytest

from notifications.models import Letter

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("is_frozen", [True, False])
def test_all_letters_go_out(letters, portal, server, is_frozen):
    """Planted and seen: ``drain`` that asks the cache for each letter never ended with the frozen one."""
    names = letters(50)
    with socket.socket() as redis:
        redis.bind(("127.0.0.1", 0))
        if is_frozen:
            redis.listen()
        began = time.monotonic()
        with portal("mailer", "--once", REDIS_URL=f"redis://127.0.0.1:{redis.getsockname()[1]}/0") as process:
            assert process.wait(60) == 0
    assert time.monotonic() - began < 60
    assert sorted(server.accepted) == sorted(names)
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
