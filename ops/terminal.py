"""What the scripts say: one line per step, with the time it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Sorry(Exception):
    """Stop with a sentence for the person at the terminal."""


def say(text: str = "") -> None:
    """Print at once, also when the output goes to a file or a pipe."""
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what begins; say how long it took when it is done."""
    started = time.monotonic()
    sys.stdout.write(f"  {title} ... ")
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        say("stopped")
        raise
    say(f"{time.monotonic() - started:.1f} s")
