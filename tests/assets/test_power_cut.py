"""What a power cut, or a kill at any step, leaves of a folder: all that was acknowledged, whole.

A disk may keep back whatever was not forced: the bytes of a file, and the names in a folder. The
log of what the store really did is replayed against such a disk.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assets.store import FolderStore

ROOT = Path(__file__).parents[2]


class Disk:
    """The log of one process's doings under a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log: list[tuple[str, Path, Path | None]] = []

    @contextmanager
    def watched(self) -> Iterator[None]:
        real_fsync, real_replace, real_mkdir = os.fsync, Path.replace, os.mkdir

        def fsync(descriptor: int) -> None:
            self.log.append(("force", Path(f"/proc/self/fd/{descriptor}").readlink(), None))
            real_fsync(descriptor)

        def replace(path: Path, target: Path) -> Path:
            self.log.append(("name", path, target))
            return real_replace(path, target)

        def mkdir(path: str | Path, *rest: object, **more: object) -> None:
            real_mkdir(path, *rest, **more)  # type: ignore[arg-type]
            self.log.append(("folder", Path(path), None))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", fsync)
            patch.setattr(Path, "replace", replace)
            patch.setattr(os, "mkdir", mkdir)
            yield

    def survives(self, place: Path) -> bool:
        """Whether a disk that keeps back all it may would still have the file, and its bytes."""
        named = max(i for i, (what, _, to) in enumerate(self.log) if what == "name" and to == place)
        source = self.log[named][1]
        filled = ("force", source, None) in self.log[:named]
        return filled and self._name_is_safe(place, named)

    def _name_is_safe(self, place: Path, since: int) -> bool:
        if ("force", place.parent, None) not in self.log[since:]:
            return False
        if place.parent == self.root:
            return True
        made = [i for i, step in enumerate(self.log) if step == ("folder", place.parent, None)]
        return not made or self._name_is_safe(place.parent, made[-1])


def place_of(store: FolderStore, sha256: str) -> Path:
    return store.root / sha256[:2] / sha256[2:4] / sha256


def test_what_was_acknowledged_survives_a_disk_that_keeps_back_all_it_may(tmp_path: Path) -> None:
    store, disk = FolderStore(tmp_path), Disk(tmp_path)
    for number in range(20):
        with disk.watched():
            blob = store.put(io.BytesIO(b"%d" % number))
        assert disk.survives(place_of(store, blob.sha256))


def test_a_folder_that_another_made_and_did_not_force_is_forced(tmp_path: Path) -> None:
    """Whoever made it may have died before its name was safe."""
    data = b"autumn"
    sha256 = hashlib.sha256(data).hexdigest()
    store, disk = FolderStore(tmp_path), Disk(tmp_path)
    with disk.watched():
        place_of(store, sha256).parent.mkdir(parents=True)
        store.put(io.BytesIO(data))
    assert disk.survives(place_of(store, sha256))


def test_the_replay_finds_a_store_that_forgets_to_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(tmp_path)
    careless = FolderStore(tmp_path, durable=False)
    with disk.watched():
        blob = careless.put(io.BytesIO(b"autumn"))
    assert not disk.survives(place_of(careless, blob.sha256))
    store = FolderStore(tmp_path)
    monkeypatch.setattr(store, "_force", lambda folder: None)
    with disk.watched():
        blob = store.put(io.BytesIO(b"winter"))
    assert not disk.survives(place_of(store, blob.sha256))


KILLER = """
import hashlib, io, os, random, signal, sys
from pathlib import Path
from assets.store import FolderStore

root, seed, runs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
chance = random.Random(seed)
left = 10**9

def mortal(function):
    def step(*given, **named):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*given, **named)
    return step

class Slow(io.BytesIO):
    def read(self, size=-1):
        return super().read(5000)

Slow.read = mortal(Slow.read)
for owner, name in ((os, "fsync"), (os, "open"), (os, "mkdir"), (os, "unlink"), (os, "fdopen"),
                    (os, "utime"), (Path, "replace"), (Path, "unlink")):
    setattr(owner, name, mortal(getattr(owner, name)))

for run in range(runs):
    size, steps = chance.randrange(1, 30000), 1 + run % 24
    if os.fork() == 0:
        data, left = random.Random(seed * 1000 + run // 3).randbytes(size), steps
        store = FolderStore(root)
        blob = store.put(Slow(data))
        os.write(1, f"kept {blob.sha256}\\n".encode())
        store.set_aside(blob.sha256) if run % 5 == 0 else None
        store.bring_back(blob.sha256) if run % 10 == 0 else None
        os._exit(0)
    os.wait()
"""


def _killed_runs(root: Path, seed: int, runs: int) -> tuple[int, int]:
    """Writers killed at step after step; answers how many acknowledged, and how many lie there."""
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(root), str(seed), str(runs)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = set(re.findall("kept ([0-9a-f]{64})", done.stdout))
    store = FolderStore(root)
    for sha256 in told:  # what lies aside comes back for whoever asks for it
        assert store.has(sha256), "acknowledged and lost"
        assert store.is_sound(sha256), "acknowledged and half"
    there = list(store.names())
    assert all(store.is_sound(each.sha256) for each in there), "half a file under a name"
    return len(told), len(there)


def test_a_kill_at_any_step_loses_nothing_acknowledged_and_names_nothing_half(
    tmp_path: Path,
) -> None:
    told, there = _killed_runs(tmp_path, seed=5, runs=72)
    assert 0 < told < 72
    assert there >= told


@pytest.mark.soak
def test_many_kills_lose_nothing(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    told, there = _killed_runs(tmp_path, seed=seed, runs=6000)
    sys.stdout.write(
        f"\nkilled puts, seed {seed}: 6000 writers, {told} acknowledged, 0 lost; "
        f"{there} files, 0 half\n"
    )


@pytest.mark.soak
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace shows what the kernel was asked")
def test_the_kernel_is_asked_in_this_order(tmp_path: Path) -> None:
    code = (
        "import io, sys; from pathlib import Path; from assets.store import FolderStore\n"
        "FolderStore(Path(sys.argv[1])).put(io.BytesIO(b'autumn'))"
    )
    trace = tmp_path / "trace"
    asked = "trace=fsync,rename,renameat,renameat2"
    subprocess.run(
        [*("strace", "-f", "-y", "-e", asked, "-o", str(trace)), sys.executable, "-c", code]
        + [str(tmp_path / "store")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    steps = re.findall(r"(fsync|rename\w*)\(\w*<?([^>,]*)", trace.read_text())
    order = [name for name, _ in steps]
    named = next(i for i, name in enumerate(order) if name.startswith("rename"))
    assert "arriving" in steps[named - 1][1] or "arriving" in str(steps[:named])
    assert "fsync" in order[:named]
    assert order[named + 1 :].count("fsync") >= 1
