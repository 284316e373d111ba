"""What a store that lies elsewhere may be able to do beside what every store does."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from assets.parts import Parts
from assets.store import Store


@runtime_checkable
class ReadsParts(Protocol):
    """A store elsewhere of whose large files a part can be read without the rest."""

    def parts(self, sha256: str) -> Parts | None:
        """The file as a stream to move about in, each part checked as it comes; None where it is
        better read as a whole. Raises :class:`StoreUnavailable`.
        """
        ...


@runtime_checkable
class Links(Protocol):
    """A store that readers may be able to reach by themselves."""

    def link(self, sha256: str, seconds: int, *, mime: str = "", disposition: str = "") -> str:
        """An address under which whoever has it fetches the bytes for that long; empty where
        readers cannot reach the store. Raises :class:`Absent`, :class:`StoreUnavailable`.
        """
        ...


def parts_of(store: Store, sha256: str) -> Parts | None:
    """The bytes in parts, where this store has them so."""
    return store.parts(sha256) if isinstance(store, ReadsParts) else None


def link_to(
    store: Store, sha256: str, seconds: int, *, mime: str = "", disposition: str = ""
) -> str:
    """An address of the store's own for the bytes; empty where there is none."""
    if not isinstance(store, Links):
        return ""
    return store.link(sha256, seconds, mime=mime, disposition=disposition)
