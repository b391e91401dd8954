"""The mail server, in two steps: everything up to the letter's last byte, and then the final dot.

Between the two steps the outbox notes that the letter is being handed over. So a process that dies before
that note has certainly not sent the letter, and one that dies after it may have: the row tells which.
Django's own SMTP backend does both in one step; every other backend (memory, console, dummy) is used as it is.
"""

import contextlib
import smtplib
import socket
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

DJANGO_SMTP = "django.core.mail.backends.smtp.EmailBackend"
LETTER_SECONDS = 60  # one letter never keeps a process longer, however slowly the server answers
CRLF = b"\r\n"


@dataclass(frozen=True)
class Sealed:
    """A letter whose bytes are made: whatever is wrong with it has shown itself before the server is asked."""

    mail: EmailMessage
    raw: bytes

    @property
    def sender(self):
        """The address of the envelope's back."""
        return sanitize_address(self.mail.from_email, "utf-8")

    @property
    def recipient(self):
        """The one address that the letter goes to."""
        return sanitize_address(self.mail.to[0], "utf-8")


def seal(mail):
    """Return ``mail`` with its bytes; raises whatever is wrong with a header or a text."""
    return Sealed(mail, mail.message().as_bytes(linesep="\r\n"))


def connect():
    """Return the mail server that the settings name: ``open``, ``hand``, ``finish``, ``drop``, ``close``."""
    if settings.EMAIL_BACKEND == DJANGO_SMTP:
        return SmtpServer()
    return PlainServer(get_connection())


class SmtpServer(EmailBackend):
    """An SMTP server that takes one letter after another over one connection."""

    until = None

    @property
    def name(self):
        """What the pause of this server is kept under."""
        return f"{self.host}:{self.port}"

    def open(self):
        """Connect, greet and sign in, unless that is done; a failure here says nothing about a letter."""
        is_new = super().open()
        if is_new:
            self.until = time.monotonic() + LETTER_SECONDS
            # Without it the dot waits for the server's acknowledgement of the body: 40 ms a letter.
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connection.ehlo_or_helo_if_needed()
        return is_new

    def hand(self, sealed):
        """Give the server the envelope and the whole letter, but not the dot that makes it take it."""
        self.until = time.monotonic() + LETTER_SECONDS
        smtp = self.connection
        size = [f"size={len(sealed.raw)}"] if smtp.has_extn("size") else []
        code, words = self._within(smtp.mail, sealed.sender, size)
        if code != 250:
            self._again(code)
            raise smtplib.SMTPSenderRefused(code, words, sealed.sender)
        code, words = self._within(smtp.rcpt, sealed.recipient)
        if code not in (250, 251):
            self._again(code)
            raise smtplib.SMTPRecipientsRefused({sealed.recipient: (code, words)})
        code, words = self._within(smtp.docmd, "data")
        if code != 354:
            self._again(code)
            raise smtplib.SMTPDataError(code, words)
        self._within(smtp.send, _stuffed(sealed.raw))

    def finish(self):
        """Send the dot and wait for the server's word."""
        self._within(self.connection.send, b".\r\n")
        code, words = self._within(self.connection.getreply)
        if not 200 <= code < 300:
            self._again(code)
            raise smtplib.SMTPDataError(code, words)

    def drop(self):
        """Cut the connection without a word: what the server has of a letter without its dot, it forgets."""
        for smtp in filter(None, (self.connection, self._partial_connection)):
            with contextlib.suppress(OSError):
                smtp.close()
        self.connection = self._partial_connection = None

    def close(self):
        """Say goodbye, if the server still listens."""
        for smtp in filter(None, (self.connection, self._partial_connection)):
            with contextlib.suppress(OSError):
                if smtp.sock is not None:
                    smtp.sock.settimeout(2)
                smtp.quit()
        self.drop()

    def _within(self, step, *words):
        """Take one step, with no more patience than the letter has left."""
        left = self.until - time.monotonic()
        sock = getattr(self.connection, "sock", None)
        if left <= 0 or sock is None:
            raise smtplib.SMTPServerDisconnected("timed out" if left <= 0 else "the connection is gone")
        sock.settimeout(min(self.timeout or LETTER_SECONDS, left))
        return step(*words)

    def _again(self, code):
        """Make the connection ready for the next letter after a refusal; cut it when that fails."""
        try:
            if code == 421 or self._within(self.connection.rset)[0] != 250:
                self.drop()
        except OSError:
            self.drop()


class PlainServer:
    """Any other backend of Django: it takes a letter in one step, which counts as the second one."""

    def __init__(self, backend):
        self.backend, self.sealed = backend, None
        self.name = f"{type(backend).__module__}.{type(backend).__name__}"

    def open(self):
        """Let the backend connect."""
        self.backend.open()

    def hand(self, sealed):
        """Keep the letter for ``finish``."""
        self.sealed = sealed

    def finish(self):
        """Let the backend send the letter."""
        self.backend.send_messages([self.sealed.mail])

    def drop(self):
        """Forget the letter."""
        self.sealed = None
        self.close()

    def close(self):
        """Let the backend disconnect."""
        with contextlib.suppress(OSError):
            self.backend.close()


def _stuffed(raw):
    """Return the letter as SMTP wants it: a dot at the beginning of a line doubled, a line break at the end."""
    body = b"." + raw if raw.startswith(b".") else raw
    body = body.replace(b"\r\n.", b"\r\n..")
    return body if body.endswith(CRLF) else body + CRLF
