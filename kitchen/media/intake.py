"""Bytes on their way in, before any row speaks of them: looked at, rendered, and only then kept.

A file lies in a folder of its own until it was looked at. What is refused never reaches the store,
so nothing has to be taken out of it again and a refused copy cannot harm an accepted one. No unit
of work is open meanwhile. The original of a file that may give a source away goes into the sealed
store; what is made of it says nothing of itself and lies open.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from assets import credentials, pictures
from assets.credentials import Credentials, State
from assets.pictures import Rendition
from assets.presets import PRESETS, Marks
from assets.refusals import REASONS, Refused, in_bytes
from assets.sealed_store import SealedStore
from assets.sniff import ACCEPTED, Family, kind_of_head, sniff
from assets.store import CHUNK, Store
from assets.verified import hash_of
from kitchen.core.errors import Invalid, Refusal, TooLarge
from kitchen.media import films
from kitchen.media.rules import MOST_BYTES, Kind, aigc_level

FILENAME_MAX = 200
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Intake:
    """A file that was accepted: its original and its renditions are in the store.

    ``caption``, ``credit``, ``taken_at`` and ``aigc`` are what the file says of itself. Where it
    was taken and with what is not kept: that gives people away, and nobody needs it here.
    """

    kind: Kind
    mime: str
    width: int
    height: int
    seconds: float
    filename: str
    renditions: tuple[Rendition, ...]
    sha256: str = ""
    size: int = 0
    sealed_as: str = ""
    """The name of the original in the sealed store; empty if it lies open."""
    taken_at: datetime | None = None
    caption: str = ""
    credit: str = ""
    aigc: int = 0
    label: Mapping[str, str] | None = None
    """The AIGC label as the file carries it; it goes along with every shape."""
    credentials: Credentials | None = None
    likeness: int | None = None
    """What a picture looks like (:mod:`assets.likeness`)."""

    def from_a_source(self) -> Intake:
        """The same without any word that may name who took it or sent it."""
        return replace(
            self,
            filename=f"file{ACCEPTED[self.mime].suffix}",
            caption="",
            credit="",
            credentials=None,
        )


def receive(
    store: Store,
    stream: BinaryIO,
    filename: str,
    *,
    limit: int = MOST_BYTES,
    vault: SealedStore | None = None,
) -> Intake:
    """Take a file of at most ``limit`` bytes in; its original goes into the ``vault`` if given.

    Raises :class:`Refusal` with a sentence that says why not, and what helps.
    """
    with tempfile.TemporaryDirectory(prefix="kitchen-intake-") as folder:
        path = Path(folder) / "file"
        try:
            _put_down(stream, path, limit)
        except Refused as refused:
            raise refusal_of(refused) from refused
        return receive_file(store, path, filename, limit=limit, vault=vault)


def receive_file(
    store: Store,
    path: Path,
    filename: str,
    *,
    limit: int = MOST_BYTES,
    vault: SealedStore | None = None,
) -> Intake:
    """Take in a file that lies on this machine already, and that nobody writes to."""
    try:
        size = path.stat().st_size
        if not size:
            raise Refused("empty")
        if size > limit:
            raise Refused("too_large", limit=in_bytes(limit))
        return _kept(store, vault, path, _looked_at(store, path, plain_name(filename)))
    except Refused as refused:
        raise refusal_of(refused) from refused


def _put_down(stream: BinaryIO, path: Path, limit: int) -> None:
    left = limit
    with path.open("wb") as file:
        while chunk := stream.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise Refused("too_large", limit=in_bytes(limit))
            file.write(chunk)


def _kept(store: Store, vault: SealedStore | None, path: Path, intake: Intake) -> Intake:
    """With its original put where it belongs; of a sealed one nothing is said that it says."""
    with path.open("rb") as original:
        if vault is None:
            blob = store.put(original)
            return replace(intake, sha256=blob.sha256, size=blob.size)
        sha256 = hash_of(path)
        sealed_as = vault.put(original, owner=sha256).sha256
    return replace(
        intake,
        sha256=sha256,
        size=path.stat().st_size,
        sealed_as=sealed_as,
        filename=bare_name(intake.filename),
        taken_at=None,
        caption="",
        credit="",
        credentials=None,
    )


def expect(head: bytes) -> None:
    """Raise :class:`Refusal` where a file that begins with ``head`` will not be taken in."""
    try:
        kind_of_head(head)
    except Refused as refused:
        raise refusal_of(refused) from refused


def refusal_of(refused: Refused) -> Refusal:
    """The refusal of bytes as the house says it."""
    params: dict[str, Any] = dict(refused.params)
    kind = TooLarge if refused.code == "too_large" else Invalid
    return kind(REASONS[refused.code], code=f"file_{refused.code}", **params)


def plain_name(filename: str) -> str:
    """The file's name without folders and what cannot be printed; never used to open a file."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in name if character.isprintable())[-FILENAME_MAX:]


def bare_name(filename: str) -> str:
    """A name that tells nothing but the kind of file: people put names and places into theirs."""
    suffix = Path(plain_name(filename)).suffix.lower()
    return f"file{suffix}" if _SUFFIX.fullmatch(suffix) else "file"


def _looked_at(store: Store, path: Path, filename: str) -> Intake:
    if sniff(path).family is Family.VIDEO:
        return _film(store, path, filename)
    return _picture(store, path, filename)


def _picture(store: Store, path: Path, filename: str) -> Intake:
    vouched = credentials.read(path, sniff(path).mime)
    declared = _declared(vouched)
    picture, renditions = pictures.take_in(
        path, store.put, presets=tuple(PRESETS.values()), marks=Marks(declared)
    )
    told = picture.metadata
    return Intake(
        kind=Kind.PICTURE,
        mime=picture.mime,
        width=picture.width,
        height=picture.height,
        seconds=0.0,
        filename=filename,
        renditions=tuple(renditions),
        taken_at=told.taken_at,
        caption=told.caption,
        credit=told.author or told.copyright,
        aigc=_aigc(told.aigc or declared),
        label=told.aigc or declared,
        credentials=vouched,
        likeness=picture.likeness,
    )


def _film(store: Store, path: Path, filename: str) -> Intake:
    film, renditions = films.take_in(path, store.put)
    vouched = credentials.read(path, film.mime)
    declared = dict(film.aigc) if film.aigc else _declared(vouched)
    return Intake(
        kind=Kind.VIDEO,
        mime=film.mime,
        width=film.width,
        height=film.height,
        seconds=film.seconds,
        filename=filename,
        renditions=tuple(renditions),
        aigc=_aigc(declared),
        label=declared,
        credentials=vouched,
    )


def _aigc(label: Mapping[str, str] | None) -> int:
    return aigc_level(label.get("Label")) if label else 0


def _declared(vouched: Credentials | None) -> dict[str, str] | None:
    """The label of generated content that credentials ask for, where a file has none itself.

    Credentials that were tampered with make it suspected, not certain.
    """
    if vouched is None or not vouched.generated:
        return None
    level = "1" if vouched.state is State.VALID else "3"
    return {"Label": level, "ContentProducer": vouched.maker}
