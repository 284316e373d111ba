"""A vault whose things can be erased for good: each owner's lie under a key of the owner's own.

The keys lie in a ring, a folder of small files apart from what they open, each wrapped by a key of
the house that lies elsewhere again. Who destroys an owner's key erases all that was sealed under
it, in every copy and every backup of the rest. Neither what is kept nor a key tells the hour at
which it came.
"""

from __future__ import annotations

import fcntl
import os
import re
import struct
import time
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assets.durable import force_bytes, force_names
from assets.house_keys import HouseKeys, finish, put_in_place, steady, wipe
from assets.sealed_store import SealedStore
from assets.store import DAY, Blob, Damaged, Keeper, tell_only_the_day

_OWNER = re.compile(r"[A-Za-z0-9]{8,64}")
_MARK: Final = b"KRING1\n\0"
_NONCE: Final = 12
LEAST_WORDS: Final = 2048
"""Bytes of the smallest size to which words are filled up; each next one is twice as large."""


class Erased(LookupError):
    """The owner's key is gone, and with it all that was sealed under it; or there never was one."""


class NoLocks(OSError):
    """The file system on which a ring lies knows no locks, so nobody can hold it alone."""


class KeyRing:
    """The owners' keys, one file each; wrapped by the first of ``keys``, unwrapped by any.

    ``kept_in`` is the file in which the keys of the house lie, where they may change meanwhile. A
    key is made and destroyed under a lock that many share, and wrapped anew under one that keeps
    all others out: so no key that is destroyed comes back, and none is wrapped by a key that goes.
    """

    def __init__(self, root: Path, keys: Sequence[str], kept_in: Path | None = None) -> None:
        self.root = root
        self.house = HouseKeys(keys, kept_in)
        root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def make(self, owner: str) -> None:
        """Give an owner a key; when this returns, it survives a power cut. A key that is there
        already stays.
        """
        place, draft = self._place(owner), self.root / f".{os.urandom(8).hex()}"
        try:
            with (
                self.held(fcntl.LOCK_SH),
                os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out,
            ):
                out.write(self._wrapped(owner, os.urandom(32)))
                force_bytes(out)
                tell_only_the_day(draft)
                with suppress(FileExistsError):
                    place.hardlink_to(draft)
        finally:
            draft.unlink(missing_ok=True)
        force_names(self.root)

    def key_of(self, owner: str) -> bytes:
        """The key itself. Raises :class:`Erased`; :class:`Damaged` for one that does not unwrap."""
        try:
            return self._unwrapped(owner, self._read(owner))
        except Damaged:
            with self.held(fcntl.LOCK_SH):  # it may have been wrapped anew that very moment
                return self._unwrapped(owner, self._read(owner))

    def _read(self, owner: str) -> bytes:
        try:
            return steady(self._place(owner))
        except FileNotFoundError:
            raise Erased(owner) from None

    def _wrapped(self, owner: str, key: bytes) -> bytes:
        name, house = self.house.newest()
        nonce = os.urandom(_NONCE)
        return _MARK + name + nonce + house.encrypt(nonce, key, _MARK + owner.encode())

    def _unwrapped(self, owner: str, kept: bytes) -> bytes:
        head = len(_MARK)
        house = self.house.named(kept[head : head + 8])
        if not kept.startswith(_MARK) or house is None:
            raise Damaged(f"the key of {owner} was wrapped by a key that is lost")
        nonce, wrapped = kept[head + 8 : head + 8 + _NONCE], kept[head + 8 + _NONCE :]
        try:
            return house.decrypt(nonce, wrapped, _MARK + owner.encode())
        except InvalidTag:
            raise Damaged(f"the key of {owner} does not unwrap") from None

    def wrap_anew(self, owner: str) -> bool:
        """Wrap an owner's key by the newest key of the house; False where it is. To be called while
        the ring is held alone.

        Its day moves on, so that a mirror that goes by times and sizes takes the new one. Raises
        :class:`Erased`, :class:`Damaged`.
        """
        place = self._place(owner)
        finish(place)
        kept, head = self._read(owner), len(_MARK)
        if kept[head : head + 8] == self.house.newest()[0]:
            return False
        wrapped = self._wrapped(owner, self._unwrapped(owner, kept))
        today = int(time.time()) // DAY * DAY
        put_in_place(place, wrapped, since=max(today, place.stat().st_mtime + DAY))
        return True

    def has(self, owner: str) -> bool:
        return self._place(owner).exists()

    def destroy(self, owner: str) -> bool:
        """Overwrite the key and take it away; False when there was none."""
        place = self._place(owner)
        with self.held(fcntl.LOCK_SH):
            finish(place)
            if not wipe(place):
                return False
        force_names(self.root)
        return True

    def owners(self) -> Iterator[tuple[str, float]]:
        """Every owner that has a key, and the day since when, in seconds since the epoch."""
        with os.scandir(self.root) as entries:
            found = [each for each in entries if _OWNER.fullmatch(each.name)]
        for each in found:
            with suppress(FileNotFoundError):
                yield each.name, each.stat().st_mtime

    @contextmanager
    def held(self, how: int) -> Iterator[None]:
        """Hold the ring, alone or with others, until this ends or the process does.

        Where the file system knows no locks nobody can hold it alone, and so no key is ever wrapped
        anew: there it need not be shared either. Raises :class:`NoLocks` where it is to be alone.
        """
        descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            try:
                fcntl.flock(descriptor, how)
            except OSError as error:
                if how != fcntl.LOCK_SH:
                    raise NoLocks(error.errno, error.strerror, str(self.root)) from error
            yield
        finally:
            os.close(descriptor)

    def _place(self, owner: str) -> Path:
        if not _OWNER.fullmatch(owner):
            raise ValueError(f"no name of an owner: {owner!r}")
        return self.root / owner


class ErasableVault:
    """Words and files under the keys of ``ring``; ``kept`` is where the sealed files lie.

    ``name`` says as what a thing belongs to its owner: it opens under no other name.
    """

    def __init__(self, ring: KeyRing, kept: Keeper) -> None:
        self.ring, self.kept = ring, kept

    def seal_words(self, owner: str, name: str, words: str) -> str:
        """The words as a text that tells nothing of them, and of their length only a size class."""
        nonce = os.urandom(_NONCE)
        cipher = AESGCM(self.ring.key_of(owner))
        sealed = cipher.encrypt(nonce, _filled(words.encode()), _about(owner, name))
        return b64encode(nonce + sealed).decode()

    def words(self, owner: str, name: str, sealed: str) -> str:
        """What :meth:`seal_words` sealed. Raises :class:`Erased`, :class:`Damaged`."""
        cipher, raw = AESGCM(self.ring.key_of(owner)), b64decode(sealed)
        try:
            clear = cipher.decrypt(raw[:_NONCE], raw[_NONCE:], _about(owner, name))
        except InvalidTag:
            raise Damaged(f"words of {owner} were changed, or are not {name}") from None
        (length,) = struct.unpack(">I", clear[:4])
        return clear[4 : 4 + length].decode()

    def put(self, owner: str, name: str, stream: BinaryIO) -> Blob:
        """Keep a file; the answer names the sealed bytes. Raises :class:`Refused` ``empty``."""
        return self._store_of(owner).put(stream, f"{owner} {name}")

    def open(self, owner: str, name: str, sha256: str) -> BinaryIO:
        """The bytes in clear, read once from the start. Raises :class:`Erased`, :class:`Absent`."""
        return self._store_of(owner).open(sha256, f"{owner} {name}")

    def erase(self, owner: str, files: Iterable[str] = ()) -> None:
        """Destroy the owner's key first, then the files that it opened; again does nothing."""
        self.ring.destroy(owner)
        for sha256 in files:
            self.kept.delete(sha256)

    def _store_of(self, owner: str) -> SealedStore:
        key = urlsafe_b64encode(self.ring.key_of(owner)).decode()
        return SealedStore(self.kept, [key])


def _filled(raw: bytes) -> bytes:
    """The bytes behind their length, filled up to a size that many others have."""
    size = LEAST_WORDS
    while size < len(raw) + 4:
        size *= 2
    return struct.pack(">I", len(raw)) + raw + bytes(size - 4 - len(raw))


def _about(owner: str, name: str) -> bytes:
    return f"kitchen words {owner} {name}".encode()
