"""Reads of word lists: what is in force, what stood at a version, what waits for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.wordlists.models import Wordlist, WordlistEntry, WordlistProposal
from kitchen.wordlists.rules import SEVERAL, Entry, Kind, Level, State
from kitchen.wordlists.seeds import shipped

AS_SHIPPED = 0
"""The version of a list that nobody has changed yet."""
_KEPT = (
    *("uid", "word", "level", "replacement", "note", *SEVERAL),
    *("title", "rank", "valid_from", "valid_to"),
)
"""What of a row is the entry."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one list stands: its version, how many entries, who changed it last."""

    kind: Kind
    number: int
    count: int
    changed_at: datetime | None
    changed_by: str


def kind_of(name: str) -> Kind:
    """The list of this name. Raises :class:`NotFound`."""
    try:
        return Kind(name)
    except ValueError as error:
        raise NotFound from error


def the_list(session: Session, kind: Kind, *, held: bool = False) -> Wordlist | None:
    """The row of a list, ``None`` while it is as shipped; ``held`` keeps other writers waiting."""
    query = select(Wordlist).where(Wordlist.kind == kind)
    return session.scalar(query.with_for_update() if held else query)


def stamps(session: Session) -> tuple[tuple[str, int, str], ...]:
    """(list, version, stamp) of every list that was ever changed: what is in force, in short."""
    found = session.execute(
        select(Wordlist.kind, Wordlist.number, Wordlist.stamp).order_by(Wordlist.kind)
    )
    return tuple((kind, number, stamp) for kind, number, stamp in found)


def entries(session: Session, kind: Kind, number: int | None = None) -> list[Entry]:
    """A list's entries as in force, or as they stood at a version; days are not looked at."""
    known = the_list(session, kind)
    if known is None or number == AS_SHIPPED:
        return list(shipped(kind))
    columns = [getattr(WordlistEntry, name) for name in _KEPT]
    query = select(*columns).where(WordlistEntry.kind == kind).order_by(WordlistEntry.id)
    if number is None:
        query = query.where(WordlistEntry.until.is_(None))
    else:
        still = or_(WordlistEntry.until.is_(None), WordlistEntry.until > number)
        query = query.where(WordlistEntry.since <= number, still)
    return [_entry(kind, row) for row in session.execute(query).mappings()]


def entry_of(row: WordlistEntry) -> Entry:
    """A row as the value that it is."""
    return _entry(Kind(row.kind), {name: getattr(row, name) for name in _KEPT})


def _entry(kind: Kind, values: Any) -> Entry:
    several = {name: tuple(values[name]) for name in SEVERAL}
    return Entry(kind=kind, **{**values, **several, "level": Level(values["level"])})


def rows_in_force(session: Session, kind: Kind, uids: Sequence[str]) -> list[WordlistEntry]:
    """The open rows of these uids."""
    query = select(WordlistEntry).where(
        WordlistEntry.kind == kind, WordlistEntry.until.is_(None), WordlistEntry.uid.in_(uids)
    )
    return list(session.scalars(query))


def the_entry(session: Session, kind: Kind, uid: str) -> Entry:
    """One entry in force. Raises :class:`NotFound`."""
    if the_list(session, kind) is None:
        found = next((it for it in shipped(kind) if it.uid == uid), None)
    else:
        found = next(map(entry_of, rows_in_force(session, kind, [uid])), None)
    if found is None:
        raise NotFound
    return found


def page_of_entries(
    session: Session, kind: Kind, *, q: str | None = None, limit: int, cursor: str | None = None
) -> Page[Entry]:
    """Entries in force, the latest first; ``q`` looks in words, replacements and offices."""
    if the_list(session, kind) is None:
        wanted = [it for it in shipped(kind) if _says(it, q)]
        return Page(wanted)
    query: Select[Any] = select(WordlistEntry).where(
        WordlistEntry.kind == kind, WordlistEntry.until.is_(None)
    )
    if q:
        told = (WordlistEntry.word, WordlistEntry.replacement, WordlistEntry.title)
        query = query.where(or_(*(each.contains(q, autoescape=True) for each in told)))
    page: Page[WordlistEntry] = newest_first(
        session, query, WordlistEntry.id, limit=limit, cursor=cursor
    )
    return Page([entry_of(row) for row in page.items], page.next)


def _says(entry: Entry, q: str | None) -> bool:
    return not q or any(q in told for told in (entry.word, entry.replacement, entry.title))


def standings(session: Session) -> list[Standing]:
    """Every list in the order of :class:`Kind`; two queries."""
    query = select(Wordlist).options(joinedload(Wordlist.changed_by))
    known = {row.kind: row for row in session.scalars(query)}
    grouped = session.execute(
        select(WordlistEntry.kind, func.count())
        .where(WordlistEntry.until.is_(None))
        .group_by(WordlistEntry.kind)
    )
    counts = {row[0]: row[1] for row in grouped}
    return [_standing(kind, known.get(kind), counts.get(kind, 0)) for kind in Kind]


def _standing(kind: Kind, row: Wordlist | None, count: int) -> Standing:
    if row is None:
        return Standing(kind, AS_SHIPPED, len(shipped(kind)), None, "")
    by = row.changed_by.name if row.changed_by else ""
    return Standing(kind, row.number, count, row.changed_at, by)


def proposals(session: Session, *states: State, limit: int = 50) -> Sequence[WordlistProposal]:
    """Proposed changes, newest first; in these states where any are named."""
    query = select(WordlistProposal).options(
        joinedload(WordlistProposal.proposed_by), joinedload(WordlistProposal.settled_by)
    )
    if states:
        query = query.where(WordlistProposal.state.in_(states))
    return session.scalars(query.order_by(WordlistProposal.id.desc()).limit(limit)).all()


def the_proposal(session: Session, uid: str) -> WordlistProposal:
    """One proposed change, held against other writers. Raises :class:`NotFound`."""
    found = session.scalar(
        select(WordlistProposal).where(WordlistProposal.uid == uid).with_for_update()
    )
    if found is None:
        raise NotFound
    return found
