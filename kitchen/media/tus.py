"""Verbs on uploads that may be broken off: begin, advance, hand over, finish, refuse, end, collect.

The row says how much counts, the staging folder holds the bytes. Rows are for their owner alone:
to anybody else an upload is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, select, update
from sqlalchemy.orm import Session, joinedload

from kitchen import ports
from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.db import Database, after_commit
from kitchen.core.errors import N_, Invalid, NotFound, Refusal, TooLarge, WrongState
from kitchen.media import queries, service
from kitchen.media.intake import Intake, bare_name, plain_name
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May, Rights
from kitchen.media.tus_models import ResumableUpload
from kitchen.media.tus_rules import LASTS, MOST_LENGTH, MOST_OPEN, REMEMBERED, Standing, standing
from kitchen.media.tus_staging import Staging

BELL = "take_in"
"""The doorbell of whoever takes in what came in pieces."""


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


class DiskFull(Refusal):
    """Nothing that was acknowledged is lost by it, and nothing more is taken."""

    code = "disk_full"
    default = N_(
        "服务器的存储空间满了，已收到的部分都在。请联系管理员腾出空间，之后会从断开处继续。"
    )


def begin(
    session: Session,
    actor: Actor,
    *,
    length: int,
    filename: str = "",
    sha256: str = "",
    about: tuple[str, str] = ("", ""),
    said: Mapping[str, Any] | None = None,
) -> ResumableUpload:
    """Expect a file of ``length`` bytes. ``about`` is the kind and uid of what it belongs to,
    ``said`` what its sender says about it, as plain values.

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
        said=dict(said or {}),
        expires_at=clock.now(session) + LASTS,
    )
    session.add(upload)
    session.flush()
    return upload


def _claimed(session: Session, owner_id: int) -> int:
    open_ones = (ResumableUpload.owner_id == owner_id, ResumableUpload.finished_at.is_(None))
    alive = ResumableUpload.expires_at > clock.now(session)
    return session.scalar(select(func.sum(ResumableUpload.length)).where(*open_ones, alive)) or 0


def the_upload(
    session: Session, actor: Actor, uid: str, *, to_change: bool = False
) -> ResumableUpload:
    """One's own upload. Raises :class:`NotFound` and :class:`Expired`.

    ``to_change`` waits for whoever is changing it, so that neither undoes the other's words.
    """
    query = (
        select(ResumableUpload)
        .where(ResumableUpload.uid == uid, ResumableUpload.owner_id == actor.id)
        .options(joinedload(ResumableUpload.asset))
    )
    if to_change:
        query = query.with_for_update(of=ResumableUpload)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    if _is_left(found) and found.expires_at <= clock.now(session):
        raise Expired
    return found


def stands(upload: ResumableUpload) -> Standing:
    """Where it stands."""
    return standing(
        whole=upload.received == upload.length,
        attempts=upload.attempts,
        failure=upload.failure,
        stored=upload.asset_id is not None,
    )


def _is_left(upload: ResumableUpload) -> bool:
    """Whether the next step is its sender's: what has come as a whole is the house's to finish."""
    return upload.finished_at is None and not _is_owed(upload)


def _is_owed(upload: ResumableUpload) -> bool:
    return stands(upload) in {Standing.RECEIVED, Standing.LOOKED_AT}


def owed() -> ColumnElement[bool]:
    """The rows that are whole and whose sender has no answer yet."""
    whole = ResumableUpload.received == ResumableUpload.length
    return and_(whole, ResumableUpload.finished_at.is_(None), ResumableUpload.failure == "")


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


def hand_over(session: Session, upload: ResumableUpload) -> None:
    """Have a worker take the whole file in, also once more where that broke off."""
    upload.attempts, upload.failure, upload.failure_params = 0, "", {}
    session.flush()
    after_commit(session, partial(ports.of(session).bell.ring, BELL, upload.id))


def finish(session: Session, actor: Actor, upload: ResumableUpload, intake: Intake) -> MediaAsset:
    """Enter the whole file into the catalogue; asked again, the same asset is answered."""
    if upload.asset is not None:
        return upload.asset
    upload.known = queries.by_hash(session, intake.sha256) is not None
    said = _as_fields(upload.said) if upload.said else {"rights": Rights.OWN}
    asset = service.catalogue(session, actor, intake, **said)
    upload.asset, upload.finished_at = asset, clock.now(session)
    upload.failure, upload.failure_params = "", {}
    session.flush()
    return asset


def describe(
    session: Session, actor: Actor, upload: ResumableUpload, said: Mapping[str, Any]
) -> None:
    """Say something else about a file, on its way or since it came in.

    Raises :class:`WrongState` where its bytes were in the catalogue before: those have an owner.
    """
    if upload.known:
        raise WrongState(N_("素材库里早就有这个文件，说明请到它的页面上改。"))
    before, upload.said = upload.said, dict(said)
    changed = {it: words for it, words in said.items() if (words or "") != (before.get(it) or "")}
    if upload.asset is not None and changed:
        service.describe(session, actor, upload.asset, None, **_as_fields(changed))
    session.flush()


def _as_fields(said: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as the catalogue has them."""
    fields = dict(said)
    if "rights" in fields:
        fields["rights"] = Rights(fields["rights"])
    if fields.get("rights_until"):
        fields["rights_until"] = date.fromisoformat(fields["rights_until"])
    return fields


def refuse(session: Session, upload: ResumableUpload, refusal: Refusal) -> None:
    """Note in words why a whole file was not taken in; its bytes are no longer needed."""
    upload.failure, upload.failure_params = refusal.message, dict(refusal.params)
    upload.finished_at = clock.now(session)
    session.flush()


def refusal_of(upload: ResumableUpload) -> Refusal:
    """Why it was not taken in, as it was noted."""
    return Invalid(upload.failure, **upload.failure_params)


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

    What has come as a whole and was not taken in yet stays, however long that takes. Answers how
    many uploads that were.
    """
    staging = Staging(database.info["home"])
    with database.unit() as session:
        now = clock.now(session)
        expired = ResumableUpload.expires_at <= now
        rows = session.scalars(select(ResumableUpload).where(expired, not_(owed()))).all()
        for row in rows:
            staging.discard(row.uid)
            if row.expires_at <= now - REMEMBERED:
                session.delete(row)
    return len(rows)
