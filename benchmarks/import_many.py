"""A thousand photographs into the catalogue, against the bare steps that this takes.

Ours takes each file in as an upload does (looked at, proved, rendered in a bounded child, original
and renditions kept and forced to the disk) and enters it with audit and event, a transaction each.
The floor does with the same files what cannot be left out: hash, write, force to the disk, the
same pictures rendered in the same child and written as well, one row in SQLite. Both go through
the files in blocks, in turn; what is stated is seconds for all of them.

``python -m benchmarks.import_many 100`` does it with fewer.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final

from PIL import Image, ImageDraw

from assets import bounded, pictures
from assets.presets import PRESETS
from assets.store import Blob
from benchmarks import newsroom
from kitchen import app
from kitchen.core.access import Actor
from kitchen.media import intake, service
from kitchen.people import queries as people
from kitchen.people.models import Staff

FILES: Final = 1000
BLOCK: Final = 25
SIZE: Final = (1600, 1200)
TARGET: Final = 1.3


def run(count: int = FILES) -> Iterator[dict[str, Any]]:
    """One line, for so many files."""
    with newsroom.house() as house, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = [_photograph(folder, number) for number in range(count + BLOCK)]
        floor = _Floor(folder / "floor")
        actor = _operator(house)
        _take_in(house, actor, files[:BLOCK])  # warms up, and does not count
        floor.take_in(files[:BLOCK])
        ours = bare = 0.0
        for at in range(BLOCK, len(files), BLOCK):
            block = files[at : at + BLOCK]
            ours += _seconds(lambda block=block: _take_in(house, actor, block))  # type: ignore[misc]
            bare += _seconds(lambda block=block: floor.take_in(block))  # type: ignore[misc]
        bounded.close()
        yield {
            "name": "import_many",
            "ours": round(ours, 2),
            "floor": round(bare, 2),
            "unit": "s",
            "ratio": round(ours / bare, 3),
            "target": TARGET,
            "size": {"files": count, "pixels": SIZE[0] * SIZE[1], "bytes": files[0].stat().st_size},
            "runs": 1,
        }


def _seconds(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _operator(house: app.House) -> Actor:
    with house.database.unit(write=False) as session:
        staff = session.query(Staff).filter_by(username="operator").one()
        return people.actor_of(session, staff, session.info["roles"])


def _take_in(house: app.House, actor: Actor, files: Sequence[Path]) -> None:
    for path in files:
        with path.open("rb") as stream:
            taken = intake.receive(house.ports.store, stream, path.name)
        with house.database.unit() as session:
            service.catalogue(session, actor, taken)


class _Floor:
    """The bare steps: a folder of files named by their hash, and a table of them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._rows = sqlite3.connect(folder / "rows.db", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute("PRAGMA synchronous=FULL")
        self._rows.execute("CREATE TABLE file (sha256 TEXT PRIMARY KEY, shapes TEXT)")

    def take_in(self, files: Sequence[Path]) -> None:
        for path in files:
            with path.open("rb") as stream:
                blob = self._put(stream)
            made = pictures.render(path, tuple(PRESETS.values()), self._put)
            shapes = json.dumps({each.preset: each.sha256 for each in made})
            self._rows.execute("INSERT INTO file VALUES (?, ?)", (blob.sha256, shapes))

    def _put(self, stream: BinaryIO) -> Blob:
        data = stream.read()
        name = hashlib.sha256(data).hexdigest()
        with (self._folder / name).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return Blob(name, len(data))


def _photograph(folder: Path, number: int) -> Path:
    """Something to look at, different each time."""
    picture = _ground().copy()
    ImageDraw.Draw(picture).text((40, 40), f"{number}", fill=(255, 255, 255), font_size=80)
    path = folder / f"{number:05}.jpg"
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=88)
    path.write_bytes(target.getvalue())
    return path


@cache
def _ground() -> Image.Image:
    coarse = [Image.effect_noise((64, 48), 90).resize(SIZE) for _ in range(3)]
    return Image.merge("RGB", coarse)


if __name__ == "__main__":
    for line in run(int(sys.argv[1]) if sys.argv[1:] else FILES):
        print(json.dumps(line, ensure_ascii=False), flush=True)
