"""Making films: a worker hears the bell ``film`` and an id, and finds all else in the database.

Each work is a step of its own. What is done is not made again: a worker that is killed outright
leaves at most its present step to the next one, and the encoder dies with it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from assets.refusals import REASONS, Refused
from assets.store import Absent, Store, StoreUnavailable, at_hand
from kitchen.core.db import Database
from kitchen.core.errors import N_
from kitchen.media import outgoing, provenance, signature
from kitchen.media.filming import making, queries, steps
from kitchen.media.filming.holding import Hold, Overtaken, Stopping
from kitchen.media.filming.making import Outcome
from kitchen.media.filming.models import FilmWork
from kitchen.media.filming.rules import BELL, SUBTITLES
from kitchen.media.filming.steps import Desk, Order
from kitchen.ports import Ports

log = structlog.get_logger(__name__)

Ending = Callable[[Session, FilmWork], object]

MISSING = N_("视频的原件不在素材库里，没有做成。请重新上传这段视频。")
BROKE_OFF = N_("制作时出了差错，已记录。请再试一次；还不行请联系管理员。")


def make(database: Database, ports: Ports, work_id: int) -> None:
    """Do the work ``work_id``, or with 0 all that nobody does, unless it is done or being done.

    Whatever goes wrong ends in a failed work with a sentence; a worker that dies leaves it to
    :func:`ring_for_waiting`.
    """
    for each in [work_id] if work_id else _waiting(database):
        order = _taken_up(database, each)
        if order is None:
            continue
        ports.live.tell(_topic(order))
        ending = _ending(database, ports, order)
        if ending is not None:
            _end(database, order, ending)
        ports.live.tell(_topic(order))


def ring_for_waiting(database: Database, ports: Ports) -> int:
    """Ring again for works that nobody does; answers how many there were."""
    waiting = _waiting(database)
    for work_id in waiting:
        ports.bell.ring(BELL, work_id)
    return len(waiting)


def _waiting(database: Database) -> list[int]:
    with database.unit(write=False) as session:
        return list(queries.waiting(session))


def _topic(order: Order) -> str:
    return f"films:{order.asset_uid}"


def _taken_up(database: Database, work_id: int) -> Order | None:
    try:
        with database.unit() as session:
            work = queries.to_be_made(session, work_id)
            if work is None or not making.begin(session, work):
                return None
            words = queries.rendition_of(session, work.asset_id, SUBTITLES)
            return Order(
                work.id,
                work.fence,
                work.asset.uid,
                work.preset,
                work.wishes,
                outgoing.workable(work.asset),
                work.asset.aigc,
                words.sha256 if words and work.wishes.get("burn") else "",
                queries.loudness_of(session, work),
                provenance.label_of(session, work.asset),
                signature.vouching(session, work.asset),
            )
    except StaleDataError:
        return None  # another worker was a moment faster


def _ending(database: Database, ports: Ports, order: Order) -> Ending | None:
    """Do it, and answer what is to be written down about that; nothing if it is no longer ours."""
    try:
        with Hold(database, ports, order) as hold:
            outcome = _carried(database, ports.store, order, hold)
    except Overtaken:
        return None
    except Stopping:
        return making.put_back
    except StoreUnavailable as away:
        log.warning("film_waits", work=order.work_id, error=str(away))
        return making.put_back
    except Refused as refused:
        why = repr(refused.__cause__ or refused)
        log.info("film_refused", work=order.work_id, preset=order.preset, why=why)
        params = dict(refused.params)
        return partial(making.fail, sentence=REASONS[refused.code], params=params)
    except Exception as error:
        log.warning("film_failed", work=order.work_id, preset=order.preset, error=repr(error))
        sentence = MISSING if isinstance(error, Absent) else BROKE_OFF
        return partial(making.fail, sentence=sentence, params={})
    return partial(making.finish, outcome=outcome)


def _carried(database: Database, store: Store, order: Order, hold: Hold) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="kitchen-film-") as name:
        folder = Path(name)
        words = b""
        if order.subtitles:
            with store.open(order.subtitles) as stream:
                words = stream.read()
        desk = Desk(
            film=at_hand(store, order.sha256, folder),
            folder=folder,
            sink=store.put,
            words=words,
            alike=partial(_alike, database, store, order),
            progress=hold,
        )
        return steps.carry(order, desk)


def _alike(database: Database, store: Store, order: Order, recipe: str) -> Outcome | None:
    """What another form of this film came to by the same recipe, if its bytes are there."""
    with database.unit(write=False) as session:
        work = session.get_one(FilmWork, order.work_id)
        known = queries.made_alike(session, work, recipe)
        if known is None or not store.has(known.sha256):
            return None
        made = making.as_made(known, order.preset)
        return Outcome([made], known.seconds, known.facts, recipe)


def _end(database: Database, order: Order, ending: Ending, tries: int = 3) -> None:
    """Write down how it ended, if it is still ours."""
    try:
        with database.unit() as session:
            work = session.get_one(FilmWork, order.work_id)
            if making.holds(work, order.fence):
                ending(session, work)
    except StaleDataError:
        if tries == 1:
            raise
        _end(database, order, ending, tries - 1)
