"""A platform that takes its time and does nothing else: it shows what waiting costs, and whom.

It answers like the receiving side of ``channels.outlet``, every call after the milliseconds with
which its address begins (``http://127.0.0.1:PORT/200/…``), however many come at once. It keeps
nothing and checks nothing. ``python -m benchmarks.stand_in PORT`` runs it on loopback.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kitchen.supervisor import answers
from tests.fixtures.places import first_free_port
from tests.fixtures.processes import started

HOST = "127.0.0.1"
BACKLOG = 2048
END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True)
class StandIn:
    """Where it listens."""

    port: int

    def address(self, milliseconds: int, sender: str) -> str:
        """The base address for a sender whose calls take so long."""
        return f"http://{HOST}:{self.port}/{milliseconds}/{sender}"


@contextmanager
def running(home: Path) -> Iterator[StandIn]:
    """A stand-in of our own for the block, in a process of its own; its log goes to ``home``."""
    port = first_free_port()
    argv = [sys.executable, "-m", "benchmarks.stand_in", str(port)]
    with started(argv, answers(HOST, port, "/0/"), log=home / "stand-in.log"):
        yield StandIn(port)


class Calls(asyncio.Protocol):
    """One connection, whose calls come one after the other."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = bytearray()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(END_OF_HEAD)
        if not found or len(rest) < (length := _length(head)):
            return
        target = head.split(b" ", 2)[1].decode()
        answer = _answer(target, bytes(rest[:length]))
        self._received = rest[length:]
        milliseconds = int(target.split("/", 2)[1])
        asyncio.get_running_loop().call_later(milliseconds / 1000, self._send, answer)

    def _send(self, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self._transport.write(head.encode() + END_OF_HEAD + body)


def _length(head: bytearray) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def _answer(target: str, body: bytes) -> dict[str, Any]:
    """What ``channels.outlet`` wants to read: of a file its address, of an item its state."""
    name = target.rpartition("/")[2]
    url = f"http://{HOST}/{name}"
    if "/items/" not in target:
        return {"sha256": name, "size": len(body), "mime": "image/jpeg", "url": url}
    first = {"uri": name, "version": "1", "pubstatus": "usable", "altids": {"uid": name}}
    item = json.loads(body) if body else first
    told = {key: item[key] for key in ("uri", "version", "pubstatus", "altids")}
    return {**told, "url": url}


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Calls, HOST, port, backlog=BACKLOG)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
