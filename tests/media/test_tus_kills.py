"""The whole product, killed while a film comes in: the desk at a piece, the worker at its work."""

from __future__ import annotations

import base64
import hashlib
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from benchmarks.upload import serving, signed_in
from kitchen.media import queries
from kitchen.media.tus_rules import QUICK
from tests.fixtures.processes import wait_until
from tests.fixtures.product import Product, at_work
from tests.media.test_desk_uploads import a_film

pytestmark = [pytest.mark.fault, pytest.mark.slow]

MB = 1 << 20
PIECE = 5 * MB


@pytest.fixture
def product(home: Path) -> Iterator[Product]:
    with at_work(home) as running:
        yield running


@pytest.fixture
def sender(product: Product) -> Iterator[httpx.Client]:
    with signed_in(product) as client:
        yield client


def _desk_workers(product: Product) -> list[psutil.Process]:
    """The processes that answer for the desk: what those that listen there have forked."""
    listening = serving(product)
    parents = {each.pid for each in listening}
    return [each for each in listening if each.ppid() in parents]


def _offset(sender: httpx.Client, path: str) -> int:
    """How much the desk holds to be safe, once it is back."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            return int(sender.head(path).headers["Upload-Offset"])
        time.sleep(0.1)
    raise AssertionError("the desk does not come back")


def _send_piece(sender: httpx.Client, path: str, film: bytes, offset: int) -> None:
    piece = film[offset : offset + PIECE]
    digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
    headers = {
        "Upload-Offset": str(offset),
        "Upload-Checksum": f"sha256 {digest}",
        "Content-Type": "application/offset+octet-stream",
    }
    sender.patch(path, content=piece, headers=headers)


def test_whoever_is_killed_what_was_acknowledged_is_taken_in_whole(
    product: Product, sender: httpx.Client, tmp_path: Path
) -> None:
    film = a_film(tmp_path, size=QUICK + MB).read_bytes()
    begun = sender.post("/files/tus", headers={"Upload-Length": str(len(film))})
    path, killed, acknowledged = httpx.URL(begun.headers["Location"]).path, 0, 0
    while (offset := _offset(sender, path)) < len(film):
        assert offset >= acknowledged
        acknowledged = offset
        if killed < 2 and offset >= (killed + 1) * 2 * PIECE:
            killed += 1
            for worker in _desk_workers(product):
                os.kill(worker.pid, signal.SIGKILL)
        with suppress(httpx.TransportError):
            _send_piece(sender, path, film, offset)
    os.kill(product.workers()["media"], signal.SIGKILL)
    wait_until(lambda: sender.get(path).json()["stands"] == "stored", "the film in the store", 90)
    assert killed == 2
    sha256 = hashlib.sha256(film).hexdigest()
    with product.house.database.unit(write=False) as session:
        assert queries.by_hash(session, sha256) is not None
    assert product.house.ports.store.has(sha256)
