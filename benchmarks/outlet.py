"""What readers ask for: a piece, the front page, the JSON list, the state of an item; and 304s.

Ours is the public face as the product serves it; the floor is :mod:`benchmarks.same_bytes`, a bare
Flask route that sends the same bytes, under the same server with the same threads. Eight clients
ask at once, in turn of the one and of the other. ``ours`` and ``floor`` are answers for a second of
processor time of the server (and of PostgreSQL's), which stays comparable on a busy machine;
``ratio`` is floor / ours; ``wall`` are answers a second by the clock. The outlet holds 200 pieces
of 800 characters. A signed read of an item is checked and looked up each time, by contract; its
floor checks nothing.
"""

from __future__ import annotations

import http.client
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from benchmarks import fanout, postgres, same_bytes
from channels.outlet import signature
from kitchen import app, schema_version
from kitchen.config import Settings
from kitchen.core import clock
from kitchen.core.access import HOUSE
from kitchen.outlet import service
from kitchen.outlet.models import OutletClient, OutletFingerprint, OutletItem
from kitchen.supervisor import answers
from tests.fixtures.places import first_free_port
from tests.fixtures.processes import started

TARGET = 1.25
"""At least 0.8 of the rate of the floor."""
PIECES = 200
CLIENTS = 8
REQUESTS = 1600
"""In a round, of each side."""
ROUNDS = 5
HOST = "127.0.0.1"
SENTENCE = "荷塘镇三百亩藕田开始采挖，村民下到齐腰深的水里，用水枪冲开淤泥。"
Headers = Mapping[str, str]


@dataclass(frozen=True)
class Side:
    """One of the two servers."""

    port: int
    busy: Sequence[psutil.Process]

    def ask(self, target: str, headers: Headers, times: int, status: int) -> float:
        """Ask so often over one connection; answers the seconds it took."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        began = time.perf_counter()
        for _ in range(times):
            connection.request("GET", target, headers=dict(headers))
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status, (target, answer.status)
        connection.close()
        return time.perf_counter() - began

    def crowd(self, target: str, headers: Headers, times: int, status: int) -> tuple[float, float]:
        """Let all clients ask at once; answers a second by the processor, and by the clock."""
        spent = fanout.cpu(self.busy)
        with ThreadPoolExecutor(CLIENTS) as clients:
            began = time.perf_counter()
            asked = [
                clients.submit(self.ask, target, headers, times // CLIENTS, status)
                for _ in range(CLIENTS)
            ]
            for each in asked:
                each.result()
            wall = time.perf_counter() - began
        many = times // CLIENTS * CLIENTS
        return many / (fanout.cpu(self.busy) - spent), many / wall


@dataclass(frozen=True)
class Asked:
    """What is asked for: a name, a target, headers, and the status of the answer."""

    name: str
    target: str
    headers: Headers
    status: int = 200


def run(rounds: int = ROUNDS, requests: int = REQUESTS) -> Iterator[dict[str, Any]]:
    """A line for each kind of answer on each kind of database."""
    yield from _on("sqlite", "", [], rounds, requests)
    with postgres.running() as server:
        if server is not None:
            url = server.create("outlet")
            yield from _on("postgresql", url, server.processes(), rounds, requests)


def _on(
    kind: str, database_url: str, backing: Sequence[psutil.Process], rounds: int, requests: int
) -> Iterator[dict[str, Any]]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kb-")))
        told = {"KITCHEN_HOME": str(home), "KITCHEN_LOG": "json"}
        if database_url:
            told["KITCHEN_DATABASE_URL"] = database_url
        uri, key = _filled(Settings.from_environment(told))
        argv = ["-m", "kitchen", "serve", "public"]
        ours = stack.enter_context(_served(home, argv, told, backing))
        wanted = list(_wanted(ours.port, uri, key))
        same_bytes.keep(home / "pages.json", {it.target: _got(ours.port, it) for it in wanted})
        argv = ["-m", "benchmarks.same_bytes", str(home / "pages.json")]
        floor = stack.enter_context(_served(home, argv, told, []))
        for asked in wanted:
            yield _line(kind, asked, ours, floor, rounds, requests)


def _filled(settings: Settings) -> tuple[str, tuple[str, str]]:
    """A house whose outlet holds pieces: the address of one, and a key that may ask for it."""
    schema_version.upgrade(settings.database_url)
    house = app.open_house(settings)
    with house.database.unit() as session:
        key = service.register_client(session, HOUSE, "bench")
        client = session.query(OutletClient).one()
        pieces = [_piece(number, client.id, clock.now(session)) for number in range(PIECES)]
        session.add_all(pieces)
        session.flush()
        session.add_all(OutletFingerprint(uid=it.uri, item_id=it.id) for it in pieces)
    house.database.dispose()
    return pieces[-1].uri, key


def _piece(number: int, client_id: int, now: Any) -> OutletItem:
    paragraph = f"<p>{SENTENCE * 5}</p>"
    return OutletItem(
        uri=f"piece{number}",
        client_id=client_id,
        revision=1,
        headline=f"荷塘镇三百亩藕田开挖 {number}",
        digest=SENTENCE * 2,
        byline="本报记者",
        body_html=paragraph * 5,
        tags=["荷塘", "农业"],
        uid_live=f"piece{number}",
        published_at=now,
        updated_at=now,
    )


def _wanted(port: int, uri: str, key: tuple[str, str]) -> Iterator[Asked]:
    targets = {"article": f"/a/{uri}", "list": "/", "json_list": "/feeds/items.json"}
    for name, target in targets.items():
        yield Asked(name, target, {})
    for name, target in targets.items():
        _, _, etag = _got(port, Asked(name, target, {}))
        yield Asked(f"{name}_304", target, {"If-None-Match": etag}, 304)
    yield Asked("item", f"/content/v1/items/{uri}", _signed(f"/content/v1/items/{uri}", *key))


def _signed(target: str, key_id: str, secret: str) -> Headers:
    now = str(int(time.time()))
    return {
        "X-Kitchen-Key": key_id,
        "X-Kitchen-Timestamp": now,
        "X-Kitchen-Signature": signature(secret, "GET", target, now, b""),
    }


def _got(port: int, asked: Asked) -> tuple[bytes, str, str]:
    """Content, type and ETag of an answer in full."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    headers = {key: it for key, it in asked.headers.items() if key != "If-None-Match"}
    connection.request("GET", asked.target, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status == 200, (asked.target, answer.status, content[:300])
    connection.close()
    return content, answer.headers["Content-Type"], answer.headers.get("ETag", "")


@contextmanager
def _served(
    home: Path, argv: Sequence[str], told: Mapping[str, str], backing: Sequence[psutil.Process]
) -> Iterator[Side]:
    """A server of the public face, or of what stands in its place, on ports of its own."""
    port = first_free_port(3)
    env = {**told, "KITCHEN_PORT": str(port)}
    ready = answers(HOST, port + 1)
    with started([sys.executable, *argv], ready, log=home / "server.log", env=env) as process:
        yield Side(port + 1, [psutil.Process(process.pid), *backing])


def _line(
    kind: str, asked: Asked, ours: Side, floor: Side, rounds: int, requests: int
) -> dict[str, Any]:
    what = (asked.target, asked.headers, requests, asked.status)
    pairs = [(ours.crowd(*what), floor.crowd(*what)) for _ in range(rounds + 1)][1:]

    def median(values: Iterator[float]) -> float:
        return round(statistics.median(values), 3)

    return {
        "name": f"outlet_{asked.name}_{kind}",
        "ours": median(mine[0] for mine, _ in pairs),
        "floor": median(bare[0] for _, bare in pairs),
        "unit": "1/cpu s",
        "ratio": median(bare[0] / mine[0] for mine, bare in pairs),
        "target": TARGET,
        "size": {"pieces": PIECES, "clients": CLIENTS, "requests": requests},
        "runs": rounds,
        "wall_ours": median(mine[1] for mine, _ in pairs),
        "wall_floor": median(bare[1] for _, bare in pairs),
    }
