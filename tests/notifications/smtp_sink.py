"""A mail server for tests: a real socket on the loopback that takes letters, or does not."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Sink:
    """What came in. ``rcpt``, ``data`` and ``end`` are its answers; an empty one hangs up."""

    url: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    tries: int = 0
    rcpt: str = "250 ok"
    data: str = "354 go on"
    end: str = "250 taken"
    silent: threading.Event = field(default_factory=threading.Event)
    """Set: once the letter is in, nothing more is said."""


class _Talk(socketserver.StreamRequestHandler):
    sink: Sink

    def handle(self) -> None:
        self.sink.tries += 1
        self._say("220 sink")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"DATA":
                if not self._say(self.sink.data) or not self._take():
                    return
            elif verb == b"RCPT":
                if not self._say(self.sink.rcpt):
                    return
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> bool:
        if not self.sink.data.startswith("354"):
            return True
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.sink.letters.append(letter)
        if self.sink.silent.is_set():
            self.rfile.readline()  # until the other side has lost its patience
            return False
        return self._say(self.sink.end)

    def _say(self, words: str) -> bool:
        """Whether anything was said: an empty answer hangs up."""
        if words:
            self.wfile.write(f"{words}\r\n".encode())
        return bool(words)


@contextmanager
def sink() -> Iterator[Sink]:
    """A server that runs as long as the block does."""
    kept = Sink()
    talk = type("Talk", (_Talk,), {"sink": kept})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), talk) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        kept.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        yield kept
        server.shutdown()
        thread.join()
