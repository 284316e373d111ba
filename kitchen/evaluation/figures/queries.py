"""Reads of figures: a story's pieces, how warm each is, alarms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.evaluation.figures.models import FiguresAlarm, PieceFigures, PieceTurn
from kitchen.evaluation.figures.rules import BASELINE, AlarmState, heat
from kitchen.publishing.models import Publication
from kitchen.stories.models import Story

_PIECE = joinedload(FiguresAlarm.publication)
_ALARM = (
    _PIECE.joinedload(Publication.story),
    _PIECE.joinedload(Publication.account),
    joinedload(FiguresAlarm.staff),
)


def the_piece(session: Session, uid: str) -> PieceTurn:
    """A piece by its publication's uid. Raises :class:`NotFound` for one that never went live."""
    found = session.scalar(
        select(PieceTurn)
        .join(Publication, Publication.id == PieceTurn.publication_id)
        .where(Publication.uid == uid)
        .options(joinedload(PieceTurn.publication))
    )
    if found is None:
        raise NotFound
    return found


def pieces_of(session: Session, story: Story) -> Sequence[PieceTurn]:
    """All pieces of a story that went live, with all their figures; two queries."""
    return session.scalars(
        select(PieceTurn)
        .where(PieceTurn.story_id == story.id)
        .options(
            joinedload(PieceTurn.publication),
            joinedload(PieceTurn.account),
            selectinload(PieceTurn.figures).joinedload(PieceFigures.staff),
        )
        .order_by(PieceTurn.live_at, PieceTurn.publication_id)
    ).all()


Heats = dict[tuple[int, int], float]
"""By publication and age, the piece's reads as a multiple of what is usual for its account."""


def heats_of(session: Session, pieces: Sequence[PieceTurn]) -> Heats:
    """How warm each piece is at each age against its account's own pieces of the
    thirty days before it; one query. What is doubted is no measure for others.
    """
    if not pieces:
        return {}
    before = or_(
        *(
            and_(
                PieceTurn.account_id == piece.account_id,
                PieceTurn.live_at >= piece.live_at - BASELINE,
                PieceTurn.live_at < piece.live_at,
            )
            for piece in pieces
        )
    )
    rows = session.execute(
        select(PieceTurn.account_id, PieceTurn.live_at)
        .add_columns(PieceFigures.age, PieceFigures.reads)
        .join(PieceFigures, PieceFigures.publication_id == PieceTurn.publication_id)
        .where(before, PieceFigures.reads.is_not(None), PieceFigures.oddity == "")
    )
    known: dict[tuple[int, int], list[tuple[datetime, int]]] = {}
    for account_id, live_at, age, reads in rows:
        known.setdefault((account_id, age), []).append((live_at, reads))
    found: Heats = {}
    for piece in pieces:
        for told in piece.figures:
            others = known.get((piece.account_id, told.age), [])
            warm = heat(told.reads, [reads for at, reads in others if _before(piece, at)])
            if warm is not None:
                found[piece.publication_id, told.age] = warm
    return found


def _before(piece: PieceTurn, at: datetime) -> bool:
    return piece.live_at - BASELINE <= at < piece.live_at


def the_alarm(session: Session, uid: str) -> FiguresAlarm:
    """One alarm with its piece. Raises :class:`NotFound`."""
    found = session.scalar(select(FiguresAlarm).where(FiguresAlarm.uid == uid).options(*_ALARM))
    if found is None:
        raise NotFound
    return found


def page_of_alarms(
    session: Session,
    *,
    state: str | None = None,
    concern: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[FiguresAlarm]:
    """Alarms, newest first."""
    query = select(FiguresAlarm).options(*_ALARM)
    if state:
        query = query.where(FiguresAlarm.state == state)
    if concern:
        query = query.where(FiguresAlarm.concern == concern)
    return newest_first(session, query, FiguresAlarm.id, limit=limit, cursor=cursor)


def alarms_of(session: Session, story: Story) -> Sequence[FiguresAlarm]:
    """All alarms about a story's pieces, newest first."""
    return session.scalars(
        select(FiguresAlarm)
        .join(Publication, Publication.id == FiguresAlarm.publication_id)
        .where(Publication.story_id == story.id)
        .options(*_ALARM)
        .order_by(FiguresAlarm.id.desc())
    ).all()


def open_alarms(session: Session) -> int:
    """How many alarms nobody has looked at."""
    counted = select(func.count()).where(FiguresAlarm.state == AlarmState.OPEN)
    return session.scalar(counted) or 0
