"""What the pieces of a window had gathered, for many accounts at once, by three queries.

Each begins with the accounts of a channel from one id to another, so that it is always the same
statement: a list of accounts would be spelt out anew for every few hundred of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from kitchen.core.clock import local
from kitchen.evaluation.figures.models import PieceFigures, PieceTurn
from kitchen.evaluation.indices.tallies import FIGURES, NOBODY, Audience, Piece
from kitchen.evaluation.indices.windows import AGES, DAY, Kind, Window
from kitchen.evaluation.pieces import stands
from kitchen.matrix.models import Account
from kitchen.patrols.models import AccountDay
from kitchen.publishing.models import Publication
from kitchen.watch.models import ForeignPost
from kitchen.watch.rules import State as Judged


@dataclass(slots=True)
class Gathered:
    """What is known of one account in a window."""

    pieces: list[Piece] = field(default_factory=list)
    by_hand: int = 0
    """Pieces that somebody posted on the platform itself: they count, and nobody counts them."""
    audience: Audience = NOBODY


def gather(
    session: Session, channel: str, first_id: int, last_id: int, window: Window
) -> Mapping[int, Gathered]:
    """By account of a channel, from one id to another; one that published nothing is there all
    the same.
    """
    found: defaultdict[int, Gathered] = defaultdict(Gathered)
    accounts = {"channel": channel, "first_id": first_id, "last_id": last_id}
    moments = {"begins": window.begins, "ends": window.ends}
    days = {"eve": window.first - DAY, "last": window.last}
    _add_pieces(found, session.execute(_told(window.kind), {**accounts, **moments}))
    for account_id, count in session.execute(_by_hand(), {**accounts, **moments}):
        found[account_id].by_hand = count
    _add_audiences(found, session.execute(_followers(), {**accounts, **days}), window)
    return found


def _add_pieces(found: defaultdict[int, Gathered], rows: Iterable[Sequence[Any]]) -> None:
    """Each piece once, with the newest figures of the window's ages that say anything."""
    latest = None
    for number, account_id, at, *told in rows:
        pieces = found[account_id].pieces
        if number != latest:
            pieces.append(Piece(local(at), *told))
            latest = number
        elif told.count(None) < len(told):
            pieces[-1] = Piece(local(at), *told)


def _add_audiences(
    found: defaultdict[int, Gathered], rows: Iterable[Sequence[Any]], window: Window
) -> None:
    """Followers at the end of the last day on which they were told, and how many more they are
    than on the eve of the window; where the eve was not told, nobody knows how many came.
    """
    before: dict[int, int] = {}
    for account_id, day, followers in rows:
        if day < window.first:
            before[account_id] = followers
        else:
            came = _more(followers, before.get(account_id))
            found[account_id].audience = Audience(followers, came)


def _more(now: int, before: int | None) -> int | None:
    """How many came; fewer followers than before is nobody, for the formulas know no loss."""
    return None if before is None else max(0, now - before)


def _asked_for() -> ColumnElement[bool]:
    """The accounts that are gathered for."""
    return and_(
        Account.channel == bindparam("channel"),
        Account.id.between(bindparam("first_id"), bindparam("last_id")),
    )


@cache
def _told(kind: Kind) -> Select[Any]:
    """Pieces that came out within the window and still stand, with their figures by rising age."""
    figures = and_(
        PieceFigures.publication_id == PieceTurn.publication_id,
        PieceFigures.age.in_(AGES[kind]),
    )
    columns = [getattr(PieceFigures, name) for name in FIGURES]
    return (
        select(PieceTurn.publication_id, PieceTurn.account_id, PieceTurn.live_at, *columns)
        .select_from(Account)
        .join(PieceTurn, PieceTurn.account_id == Account.id)
        .join(Publication, Publication.id == PieceTurn.publication_id)
        .outerjoin(PieceFigures, figures)
        .where(
            _asked_for(),
            PieceTurn.live_at >= bindparam("begins"),
            PieceTurn.live_at < bindparam("ends"),
            stands(),
        )
        .order_by(PieceTurn.publication_id, PieceFigures.age)
    )


@cache
def _by_hand() -> Select[int, int]:
    return (
        select(ForeignPost.account_id, func.count())
        .select_from(Account)
        .join(ForeignPost, ForeignPost.account_id == Account.id)
        .where(
            _asked_for(),
            ForeignPost.posted_at >= bindparam("begins"),
            ForeignPost.posted_at < bindparam("ends"),
            ForeignPost.state == Judged.OURS,
        )
        .group_by(ForeignPost.account_id)
    )


@cache
def _followers() -> Select[int, date, int | None]:
    """What was told of followers from the eve of the window to its end, by rising day."""
    return (
        select(AccountDay.account_id, AccountDay.day, AccountDay.followers)
        .select_from(Account)
        .join(AccountDay, AccountDay.account_id == Account.id)
        .where(
            _asked_for(),
            AccountDay.day.between(bindparam("eve"), bindparam("last")),
            AccountDay.followers.is_not(None),
        )
        .order_by(AccountDay.day)
    )
