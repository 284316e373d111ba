"""What the desk may see of a file: made by a worker who hears the bell ``tip`` and an id.

Pictures are painted anew from bare pixels, films are copied into a fresh container, of documents
the text is taken; nothing else of a file goes on, not even a label that may name its maker. What
cannot be made so is withheld, with a word why. Originals lie in clear for the time of the work
alone, in a folder that goes with it, and no complaint names one.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import structlog
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from assets import pictures, video
from assets.erasable import Erased
from assets.presets import PRESETS, Marks
from assets.refusals import Refused
from assets.store import Absent, Blob, StoreUnavailable
from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.core.errors import Refusal
from kitchen.media import films
from kitchen.ports import TipRoom
from kitchen.stories.importing import reading
from kitchen.tips import queries
from kitchen.tips.models import TipFile
from kitchen.tips.rules import LEASE, MOST_ATTEMPTS, Family, Showing
from kitchen.tips.taking import ORIGINAL, withhold

log = structlog.get_logger(__name__)

BELL: Final = "tip"
SHAPES: Final = ("thumb", "preview")
SILENT: Final = Marks(silent=True)
MOST_FILM: Final = 200 * 1024 * 1024
"""Bytes of the heaviest film that is copied; heavier ones are withheld."""
HEAVY, LOST, BROKEN = "too_heavy", "lost", "broken"


@dataclass(frozen=True, slots=True)
class _Work:
    file_id: int
    owner: str
    family: Family
    sealed_as: str


@dataclass(frozen=True, slots=True)
class _Made:
    shown_as: Mapping[str, str]
    mime: str
    generated: bool = False


def make(database: Database, file_id: int) -> None:
    """Make what the desk may see of a file, unless that is done, or being done."""
    work = _taken_up(database, file_id)
    if work is None:
        return
    room: TipRoom = database.info["tips"]
    try:
        made = _made(room, work)
    except StoreUnavailable:
        return  # its lease runs out, and it is rung for again
    except (Refused, Refusal, Absent, Erased) as error:
        _end(database, file_id, _why(error))
    except Exception as error:
        log.error("tip_file_failed", file_id=file_id, kind=type(error).__name__)
        _end(database, file_id, BROKEN)
    else:
        _end(database, file_id, made)


def ring_for_waiting(database: Database) -> None:
    """Ring for files that nobody works on: by the timetable alone, as a ring would tell when they
    came.
    """
    with database.unit(write=False) as session:
        bell = ports.of(session).bell
        waiting = queries.files_waiting(session, clock.now(session))
    for file_id in waiting:
        bell.ring(BELL, file_id)


def _taken_up(database: Database, file_id: int) -> _Work | None:
    try:
        with database.unit() as session:
            file, now = session.get(TipFile, file_id), clock.now(session)
            if file is None or file.showing != Showing.WAITING:
                return None
            if file.leased_until is not None and file.leased_until > now:
                return None
            file.attempts += 1
            if file.attempts > MOST_ATTEMPTS:
                withhold(file, BROKEN)
                return None
            file.leased_until = now + LEASE
            return _Work(file.id, file.tip.uid, Family(file.family), file.sealed_as)
    except StaleDataError:
        return None  # another worker was a moment faster


def _end(database: Database, file_id: int, ending: _Made | str) -> None:
    with database.unit() as session:
        file = session.get(TipFile, file_id)
        if file is None:
            return  # erased meanwhile; what was made opens to nobody, and is swept away
        if isinstance(ending, str):
            withhold(file, ending)
        else:
            file.showing, file.leased_until = Showing.SHOWN, None
            file.shown_as, file.shown_mime = dict(ending.shown_as), ending.mime
            file.generated = ending.generated


def _why(error: Exception) -> str:
    if isinstance(error, Absent | Erased):
        return LOST
    if isinstance(error, Refused):
        return error.code
    return error.reason if isinstance(error, Refusal) else BROKEN


def _made(room: TipRoom, work: _Work) -> _Made:
    with tempfile.TemporaryDirectory(prefix="kitchen-tip-") as folder:
        path = Path(folder) / "file"
        with (
            room.vault.open(work.owner, ORIGINAL, work.sealed_as) as sealed,
            path.open("wb") as out,
        ):
            shutil.copyfileobj(sealed, out)
        match work.family:
            case Family.PICTURE:
                return _picture(room, work.owner, path)
            case Family.FILM:
                return _film(room, work.owner, path, Path(folder))
            case _:
                return _text(room, work.owner, path)


def _picture(room: TipRoom, owner: str, path: Path) -> _Made:
    shown, picture = _shapes(room, owner, path)
    return _Made(shown, "image/jpeg", generated=picture.metadata.aigc is not None)


def _shapes(room: TipRoom, owner: str, path: Path) -> tuple[dict[str, str], pictures.Picture]:
    """The picture at ``path`` in every shape that the desk sees, sealed, by the shape's name."""
    painted: dict[str, bytes] = {}

    def keep(stream: BinaryIO) -> Blob:
        raw = stream.read()
        sha256 = hashlib.sha256(raw).hexdigest()
        painted[sha256] = raw
        return Blob(sha256, len(raw))

    presets = tuple(PRESETS[name] for name in SHAPES)
    picture, made = pictures.take_in(path, keep, presets=presets, marks=SILENT)
    shown = {
        each.preset: room.vault.put(owner, each.preset, io.BytesIO(painted[each.sha256])).sha256
        for each in made
    }
    return shown, picture


def _film(room: TipRoom, owner: str, path: Path, folder: Path) -> _Made:
    if path.stat().st_size > MOST_FILM:
        raise Refused(HEAVY)
    film = video.probe(path)
    if film.mime == "video/quicktime":
        films.demand_mp4(film)
    clean = films.bare_copy(path, folder, "", mute=film.picture_codec)
    still = films.still_at(path, folder, min(1.0, film.seconds / 3))
    shown, _ = _shapes(room, owner, still)
    with clean.open("rb") as stream:
        shown["film"] = room.vault.put(owner, "film", stream).sha256
    return _Made(shown, films.container_of(film), generated=film.aigc is not None)


def _text(room: TipRoom, owner: str, path: Path) -> _Made:
    with path.open("rb") as file:
        word = file.read(2) == b"PK"
    manuscript = reading.read(path, "file.docx" if word else "file.txt")
    told = "\n".join(_lines(manuscript.content))
    blob = room.vault.put(owner, "text", io.BytesIO(told.encode()))
    return _Made({"text": blob.sha256}, "text/plain")


def _lines(content: Any) -> Iterator[str]:
    """The words of blocks, one line for each that has any of its own."""
    for node in content:
        inner = node.get("content", ())
        if any(each.get("type") == "text" for each in inner):
            yield "".join(each.get("text", "\n") for each in inner)
        else:
            yield from _lines(inner)


def text_of(session: Session, file: TipFile) -> str:
    """What a document says, for whoever reads its tip."""
    vault = ports.tips_of(session).vault
    try:
        with vault.open(file.tip.uid, "text", file.shown_as["text"]) as stream:
            return stream.read().decode()
    except (Erased, Absent):
        return ""
