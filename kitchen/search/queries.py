"""Reads of search: the page of one kind, how many there are of each, the questions people keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, cursor_at, key_of
from kitchen.search.hits import Part
from kitchen.search.index import engine_of
from kitchen.search.models import SavedSearch, SearchDoc
from kitchen.search.rules import (
    FAMILY,
    Kind,
    Piece,
    answers,
    family_of,
    kind_of,
    marked,
    snippet,
)

TITLE = FAMILY << 8
"""Added to the id of what is found by its title: that comes first, and newer before older."""
FEW = 50
"""Finds up to which all are fetched at once: then their number is known, and we rank them here."""
_FAMILY: ColumnElement[int] = literal_column(str(FAMILY), BigInteger)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: words, all of which must stand there, and what narrows it down."""

    words: Sequence[str]
    state: str | None = None
    author_id: int | None = None
    unit_ids: Collection[int] | None = None
    column: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Before when it was born."""


@dataclass(frozen=True, slots=True)
class Found:
    """One find, cut so that the words in it can be shown."""

    kind: Kind
    uid: str
    state: str
    born_at: datetime
    name: str
    title: Sequence[Piece] = field(default_factory=list)
    snippet: Sequence[Piece] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Look:
    """A question that was looked at once: how many of each kind there are and, of few, which."""

    question: Question
    totals: Mapping[Kind, int]
    few: Sequence[Any] | None


def look(session: Session, kinds: Collection[Kind], question: Question) -> Look:
    """How many there are of each of these kinds, in one query or two."""
    counted = dict.fromkeys(kinds, 0)
    if not kinds:
        return Look(question, counted, ())
    engine_of(session).ready(session)
    span = min(family_of(kind)[0] for kind in kinds), max(family_of(kind)[1] for kind in kinds)
    rows = _docs(session, question, Part.ALL, span, FEW + 1)
    few = rows if len(rows) <= FEW else None
    found = _counted(session, question, span) if few is None else Counter(map(_kind, few))
    return Look(question, {kind: found.get(kind, 0) for kind in kinds}, few)


def _kind(doc: Any) -> Kind:
    return kind_of(doc.id)


def _counted(session: Session, question: Question, span: tuple[int, int]) -> dict[Kind, int]:
    hits = engine_of(session).hits(question.words, Part.ALL, span)
    family = hits.id // _FAMILY
    query = select(family, func.count()).select_from(hits.found).where(*hits.where)
    narrowed = _narrowed(question)
    if narrowed:
        query = query.join(SearchDoc, SearchDoc.id == hits.joined).where(*narrowed)
    counted = session.execute(query.group_by(family))
    return {kind_of(number * FAMILY): count for number, count in counted}


def page_of(
    session: Session, kind: Kind, looked: Look, *, limit: int = 20, cursor: str | None = None
) -> Page[Found]:
    """Finds of one kind: those by their title first, newer before older. Three queries at most."""
    before = key_of(cursor) if cursor else TITLE * 2
    if looked.few is not None:
        ranked = _ranked(kind, looked.few, looked.question.words)
        rows = [row for row in ranked if row[0] < before][: limit + 1]
    else:
        rows = _best(session, kind, looked.question, before, limit + 1)
    items = _shown(session, [doc for _, doc in rows[:limit]], looked.question.words)
    return Page(items, cursor_at(rows[limit - 1][0]) if len(rows) > limit else None)


def _ranked(kind: Kind, docs: Sequence[Any], words: Sequence[str]) -> list[tuple[int, Any]]:
    rows = [(doc.id + TITLE * answers(words, doc.title), doc) for doc in docs if _kind(doc) is kind]
    return sorted(rows, key=lambda row: -row[0])


def _best(
    session: Session, kind: Kind, question: Question, before: int, most: int
) -> list[tuple[int, Any]]:
    first, end = family_of(kind)
    rows: list[tuple[int, Any]] = []
    for part, above in ((Part.TITLE, TITLE), (Part.REST, 0)):
        if len(rows) < most and before > above:
            span = first, min(end, before - above)
            found = _docs(session, question, part, span, most - len(rows))
            rows += [(above + doc.id, doc) for doc in found]
    return rows


def _docs(
    session: Session, question: Question, part: Part, span: tuple[int, int], most: int
) -> Sequence[Any]:
    hits = engine_of(session).hits(question.words, part, span)
    columns = SearchDoc.id, SearchDoc.uid, SearchDoc.title, SearchDoc.state, SearchDoc.born_at
    return session.execute(
        select(*columns)
        .select_from(hits.found)
        .join(SearchDoc, SearchDoc.id == hits.joined)
        .where(*hits.where, *_narrowed(question))
        .order_by(hits.id.desc())
        .limit(most)
    ).all()


def _shown(session: Session, docs: Sequence[Any], words: Sequence[str]) -> list[Found]:
    ids = [doc.id for doc in docs]
    texts = select(SearchDoc.id, SearchDoc.text).where(SearchDoc.id.in_(ids))
    text_of = {row.id: row.text for row in session.execute(texts)} if ids else {}
    return [
        Found(
            _kind(doc),
            doc.uid,
            doc.state,
            doc.born_at,
            doc.title,
            marked(doc.title, words),
            snippet(text_of[doc.id], words),
        )
        for doc in docs
    ]


def _narrowed(question: Question) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if question.state:
        asked.append(SearchDoc.state == question.state)
    if question.author_id is not None:
        asked.append(SearchDoc.author_id == question.author_id)
    if question.unit_ids is not None:
        asked.append(SearchDoc.unit_id.in_(question.unit_ids))
    if question.column:
        asked.append(SearchDoc.column == question.column)
    if question.since:
        asked.append(SearchDoc.born_at >= question.since)
    if question.until:
        asked.append(SearchDoc.born_at < question.until)
    return asked


def columns(session: Session) -> list[str]:
    """Every column under which something can be found."""
    found = session.scalars(select(SearchDoc.column).where(SearchDoc.column != "").distinct())
    return sorted(found)


def saved_of(session: Session, staff_id: int | None) -> Sequence[SavedSearch]:
    """The questions that a person keeps, by name."""
    return session.scalars(
        select(SavedSearch).where(SavedSearch.staff_id == staff_id).order_by(SavedSearch.name)
    ).all()


def the_saved(session: Session, staff_id: int | None, uid: str) -> SavedSearch:
    """One of a person's own questions. Raises :class:`NotFound`, for anybody else's as well."""
    found = session.scalar(
        select(SavedSearch).where(SavedSearch.uid == uid, SavedSearch.staff_id == staff_id)
    )
    if found is None:
        raise NotFound
    return found
