"""What a file is, told by its bytes alone: never by its name, never by what a browser claims.

The list of accepted kinds is closed. Everything else is refused with the reason that helps the
person: a web page or SVG (may carry a script), a playlist (makes a player fetch addresses), an
archive, or a picture that carries a second file inside it (a polyglot, which another program may
read as that second file). This look costs two small reads; whether a picture can be decoded is
for :func:`assets.pictures.inspect` to find out, and a film for :func:`assets.video.probe`.
"""

from __future__ import annotations

import os
import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

import filetype  # type: ignore[import-untyped]

from assets.refusals import Refused

EDGE: Final = 64 * 1024
"""Bytes looked at from either end: where every reader of a second format looks for its mark."""


class Family(StrEnum):
    """What can be done with a file: look at it or play it."""

    PICTURE = "picture"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is accepted: what to call it, and how its name should end."""

    mime: str
    family: Family
    suffix: str
    decoder: str
    """The one decoder that may touch it: Pillow's format, or ffmpeg's demuxer."""


ACCEPTED: Final = {
    kind.mime: kind
    for kind in (
        Kind("image/jpeg", Family.PICTURE, ".jpg", "JPEG"),
        Kind("image/png", Family.PICTURE, ".png", "PNG"),
        Kind("image/webp", Family.PICTURE, ".webp", "WEBP"),
        Kind("image/gif", Family.PICTURE, ".gif", "GIF"),
        Kind("image/avif", Family.PICTURE, ".avif", "AVIF"),
        Kind("image/heic", Family.PICTURE, ".heic", "HEIF"),
        Kind("video/mp4", Family.VIDEO, ".mp4", "mov"),
        Kind("video/quicktime", Family.VIDEO, ".mov", "mov"),
        Kind("video/webm", Family.VIDEO, ".webm", "matroska"),
    )
}
"""The closed list, by media type."""

_SAME = {"image/apng": "image/png", "video/x-m4v": "video/mp4"}
"""Kinds that are another kind with something more: read as that."""

_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|script|svg|iframe|object|embed|foreignobject)[\s>/]|<\?php", re.I
)
_MARKUP_AT_START = re.compile(rb"\s*<(?:[!?a-z])", re.I)
_PLAYLIST = re.compile(rb"#EXTM3U|ffconcat version|^\s*\[playlist\]", re.I)
_PDF = b"%PDF-"
_SCRIPT = (b"GIF87a/*", b"GIF89a/*")
"""A GIF whose width opens a comment runs as a script; no picture of ours is 10,799 wide."""
_ARCHIVES = frozenset(
    "application/" + name
    for name in (
        "zip",
        "x-7z-compressed",
        "x-rar-compressed",
        "x-tar",
        "gzip",
        "x-bzip2",
        "x-xz",
        "zstd",
        "vnd.android.package-archive",
    )
)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def sniff(path: Path) -> Kind:
    """The kind of the file at `path`. Raises :class:`Refused` for all that is not accepted."""
    with path.open("rb") as file:
        head, tail = _edges(file)
    kind = kind_of_head(head)
    if _says_another(tail) or zipfile.is_zipfile(path):
        raise Refused("polyglot")
    if kind.decoder == "mov":
        _require_film(path)
    return kind


def kind_of_head(head: bytes) -> Kind:
    """What a file whose first :data:`EDGE` bytes are `head` may turn out to be.

    Raises :class:`Refused` where nothing that comes behind them can make it acceptable.
    """
    if not head:
        raise Refused("empty")
    kind = ACCEPTED.get(_claimed(head))
    if kind is None:
        raise _refusal_of_stranger(head)
    if _says_another(head) or _PDF in head[:1024] or head.startswith(_SCRIPT):
        raise Refused("polyglot")
    return kind


def _edges(file: BinaryIO) -> tuple[bytes, bytes]:
    head = file.read(EDGE)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(len(head), size - EDGE))
    return head, file.read(EDGE)


def _claimed(head: bytes) -> str:
    """The media type of the magic bytes; empty when nobody knows them."""
    found = filetype.guess(head)
    mime = str(found.mime) if found else ""
    return _SAME.get(mime, mime)


def _refusal_of_stranger(head: bytes) -> Refused:
    text = _as_text(head)
    if _PLAYLIST.search(text):
        return Refused("playlist")
    if _MARKUP_AT_START.match(text) or _MARKUP.search(text):
        return Refused("markup")
    mime = _claimed(head)
    if mime in _ARCHIVES:
        return Refused("archive")
    return Refused("kind_not_accepted", kind=mime) if mime else Refused("unknown_kind")


def _as_text(head: bytes) -> bytes:
    """The head with a byte order mark and UTF-16's zero bytes taken out, to look for words."""
    for mark in _BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"")


def _says_another(edge: bytes) -> bool:
    return bool(_MARKUP.search(edge) or _PLAYLIST.search(edge))


def _require_film(path: Path) -> None:
    """A film must hold a movie box; `ftyp` with anything else behind it is a disguise."""
    with path.open("rb") as file:
        if b"moov" not in _boxes(file, path.stat().st_size):
            raise Refused("broken")


def _boxes(file: BinaryIO, size: int) -> set[bytes]:
    """The types of the boxes at the top of an ISO media file, checked to lie within it."""
    kinds: set[bytes] = set()
    at = 0
    while at < size:
        file.seek(at)
        header = file.read(16)
        length = _box_length(header, size - at)
        if length < 8 or at + length > size:
            raise Refused("broken")
        kinds.add(header[4:8])
        at += length
    return kinds


def _box_length(header: bytes, left: int) -> int:
    """ISO/IEC 14496-12, 4.2: 1 means that a 64-bit length follows, 0 up to the end of the file."""
    length = int.from_bytes(header[:4], "big")
    if length == 1:
        return int.from_bytes(header[8:16], "big")
    return length or left
