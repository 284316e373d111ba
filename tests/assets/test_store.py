"""The store keeps what it acknowledged, once, and never shows what did not arrive whole."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from assets.refusals import Refused
from assets.store import STALE_AFTER, Absent, Blob, FolderStore, UnknownStore, open_store

STORY = "秋收".encode() * 1000
NAME = hashlib.sha256(STORY).hexdigest()


def named_files(store: FolderStore) -> list[Path]:
    return [path for path in store.root.glob("??/??/*") if path.is_file()]


def arriving(store: FolderStore) -> list[Path]:
    return list((store.root / "arriving").iterdir())


def test_bytes_are_found_under_their_own_hash(store: FolderStore) -> None:
    assert store.put(io.BytesIO(STORY)) == Blob(NAME, len(STORY))
    with store.open(NAME) as file:
        assert file.read() == STORY
    path = store.path(NAME)
    assert path is not None
    assert path.read_bytes() == STORY
    assert not arriving(store)


def test_same_bytes_are_kept_once(store: FolderStore) -> None:
    assert store.put(io.BytesIO(STORY)) == store.put(io.BytesIO(STORY))
    assert len(named_files(store)) == 1


def test_same_bytes_from_many_at_once_are_kept_once(store: FolderStore) -> None:
    threads = [threading.Thread(target=lambda: store.put(io.BytesIO(STORY))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() for path in named_files(store)] == [STORY]


def test_putting_again_heals_flipped_bits(store: FolderStore) -> None:
    store.put(io.BytesIO(STORY))
    named_files(store)[0].write_bytes(b"rot")
    store.put(io.BytesIO(STORY))
    assert named_files(store)[0].read_bytes() == STORY


@pytest.mark.parametrize(("size", "limit", "fits"), [(100, 100, True), (101, 100, False)])
def test_limit_is_kept_to_the_byte(store: FolderStore, size: int, limit: int, fits: bool) -> None:
    if fits:
        assert store.put(io.BytesIO(bytes(size)), limit=limit).size == size
        return
    with pytest.raises(Refused, match="100 B") as refusal:
        store.put(io.BytesIO(bytes(size)), limit=limit)
    assert refusal.value.code == "too_large"
    assert not named_files(store)
    assert not arriving(store)


def test_nothing_is_not_kept(store: FolderStore) -> None:
    with pytest.raises(Refused) as refusal:
        store.put(io.BytesIO(b""))
    assert refusal.value.code == "empty"


def test_upload_that_breaks_off_leaves_nothing(store: FolderStore) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(10)

    with pytest.raises(ConnectionResetError):
        store.put(Broken(STORY))
    assert not named_files(store)
    assert not arriving(store)


def test_deleted_bytes_are_gone_and_deleting_twice_is_said(store: FolderStore) -> None:
    store.put(io.BytesIO(STORY))
    assert store.delete(NAME)
    assert not store.delete(NAME)
    assert not store.has(NAME)
    assert store.path(NAME) is None
    with pytest.raises(Absent):
        store.open(NAME)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, NAME + "\n", NAME[:-1]])
def test_name_that_is_no_hash_reaches_no_file(store: FolderStore, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        store.path(name)


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


def test_bytes_are_forced_to_disk_before_they_get_their_name(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        steps.append("folder" if Path(f"/proc/self/fd/{descriptor}").is_dir() else "file")
        real_fsync(descriptor)

    def replace(self: Path, target: Path) -> Path:
        steps.append("name")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    store.put(io.BytesIO(STORY))
    assert steps.index("file") < steps.index("name")
    assert steps[-1] == "folder"


def test_store_is_opened_by_its_address(tmp_path: Path) -> None:
    store = open_store(f"file://{tmp_path}/media%20store")
    blob = store.put(io.BytesIO(STORY))
    path = store.path(blob.sha256)
    assert path is not None
    assert path.is_relative_to(tmp_path / "media store")


@pytest.mark.parametrize("url", ["s3://bucket/prefix", "/srv/store", "file://host/a", "file:a"])
def test_address_that_cannot_be_opened_says_so(url: str) -> None:
    with pytest.raises(UnknownStore, match="素材库地址"):
        open_store(url)


def test_reading_takes_any_stream(store: FolderStore, tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(STORY)
    stream: BinaryIO
    with source.open("rb") as stream:
        assert store.put(stream).sha256 == NAME
