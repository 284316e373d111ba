"""Where the bytes of unfinished uploads lie: one file each, written by one request at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

PIECE: Final = 1 << 18
"""Bytes read at a time."""

Read = Callable[[int], bytes]


class Busy(Exception):
    """Another request writes to this upload at the moment."""


class Staging:
    """The folder. What lies in it may be lost without harm but the sender's time."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "uploads"

    def path(self, uid: str) -> Path:
        return self._folder / uid

    def discard(self, uid: str) -> None:
        self.path(uid).unlink(missing_ok=True)

    @contextmanager
    def held(self, uid: str) -> Iterator[BinaryIO]:
        """The file, for this request alone. Raises :class:`Busy`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path(uid), os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(uid) from error
            yield file


def append(file: BinaryIO, at: int, read: Read, most: int) -> Iterator[bytes]:
    """Write on from ``at``, at most ``most`` bytes, and yield what was written, piece by piece.

    What stood behind ``at`` was never acknowledged and is written over.
    """
    file.seek(at)
    file.truncate()
    while most and (piece := read(min(PIECE, most))):
        file.write(piece)
        most -= len(piece)
        yield piece


def settle(file: BinaryIO, size: int) -> None:
    """Cut to ``size`` and force to the disk: from here on it may be acknowledged."""
    file.flush()
    file.truncate(size)
    os.fsync(file.fileno())
