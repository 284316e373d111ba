"""Every kind of store, by the first word of its address.

The parts of a kind are loaded when it is asked for: the S3 client takes most of a second, and a
house with a folder never needs it.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from assets.local_copies import MOST_BYTES, LocalCopies
from assets.store import FolderStore, Keeper


class UnknownStore(ValueError):
    """The address names no kind of store that this version can open."""


def open_store(
    url: str,
    *,
    copies: Path | None = None,
    most_copies: int = MOST_BYTES,
    endpoint: str = "",
    readers: str = "",
) -> Keeper:
    """Open the store at an address, ``file:///folder`` or ``s3://bucket/prefix``.

    A store that is not on this machine keeps ``copies`` of at most ``most_copies`` bytes here, and
    is reached at ``endpoint``, by readers at ``readers`` if at all. Raises :class:`UnknownStore`.
    """
    address = urlsplit(url)
    if address.scheme == "file":
        return _folder(address, url)
    if address.scheme == "s3":
        return _bucket(address, url, copies, most_copies, (endpoint, readers))
    raise UnknownStore(f"素材库地址只支持 file:// 和 s3://，不支持 {address.scheme or url}://")


def _folder(address: SplitResult, url: str) -> FolderStore:
    if address.netloc not in ("", "localhost") or not address.path.startswith("/"):
        raise UnknownStore(f"素材库地址要写成 file:///完整路径，而不是 {url}")
    store = FolderStore(Path(unquote(address.path)))
    store.sweep()
    return store


def _bucket(
    address: SplitResult,
    url: str,
    copies: Path | None,
    most_copies: int,
    endpoints: tuple[str, str],
) -> Keeper:
    if not address.netloc or copies is None:
        raise UnknownStore(f"素材库地址要写成 s3://桶/前缀，而不是 {url}")
    kind, wire = import_module("assets.object_store"), import_module("assets.object_wire")
    ours, readers = endpoints
    store: Keeper = kind.ObjectStore(
        wire.connect(ours),
        address.netloc,
        address.path,
        LocalCopies(copies, most_copies),
        readers=wire.connect(readers) if readers else None,
    )
    return store
