"""From the outbox to the mail server: claim one letter, write it, hand it over, note the end.

``drain`` and ``sweep`` are called by the clock's tasks, by ``manage.py mailer`` and by nobody else.
``claiming``: one letter is in the hands of one process. ``writing``: what it says, or why it is not needed.
``handing``: the two steps around the final dot. ``answers``: what the server's words mean. ``pauses``: a
server that asks for less.
"""

from notifications.delivery.answers import is_permanent, wait_after, words_of
from notifications.delivery.claiming import LOST, claim
from notifications.delivery.handing import MAX_CLAIMS, MAX_TRIES, PAUSED, UNREACHABLE, deliver
from notifications.delivery.rounds import KEEP_TEXTS, drain, sweep
from notifications.delivery.writing import write

__all__ = [
    "KEEP_TEXTS",
    "LOST",
    "MAX_CLAIMS",
    "MAX_TRIES",
    "PAUSED",
    "UNREACHABLE",
    "claim",
    "deliver",
    "drain",
    "is_permanent",
    "sweep",
    "wait_after",
    "words_of",
    "write",
]
