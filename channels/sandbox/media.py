"""Files sent to a platform: taken in under a size limit, recognised by their bytes, served back.

What a file is follows from its first bytes, never from its name or declared type. A picture's
size is read with Pillow; a video's size and length from the boxes of its MP4 container.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from PIL import Image

from channels.sandbox.stage import Stage, fresh_id

KB, MB, GB = 1024, 1024**2, 1024**3
FOREVER = 1e18
_CHUNK = 256 * KB

JPEG, PNG, GIF, BMP = "image/jpeg", "image/png", "image/gif", "image/bmp"
MP4, WEBM = "video/mp4", "video/webm"


class Oversize(Exception):
    """More bytes came than the platform takes."""


class Unreadable(Exception):
    """The bytes are not of a kind that the platform takes, or are broken."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the media folder. ``seconds`` and pixels are 0 where the format does not tell."""

    sha256: str
    size: int
    mime: str
    width: int = 0
    height: int = 0
    seconds: float = 0.0


def sniff(head: bytes) -> str:
    """The media type that the first bytes (at least 16) prove, or an empty string."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.startswith(b"BM"):
        return BMP
    if head[4:8] == b"ftyp":
        return MP4
    if head.startswith(b"\x1aE\xdf\xa3"):
        return WEBM
    if head.startswith(b"ID3") or head[:2] in (b"\xff\xfb", b"\xff\xf3"):
        return "audio/mpeg"
    return ""


def take_in(stage: Stage, stream: IO[bytes], most: int) -> Kept:
    """Store a stream of at most ``most`` bytes. Raises :class:`Oversize`."""
    sha, size, head = hashlib.sha256(), 0, b""
    with tempfile.NamedTemporaryFile(dir=stage.store.media_folder, delete=False) as file:
        try:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise Oversize(f"{most} bytes at most")
                head = head or chunk[:64]
                sha.update(chunk)
                file.write(chunk)
        except BaseException:
            Path(file.name).unlink()
            raise
    path = stage.store.media_folder / sha.hexdigest()
    Path(file.name).replace(path)
    return _measured(path, Kept(sha.hexdigest(), size, sniff(head)))


def join(stage: Stage, hashes: list[str], most: int) -> Kept:
    """One file out of parts already stored, in the given order. Raises :class:`Oversize`."""
    with tempfile.TemporaryFile(dir=stage.store.media_folder) as whole:
        for sha256 in hashes:
            with (stage.store.media_folder / sha256).open("rb") as part:
                while chunk := part.read(_CHUNK):
                    whole.write(chunk)
        whole.seek(0)
        return take_in(stage, whole, most)


def _measured(path: Path, kept: Kept) -> Kept:
    if kept.mime.startswith("image/"):
        try:
            with Image.open(path) as picture:
                width, height = picture.size
        except (OSError, ValueError, Image.DecompressionBombError):
            return Kept(kept.sha256, kept.size, "")
        return Kept(kept.sha256, kept.size, kept.mime, width, height)
    if kept.mime == MP4:
        with path.open("rb") as file:
            width, height, seconds = measure_mp4(file)
        return Kept(kept.sha256, kept.size, kept.mime, width, height, seconds)
    return kept


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, start of content, end of content) of each box between two offsets."""
    while start + 8 <= end:
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8).rjust(8, b"\0"))[0], 16
        stop = end if size == 0 else start + size
        if stop < start + head or stop > end:
            return
        yield name, start + head, stop
        start = stop


def measure_mp4(file: BinaryIO) -> tuple[int, int, float]:
    """(width, height, seconds) from ``moov``; zeros where the file does not tell."""
    width = height = 0
    seconds = 0.0
    end = file.seek(0, os.SEEK_END)
    for name, start, stop in _boxes(file, 0, end):
        if name == b"moov":
            for inner, a, b in _boxes(file, start, stop):
                if inner == b"mvhd":
                    seconds = _length(_read(file, a, b))
                elif inner == b"trak":
                    width, height = max((width, height), _pixels(file, a, b))
    return width, height, seconds


def _read(file: BinaryIO, start: int, stop: int) -> bytes:
    file.seek(start)
    return file.read(min(stop - start, KB))


def _length(mvhd: bytes) -> float:
    if len(mvhd) < 20:
        return 0.0
    if mvhd[0] == 1 and len(mvhd) >= 32:
        scale, length = struct.unpack_from(">IQ", mvhd, 20)
    else:
        scale, length = struct.unpack_from(">II", mvhd, 12)
    return float(length) / float(scale) if scale else 0.0


def _pixels(file: BinaryIO, start: int, stop: int) -> tuple[int, int]:
    for name, a, b in _boxes(file, start, stop):
        if name == b"tkhd" and b - a >= 8:
            width, height = struct.unpack(">II", _read(file, a, b)[-8:])
            return width >> 16, height >> 16
    return 0, 0


@dataclass(frozen=True, slots=True)
class Medium:
    """A file as a platform knows it, under the id that the platform gave."""

    id: str
    account: str
    kind: str
    sha256: str
    mime: str
    size: int
    width: int
    height: int
    seconds: float
    expires_at: float


def register(
    db: sqlite3.Connection,
    kept: Kept,
    *,
    channel: str,
    account: str,
    kind: str,
    now: float,
    media_id: str = "",
    lifetime: float = FOREVER,
) -> str:
    """Give a stored file an id of the platform; the same bytes get a new id each time."""
    media_id = media_id or fresh_id()
    db.execute(
        "INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            media_id,
            channel,
            account,
            kind,
            kept.sha256,
            kept.mime,
            kept.size,
            kept.width,
            kept.height,
            kept.seconds,
            now,
            now + lifetime,
        ),
    )
    return media_id


def get(db: sqlite3.Connection, media_id: str) -> Medium | None:
    row = db.execute("SELECT * FROM media WHERE id = ?", (media_id,)).fetchone()
    if row is None:
        return None
    return Medium(**{name: row[name] for name in Medium.__dataclass_fields__})


def owned(
    db: sqlite3.Connection, media_id: object, account: str, kinds: tuple[str, ...], now: float
) -> Medium | None:
    """The medium if it belongs to the account, is of one of the kinds and has not expired."""
    medium = get(db, media_id) if isinstance(media_id, str) else None
    if medium and medium.account == account and medium.kind in kinds and medium.expires_at > now:
        return medium
    return None
