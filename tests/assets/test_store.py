"""The store in a folder: its disk. What every store does is in ``test_store_contract.py``."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assets import verified
from assets.store import STALE_AFTER, Damaged, FolderStore
from assets.stores import UnknownStore, open_store

STORY = "秋收".encode() * 1000
NAME = hashlib.sha256(STORY).hexdigest()


def named_files(store: FolderStore) -> list[Path]:
    return [path for path in store.root.glob("??/??/*") if path.is_file()]


def arriving(store: FolderStore) -> list[Path]:
    return list((store.root / "arriving").iterdir())


def test_nothing_is_left_of_an_arrival_that_was_named(store: FolderStore) -> None:
    store.put(io.BytesIO(STORY))
    assert [path.name for path in named_files(store)] == [NAME]
    assert not arriving(store)


def test_putting_again_heals_flipped_bits(store: FolderStore) -> None:
    store.put(io.BytesIO(STORY))
    named_files(store)[0].write_bytes(b"rot")
    store.put(io.BytesIO(STORY))
    assert named_files(store)[0].read_bytes() == STORY


@pytest.mark.parametrize("at", [0, 7, len(STORY) - 1])
def test_a_flipped_bit_is_served_to_nobody(store: FolderStore, at: int) -> None:
    store.put(io.BytesIO(STORY))
    with store.open(NAME) as file:
        assert file.read() == STORY
    flip(named_files(store)[0], at)
    for ask in (store.open, store.path):
        with pytest.raises(Damaged):
            ask(NAME)
    assert not store.is_sound(NAME)


def test_a_bit_that_flips_without_a_trace_is_found_within_the_hour(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk itself tells nothing: the file is as old and as large as it was."""
    store.put(io.BytesIO(STORY))
    assert store.path(NAME) is not None
    place = named_files(store)[0]
    before = place.stat()
    flip(place, 5)
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    monkeypatch.setattr(verified, "GOOD_FOR", 0.0)
    with pytest.raises(Damaged):
        store.open(NAME)


def flip(place: Path, at: int) -> None:
    data = bytearray(place.read_bytes())
    data[at] ^= 1
    place.write_bytes(data)


def test_a_file_is_not_hashed_anew_for_every_piece_that_is_asked_of_it(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[Path] = []
    hash_of = verified.hash_of
    monkeypatch.setattr(verified, "hash_of", lambda path: hashed.append(path) or hash_of(path))
    store.put(io.BytesIO(STORY))
    for _ in range(5):
        store.open(NAME).close()
    assert len(hashed) == 1


def test_sweep_takes_only_what_a_dead_upload_left(store: FolderStore) -> None:
    for name, age in (("dead", STALE_AFTER + 60), ("alive", 60)):
        path = store.root / "arriving" / name
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age,) * 2)
    assert store.sweep() == 1
    assert [path.name for path in arriving(store)] == ["alive"]


WRITER = """
import sys, time
from pathlib import Path
from assets.store import FolderStore

class Slow:
    left = 40
    def read(self, size):
        if not self.left:
            return b""
        self.left -= 1
        if self.left == 20:
            print("half", flush=True)
        time.sleep(0.01)
        return b"x" * 50_000

blob = FolderStore(Path(sys.argv[1])).put(Slow())
print(blob.sha256, flush=True)
time.sleep(60)
"""


def _writer(root: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(root)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def _kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


def test_killed_while_writing_shows_no_half_file(store: FolderStore) -> None:
    process = _writer(store.root)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    _kill(process)
    assert not named_files(store)
    assert len(arriving(store)) == 1
    assert store.sweep(time.time() + STALE_AFTER + 60) == 1


def test_killed_after_acknowledging_loses_nothing(store: FolderStore) -> None:
    process = _writer(store.root)
    assert process.stdout is not None
    process.stdout.readline()
    name = process.stdout.readline().strip()
    _kill(process)
    with store.open(name) as file:
        assert hashlib.sha256(file.read()).hexdigest() == name


def test_store_is_opened_by_its_address(tmp_path: Path) -> None:
    store = open_store(f"file://{tmp_path}/media%20store")
    blob = store.put(io.BytesIO(STORY))
    path = store.path(blob.sha256)
    assert path is not None
    assert path.is_relative_to(tmp_path / "media store")


@pytest.mark.parametrize("url", ["ftp://bucket/prefix", "/srv/store", "file://host/a", "file:a"])
def test_address_that_cannot_be_opened_says_so(url: str) -> None:
    with pytest.raises(UnknownStore, match="素材库地址"):
        open_store(url)


def test_reading_takes_any_stream(store: FolderStore, tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(STORY)
    with source.open("rb") as stream:
        assert store.put(stream).sha256 == NAME
