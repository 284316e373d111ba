"""A store whose files can be read only with a key: for what would give a source away.

Each file is encrypted in pieces (AES-256-GCM), under a key of its own that is derived from the
house's newest key, a salt and the file's owner. A piece that was changed, moved, left out or cut
off at the end does not open, nor does a file under another owner's name. The store below is any
store: it names the file by the hash of what is kept, not of what came, so that neither it nor the
name of a file tells whether some known picture lies there; and it can be re-hashed without a key.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from typing import Any, BinaryIO, Final, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assets.refusals import Refused
from assets.store import Blob, Damaged, Keeper

PIECE: Final = 1 << 20
"""Bytes in clear of every piece but the last."""
_TAG: Final = 16
_MARK: Final = b"KSEAL1\n\0"
_HEAD: Final = len(_MARK) + 8 + 16
"""The mark, which key, the salt."""


class SealedStore:
    """Seals with the first of ``keys`` and opens with any; ``kept`` is where the files lie."""

    def __init__(self, kept: Keeper, keys: Sequence[str]) -> None:
        self.kept = kept
        self._keys = {name_of_key(key): key for key in map(urlsafe_b64decode, keys)}

    def put(self, stream: BinaryIO, owner: str) -> Blob:
        """Keep what ``stream`` yields for ``owner``; the answer names what is kept.

        Raises :class:`Refused` ``empty`` for nothing.
        """
        name, key = next(iter(self._keys.items()))
        head = _MARK + name + os.urandom(16)
        return self.kept.put(cast(BinaryIO, _Sealing(stream, head, _derived(key, head, owner))))

    def open(self, sha256: str, owner: str) -> BinaryIO:
        """The bytes in clear, read once from the start; each piece is checked before it is given.

        Raises :class:`Absent`; :class:`Damaged`, also while reading, for what does not open.
        """
        stream = self.kept.open(sha256)
        head = stream.read(_HEAD)
        key = self._keys.get(head[len(_MARK) : len(_MARK) + 8])
        if len(head) != _HEAD or not head.startswith(_MARK) or key is None:
            stream.close()
            raise Damaged(f"{sha256} is no sealed file, or its key is lost")
        return cast(
            BinaryIO, io.BufferedReader(_Opening(stream, head, _derived(key, head, owner)), PIECE)
        )


class _Sealing:
    """The sealed form of a stream, to be read in any steps."""

    def __init__(self, stream: BinaryIO, head: bytes, cipher: AESGCM) -> None:
        self._stream, self._head, self._cipher = stream, head, cipher
        self._ready = bytearray(head)
        self._number = 0
        self._next = _whole_piece(stream, PIECE)
        if not self._next:
            raise Refused("empty")

    def read(self, size: int) -> bytes:
        while len(self._ready) < size and self._next:
            this, self._next = self._next, _whole_piece(self._stream, PIECE)
            nonce = _nonce(self._number, last=not self._next)
            self._ready += self._cipher.encrypt(nonce, this, self._head)
            self._number += 1
        taken = bytes(self._ready[:size])
        del self._ready[:size]
        return taken


class _Opening(io.RawIOBase):
    """The clear form of a sealed stream."""

    def __init__(self, stream: BinaryIO, head: bytes, cipher: AESGCM) -> None:
        self._stream, self._head, self._cipher = stream, head, cipher
        self._ready = b""
        self._number = 0
        self._next = _whole_piece(stream, PIECE + _TAG)
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._ready and not self._ended:
            self._ready = self._opened()
        room = memoryview(buffer).cast("B")
        count = min(len(room), len(self._ready))
        room[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()

    def _opened(self) -> bytes:
        this, self._next = self._next, _whole_piece(self._stream, PIECE + _TAG)
        self._ended = not self._next
        try:
            clear = self._cipher.decrypt(_nonce(self._number, last=self._ended), this, self._head)
        except InvalidTag:
            raise Damaged("a sealed file was changed, cut off, or is not its asker's") from None
        self._number += 1
        return clear


def _whole_piece(stream: BinaryIO, size: int) -> bytes:
    """The next ``size`` bytes; fewer only at the end."""
    piece = bytearray()
    while len(piece) < size and (more := stream.read(size - len(piece))):
        piece += more
    return bytes(piece)


def _nonce(number: int, *, last: bool) -> bytes:
    return struct.pack(">QB3x", number, last)


def _derived(key: bytes, head: bytes, owner: str) -> AESGCM:
    salt, about = head[-16:], b"kitchen sealed file " + owner.encode()
    return AESGCM(HKDF(SHA256(), 32, salt, about).derive(key))


def name_of_key(key: bytes) -> bytes:
    """What a key is known by, which tells nothing of it."""
    return hashlib.sha256(b"kitchen seal key " + key).digest()[:8]
