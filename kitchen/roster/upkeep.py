"""What the house does about duty by itself: calls B, sounds the chief, closes, tells of holes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import bus, clock
from kitchen.core.access import HOUSE
from kitchen.core.db import Database
from kitchen.core.workflow import carry_out
from kitchen.roster import queries
from kitchen.roster.events import HoleFound, ShiftMoved
from kitchen.roster.models import DutyHole, DutySetting, DutyShift
from kitchen.roster.queries import Hole
from kitchen.roster.rules import Graces, State, next_move


def keep_watch(database: Database) -> None:
    """Move every shift whose time has come. Two timetables at once: the versions keep one out."""
    with database.unit(write=False) as session:
        now, setting = clock.now(session), queries.setting(session)
        due = [each.id for each in queries.watched(session, now) if _next(session, each, setting)]
    for shift_id in due:
        with database.unit() as session:
            shift = session.get_one(DutyShift, shift_id)
            if name := _next(session, shift, queries.setting(session)):
                _carry(session, shift, name)


def _next(session: Session, shift: DutyShift, setting: DutySetting) -> str | None:
    return next_move(
        State(shift.state),
        shift.span,
        clock.now(session),
        called_at=shift.called_at,
        has_b=shift.b_id is not None,
        graces=Graces(timedelta(minutes=setting.grace_a), timedelta(minutes=setting.grace_b)),
    )


def _carry(session: Session, shift: DutyShift, name: str) -> None:
    changes = {"called_at": clock.now(session)} if name == "call_b" else {}
    carry_out(session, shift, name, HOUSE, changes=changes, event=ShiftMoved(shift.id, name))


def tell_of_holes(database: Database) -> None:
    """Tell of each hole ahead once, so that there is time to fill it."""
    with database.unit() as session:
        now = clock.now(session)
        ahead = timedelta(days=queries.setting(session).ahead_days)
        known = _told(session)
        for hole in queries.holes_ahead(session, now, ahead):
            if not _is_known(hole, known):
                _tell(session, hole)


def _told(session: Session) -> dict[tuple[int, bool], list[DutyHole]]:
    since = clock.now(session) - queries.LONGEST
    found: dict[tuple[int, bool], list[DutyHole]] = {}
    for each in session.scalars(select(DutyHole).where(DutyHole.told_at > since - timedelta(60))):
        found.setdefault((each.line_id, each.seat_b), []).append(each)
    return found


def _is_known(hole: Hole, known: dict[tuple[int, bool], list[DutyHole]]) -> bool:
    """A hole that has begun begins anew at every look, and is still the one that was told."""
    told = known.get((hole.line.id, hole.seat_b), [])
    day = timedelta(days=1)
    return any(hole.span.since - day < each.since <= hole.span.since for each in told)


def _tell(session: Session, hole: Hole) -> None:
    line, span = hole.line, hole.span
    told_at = clock.now(session)
    session.add(DutyHole(line_id=line.id, since=span.since, seat_b=hole.seat_b, told_at=told_at))
    session.flush()
    told = span.since.isoformat(), span.until.isoformat()
    bus.emit(session, HoleFound(line.id, *told, seat_b=hole.seat_b))
