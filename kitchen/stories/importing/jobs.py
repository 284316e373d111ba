"""Bringing in heavy files: a worker hears the bell ``import`` and an id, and finds all else here.

Pictures are taken in one by one with no unit of work open; the story is written in one unit at the
end, or not at all.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from assets.store import Absent, Store, StoreUnavailable
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.core.errors import N_, Refusal
from kitchen.people import queries as people
from kitchen.people.models import Staff
from kitchen.ports import Ports
from kitchen.stories.importing import queries, reading, service, taking
from kitchen.stories.importing.models import StoryImport
from kitchen.stories.importing.reading import Manuscript
from kitchen.stories.importing.taking import Taken

log = structlog.get_logger(__name__)

Ending = Callable[[Session, StoryImport], object]

GONE = N_("文件不在了，没有导入。请重新上传。")
BROKE_OFF = N_("导入时出了差错，已记录。请再试一次；还不行请联系管理员。")
EVERY = 5
"""After so many pictures open pages hear how far it is."""


@dataclass(frozen=True, slots=True)
class _Order:
    import_id: int
    uid: str
    filename: str
    sha256: str


def carry(database: Database, ports: Ports, import_id: int) -> None:
    """Bring in the file ``import_id`` unless that is done, or being done.

    Whatever goes wrong ends in a sentence; a worker that dies, or finds the store away, leaves it
    to :func:`ring_for_waiting`.
    """
    order = _taken_up(database, import_id)
    if order is None:
        return
    try:
        ending = _read(database, ports, order)
        _end(database, ports, order, ending)
    except StoreUnavailable as away:
        log.warning("import_waits", import_id=import_id, error=str(away))
        _end(database, ports, order, _put_back)
    except Refusal as refusal:
        _end(database, ports, order, partial(_fail, message=refusal.message, params=refusal.params))
    except Exception as error:
        log.exception("import_failed", import_id=import_id, error=repr(error))
        said = GONE if isinstance(error, Absent) else BROKE_OFF
        _end(database, ports, order, partial(_fail, message=said, params={}))


def ring_for_waiting(database: Database, ports: Ports) -> int:
    """Ring again for files that nobody works on; answers how many there were."""
    with database.unit(write=False) as session:
        waiting = queries.waiting(session)
    for import_id in waiting:
        ports.bell.ring(service.BELL, import_id)
    return len(waiting)


def _taken_up(database: Database, import_id: int) -> _Order | None:
    try:
        with database.unit() as session:
            order = session.get(StoryImport, import_id)
            now = clock.now(session)
            if order is None or not queries.is_free(order, now):
                return None
            order.begun_at, order.done = now, 0
            order.attempts += 1
            if order.attempts > queries.MOST_ATTEMPTS:
                _fail(session, order, message=BROKE_OFF, params={})
                return None
            return _Order(order.id, order.uid, order.filename, order.sha256)
    except StaleDataError:
        return None  # another worker was a moment faster


def _read(database: Database, ports: Ports, order: _Order) -> Ending:
    with tempfile.TemporaryDirectory(prefix="kitchen-import-") as folder:
        path = _local(ports.store, order.sha256, Path(folder))
        manuscript = reading.read(path, order.filename)
        service.demand_fit(manuscript)
        progress = partial(_tell, database, ports, order)
        taken = taking.take_in(ports.store, path, manuscript, progress)
    return partial(_finish, manuscript=manuscript, taken=taken)


def _local(store: Store, sha256: str, folder: Path) -> Path:
    """A file on this machine with the bytes. Raises :class:`Absent`."""
    if (path := store.path(sha256)) is not None:
        return path
    copy = folder / "file"
    with store.open(sha256) as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target)
    return copy


def _tell(database: Database, ports: Ports, order: _Order, done: int) -> None:
    """Note how far it is, beside the row's version."""
    with database.unit() as session:
        this = update(StoryImport).where(StoryImport.id == order.import_id)
        session.execute(this.values(done=done))
    if done % EVERY == 0:
        ports.live.tell(f"import:{order.uid}")


def _finish(session: Session, order: StoryImport, manuscript: Manuscript, taken: Taken) -> None:
    staff = session.get_one(Staff, order.asked_by_id)
    actor = people.actor_of(session, staff, session.info["roles"])
    story = service.write(
        session, actor, manuscript, taken.pictures, into=order.into, rights=order.rights
    )
    order.story_id = story.id
    order.remarks = [[each.message, dict(each.params)] for each in taken.remarks]
    order.finished_at = clock.now(session)


def _fail(session: Session, order: StoryImport, message: str, params: dict[str, object]) -> None:
    order.failure, order.failure_params = message, params
    order.finished_at = clock.now(session)


def _put_back(_session: Session, order: StoryImport) -> None:
    """It was no fault of the file's: the beginning does not count, and there will be another."""
    order.begun_at = None
    order.attempts -= 1


def _end(database: Database, ports: Ports, order: _Order, ending: Ending) -> None:
    """Write down how it ended; the file is no longer needed then."""
    with database.unit() as session:
        ending(session, session.get_one(StoryImport, order.import_id))
        session.flush()
        wanted = queries.is_wanted(session, order.sha256)
    if not wanted:
        _forget(ports.store, order)
    ports.live.tell(f"import:{order.uid}")


def _forget(store: Store, order: _Order) -> None:
    """Throw the file away. What is written down stands whatever the store says: bytes that no row
    names any more are taken away by the upkeep.
    """
    try:
        store.delete(order.sha256)
    except StoreUnavailable as away:
        log.warning("import_file_left", import_id=order.import_id, error=str(away))
