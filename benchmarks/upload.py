"""A large film by tus to the desk of ``kitchen up``, against a plain copy of the same bytes.

Ours sends pieces of 5 MB, each with its SHA-256, which the desk checks, forces to the disk and
notes in the database; the last answer says that all of it is safe (what is then done with it is a
worker's time, not the sender's). The floor sends the same bytes in one request to the same server
with nothing behind it (:mod:`benchmarks.plain_copy`). Both run in turn over HTTP on loopback by a
client with one connection; stated is the median by the clock. The hashes of the pieces are made
beforehand: a browser makes them in threads of its own.

``upload_memory`` is how much more the processes of the desk hold at their fullest while six such
uploads run at the same time than before, in MB.
"""

from __future__ import annotations

import base64
import hashlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import psutil  # type: ignore[import-untyped]
from itsdangerous import URLSafeTimedSerializer

from assets import video
from benchmarks import newsroom
from kitchen import app
from kitchen.people.sessions import COOKIE
from kitchen.supervisor import answers
from tests.fixtures.places import first_free_port
from tests.fixtures.processes import started
from tests.fixtures.product import Product, at_work

MB: Final = 1 << 20
SIZE: Final = 200 * MB
PIECE: Final = 5 * MB
TARGET: Final = 1.3
MEMORY_TARGET: Final = 64.0
"""MB for all six: a piece is never held as a whole."""
AT_ONCE: Final = 6
PATIENCE: Final = 600.0

Pieces = Sequence[tuple[memoryview, str]]


def run(rounds: int = 5, size: int = SIZE) -> Iterator[dict[str, Any]]:
    """How long one upload takes, and what six at once need."""
    with tempfile.TemporaryDirectory(prefix="ku-") as place, ExitStack() as stack:
        home = Path(place) / "home"
        home.mkdir()
        product = stack.enter_context(at_work(home))
        ours = stack.enter_context(signed_in(product))
        plain = stack.enter_context(_plain(Path(place)))
        pieces = _pieces(Path(place), size)
        _settled(ours, _send(ours, pieces)[1])
        _copied(plain, pieces)
        pairs = [_pair(ours, plain, pieces) for _ in range(rounds)]
        yield {
            "name": "upload",
            "ours": round(statistics.median(mine for mine, _ in pairs), 3),
            "floor": round(statistics.median(bare for _, bare in pairs), 3),
            "unit": "s",
            "ratio": round(statistics.median(mine / bare for mine, bare in pairs), 3),
            "target": TARGET,
            "size": {"bytes": size, "pieces": len(pieces)},
            "runs": rounds,
        }
        yield _memory(product, ours, pieces)


def _pair(ours: httpx.Client, plain: httpx.Client, pieces: Pieces) -> tuple[float, float]:
    """One of each; the worker is done with ours before the other begins."""
    seconds, path = _send(ours, pieces)
    _settled(ours, path)
    return seconds, _copied(plain, pieces)


def _pieces(place: Path, size: int) -> Pieces:
    """A film of a second that weighs so many bytes, in pieces with the hash of each."""
    path = place / "film.mp4"
    pattern = ("-f", "lavfi", "-i", "testsrc=size=320x180:rate=10:duration=1")
    made = ("-c:v", "libx264", "-pix_fmt", "yuv420p", str(path))
    subprocess.run([video.ffmpeg(), "-v", "error", *pattern, *made], check=True)
    film = path.read_bytes()
    rest = size - len(film)
    whole = memoryview(film + rest.to_bytes(4, "big") + b"free" + bytes(rest - 8))
    cut = [whole[at : at + PIECE] for at in range(0, size, PIECE)]
    return [(it, base64.b64encode(hashlib.sha256(it).digest()).decode()) for it in cut]


def signed_in(product: Product) -> httpx.Client:
    """A client of the running desk, as an operator's browser is one."""
    with product.house.database.unit() as session:
        newsroom.add_people(session)
    face = app.create_desk(product.house)
    cookie = newsroom.visitor(product.house, "operator", face).get_cookie(COOKIE)
    assert cookie is not None
    token = URLSafeTimedSerializer(face.secret_key, salt="wtf-csrf-token").dumps("x")
    return httpx.Client(
        base_url=f"http://127.0.0.1:{product.settings.port}",
        headers={"X-CSRFToken": token, "Tus-Resumable": "1.0.0", "Prefer": "respond-async"},
        cookies={COOKIE: cookie.value},
        timeout=PATIENCE,
    )


def _send(client: httpx.Client, pieces: Pieces) -> tuple[float, str]:
    """Seconds from the announcement to the answer that says that all is safe; and the address."""
    began = time.perf_counter()
    length, offset = sum(len(piece) for piece, _ in pieces), 0
    begun = client.post("/files/tus", headers={"Upload-Length": str(length)})
    assert begun.status_code == 201, begun.text
    path = httpx.URL(begun.headers["Location"]).path
    for piece, digest in pieces:
        headers = {
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {digest}",
            "Content-Type": "application/offset+octet-stream",
        }
        answer = client.patch(path, content=bytes(piece), headers=headers)
        assert answer.status_code == 204, answer.text
        offset += len(piece)
    return time.perf_counter() - began, path


def _settled(client: httpx.Client, path: str) -> None:
    """Wait until the worker has taken it in."""
    deadline = time.monotonic() + PATIENCE
    while (told := client.get(path).json())["stands"] != "stored":
        assert time.monotonic() < deadline, told
        assert told["stands"] != "refused", told
        time.sleep(0.2)


@contextmanager
def _plain(place: Path) -> Iterator[httpx.Client]:
    """The floor, served as the desk is."""
    port = first_free_port()
    folder = place / "plain"
    folder.mkdir()
    argv = [
        *(sys.executable, "-m", "gunicorn", "benchmarks.plain_copy:application()"),
        *(f"--bind=127.0.0.1:{port}", "--worker-class=gthread", "--threads=32"),
        *("--no-control-socket", "--log-level=warning"),
    ]
    ready, environment = answers("127.0.0.1", port, "/"), {"PLAIN_COPY": str(folder)}
    with (
        started(argv, ready, log=place / "plain.log", env=environment),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client,
    ):
        yield client


def _copied(client: httpx.Client, pieces: Pieces) -> float:
    """Seconds for the same bytes in one request."""
    length = str(sum(len(piece) for piece, _ in pieces))
    began = time.perf_counter()
    body = (bytes(piece) for piece, _ in pieces)
    answer = client.put("/copy", content=body, headers={"Content-Length": length})
    assert answer.status_code == 204, answer.text
    return time.perf_counter() - began


def _memory(product: Product, client: httpx.Client, pieces: Pieces) -> dict[str, Any]:
    """What the desk's processes hold at their fullest, above what they held before."""
    desk = serving(product)
    before, fullest, done = _held(desk), 0.0, threading.Event()

    def look() -> None:
        nonlocal fullest
        while not done.wait(0.05):
            fullest = max(fullest, _held(desk))

    looking = threading.Thread(target=look)
    looking.start()
    with ThreadPoolExecutor(AT_ONCE) as senders:
        sent = list(senders.map(lambda _: _send(client, pieces), range(AT_ONCE)))
    done.set()
    looking.join()
    for _, path in sent:
        _settled(client, path)
    grown = round(fullest - before, 1)
    return {
        "name": "upload_memory",
        "ours": grown,
        "floor": None,
        "unit": "MB",
        "ratio": round(grown / MEMORY_TARGET, 3),
        "target": 1.0,
        "size": {"bytes": len(pieces) * PIECE, "at_once": AT_ONCE, "goal": MEMORY_TARGET},
        "runs": 1,
    }


def serving(product: Product) -> list[psutil.Process]:
    """The processes that listen on the desk's port, or were forked by one that does."""
    port = product.settings.port
    listening = [
        each
        for each in product.processes()
        if any(it.laddr and it.laddr.port == port for it in each.net_connections("tcp"))
    ]
    assert listening
    return listening


def _held(desk: Sequence[psutil.Process]) -> float:
    return sum(each.memory_info().rss for each in desk) / MB
