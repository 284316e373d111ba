"""Where the bytes of unfinished uploads lie: one file each, written by one request at a time."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from assets.durable import force_names

PIECE: Final = 1 << 18
"""Bytes read at a time."""

UID_MOST: Final = 22
"""Characters of an upload's name."""

Read = Callable[[int], bytes]

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class Busy(Exception):
    """Another request writes to this upload at the moment."""


def is_full(error: OSError) -> bool:
    """Whether it says that the disk, or our share of it, is full."""
    return error.errno in _FULL


class Staging:
    """The folder. What lies in it was acknowledged, up to where the upload's row says."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "uploads"

    def room(self) -> int:
        """Bytes that the disk can still take."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._folder).free

    def path(self, uid: str) -> Path:
        return self._folder / uid

    def has(self, uid: str) -> bool:
        """Whether bytes lie here under this name, which may come from anyone."""
        return uid.isalnum() and len(uid) <= UID_MOST and self.path(uid).is_file()

    def discard(self, uid: str) -> None:
        self.path(uid).unlink(missing_ok=True)

    @contextmanager
    def held(self, uid: str) -> Iterator[BinaryIO]:
        """The file, for this request alone. Raises :class:`Busy`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        is_new = not self.path(uid).exists()
        descriptor = os.open(self.path(uid), os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            if is_new:
                force_names(self._folder)  # bytes on the disk are only safe once their name is
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
    if os.fstat(file.fileno()).st_size != size:
        file.truncate(size)
    os.fdatasync(file.fileno())
