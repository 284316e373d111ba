"""Copies, on this machine, of bytes that are kept elsewhere: checked, bounded, and losable."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import BinaryIO, Final

from assets.store import Blob, FolderStore

MOST_BYTES: Final = 4 * 1024**3
"""What the copies may take of the disk, as far as they are not in use; a process that took in a
sixteenth of it looks whether it is too much.
"""
SPARED: Final = 600.0
"""Seconds after its last use in which a copy stays: whoever was told its path will have opened it.
"""


class LocalCopies:
    """A folder of copies. All processes of a machine share it; each may clear it up."""

    def __init__(self, root: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = FolderStore(root, durable=False)
        self._most = most_bytes
        self._taken = most_bytes  # so that the first one clears up what an earlier process left

    def take(self, stream: BinaryIO, *, limit: int | None = None) -> Blob:
        """Hash and keep what comes, under the name that it has by its bytes."""
        blob = self._folder.put(stream, limit=limit)
        self._taken += blob.size
        if self._taken > self._most // 16:
            self._taken = 0
            self._clear_up()
        return blob

    def path(self, sha256: str) -> Path | None:
        """The copy, whole, or None; a damaged one is thrown away."""
        try:
            found = self._folder.path(sha256)
        except LookupError:
            self.drop(sha256)
            return None
        return found if found is not None and _used_now(found) else None

    def drop(self, sha256: str) -> None:
        self._folder.delete(sha256)

    def _clear_up(self) -> None:
        """Throw away what was not used for longest, until the rest is few enough."""
        self._folder.sweep()
        copies = []
        for each in self._folder.names():
            path = self._folder.root / each.sha256[:2] / each.sha256[2:4] / each.sha256
            copies.append((_last_use(path), each.size, each.sha256))
        too_much = sum(size for _, size, _ in copies) - self._most
        for used, size, sha256 in sorted(copies):
            if too_much <= 0 or used > time.time() - SPARED:
                return
            self.drop(sha256)
            too_much -= size


def _used_now(path: Path) -> bool:
    """Note that it is in use; False if it went in this moment."""
    try:
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
    except FileNotFoundError:
        return False
    return True


def _last_use(path: Path) -> float:
    try:
        return path.stat().st_atime
    except FileNotFoundError:
        return 0.0
