"""The index and its upkeep: what changed leaves a mark in its own unit, and is taken up soon.

A mark is written wherever a row of a source is added, changed or deleted, and is deleted by the
very unit that takes the change up: whatever dies in between, the mark stays. What is short and
seldom changed is taken up before its own unit ends. :func:`mark_stale` compares the version of
every row with the one in the index, and so finds what no mark speaks of: rows from before there was
an index, rows that were loaded past the stations.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Select, delete, event, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from kitchen.core.db import Database, before_commit
from kitchen.search import postgresql, sqlite
from kitchen.search.hits import Engine, Written
from kitchen.search.models import SearchDoc, SearchMark
from kitchen.search.rules import FOLDING, Kind, family_of, fold, id_of, kind_of, row_of
from kitchen.search.sources import Source, Text, sources_of

BATCH = 20
"""Marks in one unit: on SQLite writers wait for it, and nobody should notice."""
ROUND_SECONDS = 0.5
"""How long one turn of the timetable may take up marks."""
BEHIND = 200
"""Rows not yet taken up from which on the index is said to lag; a busy minute leaves fewer."""
_ENGINES: Mapping[str, Engine] = {each.DIALECT: each for each in (sqlite, postgresql)}


def engine_of(session: Session) -> Engine:
    """The index of the database on which this unit works."""
    return _ENGINES[session.get_bind().dialect.name]


@event.listens_for(Session, "after_flush")
def _mark(session: Session, _context: object) -> None:
    """Mark the rows of sources that this flush writes."""
    sources = {it.model: it for it in sources_of(session).values()}
    if not sources:
        return
    changed = [row for row in session.dirty if session.is_modified(row)]
    touched = [row for row in (*session.new, *changed, *session.deleted) if type(row) in sources]
    if not touched:
        return
    ids = [id_of(sources[type(row)].kind, row.id) for row in touched]
    session.connection().execute(insert(SearchMark), [{"doc_id": each} for each in ids])
    if any(sources[type(row)].at_once for row in touched) and "marked" not in session.info:
        session.info["marked"] = True
        before_commit(session, partial(_take_up_own, session))


def _take_up_own(session: Session) -> None:
    """Take up what this unit changed, unless another unit is writing the index: then it waits."""
    session.flush()
    take_up(session, at_once=True)


def take_up(session: Session, *, at_once: bool = False, batch: int = BATCH) -> int:
    """Bring a batch of marked rows up to date in the index; answers how many marks are gone.

    With ``at_once`` only the newest, and of those only kinds that do not wait for the timetable.
    """
    engine = engine_of(session)
    if not engine.alone(session):
        return 0
    order = SearchMark.id.desc() if at_once else SearchMark.id
    marks = session.execute(
        select(SearchMark.id, SearchMark.doc_id).order_by(order).limit(batch)
    ).all()
    if at_once:
        sources = sources_of(session)
        marks = [mark for mark in marks if sources[kind_of(mark.doc_id)].at_once]
    refresh(session, {mark.doc_id for mark in marks})
    session.execute(delete(SearchMark).where(SearchMark.id.in_([mark.id for mark in marks])))
    return len(marks)


def refresh(session: Session, doc_ids: Iterable[int]) -> None:
    """Make the index say of these rows what they say now."""
    by_kind: dict[Kind, list[int]] = {}
    for doc_id in sorted(doc_ids):
        by_kind.setdefault(kind_of(doc_id), []).append(row_of(doc_id))
    for kind, row_ids in by_kind.items():
        _refresh(session, sources_of(session)[kind], row_ids)


def _refresh(session: Session, source: Source, row_ids: list[int]) -> None:
    texts = {id_of(source.kind, text.row_id): text for text in source.read(session, row_ids)}
    ids = [id_of(source.kind, row_id) for row_id in row_ids]
    known = {doc.id: doc for doc in session.scalars(select(SearchDoc).where(SearchDoc.id.in_(ids)))}
    for doc_id in ids:
        doc, text = known.get(doc_id), texts.get(doc_id)
        if text is not None:
            _enter(session, doc_id, doc, text)
        elif doc is not None:
            engine_of(session).remove(session, doc_id, _written(doc))
            session.delete(doc)
    session.flush()


def _enter(session: Session, doc_id: int, doc: SearchDoc | None, text: Text) -> None:
    if doc is None or (doc.title, doc.text) != (text.title, text.text):
        was = _written(doc) if doc is not None else None
        engine_of(session).put(session, doc_id, was, _written(text))
    if doc is None:
        doc = SearchDoc(id=doc_id)
        session.add(doc)
    for name, value in _said(text).items():
        setattr(doc, name, value)


def _written(it: SearchDoc | Text) -> Written:
    return Written(fold(it.title), fold(it.text))


def _said(text: Text) -> dict[str, Any]:
    return {
        "uid": text.uid,
        "title": text.title,
        "text": text.text,
        "row_version": text.version,
        "folding": FOLDING,
        "state": text.state,
        "column": text.column,
        "author_id": text.author_id,
        "unit_id": text.unit_id,
        "born_at": text.born_at,
    }


def catch_up(database: Database, seconds: float = ROUND_SECONDS, *, batch: int = BATCH) -> int:
    """Take up marks, a batch a unit, until there are none or the time is over; answers how many."""
    until, taken = time.monotonic() + seconds, 0
    while _waiting(database):
        with database.unit() as session:
            gone = take_up(session, batch=batch)
        taken += gone
        if not gone or time.monotonic() > until:
            break
    return taken


def _waiting(database: Database) -> bool:
    with database.unit(write=False) as session:
        return session.scalar(select(SearchMark.id).limit(1)) is not None


def waiting(session: Session) -> int:
    """How many marks wait to be taken up."""
    return session.scalar(select(func.count(SearchMark.id))) or 0


def stale(session: Session) -> int:
    """How many rows the index does not know as they are."""
    counted = (
        select(func.count()).select_from(query.subquery())
        for source in sources_of(session).values()
        for query in _stale(source)
    )
    return sum(session.scalar(query) or 0 for query in counted)


def mark_stale(session: Session) -> None:
    """Mark every row that the index does not know as it is, unless marks are waiting already.

    An index that was folded by other rules is emptied first: what is in it can be neither found
    nor taken out any more.
    """
    if session.scalar(select(SearchDoc.id).where(SearchDoc.folding != FOLDING).limit(1)):
        empty(session)
    if waiting(session):
        return
    for source in sources_of(session).values():
        for query in _stale(source):
            session.execute(insert(SearchMark).from_select(["doc_id"], query))


def empty(session: Session) -> None:
    """Forget everything; :func:`mark_stale` then finds it all missing."""
    engine_of(session).empty(session)
    session.execute(delete(SearchDoc))
    session.execute(delete(SearchMark))


def _stale(source: Source) -> tuple[Select[Any], Select[Any]]:
    """Ids of rows of one source that are missing or old in the index, and of those too many."""
    rows = source.model.__table__
    first, end = family_of(source.kind)
    here = (SearchDoc.id >= first) & (SearchDoc.id < end)
    doc_id = rows.c.id + literal(first, SearchDoc.id.type)
    old = or_(
        SearchDoc.id.is_(None),
        SearchDoc.row_version != rows.c.version,
        SearchDoc.folding != FOLDING,
    )
    return (
        select(doc_id).outerjoin(SearchDoc, SearchDoc.id == doc_id).where(old),
        select(SearchDoc.id)
        .outerjoin(rows, rows.c.id == SearchDoc.id - literal(first, SearchDoc.id.type))
        .where(here, rows.c.id.is_(None)),
    )


def mark_what_is_stale(database: Database) -> None:
    """The timetable's look for what no mark speaks of."""
    with database.unit(write=False) as session:
        if not stale(session):
            return
    with database.unit() as session:
        mark_stale(session)
