"""Files that prove something: taken in by what they are, not by what they are called."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import filetype  # type: ignore[import-untyped]
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from assets.refusals import Refused
from kitchen import ports
from kitchen.core import audit
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid, NotFound, TooLarge
from kitchen.matrix.registry.keepers import demand_keeper, is_keeper
from kitchen.matrix.registry.models import Evidence
from kitchen.matrix.registry.rules import CONDUCT

BYTES_MOST = 20_000_000
KINDS: Mapping[str, str] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}


class Subject(Protocol):
    """A row about which something is proved."""

    uid: str

    @property
    def unit_id(self) -> int: ...


def add(
    session: Session, actor: Actor, subject: Subject, data: bytes, name: str, kind: str = ""
) -> Evidence:
    """Keep a file as proof of something about ``subject``.

    Raises :class:`Forbidden`, :class:`Invalid` for what is neither picture nor document,
    :class:`TooLarge`.
    """
    if not actor.may(CONDUCT):
        demand_keeper(actor, subject)
    found = filetype.guess(data[:8192])
    if found is None or found.mime not in KINDS:
        told = N_("只收截图（png、jpg、webp）、PDF 和 Word 文档，请换一种格式。")
        raise Invalid(fields={"file": told})
    try:
        blob = ports.of(session).store.put(io.BytesIO(data), limit=BYTES_MOST)
    except Refused as refused:
        raise TooLarge(N_("文件太大，请控制在 20 MB 以内。")) from refused
    row = Evidence(
        subject_uid=subject.uid,
        unit_id=subject.unit_id,
        kind=kind,
        name=name[-120:] or "file",
        mime=found.mime,
        sha256=blob.sha256,
        size=blob.size,
        by_id=actor.id,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "add_evidence", subject, after={"name": row.name, "kind": kind})
    return row


def of(session: Session, uids: Collection[str]) -> Mapping[str, Sequence[Evidence]]:
    """What is kept about these rows, by their uids."""
    found: dict[str, list[Evidence]] = {uid: [] for uid in uids}
    rows = session.scalars(
        select(Evidence)
        .where(Evidence.subject_uid.in_(uids))
        .options(joinedload(Evidence.by))
        .order_by(Evidence.id)
    )
    for row in rows:
        found[row.subject_uid].append(row)
    return found


def the_evidence(session: Session, actor: Actor, uid: str) -> Evidence:
    """One file, for those whom it concerns. Raises :class:`NotFound` for others as well."""
    found = session.scalar(select(Evidence).where(Evidence.uid == uid))
    if found is None or not (actor.may(CONDUCT) or is_keeper(actor, found.unit_id)):
        raise NotFound
    return found
