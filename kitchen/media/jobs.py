"""Making clips: a worker hears the bell ``clip`` and an id, and finds all else in the database."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from assets import clips
from assets.pictures import Rendition
from assets.refusals import Refused
from assets.store import Absent, Store, StoreUnavailable, at_hand
from kitchen.core.db import Database
from kitchen.core.errors import N_
from kitchen.media import films, making, queries
from kitchen.media.making import Film
from kitchen.media.models import ClipOrder, MediaAsset
from kitchen.media.outgoing import workable
from kitchen.media.rules import FILM
from kitchen.media.service import BELL
from kitchen.ports import Ports

log = structlog.get_logger(__name__)

Ending = Callable[[Session, MediaAsset], object]

UNREADABLE = N_("有一张图片打不开或太大，视频没有做成。请换掉它再试一次。")
MISSING = N_("有一张图片的原件不在素材库里，视频没有做成。请重新上传这张图片。")
BROKE_OFF = N_("制作视频时出了差错，已记录。请再试一次；还不行请联系管理员。")


@dataclass(frozen=True, slots=True)
class _Order:
    """What is needed to make one clip, read in one unit of work."""

    asset_id: int
    uid: str
    title: str
    captions: Sequence[str]
    pictures: Sequence[str]
    """Hashes of what is shown, in order."""


def make_clip(database: Database, ports: Ports, asset_id: int) -> None:
    """Make the clip ``asset_id`` unless it is made, being made, or no clip at all.

    Whatever goes wrong ends in a failed clip with a sentence; a worker that dies leaves it to
    :func:`ring_for_waiting`.
    """
    order = _taken_up(database, asset_id)
    if order is None:
        return
    _end(database, ports, order, _ending(database, ports, order))


def _ending(database: Database, ports: Ports, order: _Order) -> Ending:
    """Make it, and answer what is to be written down about that."""
    try:
        film = _made(ports.store, order, partial(_tell, database, ports, order))
    except StoreUnavailable as away:
        log.warning("clip_waits", asset_id=order.asset_id, error=str(away))
        return making.put_back
    except Exception as error:
        log.warning("clip_failed", asset_id=order.asset_id, error=repr(error))
        return partial(making.fail, sentence=said(error))
    return partial(making.finish, film=film)


def said(error: Exception) -> str:
    """The sentence for what went wrong."""
    if isinstance(error, Refused):
        return UNREADABLE
    return MISSING if isinstance(error, Absent) else BROKE_OFF


def ring_for_waiting(database: Database, ports: Ports) -> int:
    """Ring again for clips that nobody is making; answers how many there were."""
    with database.unit(write=False) as session:
        waiting = queries.clips_waiting(session)
    for asset_id in waiting:
        ports.bell.ring(BELL, asset_id)
    return len(waiting)


def _taken_up(database: Database, asset_id: int) -> _Order | None:
    try:
        with database.unit() as session:
            order = queries.order_of(session, asset_id)
            if order is None or not making.begin(session, order):
                return None
            pictures = queries.derived_from(session, order.asset)
            return _Order(
                asset_id,
                order.asset.uid,
                order.title,
                order.captions,
                [workable(each) for each in pictures],
            )
    except StaleDataError:
        return None  # another worker was a moment faster


def _made(store: Store, order: _Order, progress: Callable[[float], None]) -> Film:
    with tempfile.TemporaryDirectory(prefix="kitchen-clip-") as name:
        folder = Path(name)
        paths = [at_hand(store, sha256, folder) for sha256 in order.pictures]
        out = folder / "clip.mp4"
        clip = clips.make_clip(paths, order.title, order.captions, out, progress=progress)
        poster = folder / "poster.jpg"
        poster.write_bytes(clip.poster)
        with out.open("rb") as stream:
            blob = store.put(stream)
        itself = Rendition(FILM, blob.sha256, "video/mp4", clip.width, clip.height, blob.size)
        return Film(clip.seconds, [itself, *films.stills(poster, store.put)])


def _tell(database: Database, ports: Ports, order: _Order, share: float) -> None:
    """Note how far the clip is, beside its row, so that nobody's editing is disturbed."""
    percent = int(share * 100)
    this = ClipOrder.asset_id == order.asset_id
    try:
        with database.unit() as session:
            session.execute(update(ClipOrder).where(this).values(percent=percent))
    except OperationalError as error:
        log.warning("progress_untold", asset_id=order.asset_id, error=str(error.orig))
    ports.live.tell(f"asset:{order.uid}", percent=percent)


def _end(database: Database, ports: Ports, order: _Order, ending: Ending, tries: int = 3) -> None:
    """Write down how it ended; someone may be describing the clip at this very moment."""
    try:
        with database.unit() as session:
            ending(session, queries.the_asset(session, order.uid))
    except StaleDataError:
        if tries == 1:
            raise
        _end(database, ports, order, ending, tries - 1)
        return
    ports.live.tell(f"asset:{order.uid}", percent=100)
