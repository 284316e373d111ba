"""Verbs on uploads that may be broken off: begin, advance, finish, end, collect.

The row says how much counts, the staging folder holds the bytes. Rows are for their owner alone:
to anybody else an upload is not there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.db import Database
from kitchen.core.errors import N_, NotFound, Refusal, TooLarge
from kitchen.media import service
from kitchen.media.intake import Intake, bare_name, plain_name
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May, Rights
from kitchen.media.tus_models import ResumableUpload
from kitchen.media.tus_staging import Staging

MOST_LENGTH: Final = 512 * 1024 * 1024
"""Bytes of the largest file; ten minutes of a phone's film have that."""
MOST_OPEN: Final = 4 * 1024 * 1024 * 1024
"""Bytes that one person's unfinished uploads may claim together."""
LASTS: Final = timedelta(days=3)
"""How long an upload waits for its next piece."""
REMEMBERED: Final = timedelta(days=7)
"""How long one is told that it has expired, instead of that it never was."""


class Expired(Refusal):
    code = "upload_expired"
    default = N_("这次上传放得太久，已经作废。请重新上传这个文件。")


class WrongOffset(Refusal):
    """The sender goes on from another place than we have; ``offset`` is ours."""

    code = "upload_offset"
    default = N_("续传的位置对不上，请按服务器记下的位置继续。")


class WrongChecksum(Refusal):
    code = "upload_checksum"
    default = N_("收到的内容和原文件不一致，这一段没有采用。请重传。")


def begin(
    session: Session,
    actor: Actor,
    *,
    length: int,
    filename: str = "",
    sha256: str = "",
    about: tuple[str, str] = ("", ""),
) -> ResumableUpload:
    """Expect a file of ``length`` bytes. ``about`` is the kind and uid of what it belongs to.

    Raises :class:`Forbidden`, :class:`TooLarge`.
    """
    authorize(actor, May.UPLOAD)
    assert actor.id is not None
    if length > MOST_LENGTH:
        raise TooLarge(
            N_("文件太大（最多 %(most)s MB），请压缩后再传。"), most=MOST_LENGTH // 2**20
        )
    if _claimed(session, actor.id) + length > MOST_OPEN:
        raise TooLarge(N_("没传完的文件太多了，请等它们传完，或取消一些。"))
    upload = ResumableUpload(
        owner_id=actor.id,
        filename=bare_name(filename) if _is_protected(session, *about) else plain_name(filename),
        length=length,
        sha256=sha256,
        about_type=about[0][:32],
        about_uid=about[1][:22],
        expires_at=clock.now(session) + LASTS,
    )
    session.add(upload)
    session.flush()
    return upload


def _claimed(session: Session, owner_id: int) -> int:
    open_ones = (ResumableUpload.owner_id == owner_id, ResumableUpload.finished_at.is_(None))
    alive = ResumableUpload.expires_at > clock.now(session)
    return session.scalar(select(func.sum(ResumableUpload.length)).where(*open_ones, alive)) or 0


def the_upload(session: Session, actor: Actor, uid: str) -> ResumableUpload:
    """One's own upload. Raises :class:`NotFound` and :class:`Expired`."""
    found = session.scalar(
        select(ResumableUpload)
        .where(ResumableUpload.uid == uid, ResumableUpload.owner_id == actor.id)
        .options(joinedload(ResumableUpload.asset))
    )
    if found is None:
        raise NotFound
    if found.finished_at is None and found.expires_at <= clock.now(session):
        raise Expired
    return found


def is_protected(session: Session, upload: ResumableUpload) -> bool:
    """Whether its bytes may give a source away, by what it belongs to; other stations know."""
    return _is_protected(session, upload.about_type, upload.about_uid)


def _is_protected(session: Session, kind: str, uid: str) -> bool:
    ask = session.info.get("protected", {}).get(kind)
    return ask is not None and bool(ask(session, uid))


def expect_offset(upload: ResumableUpload, offset: int) -> None:
    """Raise :class:`WrongOffset` unless the sender goes on from where we are."""
    if offset != upload.received:
        raise WrongOffset(offset=upload.received)


def advance(session: Session, uid: str, since: int, received: int) -> None:
    """Note that bytes ``since`` to ``received`` are safe, if nobody noted other ones meanwhile."""
    moved = session.execute(
        update(ResumableUpload)
        .where(ResumableUpload.uid == uid, ResumableUpload.received == since)
        .values(received=received, expires_at=clock.now(session) + LASTS)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise WrongOffset(offset=since)


def finish(session: Session, actor: Actor, upload: ResumableUpload, intake: Intake) -> MediaAsset:
    """Enter the whole file into the catalogue; asked again, the same asset is answered."""
    if upload.asset is not None:
        return upload.asset
    asset = service.catalogue(session, actor, intake, rights=Rights.OWN)
    upload.asset, upload.finished_at = asset, clock.now(session)
    session.flush()
    return asset


def end(session: Session, actor: Actor, upload: ResumableUpload) -> None:
    """Give an upload up; a finished one leaves its asset in the catalogue."""
    audit.record(session, actor, "end_upload", upload, after={"received": upload.received})
    session.delete(upload)
    session.flush()


def arriving(session: Session, subject: Any) -> list[ResumableUpload]:
    """What is on its way to something, in the order in which it was announced."""
    now = clock.now(session)
    return list(
        session.scalars(
            select(ResumableUpload)
            .where(
                ResumableUpload.about_type == subject.__tablename__,
                ResumableUpload.about_uid == subject.uid,
                ResumableUpload.finished_at.is_(None),
                ResumableUpload.expires_at > now,
            )
            .order_by(ResumableUpload.id)
        )
    )


def thumb_of(session: Session, uid: str) -> str:
    """The SHA-256 of the small picture that came ahead of an upload. Raises :class:`NotFound`."""
    this = ResumableUpload.uid == uid
    found = session.scalar(select(ResumableUpload.thumb_sha256).where(this))
    if not found:
        raise NotFound
    return found


def collect(database: Database) -> int:
    """Throw away the bytes of what has expired or is finished, and rows that nobody asks about.

    Answers how many uploads that were.
    """
    staging = Staging(database.info["home"])
    with database.unit() as session:
        now = clock.now(session)
        rows = session.scalars(
            select(ResumableUpload).where(ResumableUpload.expires_at <= now)
        ).all()
        for row in rows:
            staging.discard(row.uid)
            if row.expires_at <= now - REMEMBERED:
                session.delete(row)
    return len(rows)
