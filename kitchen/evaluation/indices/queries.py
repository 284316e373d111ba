"""Reads of indices: formulas, rankings, an account's course, lists of others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core.errors import N_, Invalid, NotFound
from kitchen.core.paging import Page, cursor_at, key_of, newest_first
from kitchen.evaluation.indices.models import IndexDefinition, IndexScore, OfficialRank
from kitchen.evaluation.indices.scoring import in_window
from kitchen.evaluation.indices.windows import Kind, Window
from kitchen.matrix import queries as matrix
from kitchen.matrix.models import Account

# --- formulas ---


def definitions(session: Session) -> Sequence[IndexDefinition]:
    """Every edition of every index, the latest of a family first; they are few."""
    return session.scalars(
        select(IndexDefinition)
        .options(joinedload(IndexDefinition.staff))
        .order_by(
            IndexDefinition.family, IndexDefinition.valid_from.desc(), IndexDefinition.id.desc()
        )
    ).all()


def in_force(known: Sequence[IndexDefinition], day: date) -> list[IndexDefinition]:
    """Of each family the edition by which a window that begins on this day is counted."""
    found: dict[str, IndexDefinition] = {}
    for definition in known:  # the latest of a family first
        if definition.valid_from <= day:
            found.setdefault(definition.family, definition)
    return list(found.values())


def to_mix(known: Sequence[IndexDefinition], today: date) -> list[IndexDefinition]:
    """The indices of which a mixture can be made: in force today, or later."""
    now = in_force(known, today)
    return [it for it in known if it.channel and (it in now or it.valid_from > today)]


def the_definition(session: Session, name: str) -> IndexDefinition:
    """A formula by its name. Raises :class:`NotFound`."""
    found = session.scalar(select(IndexDefinition).where(IndexDefinition.name == name))
    if found is None:
        raise NotFound
    return found


def the_definition_asked_for(session: Session, field: str, name: str) -> IndexDefinition:
    """A formula that somebody named in a field. Raises :class:`Invalid`."""
    try:
        return the_definition(session, name)
    except NotFound as error:
        told = N_("没有这个公式，请从给出的选项里选。")
        raise Invalid(fields={field: told}) from error


# --- rankings ---


@dataclass(frozen=True, slots=True)
class Line:
    """An account in a ranking; ``former`` is its rank in the window before, by the same formula."""

    place: int
    """Counted on where several have the same rank; no two have the same place."""
    rank: int
    former: int | None
    score: IndexScore

    @property
    def rise(self) -> int | None:
        """By how many ranks it rose; less than nought: it fell."""
        return None if self.former is None else self.former - self.rank


def ranking(
    session: Session,
    definition: IndexDefinition,
    window: Window,
    *,
    unit_ids: Collection[int] | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Line]:
    """The accounts of a window, the highest first. Ranks are those of the whole matrix, whatever
    units are looked at.
    """
    now = _ranked(definition, window).subquery()
    before = _ranked(definition, window.former).subquery()
    query = (
        select(IndexScore, now.c.place, now.c.rank, before.c.rank)
        .join(now, now.c.id == IndexScore.id)
        .outerjoin(before, before.c.account_id == IndexScore.account_id)
        .join(Account, Account.id == IndexScore.account_id)
        .options(joinedload(IndexScore.account).joinedload(Account.unit))
        .where(now.c.place > (key_of(cursor) if cursor else 0))
        .order_by(now.c.place)
        .limit(limit + 1)
    )
    if unit_ids is not None:
        query = query.where(Account.unit_id.in_(unit_ids))
    lines = [Line(place, rank, former, it) for it, place, rank, former in session.execute(query)]
    return page_by_place(lines, limit)


def page_by_place(lines: Sequence[Any], limit: int) -> Page[Any]:
    """The first of these lines, and the cursor by whose ``place`` the others follow."""
    if len(lines) <= limit:
        return Page(lines)
    return Page(lines[:limit], cursor_at(lines[limit - 1].place))


def _ranked(definition: IndexDefinition, window: Window) -> Select[Any]:
    highest = IndexScore.value.desc()
    return select(
        IndexScore.id,
        IndexScore.account_id,
        func.rank().over(order_by=highest).label("rank"),
        func.row_number().over(order_by=(highest, IndexScore.account_id)).label("place"),
    ).where(*in_window(definition, window))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a ranking as a whole."""

    accounts: int
    provisional: int
    highest: float
    mean: float


def standing(session: Session, definition: IndexDefinition, window: Window) -> Standing:
    """How many accounts were ranked, how many of them provisionally, and how high they are."""
    row = session.execute(
        select(
            func.count(),
            func.count().filter(IndexScore.provisional),
            func.coalesce(func.max(IndexScore.value), 0),
            func.coalesce(func.avg(IndexScore.value), 0),
        ).where(*in_window(definition, window))
    ).one()
    return Standing(row[0], row[1], float(row[2]), float(row[3]))


# --- an account's course ---


def the_score(session: Session, uid: str) -> IndexScore:
    """One score with its account and formula. Raises :class:`NotFound`."""
    found = session.scalar(
        select(IndexScore)
        .where(IndexScore.uid == uid)
        .options(
            joinedload(IndexScore.account).joinedload(Account.unit),
            joinedload(IndexScore.definition),
        )
    )
    if found is None:
        raise NotFound
    return found


def course(
    session: Session,
    account: Account,
    definition: IndexDefinition,
    kind: Kind,
    *,
    limit: int = 26,
    cursor: str | None = None,
) -> Page[IndexScore]:
    """An account's scores by one formula, the latest window first."""
    query = select(IndexScore).where(
        IndexScore.account_id == account.id,
        IndexScore.definition_id == definition.id,
        IndexScore.kind == kind,
    )
    if cursor:
        query = query.where(IndexScore.first_day < date.fromordinal(_day_of(cursor)))
    rows = session.scalars(query.order_by(IndexScore.first_day.desc()).limit(limit + 1)).all()
    if len(rows) <= limit:
        return Page(rows)
    return Page(rows[:limit], cursor_at(rows[limit - 1].first_day.toordinal()))


def _day_of(cursor: str) -> int:
    return min(max(key_of(cursor), 1), date.max.toordinal())


@dataclass(frozen=True, slots=True)
class OtherEdition:
    """Windows that were counted by another edition of the same index."""

    name: str
    title: str
    edition: str
    first: date
    last: date


def other_editions(
    session: Session, account: Account, definition: IndexDefinition, kind: Kind
) -> list[OtherEdition]:
    """By which other editions an account was counted, and over which days."""
    other = IndexDefinition
    rows = session.execute(
        select(
            *(other.name, other.title, other.edition),
            *(func.min(IndexScore.first_day), func.max(IndexScore.last_day)),
        )
        .join(IndexScore, IndexScore.definition_id == other.id)
        .where(
            other.family == definition.family,
            other.id != definition.id,
            IndexScore.account_id == account.id,
            IndexScore.kind == kind,
        )
        .group_by(other.id, other.name, other.title, other.edition)
        .order_by(func.min(IndexScore.first_day))
    )
    return [OtherEdition(*row) for row in rows]


# --- lists of others ---


def the_account_asked_for(session: Session, uid: str) -> Account:
    """An account that somebody chose. Raises :class:`Invalid`."""
    try:
        return matrix.the_account(session, uid)
    except NotFound as error:
        told = N_("没有这个账号，请从给出的选项里选。")
        raise Invalid(fields={"account": told}) from error


def the_rank(session: Session, uid: str) -> OfficialRank:
    """A place on a list, with its account. Raises :class:`NotFound`."""
    found = session.scalar(
        select(OfficialRank)
        .where(OfficialRank.uid == uid)
        .options(joinedload(OfficialRank.account).joinedload(Account.unit))
    )
    if found is None:
        raise NotFound
    return found


def page_of_ranks(
    session: Session,
    *,
    account: Account | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[OfficialRank]:
    """Places on lists, the latest entered first; ``q`` looks in the names of lists."""
    query = select(OfficialRank).options(
        joinedload(OfficialRank.account).joinedload(Account.unit), joinedload(OfficialRank.staff)
    )
    if account is not None:
        query = query.where(OfficialRank.account_id == account.id)
    if q:
        query = query.where(OfficialRank.list_name.contains(q, autoescape=True))
    return newest_first(session, query, OfficialRank.id, limit=limit, cursor=cursor)
