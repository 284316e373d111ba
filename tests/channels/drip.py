"""A server that never comes to an end: it says the same few bytes again and again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PAUSE = 0.05


@contextmanager
def dripping(first: bytes, drop: bytes) -> Iterator[str]:
    """The address of a server that says ``first`` and then ``drop`` for ever, to each caller."""
    over = threading.Event()

    def serve(caller: socket.socket) -> None:
        with caller, suppress(OSError):
            caller.sendall(first)
            while not over.wait(PAUSE):
                caller.sendall(drop)

    def listen() -> None:
        with suppress(OSError):
            while True:
                caller, _ = listening.accept()
                threading.Thread(target=serve, args=(caller,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=listen, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
            listening.shutdown(socket.SHUT_RDWR)
