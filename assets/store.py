"""The store of bytes, addressed by content.

A file is named by the SHA-256 of its bytes, so the same bytes are kept once, a name never changes
its meaning, and a flipped bit can be found. Bytes are hashed while they are written to a temporary
file, forced to the disk, and only then given their name: a process killed at any moment leaves
either the whole file under its name or a nameless remainder, which :meth:`FolderStore.sweep`
clears away a day later.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol
from urllib.parse import unquote, urlsplit

from assets.refusals import Refused, in_bytes

CHUNK: Final = 1 << 20
"""Bytes read at a time: enough to be fast, little enough for a hundred uploads at once."""

STALE_AFTER: Final = 24 * 3600.0
"""Seconds after which a temporary file belongs to nobody alive; no upload takes a day."""

_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that the store has acknowledged: their SHA-256 in hex, and how many there are."""

    sha256: str
    size: int


class Absent(LookupError):
    """The store holds no bytes under this name."""


class UnknownStore(ValueError):
    """The address names no kind of store that this version can open."""


class Store(Protocol):
    """What a place for bytes can do; the folder is one, an object store will be another."""

    def put(self, stream: BinaryIO, *, limit: int | None = None) -> Blob:
        """Keep all that `stream` yields; when this returns, the bytes survive a power cut.

        Raises :class:`Refused` ``too_large`` beyond `limit` bytes and ``empty`` for none.
        """
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Open the bytes for reading from the start. Raises :class:`Absent`."""
        ...

    def path(self, sha256: str) -> Path | None:
        """A local file that holds the bytes; None when there is none on this machine."""
        ...

    def has(self, sha256: str) -> bool: ...

    def delete(self, sha256: str) -> bool:
        """Forget the bytes; False when there were none."""
        ...


class FolderStore:
    """A store in a folder of this machine, two levels deep so that no folder grows huge."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._arrivals = root / "arriving"
        self._arrivals.mkdir(parents=True, exist_ok=True)

    def put(self, stream: BinaryIO, *, limit: int | None = None) -> Blob:
        with self._arrival() as (temporary, file):
            blob = _copy(stream, file, limit)
            _force(file)
            self._name(temporary, blob.sha256)
        return blob

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError:
            raise Absent(sha256) from None

    def path(self, sha256: str) -> Path | None:
        place = self._place(sha256)
        return place if place.is_file() else None

    def has(self, sha256: str) -> bool:
        return self._place(sha256).is_file()

    def delete(self, sha256: str) -> bool:
        place = self._place(sha256)
        try:
            place.unlink()
        except FileNotFoundError:
            return False
        _force_folder(place.parent)
        return True

    def sweep(self, now: float | None = None) -> int:
        """Remove what uploads that died left behind; answers how many files that were.

        `now` is in seconds since the epoch, by default the present.
        """
        eldest = (time.time() if now is None else now) - STALE_AFTER
        stale = [path for path in self._arrivals.iterdir() if path.stat().st_mtime < eldest]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    @contextmanager
    def _arrival(self) -> Iterator[tuple[Path, BinaryIO]]:
        descriptor, name = tempfile.mkstemp(dir=self._arrivals)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield temporary, file
        finally:
            temporary.unlink(missing_ok=True)

    def _name(self, temporary: Path, sha256: str) -> None:
        """Give the bytes their name, also over an old copy: that heals one whose bits flipped."""
        place = self._place(sha256)
        self._make_folder(place.parent)
        temporary.replace(place)
        _force_folder(place.parent)

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True)
        _force_folder(folder.parent)
        _force_folder(self.root)

    def _place(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise ValueError(f"not the name of a blob: {sha256!r}")
        return self.root / sha256[:2] / sha256[2:4] / sha256


def open_store(url: str) -> Store:
    """Open the store at an address, ``file:///folder``; raises :class:`UnknownStore`."""
    address = urlsplit(url)
    if address.scheme != "file":
        raise UnknownStore(f"素材库地址只支持 file://，不支持 {address.scheme or url}://")
    if address.netloc not in ("", "localhost") or not address.path.startswith("/"):
        raise UnknownStore(f"素材库地址要写成 file:///完整路径，而不是 {url}")
    store = FolderStore(Path(unquote(address.path)))
    store.sweep()
    return store


def _copy(stream: BinaryIO, file: BinaryIO, limit: int | None) -> Blob:
    """Copy and hash in one pass; stops at the first byte over the limit."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if limit is not None and size > limit:
            raise Refused("too_large", limit=in_bytes(limit))
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise Refused("empty")
    return Blob(digest.hexdigest(), size)


def _force(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _force_folder(folder: Path) -> None:
    """A new name is only safe once the folder that holds it is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
