"""A mail server for proofs: it writes down what it accepts and misbehaves exactly as it is told.

It knows the steps banner, ehlo, auth, mail, rcpt, data, dot, and what comes after the dot. At each it can
answer something else, hang, or cut the connection; and it is slow on request, so that kills find letters
in the midst of being handed over.
"""

import contextlib
import re
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable
from typing import ClassVar

OK = {
    "banner": "220 sink ready",
    "ehlo": "250-sink\r\n250-8BITMIME\r\n250 SIZE 33554432",
    "auth": "235 2.7.0 welcome",
    "mail": "250 2.1.0 sender ok",
    "rcpt": "250 2.1.5 recipient ok",
    "data": "354 go ahead",
    "dot": "250 2.0.0 accepted",
}
VERBS = {"EHLO": "ehlo", "HELO": "ehlo", "AUTH": "auth", "MAIL": "mail", "RCPT": "rcpt", "DATA": "data"}
MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.MULTILINE | re.IGNORECASE)


class Sink:
    """The server. ``accepted``: Message-IDs in the order of their dots, the same one again for a second copy."""

    def __init__(self) -> None:
        """Start at a free port of this machine."""
        self.accepted: list[str] = []
        self.bodies: dict[str, bytes] = {}
        self.server = _Server(("127.0.0.1", 0), _Conversation)
        self.server.sink = self
        self.port: int = self.server.server_address[1]
        self.free = threading.Event()
        self.reset()
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def reset(self) -> None:
        """Forget everything and behave well."""
        self.accepted, self.bodies = [], {}
        self.answers: dict[str, str] = {}  # step, or "rcpt someone@example.org" -> answer instead of the good one
        self.hang_at = ""
        self.cut_at = ""  # a step; "after" the dot means: accepted, then the connection is reset
        self.seconds = 0.0
        self.mishap: Callable[[], str] | None = None  # asked at each dot: "", "cut" or an answer
        self.drops = 0
        self.letters_of_connections: list[int] = []
        self.free.clear()

    @property
    def waiting(self) -> int:
        """How many connections hang as told."""
        return self.server.waiting

    @property
    def talks(self) -> int:
        """How many connections are open."""
        return self.server.talks

    def close(self) -> None:
        """End; whoever hangs is let go."""
        self.free.set()
        self.server.shutdown()
        self.server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64
    block_on_close = False
    sink: Sink
    talks = 0
    waiting = 0

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that dies in the midst is what we are here for."""


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server
    disable_nagle_algorithm = True
    lock: ClassVar[threading.Lock] = threading.Lock()

    def handle(self) -> None:
        """Talk until the client goes."""
        self.sink, self.letters = self.server.sink, 0
        with self.lock:
            self.server.talks += 1
        try:
            with contextlib.suppress(OSError, _Cut):
                self.talk()
        finally:
            with self.lock:
                self.server.talks -= 1
                self.sink.letters_of_connections.append(self.letters)

    def talk(self) -> None:
        """Answer line by line."""
        self.say("banner")
        while line := self.rfile.readline():
            words = line.decode("latin-1").strip()
            step = VERBS.get(words[:4].upper(), "")
            if words.upper().startswith("QUIT"):
                self.put("221 bye")
                return
            if not step:
                self.put("250 ok" if words[:4].upper() in ("RSET", "NOOP") else "502 not here")
                continue
            said = self.say(step, who=words.partition("<")[2].partition(">")[0] if step == "rcpt" else "")
            if step == "data" and said.startswith("354"):
                self.take()

    def take(self) -> None:
        """Read a letter up to its dot. A letter without a dot is forgotten."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise _Cut
            lines.append(line[1:] if line.startswith(b".") else line)
        sink, content = self.sink, b"".join(lines)
        mishap = sink.mishap() if sink.mishap else ""
        answer = sink.answers.get("dot", mishap if mishap != "cut" else "")
        if not answer:
            found = MESSAGE_ID.search(content)
            name = found[1].decode("latin-1") if found else ""
            sink.accepted.append(name)
            sink.bodies[name] = content
            self.letters += 1
        if sink.seconds:
            time.sleep(sink.seconds)
        if mishap == "cut" or sink.cut_at == "after":
            sink.drops += 1
            self.cut()
        if sink.hang_at == "dot":
            self.hang()
        self.put(answer or OK["dot"])

    def say(self, step: str, *, who: str = "") -> str:
        """Answer a step as told: well, badly, not at all."""
        sink = self.sink
        if sink.cut_at == step:
            self.cut()
        if sink.hang_at == step:
            self.hang()
        answer = sink.answers.get(f"{step} {who}") or sink.answers.get(step) or OK[step]
        self.put(answer)
        return answer

    def hang(self) -> None:
        """Say nothing until everybody is let go."""
        self.server.waiting += 1
        self.sink.free.wait()

    def put(self, answer: str) -> None:
        """Send one answer."""
        self.wfile.write(answer.encode() + b"\r\n")

    def cut(self) -> None:
        """Reset the connection."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        raise _Cut


class _Cut(Exception):
    """The conversation is over."""
