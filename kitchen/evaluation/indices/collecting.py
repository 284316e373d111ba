"""What the pieces of a window had gathered, for many accounts at once, by three queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from kitchen.core.clock import local
from kitchen.evaluation.figures.models import PieceFigures, PieceTurn
from kitchen.evaluation.indices.tallies import FIGURES, Audience, Piece
from kitchen.evaluation.indices.windows import AGES, DAY, Window
from kitchen.evaluation.pieces import stands
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
    audience: Audience = field(default_factory=Audience)


def gather(session: Session, account_ids: Sequence[int], window: Window) -> dict[int, Gathered]:
    """By account; one that published nothing is there all the same."""
    found = {account_id: Gathered() for account_id in account_ids}
    for account_id, piece in _pieces(session, account_ids, window):
        found[account_id].pieces.append(piece)
    for account_id, count in session.execute(_by_hand(account_ids, window)):
        found[account_id].by_hand = count
    for account_id, audience in _audiences(session, account_ids, window).items():
        found[account_id].audience = audience
    return found


def _pieces(
    session: Session, account_ids: Sequence[int], window: Window
) -> list[tuple[int, Piece]]:
    """Each piece once, with the newest figures of the window's ages that say anything."""
    newest: dict[int, tuple[int, Piece]] = {}
    for number, account_id, at, *told in session.execute(_told(account_ids, window)):
        if number not in newest or told.count(None) < len(told):
            newest[number] = account_id, Piece(local(at), *told)
    return list(newest.values())


def _told(account_ids: Sequence[int], window: Window) -> Select[Any]:
    """Pieces that came out within the window and still stand, with their figures by rising age."""
    figures = and_(
        PieceFigures.publication_id == PieceTurn.publication_id,
        PieceFigures.age.in_(AGES[window.kind]),
    )
    columns = [getattr(PieceFigures, name) for name in FIGURES]
    return (
        select(PieceTurn.publication_id, PieceTurn.account_id, PieceTurn.live_at, *columns)
        .join(Publication, Publication.id == PieceTurn.publication_id)
        .outerjoin(PieceFigures, figures)
        .where(
            PieceTurn.account_id.in_(account_ids),
            PieceTurn.live_at >= window.begins,
            PieceTurn.live_at < window.ends,
            stands(),
        )
        .order_by(PieceTurn.publication_id, PieceFigures.age)
    )


def _by_hand(account_ids: Sequence[int], window: Window) -> Select[int, int]:
    return (
        select(ForeignPost.account_id, func.count())
        .where(
            ForeignPost.account_id.in_(account_ids),
            ForeignPost.posted_at >= window.begins,
            ForeignPost.posted_at < window.ends,
            ForeignPost.state == Judged.OURS,
        )
        .group_by(ForeignPost.account_id)
    )


def _more(now: int | None, before: int | None) -> int | None:
    """How many came; fewer followers than before is nobody, for the formulas know no loss."""
    return None if now is None or before is None else max(0, now - before)


def _audiences(
    session: Session, account_ids: Sequence[int], window: Window
) -> Mapping[int, Audience]:
    """Followers at the end of the last day on which they were told, and how many more they are
    than on the eve of the window; where the eve was not told, nobody knows how many came.
    """
    eve = window.first - DAY
    rows = session.execute(
        select(AccountDay.account_id, AccountDay.day, AccountDay.followers)
        .where(
            AccountDay.account_id.in_(account_ids),
            AccountDay.day.between(eve, window.last),
            AccountDay.followers.is_not(None),
        )
        .order_by(AccountDay.day)
    )
    before: dict[int, int | None] = {}
    found: dict[int, Audience] = {}
    for account_id, day, followers in rows:
        if day == eve:
            before[account_id] = followers
            continue
        found[account_id] = Audience(followers, _more(followers, before.get(account_id)))
    return found
