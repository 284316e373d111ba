"""Files that come in pieces from people whom nobody knows, readable only with the sender's ticket.

Whoever begins a file gets a ticket and keeps it; here lies only its hash, as the name of a folder,
and pieces sealed under a key that is made of it. So nothing of what came can be read, by us or by
whoever takes the disk, until the sender brings the ticket back with what the file belongs to. Each
piece is on the disk before it is acknowledged; an upload goes on where its last piece ended.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assets.durable import force_bytes, force_names
from assets.refusals import Refused, in_bytes
from assets.store import STALE_AFTER, Absent, Damaged

MOST_PIECE: Final = 4 * 1024 * 1024
"""Bytes of the largest piece."""
RESERVE: Final = 1024 * 1024 * 1024
"""Bytes of the disk that strangers never fill."""
_TICKET = re.compile(r"[\w-]{43}", re.ASCII)
_PIECE = re.compile(r"\d{16}")
_HEAD: Final = "head"
_NONCE: Final = 12
_TAG: Final = 16


class Full(OSError):
    """There is no room for so much on the disk."""


class OutOfStep(ValueError):
    """The piece does not begin where the last one ended; ``offset`` says where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a file has come, in bytes, and what its sender calls it."""

    offset: int
    length: int
    name: str

    @property
    def whole(self) -> bool:
        return self.offset == self.length


class Arrivals:
    """The files under way in a folder; ``most`` is the largest, in bytes."""

    def __init__(self, root: Path, *, most: int, reserve: int = RESERVE) -> None:
        self.root = root
        self.most = most
        self._reserve = reserve
        root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def demand_room(self, size: int) -> None:
        """Raise :class:`Full` where so many bytes more would leave too little for the house."""
        if shutil.disk_usage(self.root).free < size + self._reserve:
            raise Full(size)

    def begin(self, length: int, name: str) -> str:
        """Note that a file comes; answers its ticket, which is kept nowhere.

        Raises :class:`Refused` ``empty`` or ``too_large``, and :class:`Full`.
        """
        if length < 1:
            raise Refused("empty")
        if length > self.most:
            raise Refused("too_large", limit=in_bytes(self.most))
        self.demand_room(length)
        ticket = secrets.token_urlsafe(32)
        folder = self._folder(ticket)
        folder.mkdir(mode=0o700)
        told = json.dumps({"length": length, "name": name}).encode()
        _write(folder / _HEAD, _sealed(ticket, _HEAD, told))
        force_names(self.root)
        return ticket

    def standing(self, ticket: str) -> Standing:
        """Raises :class:`Absent` for a ticket of nothing."""
        folder = self._folder(ticket)
        told: dict[str, Any] = json.loads(_opened(ticket, folder / _HEAD))
        return Standing(sum(size for _, size in _pieces(folder)), told["length"], told["name"])

    def take(self, ticket: str, offset: int, piece: bytes) -> Standing:
        """Keep the piece that begins at ``offset``; when this returns it survives a power cut.

        Raises :class:`Absent`, :class:`OutOfStep`, :class:`Full`, and :class:`Refused`
        ``too_large`` for more than was announced.
        """
        now, folder = self.standing(ticket), self._folder(ticket)
        if offset != now.offset or not piece:
            raise OutOfStep(now.offset)
        if offset + len(piece) > now.length or len(piece) > MOST_PIECE:
            raise Refused("too_large", limit=in_bytes(min(now.length, MOST_PIECE)))
        self.demand_room(len(piece))
        name = f"{offset:016}"
        try:
            _write(folder / name, _sealed(ticket, name, piece))
        except FileExistsError:  # the same piece, by two connections at once
            raise OutOfStep(self.standing(ticket).offset) from None
        return Standing(offset + len(piece), now.length, now.name)

    def open(self, ticket: str) -> BinaryIO:
        """The whole file in clear, read once. Raises :class:`Absent`, also for one that has not
        come to its end.
        """
        if not self.standing(ticket).whole:
            raise Absent("the file has not come to its end")
        return cast(BinaryIO, io.BufferedReader(_Reading(self._clear(ticket)), MOST_PIECE))

    def _clear(self, ticket: str) -> Iterator[bytes]:
        folder = self._folder(ticket)
        for name, _ in _pieces(folder):
            yield _opened(ticket, folder / name)

    def drop(self, ticket: str) -> None:
        """Forget the file; again does nothing."""
        with suppress(Absent):
            shutil.rmtree(self._folder(ticket), ignore_errors=True)

    def sweep(self, now: float | None = None) -> int:
        """Forget what nobody went on with for a day; answers how many there were."""
        eldest, gone = (time.time() if now is None else now) - STALE_AFTER, 0
        for folder in self.root.iterdir():
            with suppress(FileNotFoundError):
                if folder.stat().st_mtime < eldest:
                    shutil.rmtree(folder, ignore_errors=True)
                    gone += 1
        return gone

    def _folder(self, ticket: str) -> Path:
        if not _TICKET.fullmatch(ticket):
            raise Absent("no ticket")
        return self.root / hashlib.sha256(b"arrival " + ticket.encode()).hexdigest()[:32]


class _Reading(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._ready = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._ready:
            self._ready = next(self._pieces, b"")
        room = memoryview(buffer).cast("B")
        count = min(len(room), len(self._ready))
        room[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count


def _pieces(folder: Path) -> Iterator[tuple[str, int]]:
    """The pieces in their order, as far as one follows another, with their bytes in clear."""
    try:
        found = {each.name: each.stat().st_size for each in os.scandir(folder)}
    except FileNotFoundError:
        raise Absent("nothing is on its way") from None
    at = 0
    while (size := found.get(f"{at:016}")) is not None:
        yield f"{at:016}", size - _NONCE - _TAG
        at += size - _NONCE - _TAG


def _write(place: Path, sealed: bytes) -> None:
    """All of it under its name, on the disk, or nothing. Raises ``FileExistsError``."""
    draft = place.with_name(f".{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as file:
            file.write(sealed)
            force_bytes(file)
        place.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    force_names(place.parent)


def _cipher(ticket: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, b"kitchen arrival").derive(ticket.encode()))


def _sealed(ticket: str, name: str, clear: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(ticket).encrypt(nonce, clear, name.encode())


def _opened(ticket: str, place: Path) -> bytes:
    try:
        raw = place.read_bytes()
    except FileNotFoundError:
        raise Absent("nothing is on its way") from None
    try:
        return _cipher(ticket).decrypt(raw[:_NONCE], raw[_NONCE:], place.name.encode())
    except InvalidTag:
        raise Damaged("a piece was changed on the disk") from None
