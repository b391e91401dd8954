"""Seven points at which a process that sends letters dies. They are planted from outside: the portal has none."""

import functools
import os
import signal
import smtplib

POINTS = ("claim", "rcpt", "body", "handing", "dot", "answer", "noted")


def plant(where):
    """Let this process die at ``where``: "dot:3" is the third time that a final dot was sent."""
    from notifications import mailing
    from notifications.delivery import handing, rounds

    point, number = where.split(":")
    die = _at(int(number))
    places = {
        "claim": (rounds, "claim"),
        "rcpt": (smtplib.SMTP, "rcpt"),
        "body": (mailing.SmtpServer, "hand"),
        "handing": (mailing.SmtpServer, "finish"),
        "dot": (smtplib.SMTP, "send"),
        "answer": (mailing.SmtpServer, "finish"),
        "noted": (handing, "end"),
    }
    owner, name = places[point]
    work = getattr(owner, name)

    @functools.wraps(work)
    def until_death(*args, **named):
        if point == "handing":
            die()
        done = work(*args, **named)
        if point not in ("handing", "dot") or (point == "dot" and args[1] == b".\r\n"):
            die()
        return done

    setattr(owner, name, until_death)


def _at(number):
    """Return a function that kills the process when it is called the ``number``th time."""
    calls = iter(range(1, number + 1))

    def die():
        if next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return die
