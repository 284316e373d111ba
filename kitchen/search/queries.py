"""Reads of search: a page of each kind and how many there are, the questions people keep."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, bindparam, select
from sqlalchemy.orm import Session

from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, cursor_at, key_of
from kitchen.search.hits import TITLE, Wanted
from kitchen.search.index import engine_of
from kitchen.search.models import SavedSearch, SearchDoc
from kitchen.search.rules import Kind, Piece, family_of, kind_of, marked, row_of, snippet


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
class Results:
    """What was found: how many of each kind there are, and a page of those that are shown."""

    totals: Mapping[Kind, int] = field(default_factory=dict)
    pages: Mapping[Kind, Page[Found]] = field(default_factory=dict)


def find(
    session: Session,
    kinds: Sequence[Kind],
    question: Question,
    *,
    shown: Sequence[Kind] | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> Results:
    """How many there are of each of these kinds; and a page of those in ``shown``, else of each
    that was found: what is found by its title first, newer before older.
    """
    if not kinds:
        return Results()
    before = key_of(cursor) if cursor else TITLE * 2
    where = partial(_narrowed, question)
    wanted = Wanted(question.words, where, kinds, shown or kinds, before, most=limit + 1)
    hits = engine_of(session).find(session, wanted)
    ranks = {kind: hits.of(kind) for kind in shown or kinds if shown or hits.totals[kind]}
    docs = _docs(session, [rank % TITLE for each in ranks.values() for rank in each[:limit]])
    pages = {kind: _page(mine, docs, question.words, limit) for kind, mine in ranks.items()}
    return Results(hits.totals, pages)


def newest_rows(
    session: Session,
    kind: Kind,
    words: Sequence[str],
    where: Callable[[ColumnElement[int]], Sequence[ColumnElement[bool]]],
    *,
    below: int | None = None,
    most: int,
) -> list[int]:
    """The ids of the newest rows of one kind that say all these words, for a station's own list.

    ``where`` is what else must be true of the row with an id; ``below`` is the id before which the
    page begins.
    """
    first, end = family_of(kind)
    before = end if below is None else min(end, first + below)
    wanted = Wanted(words, lambda doc_id: where(doc_id - first), [kind], [kind], before, most)
    return [row_of(doc_id) for doc_id in engine_of(session).newest(session, wanted)]


def _docs(session: Session, ids: Collection[int]) -> dict[int, Any]:
    return {doc.id: doc for doc in session.execute(_shown(), {"ids": ids})} if ids else {}


@cache
def _shown() -> Select[Any]:
    doc = cast(Table, SearchDoc.__table__).c
    columns = doc.id, doc.uid, doc.title, doc.text, doc.state, doc.born_at
    return select(*columns).where(doc.id.in_(bindparam("ids", expanding=True)))


def _page(
    ranks: Sequence[int], docs: Mapping[int, Any], words: Sequence[str], limit: int
) -> Page[Found]:
    ids = (rank % TITLE for rank in ranks[:limit])
    items = [_found(docs[each], words) for each in ids if each in docs]  # else gone since
    return Page(items, cursor_at(ranks[limit - 1]) if len(ranks) > limit else None)


def _found(doc: Any, words: Sequence[str]) -> Found:
    return Found(
        kind_of(doc.id),
        doc.uid,
        doc.state,
        doc.born_at,
        doc.title,
        marked(doc.title, words),
        snippet(doc.text, words),
    )


def _narrowed(question: Question, doc_id: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """What is asked of the hit with this id besides the words."""
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
    return [select(SearchDoc.id).where(SearchDoc.id == doc_id, *asked).exists()] if asked else []


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
