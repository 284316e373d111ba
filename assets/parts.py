"""A file that lies elsewhere, read from any place in it and checked as it comes.

A name vouches for a whole file only. So that nobody who moves about in a film has to wait for all
of it, a large file is kept with the SHA-256 of each of its leaves (:class:`Leaves`): a leaf that
comes is held against its own, and what does not match is given to nobody. Where the list of leaves
is missing or damaged, the file is read as a whole, as ever.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from assets.store import Damaged

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LEAF: Final = 1 << 20
"""Bytes under one hash."""
STRIDE: Final = 4
"""Leaves fetched at once by who reads on; the first after a leap comes alone, so that it is soon
there.
"""
TRIES: Final = 3
_DIGEST: Final = hashlib.sha256().digest_size

Fetch = Callable[[int, int], bytes]
"""(from, to) -> the bytes from the one place to before the other."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """The hashes of a file's leaves, one after the other, and how long the file is."""

    size: int
    digests: bytes

    @classmethod
    def of(cls, file: BinaryIO) -> Leaves:
        """Of a file that is read from its start."""
        file.seek(0)
        digests, size = bytearray(), 0
        while leaf := file.read(LEAF):
            size += len(leaf)
            digests += hashlib.sha256(leaf).digest()
        return cls(size, bytes(digests))

    @classmethod
    def from_bytes(cls, kept: bytes) -> Leaves:
        """The opposite of :meth:`to_bytes`. Raises ValueError for anything else."""
        told, seal = kept[:-_DIGEST], kept[-_DIGEST:]
        head, _, digests = told.partition(b"\n")
        whole = hashlib.sha256(told).digest() == seal and head.isdigit()
        if not whole or len(digests) != _count(int(head)) * _DIGEST:
            raise ValueError("not a list of leaves")
        return cls(int(head), digests)

    def to_bytes(self) -> bytes:
        """As they are kept, under a hash of their own."""
        told = b"%d\n" % self.size + self.digests
        return told + hashlib.sha256(told).digest()

    def are_in(self, first: int, data: bytes) -> bool:
        """Whether `data` are the leaves from the number `first` on."""
        view = memoryview(data)
        found = b"".join(
            hashlib.sha256(view[at : at + LEAF]).digest() for at in range(0, len(data), LEAF)
        )
        return found == self.digests[first * _DIGEST :][: len(found)]


class Parts(io.RawIOBase):
    """A file as a stream that can be moved about in. Reading may raise :class:`Damaged`, and
    whatever `fetch` raises.
    """

    def __init__(self, leaves: Leaves, fetch: Fetch) -> None:
        self.size = leaves.size
        self._leaves = leaves
        self._fetch = fetch
        self._at = 0
        self._held = b""
        self._held_from = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        if self._at >= self.size or not room:
            return 0
        if not self._held_from <= self._at < self._held_from + len(self._held):
            self._take(self._at // LEAF)
        offset = self._at - self._held_from
        chunk = self._held[offset : offset + len(room)]
        room[: len(chunk)] = chunk
        self._at += len(chunk)
        return len(chunk)

    def _take(self, first: int) -> None:
        """Hold the leaves from this number on."""
        begin = first * LEAF
        reads_on = self._held and begin == self._held_from + len(self._held)
        end = min(self.size, begin + (STRIDE if reads_on else 1) * LEAF)
        for _ in range(TRIES):
            data = self._fetch(begin, end)
            if len(data) == end - begin and self._leaves.are_in(first, data):
                self._held, self._held_from = data, begin
                return
        raise Damaged(f"bytes {begin} to {end}")


def _count(size: int) -> int:
    return -(-size // LEAF)
