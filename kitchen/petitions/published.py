"""Reads for the public: what was answered, found by words, and what resembles a new question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, cursor_at, key_of, newest_first
from kitchen.leads.rules import ALIKE, likeness, shingles
from kitchen.petitions.models import PublicAnswer
from kitchen.petitions.queries import COMPARED_AT_MOST, SHOWN_ALIKE
from kitchen.petitions.rules import Showing
from kitchen.search import queries as search
from kitchen.search.rules import Kind, words_of

_SHOWN = PublicAnswer.state == Showing.SHOWN


def page_of_answers(
    session: Session,
    *,
    q: str = "",
    category: str | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> Page[PublicAnswer]:
    """What readers may read, newest first; with ``q`` what says all its words."""
    if words := words_of(q):
        return _found(session, words, category, limit, cursor)
    query = _whole().where(_SHOWN)
    if category:
        query = query.where(PublicAnswer.category == category)
    return newest_first(session, query, PublicAnswer.id, limit=limit, cursor=cursor)


def _found(
    session: Session, words: Sequence[str], category: str | None, limit: int, cursor: str | None
) -> Page[PublicAnswer]:
    def where(row_id: ColumnElement[int]) -> list[ColumnElement[bool]]:
        asked = [PublicAnswer.id == row_id, _SHOWN]
        if category:
            asked.append(PublicAnswer.category == category)
        return [select(PublicAnswer.id).where(*asked).exists()]

    below = key_of(cursor) if cursor else None
    ids = search.newest_rows(session, Kind.ANSWERS, words, where, below=below, most=limit + 1)
    rows = session.scalars(_whole().where(PublicAnswer.id.in_(ids[:limit])))
    items = sorted(rows, key=lambda row: -row.id)
    return Page(items, cursor_at(ids[limit - 1]) if len(ids) > limit else None)


def the_answer(session: Session, uid: str) -> PublicAnswer:
    """One of them. Raises :class:`NotFound`, also for what was withdrawn."""
    found: PublicAnswer | None = session.scalar(_whole().where(PublicAnswer.uid == uid, _SHOWN))
    if found is None:
        raise NotFound
    return found


def alike(session: Session, title: str, body: str) -> list[PublicAnswer]:
    """Answers of late to probably the same question, likest first."""
    query = _whole().where(_SHOWN).order_by(PublicAnswer.id.desc()).limit(COMPARED_AT_MOST)
    own = shingles(title, body)
    scored = [
        (likeness(own, shingles(each.title, each.question)), each)
        for each in session.scalars(query)
    ]
    close = sorted((it for it in scored if it[0] >= ALIKE), key=lambda it: (-it[0], -it[1].id))
    return [each for _, each in close[:SHOWN_ALIKE]]


def _whole() -> Select[Any]:
    return select(PublicAnswer).options(joinedload(PublicAnswer.department))
