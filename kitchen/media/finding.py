"""Finding assets: the timeline, narrowed by words and facets, and how many there are of each.

However many assets there are, a page costs the same: it is read down from the newest by an index,
and what is counted are the newest :data:`WINDOW` of those that are found. Where there are more the
counts say "at least". Rows are born by the database's clock and their ids grow with it, so that a
month is a span of ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_, union_all
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.paging import Page, cursor_at, key_of
from kitchen.media.models import MediaAsset
from kitchen.media.tag_models import MediaTag, MediaTerm
from kitchen.media.tag_rules import Facet
from kitchen.search.queries import newest_rows
from kitchen.search.rules import Kind as Searchable
from kitchen.search.rules import words_of

WINDOW = 200
"""Finds that are counted: as many as cost little beside the page itself, for whoever has fewer is
not to be faster by much.
"""
TERMS_SHOWN = 12
"""Words of each kind that are offered."""
MONTHS_SHOWN = 36


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; empty means whatever."""

    q: str = ""
    kind: str = ""
    rights: str = ""
    orientation: str = ""
    state: str = ""
    month: str = ""
    """As ``2026-05``, on the newsroom's calendar."""
    tags: Mapping[Facet, str] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        return self != Asked()


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet, and how many finds have it; at least so many where ``more``."""

    value: str
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class Found:
    """How many were found, at least where ``more``; and what one may choose next, by facet."""

    count: int
    more: bool
    facets: Mapping[str, Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class _Search:
    """What is asked in the terms of the tables; ``None`` in ``term_ids``: a word nobody uses."""

    words: Sequence[str]
    conditions: Sequence[ColumnElement[bool]]
    term_ids: Sequence[int | None]

    @property
    def hopeless(self) -> bool:
        return None in self.term_ids


def page_of(session: Session, asked: Asked, *, limit: int, cursor: str | None) -> Page[MediaAsset]:
    """A page of what is found, newest first."""
    search = _search(session, asked)
    below = key_of(cursor) if cursor else None
    ids = _ids(session, search, below, limit + 1)
    found = select(MediaAsset).where(MediaAsset.id.in_(ids)).order_by(MediaAsset.id.desc())
    rows = session.scalars(found.limit(limit + 1)).all()
    if len(rows) <= limit:
        return Page(rows)
    return Page(rows[:limit], cursor_at(rows[limit - 1].id))


def survey(session: Session, asked: Asked) -> Found:
    """How many are found, and of what kinds they are."""
    ids = _ids(session, _search(session, asked), None, WINDOW)
    columns = MediaAsset.kind, MediaAsset.rights, MediaAsset.orientation, MediaAsset.created_at
    rows = session.execute(select(*columns).where(MediaAsset.id.in_(ids))).all()
    more = len(rows) == WINDOW
    counts = {
        "kind": Counter(str(row.kind) for row in rows),
        "rights": Counter(str(row.rights) for row in rows),
        "orientation": Counter(row.orientation for row in rows if row.orientation),
    }
    facets = {name: _choices(counted, more) for name, counted in counts.items()}
    facets["month"] = _months(session, Counter(_month(row.created_at) for row in rows), asked, more)
    terms = _terms_among(session, ids, more) if asked.narrowed else _terms_in_use(session)
    return Found(len(rows), more, {**facets, **terms})


def newest(session: Session, asked: Asked, limit: int, *conditions: Any) -> list[int]:
    """Ids of the newest that are found and meet further conditions, newest first."""
    search = _search(session, asked)
    narrower = replace(search, conditions=[*search.conditions, *conditions])
    return list(_ids(session, narrower, None, limit))


def _search(session: Session, asked: Asked) -> _Search:
    columns = {
        MediaAsset.kind: asked.kind,
        MediaAsset.rights: asked.rights,
        MediaAsset.orientation: asked.orientation,
        MediaAsset.state: asked.state,
    }
    conditions: list[ColumnElement[bool]] = [it == value for it, value in columns.items() if value]
    if asked.month:
        conditions += _within(session, asked.month)
    return _Search(words_of(asked.q), conditions, _term_ids(session, asked.tags))


def _term_ids(session: Session, tags: Mapping[Facet, str]) -> list[int | None]:
    """The ids of the words, the one that fewest assets carry first."""
    if not tags:
        return []
    wanted = tuple_(MediaTerm.facet, MediaTerm.value).in_(list(tags.items()))
    found = session.scalars(select(MediaTerm.id).where(wanted).order_by(MediaTerm.uses)).all()
    return [*found, *[None] * (len(tags) - len(found))]


def _ids(session: Session, search: _Search, below: int | None, most: int) -> Sequence[int]:
    """The ids of the newest that are found, newest first.

    They are fetched, for a database that is to work on with a query of them takes it for more than
    it is, and reads whole tables.
    """
    if search.hopeless:
        return []
    if search.words:
        return newest_rows(
            session,
            Searchable.ASSETS,
            search.words,
            lambda row_id: _true_of(row_id, search),
            below=below,
            most=most,
        )
    return session.scalars(_wordless(search, below, most)).all()


def _wordless(search: _Search, below: int | None, most: int) -> Select[int]:
    """The same as a query, where no words are asked for."""
    if search.term_ids:
        return _carrying(search, below, most)
    query = select(MediaAsset.id).where(*search.conditions)
    if below is not None:
        query = query.where(MediaAsset.id < below)
    return query.order_by(MediaAsset.id.desc()).limit(most)


def _carrying(search: _Search, below: int | None, most: int) -> Select[int]:
    """Read along the rarest of the words: its assets are in order there."""
    rarest, *others = search.term_ids
    query = select(MediaTag.asset_id).where(MediaTag.term_id == rarest)
    if search.conditions:
        query = query.join(MediaAsset, MediaAsset.id == MediaTag.asset_id)
        query = query.where(*search.conditions)
    query = query.where(*(_carries(MediaTag.asset_id, term_id) for term_id in others))
    if below is not None:
        query = query.where(MediaTag.asset_id < below)
    return query.order_by(MediaTag.asset_id.desc()).limit(most)


def _true_of(row_id: ColumnElement[int], search: _Search) -> list[ColumnElement[bool]]:
    """What besides the words must be true of the asset with this id."""
    found = [_carries(row_id, term_id) for term_id in search.term_ids]
    if search.conditions:
        row = select(MediaAsset.id).where(MediaAsset.id == row_id, *search.conditions)
        found.append(row.correlate_except(MediaAsset).exists())
    return found


def _carries(asset_id: Any, term_id: int | None) -> ColumnElement[bool]:
    tag = MediaTag.__table__.alias()
    return (
        select(tag.c.term_id).where(tag.c.asset_id == asset_id, tag.c.term_id == term_id).exists()
    )


def _within(session: Session, month: str) -> list[ColumnElement[bool]]:
    """Born in a month, and the span of ids that this is."""
    begin, end = _bounds(month)
    born = MediaAsset.created_at
    first = select(MediaAsset.id).where(born >= begin).order_by(born).limit(1)
    last = select(MediaAsset.id).where(born < end).order_by(born.desc()).limit(1)
    ids = session.execute(select(first.scalar_subquery(), last.scalar_subquery())).one()
    return [MediaAsset.id.between(ids[0] or 0, ids[1] or 0), born >= begin, born < end]


def _bounds(month: str) -> tuple[datetime, datetime]:
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    begin, end = (datetime.combine(day, time(), clock.CENTRE) for day in (first, after))
    return begin, end


def _month(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m}"


def _months(session: Session, counted: Mapping[str, int], asked: Asked, more: bool) -> list[Choice]:
    """The months from the newest back to the oldest asset; of those outside the window no number
    is known, and where something is looked for they are left out.
    """
    known = [Choice(month, count, more) for month, count in sorted(counted.items(), reverse=True)]
    if asked.narrowed or not known:
        return known
    oldest = session.scalar(select(func.min(MediaAsset.created_at)))
    assert oldest is not None
    month, first = known[-1].value, _month(oldest)
    while month > first and len(known) < MONTHS_SHOWN:
        before = date.fromisoformat(f"{month}-01") - timedelta(days=1)
        month = f"{before:%Y-%m}"
        known.append(Choice(month, 0, True))
    return known


def _terms_among(session: Session, ids: Sequence[int], more: bool) -> dict[str, list[Choice]]:
    """The words that most of these assets carry."""
    number = func.count().label("number")
    rows = session.execute(
        select(MediaTerm.facet, MediaTerm.value, number)
        .join(MediaTag, MediaTag.term_id == MediaTerm.id)
        .where(MediaTag.asset_id.in_(ids))
        .group_by(MediaTerm.id, MediaTerm.facet, MediaTerm.value)
        .order_by(number.desc(), MediaTerm.value)
    )
    found: dict[str, list[Choice]] = {str(facet): [] for facet in Facet}
    for facet, value, count in rows:
        if len(found[facet]) < TERMS_SHOWN:
            found[facet].append(Choice(value, count, more))
    return found


def _terms_in_use(session: Session) -> dict[str, list[Choice]]:
    """The words that most assets of the house carry, as they are counted where tags change."""
    best = [
        select(MediaTerm.facet, MediaTerm.value, MediaTerm.uses)
        .where(MediaTerm.facet == facet, MediaTerm.uses > 0)
        .order_by(MediaTerm.uses.desc())
        .limit(TERMS_SHOWN)
        .subquery()
        for facet in Facet
    ]
    found: dict[str, list[Choice]] = {str(facet): [] for facet in Facet}
    for facet, value, uses in session.execute(union_all(*(select(each) for each in best))):
        found[facet].append(Choice(value, uses, False))
    return found


def _choices(counted: Mapping[str, int], more: bool) -> list[Choice]:
    return [Choice(value, count, more) for value, count in sorted(counted.items())]
