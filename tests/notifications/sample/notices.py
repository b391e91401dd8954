"""An app with kinds of letters of both policies, and one that kills; for processes that the proofs start."""

import os
import signal

from notifications.registry import Content, letter
from tests.notifications.sample import crash


def words(thing, person, data):
    return Content(subject=f"Note for {person}", lines=["One line."], why="You take part in a test.")


letter("sample-note", is_urgent=True)(words)  # urgent: no daily limit folds them
letter("sample-held", is_urgent=True, policy="hold")(words)


@letter("sample-killer")
def sample_killer(thing, person, data):
    os.kill(os.getpid(), signal.SIGKILL)


@letter("sample-faulty")
def sample_faulty(thing, person, data):
    raise ZeroDivisionError


if os.environ.get("CRASH_AT"):
    crash.plant(os.environ["CRASH_AT"])
