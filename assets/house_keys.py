"""The keys of the house that wrap others: they may change while the house works.

Where they lie in a file, whoever wraps reads it anew, and so does whoever meets something that was
wrapped by a key they do not know. A file takes the place of another in steps that may be cut off
after any of them, by a kill or a power cut, and what it held before is overwritten.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assets.durable import force_bytes, force_names
from assets.sealed_store import name_of_key


class HouseKeys:
    """Keys by the names under which what they wrapped is known; the first of them wraps.

    ``place`` is the file in which they lie, if there is one, separated by commas.
    """

    def __init__(self, keys: Sequence[str], place: Path | None = None) -> None:
        self.place = place
        self._listed = tuple(keys)
        self._known = _by_name(keys)

    def listed(self) -> tuple[str, ...]:
        """The keys as they are now, the newest first; the known ones where the file is gone."""
        if self.place is not None and self.place.exists():
            words = steady(self.place).decode().split(",")
            self._listed = tuple(filter(None, map(str.strip, words))) or self._listed
            self._known.update(_by_name(self._listed))
        return self._listed

    def newest(self) -> tuple[bytes, AESGCM]:
        """The key that wraps, and its name."""
        (found,) = _by_name(self.listed()[:1]).items()
        return found

    def named(self, name: bytes) -> AESGCM | None:
        """The key of this name; looked for in the file if it is not known."""
        if name not in self._known:
            self.listed()
        return self._known.get(name)

    def write(self, keys: Sequence[str]) -> None:
        """Have the file hold these keys and no others. Whoever calls it keeps others from it."""
        assert self.place is not None
        finish(self.place)
        put_in_place(self.place, ",".join(keys).encode())


def new_key() -> str:
    """A key of the house."""
    return urlsafe_b64encode(os.urandom(32)).decode()


def _by_name(keys: Iterable[str]) -> dict[bytes, AESGCM]:
    return {name_of_key(key): AESGCM(key) for key in map(urlsafe_b64decode, keys)}


# --- one file in the place of another ---


def put_in_place(place: Path, content: bytes, *, since: float | None = None) -> None:
    """Give a file new bytes, and overwrite those that it had; ``since`` becomes its time.

    At every moment one of both stands there whole. Where it was cut off, :func:`finish` does the
    rest, and is to be called first.
    """
    draft, former = _draft(place), _former(place)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        force_bytes(out)
    if since is not None:
        os.utime(draft, (since, since))
    former.hardlink_to(place)
    draft.replace(place)
    force_names(place.parent)
    finish(place)


def steady(place: Path) -> bytes:
    """The bytes of a file that may be given new ones this very moment: never the overwritten."""
    while True:
        with place.open("rb") as file:
            kept, read = file.read(), os.fstat(file.fileno())
        with suppress(FileNotFoundError):
            if os.path.samestat(read, place.stat()):  # nothing is overwritten while it stands there
                return kept


def finish(place: Path) -> bool:
    """Overwrite and take away whatever a change of this file left that was cut off; answers whether
    the new one had taken its place.
    """
    draft, former = _draft(place), _former(place)
    wipe(draft)
    if former.exists() and place.exists() and former.samefile(place):
        former.unlink(missing_ok=True)
    return wipe(former)


def wipe(path: Path) -> bool:
    """Overwrite a file and take it away; False when there was none."""
    try:
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
            force_bytes(file)
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def _draft(place: Path) -> Path:
    return place.with_name(f".new.{place.name}")


def _former(place: Path) -> Path:
    return place.with_name(f".was.{place.name}")
