"""A wire between a browser and the desk that breaks where a test says: real cuts."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from threading import Thread

PIECE = 1 << 16
_AT_ONCE = struct.pack("ii", 1, 0)


class Wire:
    """Carries what is sent to ``port`` onwards; ``cuts`` says after how many bytes each it breaks.

    A cut ends every connection at that moment without a word, as a lost network does.
    """

    def __init__(self, port: int) -> None:
        self.to = port
        self.cuts: list[int] = []
        self.made = 0
        """How many cuts there were."""
        self._sent = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._listening.close()
        self._cut_all()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self.to))
        except OSError:
            _break(near)
            return
        with self._lock:
            self._open |= {near, far}
        Thread(target=self._carry, args=(far, near, False), daemon=True).start()
        self._carry(near, far, True)

    def _carry(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                target.sendall(piece)
                if counted:
                    self._count(len(piece))
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        with self._lock:
            self._open -= {source, target}

    def _count(self, size: int) -> None:
        with self._lock:
            self._sent += size
            due = bool(self.cuts) and self._sent >= self.cuts[0]
            if due:
                self.cuts.pop(0)
                self._sent = 0
                self.made += 1
        if due:
            self._cut_all()

    def _cut_all(self) -> None:
        with self._lock:
            broken, self._open = self._open, set()
        for each in broken:
            _break(each)


def _break(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
