"""Taking in what came in pieces: a worker hears the bell ``take_in`` and an id, and finds all else
in the database and the staging folder.

The lock on the staged file is the lease: a worker that dies lets go of it in that moment, and the
timetable rings for whatever is whole and has no answer yet. So a file that was acknowledged is
taken in, or refused in words, whoever dies and whichever bell is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from assets.store import StoreUnavailable
from kitchen.core.db import Database
from kitchen.core.errors import Invalid, Refusal
from kitchen.media import intake, tus
from kitchen.media.tus_models import ResumableUpload
from kitchen.media.tus_rules import BROKE_OFF, GONE, MOST_ATTEMPTS, MOST_LENGTH
from kitchen.media.tus_staging import Busy, Staging, is_full
from kitchen.people import queries as people
from kitchen.people.models import Staff
from kitchen.ports import Ports

log = structlog.get_logger(__name__)

RUNG_AT_ONCE = 50
"""For so many the sweeper rings at a time: a worker looks at one after the other."""

Ending = Callable[[Session, ResumableUpload], object]


@dataclass(frozen=True, slots=True)
class _Order:
    upload_id: int
    filename: str
    length: int
    sha256: str
    protected: bool
    """Whether it may give a source away."""


def carry(database: Database, ports: Ports, upload_id: int) -> None:
    """Take the upload ``upload_id`` in, unless it has its answer or somebody is at it."""
    with database.unit(write=False) as session:
        uid = session.scalar(
            select(ResumableUpload.uid).where(ResumableUpload.id == upload_id, tus.owed())
        )
    if uid is None:
        return
    staging = Staging(database.info["home"])
    try:
        with staging.held(uid):
            if (order := _taken_up(database, upload_id)) is not None:
                _end(database, order, _ending(ports, staging.path(uid), order))
    except Busy:
        return
    _tidy(database, staging, upload_id, uid)


def ring_for_waiting(database: Database, ports: Ports) -> int:
    """Ring for what is whole and has no answer yet; answers for how many."""
    with database.unit(write=False) as session:
        waiting = _waiting(session)
    for upload_id in waiting:
        ports.bell.ring(tus.BELL, upload_id)
    return len(waiting)


def _waiting(session: Session) -> Sequence[int]:
    return session.scalars(
        select(ResumableUpload.id)
        .where(tus.owed())
        .order_by(ResumableUpload.id)
        .limit(RUNG_AT_ONCE)
    ).all()


def _taken_up(database: Database, upload_id: int) -> _Order | None:
    """What is to be done, counted as one more beginning; too many are the end of it."""
    with database.unit() as session:
        upload = _locked(session, upload_id)
        if upload is None:
            return None
        if upload.attempts >= MOST_ATTEMPTS:
            upload.failure = BROKE_OFF
            return None
        upload.attempts += 1
        protected = tus.is_protected(session, upload)
        return _Order(upload.id, upload.filename, upload.length, upload.sha256, protected)


def _locked(session: Session, upload_id: int) -> ResumableUpload | None:
    """The upload, if it is still owed an answer; nobody else changes it meanwhile."""
    return session.scalar(
        select(ResumableUpload)
        .where(ResumableUpload.id == upload_id, tus.owed())
        .with_for_update(of=ResumableUpload)
    )


def _ending(ports: Ports, path: Path, order: _Order) -> Ending:
    """Look at the file, and answer what is to be written down about it."""
    try:
        if path.stat().st_size != order.length:
            raise Invalid(GONE)
        taken = intake.receive_file(
            ports.store,
            path,
            order.filename,
            limit=MOST_LENGTH,
            vault=ports.sealed if order.protected else None,
        )
        if order.sha256 and order.sha256 != taken.sha256:
            raise tus.WrongChecksum
    except Refusal as refusal:
        why = refusal
        return lambda session, upload: tus.refuse(session, upload, why)
    except OSError as error:
        if not (is_full(error) or isinstance(error, StoreUnavailable)):
            raise
        log.warning("upload_waits", upload_id=order.upload_id, error=str(error))
        return _waits
    return lambda session, upload: _enter(session, upload, taken)


def _waits(_session: Session, upload: ResumableUpload) -> None:
    """It was no fault of the file's: the beginning does not count, and there will be another."""
    upload.attempts -= 1


def _enter(session: Session, upload: ResumableUpload, taken: intake.Intake) -> None:
    owner = session.get_one(Staff, upload.owner_id)
    actor = people.actor_of(session, owner, session.info["roles"])
    tus.finish(session, actor, upload, taken)


def _end(database: Database, order: _Order, ending: Ending) -> None:
    """Write down how it ended. Who lost the right to upload meanwhile is refused like a file."""
    try:
        with database.unit() as session:
            if (upload := _locked(session, order.upload_id)) is not None:
                ending(session, upload)
    except Refusal as refusal:
        with database.unit() as session:
            if (upload := _locked(session, order.upload_id)) is not None:
                tus.refuse(session, upload, refusal)


def _tidy(database: Database, staging: Staging, upload_id: int, uid: str) -> None:
    """Drop the bytes once nobody needs them: taken in, refused, or given up meanwhile."""
    with database.unit(write=False) as session:
        upload = session.get(ResumableUpload, upload_id)
    if upload is None or upload.finished_at is not None:
        staging.discard(uid)
