"""A process of its own that takes hostile files in, and says what became of them and of itself.

It is started by the test with the number of the first file and the step to the next. It goes the
way that every upload goes (:func:`kitchen.media.intake.receive`), on two threads, and tells in
JSON what happened to each file, how large its largest child grew, and whether anything was opened
that no file may have opened.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import resource
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from PIL import Image

from assets import bounded
from assets.presets import ALL
from assets.store import FolderStore
from kitchen.core.errors import Refusal
from kitchen.media import intake
from tests.assets import hostile

IN_OPEN = 0x20
SECRET = "what nobody may read"


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """An address on the loopback, and who called there."""
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    caller, _ = server.accept()
                    heard.append(caller.recv(300).decode("latin-1"))
                    caller.close()

        threading.Thread(target=accept, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}", heard


@contextmanager
def watched(path: Path) -> Iterator[list[bytes]]:
    """Whoever opens the file is noted, in whichever process, by the kernel."""
    opened: list[bytes] = []
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK)
    if watch < 0 or libc.inotify_add_watch(watch, str(path).encode(), IN_OPEN) < 0:
        raise OSError(ctypes.get_errno(), "the kernel cannot watch files")
    try:
        yield opened
        with suppress(BlockingIOError):
            opened.append(os.read(watch, 4096))
    finally:
        os.close(watch)


def main(first: int, step: int) -> dict[str, Any]:
    """Take in every ``step``-th file from the ``first``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        canary = folder / "canary.txt"
        canary.write_text(SECRET)
        store = FolderStore(folder / "store")
        with listening() as (address, heard), watched(canary) as opened:
            files = hostile.corpus(address, canary)
            chosen = sorted(files)[first::step]
            with ThreadPoolExecutor(2) as two:
                told = list(two.map(lambda it: _taken(store, it, files[it]()), chosen))
            bounded.close()
            largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        return {
            "files": len(chosen),
            "of": len(files),
            "told": dict(zip(chosen, told, strict=True)),
            "largest_kb": largest,
            "heard": heard,
            "opened": len(opened),
        }


def _taken(store: FolderStore, name: str, data: bytes) -> dict[str, Any]:
    """What became of a file: taken in, refused by a code, or what must not be: an error."""
    began = time.monotonic()
    try:
        taken = intake.receive(store, io.BytesIO(data), f"{name}.jpg")
        became = _sound(store, taken)
    except Refusal as refusal:
        became = refusal.reason
    except Exception as error:
        became = f"ERROR {error!r}"
    return {"became": became, "seconds": round(time.monotonic() - began, 2)}


def _sound(store: FolderStore, taken: intake.Intake) -> str:
    """Every shape can be opened, keeps its limit, and tells nothing of the canary."""
    for each in taken.renditions:
        with store.open(each.sha256) as stream:
            data = stream.read()
        if SECRET.encode() in data:
            return "ERROR the canary's words left"
        if each.preset in ALL:
            picture = Image.open(io.BytesIO(data))
            picture.load()
            if picture.format != "JPEG" or len(data) > ALL[each.preset].max_bytes:
                return f"ERROR {each.preset} is not what it should be"
    return "taken"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
