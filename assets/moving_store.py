"""Moving from one store to another while both are in use: written to the new, read from either."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from heapq import merge
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO

from assets.elsewhere import link_to, parts_of
from assets.parts import Parts
from assets.store import Absent, Blob, Damaged, Keeper, Kept

_BY_NAME = attrgetter("sha256")


class MovingStore:
    """Bytes come into ``new``; what is not there, or damaged there, is read from ``former``."""

    def __init__(self, new: Keeper, former: Keeper) -> None:
        self.new = new
        self.former = former

    def put(self, stream: BinaryIO, *, limit: int | None = None) -> Blob:
        return self.new.put(stream, limit=limit)

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self.new.open(sha256)
        except Absent:
            return self.former.open(sha256)

    def path(self, sha256: str) -> Path | None:
        with suppress(Damaged):
            found = self.new.path(sha256)
            if found is not None:
                return found
        return self.former.path(sha256)

    def parts(self, sha256: str) -> Parts | None:
        return parts_of(self._holder(sha256), sha256)

    def link(self, sha256: str, seconds: int, *, mime: str = "", disposition: str = "") -> str:
        store = self._holder(sha256)
        return link_to(store, sha256, seconds, mime=mime, disposition=disposition)

    def has(self, sha256: str) -> bool:
        return self.new.has(sha256) or self.former.has(sha256)

    def delete(self, sha256: str) -> bool:
        gone = [each.delete(sha256) for each in self._both]
        return any(gone)

    def names(self, after: str = "") -> Iterator[Kept]:
        every = merge(*(each.names(after) for each in self._both), key=_BY_NAME)
        for _, same in groupby(every, _BY_NAME):
            yield max(same, key=attrgetter("since"))

    def is_sound(self, sha256: str) -> bool:
        """Whether every copy is."""
        told = []
        for each in self._both:
            with suppress(Absent):
                told.append(each.is_sound(sha256))
        if not told:
            raise Absent(sha256)
        return all(told)

    def quarantine(self, sha256: str) -> None:
        for each in self._both:
            with suppress(Absent):
                if not each.is_sound(sha256):
                    each.quarantine(sha256)

    def set_aside(self, sha256: str) -> None:
        self._wherever(lambda store: store.set_aside(sha256), sha256)

    def aside(self) -> Iterator[Kept]:
        return chain(self.new.aside(), self.former.aside())

    def bring_back(self, sha256: str) -> None:
        self._wherever(lambda store: store.bring_back(sha256), sha256)

    def forget_aside(self, sha256: str) -> None:
        for each in self._both:
            each.forget_aside(sha256)

    def sweep(self, now: float | None = None) -> int:
        return sum(each.sweep(now) for each in self._both)

    def _holder(self, sha256: str) -> Keeper:
        return self.new if self.new.has(sha256) else self.former

    @property
    def _both(self) -> tuple[Keeper, Keeper]:
        return self.new, self.former

    def _wherever(self, act: Callable[[Keeper], None], sha256: str) -> None:
        done = 0
        for each in self._both:
            with suppress(Absent):
                act(each)
                done += 1
        if not done:
            raise Absent(sha256)


@dataclass(slots=True)
class Moved:
    """How far a move is: files that went over now, that were over before, that are damaged."""

    files: int = 0
    size: int = 0
    before: int = 0
    damaged: int = 0


def move(store: MovingStore, *, clear: bool = False) -> Iterator[Moved]:
    """Copy everything over, telling after each file; broken off, it goes on where it stopped.

    With ``clear`` the former store gives up each file once the new one holds it whole. What is
    damaged stays where it is, and is counted.
    """
    so_far = Moved()
    for kept in chain(store.former.names(), store.former.aside()):
        _move_one(store, kept, so_far)
        if clear and store.new.has(kept.sha256) and store.new.is_sound(kept.sha256):
            store.former.delete(kept.sha256)
        yield so_far


def _move_one(store: MovingStore, kept: Kept, so_far: Moved) -> None:
    if store.new.has(kept.sha256):
        so_far.before += 1
        return
    try:
        with store.former.open(kept.sha256) as stream:
            store.new.put(stream)
    except Damaged:
        so_far.damaged += 1
    except Absent:
        return  # it was taken away in this moment
    else:
        so_far.files += 1
        so_far.size += kept.size
