"""The store of bytes, addressed by content.

A file is named by the SHA-256 of its bytes, so the same bytes are kept once, a name never changes
its meaning, and a flipped bit can be found. Bytes are hashed while they are written to a temporary
file, forced to the disk, and only then given their name: a process killed at any moment leaves
either the whole file under its name or a nameless remainder, which :meth:`FolderStore.sweep`
clears away a day later. What is read is held against its name first.

Nothing is thrown away in one step: what nobody seems to need is set aside, comes back for whoever
asks for it, and is forgotten only after it lay aside for long (:class:`Keeper`).
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from assets.durable import force_bytes, force_names
from assets.refusals import Refused, in_bytes
from assets.verified import Verified, hash_of

CHUNK: Final = 1 << 20
"""Bytes read at a time: enough to be fast, little enough for a hundred uploads at once."""

DAY: Final = 24 * 3600
STALE_AFTER: Final = float(DAY)
"""Seconds after which a temporary file belongs to nobody alive; no upload takes a day."""

_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that the store has acknowledged: their SHA-256 in hex, and how many there are."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of a store's list; ``since`` is when the bytes came there, seconds since the epoch."""

    sha256: str
    size: int
    since: float


class Absent(LookupError):
    """The store holds no bytes under this name."""


class Damaged(Absent):
    """What lies under the name are not the bytes that were kept: they are not given out."""


class StoreUnavailable(OSError):
    """The store cannot be asked now: it is away, too slow, or lets us not in. Try again later."""


class Store(Protocol):
    """What a place for bytes can do. Anything may raise :class:`StoreUnavailable`."""

    def put(self, stream: BinaryIO, *, limit: int | None = None) -> Blob:
        """Keep all that `stream` yields; when this returns, the bytes survive a power cut.

        Raises :class:`Refused` ``too_large`` beyond `limit` bytes and ``empty`` for none.
        """
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Open the bytes for reading from the start. Raises :class:`Absent`, :class:`Damaged`."""
        ...

    def path(self, sha256: str) -> Path | None:
        """A local file that holds the bytes; None when there are none. Raises :class:`Damaged`.

        A file of a store that lies elsewhere stays for :data:`assets.local_copies.SPARED` seconds
        at least: open it soon.
        """
        ...

    def has(self, sha256: str) -> bool: ...

    def delete(self, sha256: str) -> bool:
        """Forget the bytes at once; False when there were none."""
        ...


class Keeper(Store, Protocol):
    """A store whose housekeeping can be done: listing, re-hashing, setting aside."""

    def names(self, after: str = "") -> Iterator[Kept]:
        """All that is kept and not set aside, in the order of the names that follow `after`."""
        ...

    def is_sound(self, sha256: str) -> bool:
        """Whether the bytes have their hash, read anew where they lie. Raises :class:`Absent`."""
        ...

    def quarantine(self, sha256: str) -> None:
        """Take damaged bytes out of the way, for people to look at; putting them again heals."""
        ...

    def set_aside(self, sha256: str) -> None:
        """Take the bytes out of the list; whoever asks for them later still gets them."""
        ...

    def aside(self) -> Iterator[Kept]:
        """What was set aside, and since when."""
        ...

    def bring_back(self, sha256: str) -> None:
        """Undo :meth:`set_aside`. Raises :class:`Absent` if nothing lies aside."""
        ...

    def forget_aside(self, sha256: str) -> None:
        """Throw away what lies aside, and only that: what was put anew meanwhile stays."""
        ...

    def sweep(self, now: float | None = None) -> int:
        """Remove what uploads that died left behind; answers how many there were.

        `now` is in seconds since the epoch, by default the present.
        """
        ...


def at_hand(store: Store, sha256: str, folder: Path) -> Path:
    """A local file with the bytes, for work that takes long: as a name of its own in ``folder`` it
    stays as long as that does, where both lie on one disk. Raises :class:`Absent`.
    """
    path = store.path(sha256)
    if path is None:
        raise Absent(sha256)
    place = folder / sha256
    try:
        place.hardlink_to(path)
    except FileExistsError:
        return place
    except OSError:
        return path
    return place


class FolderStore:
    """A store in a folder of this machine, two levels deep so that no folder grows huge.

    Without ``durable`` nothing is forced to the disk: for copies that may be lost. ``by_day``: the
    times of files tell the day on which they came and nothing finer.
    """

    def __init__(self, root: Path, *, durable: bool = True, by_day: bool = False) -> None:
        self.root = root
        self._durable = durable
        self._by_day = by_day
        self._arrivals = root / "arriving"
        self._arrivals.mkdir(parents=True, exist_ok=True)
        self._verified = Verified()
        self._forced: set[Path] = set()

    def put(self, stream: BinaryIO, *, limit: int | None = None) -> Blob:
        with self._arrival() as (temporary, file):
            blob = _copy(stream, file, limit)
            file.flush()
            if self._durable:
                force_bytes(file)
            self._name(temporary, blob.sha256)
        return blob

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._whole(sha256).open("rb")
        except FileNotFoundError:
            raise Absent(sha256) from None

    def path(self, sha256: str) -> Path | None:
        try:
            return self._whole(sha256)
        except FileNotFoundError:
            return None

    def has(self, sha256: str) -> bool:
        return self._found(sha256).is_file()

    def delete(self, sha256: str) -> bool:
        gone = [self._unlink(place) for place in (self._place(sha256), self._aside(sha256))]
        return any(gone)

    def names(self, after: str = "") -> Iterator[Kept]:
        for folder in _folders(self.root, after[:2]):
            for inner in _folders(folder, after[2:4] if folder.name == after[:2] else ""):
                yield from (each for each in _listed(inner) if each.sha256 > after)

    def is_sound(self, sha256: str) -> bool:
        try:
            return hash_of(self._place(sha256)) == sha256
        except FileNotFoundError:
            raise Absent(sha256) from None

    def quarantine(self, sha256: str) -> None:
        place, away = self._place(sha256), self.root / "damaged" / sha256
        self._rename(place, away)
        if hash_of(away) == sha256:  # healed in this moment
            self._link_back(away, place)

    def set_aside(self, sha256: str) -> None:
        place = self._place(sha256)
        try:
            os.utime(place)  # before it moves: killed in between, it has only grown younger
        except FileNotFoundError:
            raise Absent(sha256) from None
        self._rename(place, self._aside(sha256))

    def aside(self) -> Iterator[Kept]:
        folder = self.root / "aside"
        return _listed(folder) if folder.is_dir() else iter(())

    def bring_back(self, sha256: str) -> None:
        self._link_back(self._aside(sha256), self._place(sha256))

    def forget_aside(self, sha256: str) -> None:
        self._unlink(self._aside(sha256))

    def sweep(self, now: float | None = None) -> int:
        eldest = (time.time() if now is None else now) - STALE_AFTER
        return sum(_gone_if_older(path, eldest) for path in self._arrivals.iterdir())

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
        if self._by_day:
            tell_only_the_day(temporary)
        temporary.replace(place)
        self._force(place.parent)

    def _whole(self, sha256: str) -> Path:
        """Where the bytes lie. Raises FileNotFoundError, or :class:`Damaged`."""
        place = self._found(sha256)
        if not self._verified.is_whole(place, sha256):
            raise Damaged(sha256)
        return place

    def _found(self, sha256: str) -> Path:
        """Where the bytes lie, brought back if they lay aside."""
        place = self._place(sha256)
        if not place.is_file() and self._aside(sha256).is_file():
            with suppress(Absent):  # another was faster
                self.bring_back(sha256)
        return place

    def _rename(self, source: Path, target: Path) -> None:
        self._make_folder(target.parent)
        try:
            source.replace(target)
        except FileNotFoundError:
            raise Absent(source.name) from None
        self._force(target.parent)
        self._force(source.parent)

    def _link_back(self, source: Path, place: Path) -> None:
        """Give the bytes their name again, unless others came under it that are younger."""
        self._make_folder(place.parent)
        try:
            with suppress(FileExistsError):
                place.hardlink_to(source)
        except FileNotFoundError:
            raise Absent(place.name) from None
        self._force(place.parent)
        self._unlink(source)

    def _unlink(self, place: Path) -> bool:
        try:
            place.unlink()
        except FileNotFoundError:
            return False
        self._force(place.parent)
        return True

    def _make_folder(self, folder: Path) -> None:
        """Make it, and force every name on the way to it, whoever made that a moment ago."""
        folder.mkdir(parents=True, exist_ok=True)
        if folder in self._forced:
            return
        for inner in (folder, *folder.parents):
            if inner == self.root:
                break
            self._force(inner.parent)
        self._forced.add(folder)

    def _force(self, folder: Path) -> None:
        """A new name is only safe once the folder that holds it is on the disk."""
        if self._durable:
            force_names(folder)

    def _place(self, sha256: str) -> Path:
        demand_name(sha256)
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def _aside(self, sha256: str) -> Path:
        return self.root / "aside" / sha256


def _gone_if_older(path: Path, eldest: float) -> bool:
    """Remove it if it is; False as well if it got its name in this moment."""
    try:
        if path.stat().st_mtime >= eldest:
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def tell_only_the_day(path: Path) -> None:
    """Set the times of a file back to the beginning of its day (UTC)."""
    day = int(time.time()) // DAY * DAY
    os.utime(path, (day, day))


def demand_name(sha256: str) -> None:
    """Raise ValueError for what cannot be the name of bytes: no such text reaches a place."""
    if not _NAME.fullmatch(sha256):
        raise ValueError(f"not the name of a blob: {sha256!r}")


def is_name(text: str) -> bool:
    """Whether this can be the name of bytes."""
    return _NAME.fullmatch(text) is not None


def _folders(folder: Path, at_least: str) -> list[Path]:
    """The folders that are named by two letters of a hash, in order."""
    inner = (each for each in folder.iterdir() if len(each.name) == 2 and each.name >= at_least)
    return sorted(each for each in inner if each.is_dir())


def _listed(folder: Path) -> Iterator[Kept]:
    with os.scandir(folder) as entries:
        found = sorted((each for each in entries if is_name(each.name)), key=lambda it: it.name)
    for each in found:
        try:
            state = each.stat()
        except FileNotFoundError:
            continue  # it went in this moment
        yield Kept(each.name, state.st_size, state.st_mtime)


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
