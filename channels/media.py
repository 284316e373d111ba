"""Reading the files of a post: every byte that leaves is checked against the approved hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from channels.base import Files, Media, Rejected, Unavailable

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/webm": "webm",
}


def read(files: Files, medium: Media) -> bytes:
    """All bytes of a file. Raises ``Rejected`` if they are not those that were approved."""
    return b"".join(parts(files, medium, max(medium.size, 1)))


def parts(files: Files, medium: Media, size: int) -> Iterator[bytes]:
    """The file in pieces of ``size`` bytes, the last one shorter.

    Raises ``Rejected`` before the first piece if the file is not there (``Unavailable`` if the
    store does not answer), and after the last if the bytes are not those that were approved.
    """
    seen = hashlib.sha256()
    try:
        stream = files.open(medium.sha256)
    except FileNotFoundError:
        raise Rejected(medium.sha256, code="media_missing") from None
    except OSError:
        raise Unavailable(medium.sha256, code="media_unreadable") from None
    with stream:
        while piece := stream.read(size):
            seen.update(piece)
            yield piece
    if seen.hexdigest() != medium.sha256:
        raise Rejected(medium.sha256, code="media_changed")


def verify(files: Files, medium: Media) -> None:
    """Read a file to its end and drop it. Raises as :func:`parts` does."""
    for _ in parts(files, medium, 1024 * 1024):
        pass


def filename(medium: Media) -> str:
    """A name for uploads that says the type and nothing of the source."""
    return f"{medium.sha256[:16]}.{EXTENSIONS.get(medium.mime, 'bin')}"
