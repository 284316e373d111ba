"""The audit: who did what to what, before and after, why; each entry sealed to the one before.

Entries are gathered during a unit of work and chained as its last act, so that the chain's lock is
held only for an instant. The table refuses ``UPDATE`` and ``DELETE`` by triggers on both databases;
:func:`verify` finds whatever was altered, removed or inserted behind its back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import DDL, String, event, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.db import Base, before_commit

GENESIS = "0" * 64
_CHAIN_LOCK = 0x6B697463
"""The advisory lock under which PostgreSQL writers take their place in the chain."""


class AuditEntry(Base):
    """One act. ``before`` and ``after`` hold only what changed; never a secret or a source."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_uid: Mapped[str] = mapped_column(String(22), index=True)
    actor_name: Mapped[str]
    action: Mapped[str] = mapped_column(String(64), index=True)
    subject_type: Mapped[str] = mapped_column(String(32))
    subject_uid: Mapped[str] = mapped_column(String(64), index=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    note: Mapped[str]
    request_id: Mapped[str] = mapped_column(String(64))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: object,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    """Note an act of this unit of work. ``subject`` is a row with a ``uid``, or a plain name."""
    if "audit" not in session.info:
        session.info["audit"] = []
        before_commit(session, partial(_seal, session))
    entry = {
        "actor_uid": actor.uid,
        "actor_name": actor.name,
        "action": action,
        "subject_type": getattr(type(subject), "__tablename__", "house"),
        "subject_uid": getattr(subject, "uid", None) or str(subject),
        "before": dict(before or {}),
        "after": dict(after or {}),
        "note": note,
        "request_id": session.info.get("request_id", ""),
    }
    session.info["audit"].append(entry)


def _seal(session: Session) -> None:
    """Chain what was gathered: each hash covers the entry and the hash of the one before."""
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"select pg_advisory_xact_lock({_CHAIN_LOCK})"))
    last, told = session.execute(_LAST).one()
    prev, at, rows = last or GENESIS, clock.standing(session, told), []
    for entry in session.info["audit"]:
        sealed = {**entry, "at": at, "prev_hash": prev}
        prev = sealed["hash"] = _digest(sealed)
        rows.append(sealed)
    session.execute(insert(AuditEntry), rows)


_LAST = select(
    select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1).scalar_subquery(),
    clock.Instant(),
)


def _digest(entry: Mapping[str, Any]) -> str:
    covered = {key: value for key, value in entry.items() if key not in {"id", "hash"}}
    covered["at"] = covered["at"].isoformat()
    canonical = json.dumps(covered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Chain:
    """What a walk along the chain found. ``broken_at`` is the id of the first bad entry."""

    entries: int
    head: str
    broken_at: int | None


def verify(session: Session, *, anchor: str | None = None) -> Chain:
    """Walk the whole chain; with ``anchor``, also demand that an entry with that hash is in it.

    Without an anchor a cut-off tail cannot be seen, hence the daily one that is kept elsewhere.
    """
    prev, count, anchored = GENESIS, 0, anchor is None
    columns = AuditEntry.__table__.c
    for row in session.execute(select(*columns).order_by(columns.id)).mappings():
        entry = dict(row)
        if entry["prev_hash"] != prev or _digest(entry) != entry["hash"]:
            return Chain(count, prev, entry["id"])
        prev, count = entry["hash"], count + 1
        anchored = anchored or prev == anchor
    return Chain(count, prev, None if anchored else count + 1)


def history(session: Session, subject: Any, limit: int = 100) -> list[AuditEntry]:
    """The latest acts on one row, newest first."""
    found = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_uid == subject.uid)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return list(found)


APPEND_ONLY = {
    "sqlite": tuple(
        f"""CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb} ON audit_entry
            BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"""
        for verb in ("update", "delete")
    ),
    "postgresql": (
        """CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$""",
        """CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
           ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()""",
    ),
}
"""The triggers by dialect; the migration creates the same."""

for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        event.listen(
            AuditEntry.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
