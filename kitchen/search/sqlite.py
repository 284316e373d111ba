"""The index on SQLite: a full-text table in which every letter is a word of its own.

A word of the question is then a phrase: these letters, one after the other. That finds any part of
a text, of whatever length and in whatever language, and needs no second look. The table keeps no
text (``content=''``); to take an entry out it must be told what was entered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from string import punctuation
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    TableClause,
    bindparam,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from kitchen.search.hits import TITLE, Hits, Wanted, Written
from kitchen.search.rules import Kind, family_of, kind_of

DIALECT = "sqlite"
_TEXTS = table("search_index", column("rowid", BigInteger))
_TITLES = table("search_index_title", column("rowid", BigInteger))
_KEPT = "letters, content='', columnsize=0, tokenize='ascii'"
CREATE = tuple(f"CREATE VIRTUAL TABLE {it.name} USING fts5({_KEPT})" for it in (_TEXTS, _TITLES))
DROP = tuple(f"DROP TABLE {it.name}" for it in (_TEXTS, _TITLES))
FEW = 50
"""Finds up to which all are fetched at once: then their number is known."""

_SIGNS = {ord(sign): 0xFDD0 + at for at, sign in enumerate(punctuation)}
"""The tokenizer takes signs of ASCII for gaps. There are as many of them as code points that can
stand in no text, because Unicode reserves them for such uses.
"""
_GAP = " br "
"""No word of a question goes across a gap: two letters together are no letter of any text."""


def alone(_session: Session) -> bool:
    """A unit that writes has the whole database to itself."""
    return True


def put(session: Session, doc_id: int, was: Written | None, now: Written) -> None:
    """Enter a text, or what has become of it."""
    if was is not None:
        remove(session, doc_id, was)
    for name, letters in _entries(now).items():
        entry = text(f"INSERT INTO {name} (rowid, letters) VALUES (:id, :letters)")  # noqa: S608
        session.execute(entry, {"id": doc_id, "letters": letters})


def remove(session: Session, doc_id: int, was: Written) -> None:
    """Take a text out; ``was`` is exactly what was entered."""
    for name, letters in _entries(was).items():
        out = f"INSERT INTO {name} ({name}, rowid, letters) VALUES ('delete', :id, :letters)"  # noqa: S608
        session.execute(text(out), {"id": doc_id, "letters": letters})


def empty(session: Session) -> None:
    for name in (_TEXTS.name, _TITLES.name):
        session.execute(text(f"INSERT INTO {name} ({name}) VALUES ('delete-all')"))  # noqa: S608


def find(session: Session, wanted: Wanted) -> Hits:
    """Few hits are all fetched at once, and then known; of many those that are shown are. A letter
    by itself stands in so many texts that nobody looks first whether they are few.
    """
    newest = [] if _common(wanted) else _newest(session, _TEXTS, wanted, wanted.span, FEW + 1)
    if _common(wanted) or len(newest) > FEW:
        return Hits(_totals(session, wanted), list(_best(session, wanted)))
    counted = Counter(map(kind_of, newest))
    titled = set(session.scalars(_rowids(_TITLES), _given(wanted, wanted.span)))
    ranks = [each + TITLE * (each in titled) for each in newest]
    totals = {kind: counted[kind] for kind in wanted.counted}
    return Hits(totals, _first(ranks, wanted))


def newest(session: Session, wanted: Wanted) -> Sequence[int]:
    """The newest ids below ``wanted.before``, wherever the words stand; nothing is counted."""
    first, end = wanted.span
    return _newest(session, _TEXTS, wanted, (first, min(end, wanted.before)), wanted.most)


def _common(wanted: Wanted) -> bool:
    return all(len(word) == 1 for word in wanted.words)


def _first(ranks: Sequence[int], wanted: Wanted) -> list[int]:
    """Of these ranks the first of each kind that is to be shown."""
    below = sorted((rank for rank in ranks if rank < wanted.before), reverse=True)
    of_kind = ([it for it in below if kind_of(it % TITLE) is kind] for kind in wanted.shown)
    return [rank for mine in of_kind for rank in mine[: wanted.most]]


def _totals(session: Session, wanted: Wanted) -> dict[Kind, int]:
    """One count for each kind: within a span it costs half of what it does to sort them out."""
    query = _narrowed(_count(), _TEXTS, wanted)
    return {
        kind: session.execute(query, _given(wanted, family_of(kind))).scalar_one()
        for kind in wanted.counted
    }


def _best(session: Session, wanted: Wanted) -> Iterator[int]:
    """The ranks to be shown of each kind: those found by their title, then the others."""
    for first, end in map(family_of, wanted.shown):
        left = wanted.most
        for found, more in ((_TITLES, TITLE), (_TEXTS, 0)):
            span = first, min(end, wanted.before - more)
            if not left or span[0] >= span[1]:
                continue
            untitled = found is _TEXTS
            ids = _newest(session, found, wanted, span, left, untitled=untitled)
            left -= len(ids)
            yield from (each + more for each in ids)


def _newest(
    session: Session,
    found: TableClause,
    wanted: Wanted,
    span: tuple[int, int],
    most: int,
    *,
    untitled: bool = False,
) -> Sequence[int]:
    """In the order of their ids, which costs no sorting."""
    query = _narrowed(_rowids(found, untitled=untitled), found, wanted)
    return session.execute(query, _given(wanted, span, most)).scalars().all()


def _narrowed(query: Select[int], found: TableClause, wanted: Wanted) -> Select[int]:
    """The statement itself where nothing narrows it down: then it is known and not read anew."""
    more = wanted.where(_joined(found))
    return query.where(*more) if more else query


def _given(wanted: Wanted, span: tuple[int, int], most: int = -1) -> dict[str, Any]:
    """What the statements below ask for; -1 is without an end."""
    asked = " AND ".join(phrase(word) for word in wanted.words)
    return {"asked": asked, "first": span[0], "last": span[1] - 1, "most": most}


@cache
def _rowids(found: TableClause, *, untitled: bool = False) -> Select[int]:
    """Statements are built once, because building one costs more than running it."""
    query = select(found.c.rowid).where(_match(found), _within(found))
    if untitled:
        query = query.where(~_titled())
    return query.order_by(found.c.rowid.desc()).limit(bindparam("most"))


@cache
def _count() -> Select[int]:
    return select(func.count()).select_from(_TEXTS).where(_match(_TEXTS), _within(_TEXTS))


def _within(found: TableClause) -> ColumnElement[bool]:
    """A span of ids with both its ends in it, as the index compares them by itself."""
    return found.c.rowid.between(bindparam("first"), bindparam("last"))


def _titled() -> ColumnElement[bool]:
    """Whether what was found in the texts has all words in its title."""
    same = _TITLES.c.rowid == _TEXTS.c.rowid
    found = select(_TITLES.c.rowid).where(_match(_TITLES), same)
    return found.correlate(_TEXTS).exists()


def _joined(found: TableClause) -> ColumnElement[int]:
    """The id as other tables are asked about it: the sign keeps the planner from walking along all
    their rows and asking the index about each.
    """
    return literal_column(f"+{found.name}.rowid", BigInteger)


def _match(found: TableClause) -> ColumnElement[bool]:
    return literal_column(found.name).op("MATCH", is_comparison=True)(bindparam("asked"))


def phrase(word: str) -> str:
    """One folded word as the full-text table is asked for it."""
    return f'"{_letters(word)}"'


def _entries(written: Written) -> dict[str, str]:
    whole = f"{written.title} {written.rest}"
    return {_TEXTS.name: _letters(whole), _TITLES.name: _letters(written.title)}


def _letters(folded: str) -> str:
    return _GAP.join(" ".join(run) for run in folded.translate(_SIGNS).split())
