"""The index on SQLite: a full-text table in which every letter is a word of its own.

A word of the question is then a phrase: these letters, one after the other. That finds any part of
a text, of whatever length and in whatever language, and needs no second look. The table keeps no
text (``content=''``); to take an entry out it must be told what was entered.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import punctuation

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    TableClause,
    column,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from kitchen.search.hits import Hits, Part, Written

DIALECT = "sqlite"
_TEXTS, _TITLES = "search_index", "search_index_title"
CREATE = tuple(
    f"CREATE VIRTUAL TABLE {name} USING fts5(letters, content='', columnsize=0, tokenize='ascii')"
    for name in (_TEXTS, _TITLES)
)
DROP = tuple(f"DROP TABLE {name}" for name in (_TEXTS, _TITLES))

_SIGNS = {ord(sign): 0xFDD0 + at for at, sign in enumerate(punctuation)}
"""The tokenizer takes signs of ASCII for gaps. There are as many of them as code points that can
stand in no text, because Unicode reserves them for such uses.
"""
_GAP = " br "
"""No word of a question goes across a gap: two letters together are no letter of any text."""


def alone(_session: Session) -> bool:
    """A unit that writes has the whole database to itself."""
    return True


def ready(_session: Session) -> None:
    """Nothing is to be made ready for a question."""


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
    for name in (_TEXTS, _TITLES):
        session.execute(text(f"INSERT INTO {name} ({name}) VALUES ('delete-all')"))  # noqa: S608


def hits(words: Sequence[str], part: Part, ids: tuple[int, int]) -> Hits:
    """The texts with all words, in the order of their ids, which costs no sorting."""
    found = _TITLE_TABLE if part is Part.TITLE else _TEXT_TABLE
    where = [_match(found, words), found.c.rowid >= ids[0], found.c.rowid < ids[1]]
    if part is Part.REST:
        titled = select(_TITLE_TABLE.c.rowid).where(
            _match(_TITLE_TABLE, words), _TITLE_TABLE.c.rowid == found.c.rowid
        )
        where.append(~titled.correlate(found).exists())
    # the sign keeps the planner from walking along all rows and asking the index about each
    joined: ColumnElement[int] = literal_column(f"+{found.name}.rowid", BigInteger)
    return Hits(found, found.c.rowid, joined, where)


_TEXT_TABLE = table(_TEXTS, column("rowid", BigInteger))
_TITLE_TABLE = table(_TITLES, column("rowid", BigInteger))


def phrase(word: str) -> str:
    """One folded word as the full-text table is asked for it."""
    return f'"{_letters(word)}"'


def _match(found: TableClause, words: Sequence[str]) -> ColumnElement[bool]:
    asked = " AND ".join(phrase(word) for word in words)
    return literal_column(found.name).op("MATCH", is_comparison=True)(asked)


def _entries(written: Written) -> dict[str, str]:
    return {_TEXTS: _letters(f"{written.title} {written.rest}"), _TITLES: _letters(written.title)}


def _letters(folded: str) -> str:
    return _GAP.join(" ".join(run) for run in folded.translate(_SIGNS).split())
