"""A platform over real HTTP that breaks in every way of the design's table, and a channel to it.

``python -m tests.faults.twin PORT SEED FAULTS`` serves one; ``FAULTS`` is how often something goes
wrong, as a multiple of :data:`MIX`. It counts the copies of every piece, which nobody else does,
and keeps its own promise: what it takes late is there within :data:`LATE`, or never.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from channels.base import Abilities, Form, Limits, Listing, Outcome, Post, Receipt
from channels.http import Aim, Veil, Wire
from tests.fixtures.places import first_free_port
from tests.fixtures.processes import started

MIX = {
    "hang after": 0.07,
    "reset after": 0.07,
    "500 after": 0.07,
    "500 before": 0.07,
    "hang before": 0.05,
    "late": 0.05,
}
"""What becomes of a request to publish; whatever is left is answered as it should be."""
LATE = 1.0
"""Seconds after which a piece that was taken late is there for readers."""
TOLERANCE = 0.5
"""How much later than that a busy machine may be; after it the twin drops the piece."""
SENT = "x-sent"
"""The header that tells when a request was sent, by the clock that all processes here share."""
SETTLE = 3.0
"""Real seconds after which the twin's list is the truth."""


class Twin:
    """What readers would see, and how often each piece was put there."""

    def __init__(self, seed: str, often: float) -> None:
        self.copies: Counter[str] = Counter()
        self.puts: Counter[str] = Counter()
        """How often each piece was put there; what was taken back still counts."""
        self.calls: Counter[str] = Counter()
        self._dice = random.Random(seed)
        self._often = often
        self._later: set[asyncio.Task[None]] = set()

    async def answer(self, method: str, path: str, sent: float) -> tuple[int, Any] | None:
        """Status and body; ``None``: the connection is cut without a word."""
        verb, _, uid = path.strip("/").partition("/")
        if verb == "state":
            return 200, {"copies": self.copies, "puts": self.puts, "calls": self.calls}
        if method == "POST" and verb == "publish":
            if time.monotonic() - sent > LATE:  # it lay unread for longer than we promise
                self.calls["unread, dropped"] += 1
                return None
            return await self._publish(uid)
        if verb == "draft":
            return 200, {"draft": uid}
        if verb == "recall":
            self.copies[uid] = 0
        return 200, {"id": uid if self.copies[uid] else ""}

    async def _publish(self, uid: str) -> tuple[int, Any] | None:
        fault = self._fault()
        self.calls[fault or "clean"] += 1
        if fault == "late":
            task = asyncio.create_task(self._take_late(uid))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        elif fault not in {"500 before", "hang before"}:
            self._put(uid)
        if fault in {"hang after", "hang before", "late"}:
            await asyncio.sleep(30)
        if fault in {"500 after", "500 before"}:
            return 500, {"error": "busy"}
        return None if fault == "reset after" else (200, {"id": uid})

    def _put(self, uid: str) -> None:
        self.puts[uid] += 1
        self.copies[uid] += 1

    def _fault(self) -> str:
        cast, sum_ = self._dice.random(), 0.0
        for fault, probability in MIX.items():
            sum_ += probability * self._often
            if cast < sum_:
                return fault
        return ""

    async def _take_late(self, uid: str) -> None:
        asked = time.monotonic()
        await asyncio.sleep(LATE)
        if time.monotonic() - asked <= LATE + TOLERANCE:
            self._put(uid)
        else:
            self.calls["too late, dropped"] += 1

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
                await reader.readexactly(int(_header(head, "content-length")))
                sent = float(_header(head, SENT))
                if (answer := await self.answer(method, path, sent)) is None:
                    break
                writer.write(_written(*answer))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.transport.abort()


def _header(head: bytes, name: str) -> str:
    for line in head.decode().split("\r\n"):
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()
    return "0"


def _written(status: int, body: Any) -> bytes:
    content = json.dumps(body).encode()
    head = f"HTTP/1.1 {status} .\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


class TwinChannel:
    """Keeps the contract of :class:`channels.base.Channel` with the twin, over HTTP."""

    key: ClassVar[str] = "outlet"
    limits: ClassVar[Limits] = Limits(Form.ARTICLE)

    def __init__(self, url: str, settle_window: timedelta) -> None:
        self._wire = Wire(url, Veil())
        self.abilities = Abilities(Listing.AUTHORITATIVE, settle_window)

    def prepare(self, post: Post) -> dict[str, Any]:
        return self._wire.send("POST", f"/draft/{post.uid}").object()

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        sent = {SENT: str(time.monotonic())}
        reply = self._wire.send("POST", f"/publish/{post.uid}", aim=Aim.CREATE, headers=sent)
        return _receipt(str(reply.object()["id"]))

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        found = self._wire.send("GET", f"/find/{post.uid}").object()["id"]
        return _receipt(str(found)) if found else None

    def recall(self, receipt: Receipt) -> Receipt:
        self._wire.send("POST", f"/recall/{receipt.remote_id}", aim=Aim.CREATE).object()
        return Receipt(Outcome.GONE, receipt.remote_id, receipt.remote_url)

    def state(self) -> dict[str, Any]:
        """How often each piece is there and was put there, and how requests went."""
        return self._wire.send("GET", "/state").object()


def _receipt(uid: str) -> Receipt:
    return Receipt(Outcome.LIVE, uid, f"https://platform.example/{uid}")


@contextmanager
def serving(seed: int, log: Path, often: float = 1.0) -> Iterator[str]:
    """A twin in a process of its own, for the block; its address."""
    port = first_free_port()

    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    argv = [sys.executable, "-m", "tests.faults.twin", str(port), str(seed), str(often)]
    with started(argv, listens, log=log):
        yield f"http://127.0.0.1:{port}"


async def _main(port: int, seed: str, often: float) -> None:
    twin = Twin(seed, often)
    server = await asyncio.start_server(twin.serve, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
