"""The library of rules (S15): editions of regulations, and the clauses that others cite."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid
from kitchen.matrix.registry.models import Clause, Regulation
from kitchen.matrix.registry.rules import REGISTER

_NUMERALS = "零〇一二三四五六七八九十百千0-9"
_CLAUSE = re.compile(rf"^\s*(第[{_NUMERALS}]+条(?:之[{_NUMERALS}]+)?)[\s　：:、]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """A clause as it is read from the text of a regulation."""

    number: str
    text: str


def clauses_in(text: str) -> list[Part]:
    """The clauses of a regulation's text: each line that begins with 第…条 begins one."""
    found = list(_CLAUSE.finditer(text))
    ends = [*(it.start() for it in found[1:]), len(text)][: len(found)]
    parts = [Part(it[1], text[it.end() : end].strip()) for it, end in zip(found, ends, strict=True)]
    return [part for part in parts if part.text]


def publish(
    session: Session,
    actor: Actor,
    *,
    title: str,
    text: str,
    in_force_from: date,
    doc_no: str = "",
    issued_by: str = "",
) -> Regulation:
    """Put a regulation in force; of one that is known, this is its next edition.

    Former editions stay as they were, and so does whatever cites them. Raises :class:`Invalid`
    for a text without clauses, or an edition that begins before the former one.
    """
    authorize(actor, REGISTER)
    parts = clauses_in(text)
    if not parts:
        told = N_("没有找到条款。请粘贴全文，每条以“第…条”开头、另起一行。")
        raise Invalid(fields={"text": told})
    if len({part.number for part in parts}) != len(parts):
        raise Invalid(fields={"text": N_("有条号重复，请核对正文。")})
    former = latest(session, title)
    if former is not None and in_force_from <= former.in_force_from:
        told = N_("新版的施行日期要晚于上一版。")
        raise Invalid(fields={"in_force_from": told})
    regulation = Regulation(
        title=title,
        edition=former.edition + 1 if former else 1,
        doc_no=doc_no,
        issued_by=issued_by,
        in_force_from=in_force_from,
        clauses=[
            Clause(position=at, number=part.number, text=part.text)
            for at, part in enumerate(parts, 1)
        ],
    )
    if former is not None:
        former.ended_on = in_force_from
    session.add(regulation)
    session.flush()
    after = {"title": title, "edition": regulation.edition, "clauses": len(parts)}
    audit.record(session, actor, "publish_regulation", regulation, after=after)
    return regulation


def latest(session: Session, title: str) -> Regulation | None:
    """The last edition of a regulation."""
    return session.scalar(
        select(Regulation)
        .where(Regulation.title == title)
        .order_by(Regulation.edition.desc())
        .limit(1)
    )


def citation(clause: Clause) -> str:
    """How a measure cites a clause: title, edition and number."""
    regulation = clause.regulation
    edition = f"（第{regulation.edition}版）" if regulation.edition > 1 else ""
    return f"《{regulation.title}》{edition}{clause.number}"
