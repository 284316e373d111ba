"""What was found whole lately, so that no file is hashed anew for every piece asked of it."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Final

GOOD_FOR: Final = 3600.0
"""Seconds for which a file that was hashed counts as whole while nothing about it changes."""
REMEMBERED: Final = 4096
"""Files whose soundness one process remembers; a page of the catalogue shows a few hundred."""

_Mark = tuple[int, int, int]


class Verified:
    """Remembers, for each file, by which inode, size and moment it was found whole."""

    def __init__(self) -> None:
        self._found: OrderedDict[Path, tuple[_Mark, float]] = OrderedDict()
        self._guard = threading.Lock()

    def is_whole(self, place: Path, sha256: str) -> bool:
        """Whether the file has this hash. Raises FileNotFoundError if it is gone."""
        mark = _mark_of(place)
        with self._guard:
            known = self._found.get(place)
        if known is not None and known[0] == mark and time.monotonic() - known[1] < GOOD_FOR:
            return True
        if hash_of(place) != sha256:
            return False
        with self._guard:
            self._found[place] = mark, time.monotonic()
            self._found.move_to_end(place)
            if len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
        return True


def hash_of(place: Path) -> str:
    """The SHA-256 of a file as it lies there now, in hex."""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _mark_of(place: Path) -> _Mark:
    found = place.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
