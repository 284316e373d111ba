"""Reads of the roster: who is on duty now, a span of days, somebody's shifts, the holes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import calendar, clock
from kitchen.core.clock import CENTRE
from kitchen.core.errors import NotFound
from kitchen.core.workdays import Workdays
from kitchen.matrix.models import Account
from kitchen.people.models import Unit
from kitchen.roster.models import DutyLine, DutySetting, DutyShift, DutySwap
from kitchen.roster.rules import (
    AHEAD,
    COUNTS,
    GRACE_A,
    GRACE_B,
    STANDING,
    Days,
    Span,
    State,
    SwapState,
    holes,
    is_kept,
    span_of,
)

_MINUTE = timedelta(minutes=1)
_WITH = (
    joinedload(DutyShift.line),
    joinedload(DutyShift.a),
    joinedload(DutyShift.b),
    joinedload(DutyShift.stand),
)
LONGEST = timedelta(days=2)
"""No shift is longer, so that those running now began after this much before now."""


def setting(session: Session) -> DutySetting:
    """What the centre says, or what holds until it says something."""
    return session.get(DutySetting, 1) or DutySetting(
        id=1, grace_a=GRACE_A // _MINUTE, grace_b=GRACE_B // _MINUTE, ahead_days=AHEAD.days
    )


def lines(session: Session, *, all_of_them: bool = False) -> Sequence[DutyLine]:
    """The lines that are kept, by name; or all."""
    query = select(DutyLine).options(joinedload(DutyLine.unit), joinedload(DutyLine.account))
    if not all_of_them:
        query = query.where(DutyLine.active)
    return session.scalars(query.order_by(DutyLine.name)).all()


def the_line(session: Session, uid: str) -> DutyLine:
    """One line. Raises :class:`NotFound`."""
    found = session.scalar(select(DutyLine).where(DutyLine.uid == uid))
    if found is None:
        raise NotFound
    return found


def the_shift(session: Session, uid: str) -> DutyShift:
    """One shift with its people. Raises :class:`NotFound`."""
    found = session.scalar(select(DutyShift).where(DutyShift.uid == uid).options(*_WITH))
    if found is None:
        raise NotFound
    return found


def the_swap(session: Session, uid: str) -> DutySwap:
    """One swap that was asked for. Raises :class:`NotFound`."""
    found = session.scalar(select(DutySwap).where(DutySwap.uid == uid))
    if found is None:
        raise NotFound
    return found


def running(session: Session, now: datetime) -> Sequence[DutyShift]:
    """The shifts that run now, by line."""
    return session.scalars(
        _standing()
        .where(
            DutyShift.starts_at <= now,
            DutyShift.starts_at > now - LONGEST,
            DutyShift.ends_at > now,
        )
        .order_by(DutyShift.line_id)
    ).all()


def _standing() -> Select[DutyShift]:
    states = sorted(STANDING)
    return select(DutyShift).where(DutyShift.state.in_(states)).options(*_WITH)


def watched(session: Session, now: datetime) -> Sequence[DutyShift]:
    """Shifts that have begun and are not over in the books, for the house to look at."""
    return session.scalars(
        _standing().where(DutyShift.starts_at <= now).order_by(DutyShift.starts_at).limit(500)
    ).all()


def between(session: Session, since: datetime, until: datetime) -> Sequence[DutyShift]:
    """Shifts that begin in this span, cancelled ones aside."""
    return session.scalars(
        select(DutyShift)
        .where(
            DutyShift.starts_at >= since,
            DutyShift.starts_at < until,
            DutyShift.state.in_(sorted(COUNTS)),
        )
        .options(*_WITH)
        .order_by(DutyShift.starts_at, DutyShift.line_id)
    ).all()


def coming_of(session: Session, staff_id: int | None, limit: int = 20) -> Sequence[DutyShift]:
    """A person's shifts that are not over, the next first."""
    now = clock.now(session)
    return session.scalars(
        _standing()
        .where(
            or_(
                DutyShift.a_id == staff_id,
                DutyShift.b_id == staff_id,
                DutyShift.stand_id == staff_id,
            ),
            DutyShift.ends_at > now,
        )
        .order_by(DutyShift.starts_at)
        .limit(limit)
    ).all()


def meeting(
    session: Session,
    span: Span,
    *,
    line_id: int | None = None,
    staff_id: int | None = None,
    but: int | None = None,
) -> DutyShift | None:
    """A shift that meets this span on a line, or in which a person has a seat; not ``but``."""
    query = select(DutyShift).where(
        DutyShift.id != (but or 0),
        DutyShift.starts_at < span.until,
        DutyShift.starts_at > span.since - LONGEST,
        DutyShift.ends_at > span.since,
        DutyShift.state.in_(sorted(COUNTS)),
    )
    if line_id is not None:
        query = query.where(DutyShift.line_id == line_id)
    if staff_id is not None:
        query = query.where(or_(DutyShift.a_id == staff_id, DutyShift.b_id == staff_id))
    return session.scalars(query.options(*_WITH).limit(1)).first()


def before(session: Session, shift: DutyShift) -> DutyShift | None:
    """The shift of the same line before this one, for what it handed over."""
    return session.scalars(
        select(DutyShift)
        .where(
            DutyShift.line_id == shift.line_id,
            DutyShift.starts_at < shift.starts_at,
            DutyShift.state != State.CANCELLED,
        )
        .options(*_WITH)
        .order_by(DutyShift.starts_at.desc())
        .limit(1)
    ).first()


def swaps_for(session: Session, staff_id: int | None) -> Sequence[DutySwap]:
    """Open swaps that a person is asked for, or has asked for."""
    return session.scalars(
        select(DutySwap)
        .where(
            or_(DutySwap.asked_id == staff_id, DutySwap.asked_by_id == staff_id),
            DutySwap.state == SwapState.ASKED,
        )
        .options(
            joinedload(DutySwap.shift).joinedload(DutyShift.line),
            joinedload(DutySwap.other).joinedload(DutyShift.line),
            joinedload(DutySwap.asked),
            joinedload(DutySwap.asked_by),
        )
        .order_by(DutySwap.id)
    ).all()


def seats_to_swap(session: Session, shift: DutyShift, staff_id: int | None) -> list[DutyShift]:
    """Shifts still to come in which this person has no seat: what could be had in exchange."""
    now = clock.now(session)
    found = session.scalars(
        select(DutyShift)
        .where(
            DutyShift.state == State.PLANNED, DutyShift.starts_at > now, DutyShift.id != shift.id
        )
        .options(*_WITH)
        .order_by(DutyShift.starts_at)
        .limit(60)
    )
    return [each for each in found if each.seat_of(staff_id) is None]


@dataclass(frozen=True, slots=True)
class Hole:
    """Hours of a line for which somebody is missing; ``seat_b``: only B."""

    line: DutyLine
    span: Span
    seat_b: bool

    @property
    def day(self) -> date:
        return clock.local(self.span.since).date()


def holes_ahead(session: Session, now: datetime, ahead: timedelta) -> list[Hole]:
    """Where the roster has holes from now on: hours without a shift, seats without a person.

    Someone who has left the house fills no seat.
    """
    until = now + ahead
    first, last = clock.local(now).date() - timedelta(days=1), clock.local(until).date()
    days = calendar.workdays(session, first, last)
    by_line: dict[int, list[DutyShift]] = {}
    for shift in between(session, now - LONGEST, until + LONGEST):
        by_line.setdefault(shift.line_id, []).append(shift)
    return [
        hole
        for line in lines(session)
        for hole in _holes_of(line, by_line.get(line.id, []), Span(now, until), days)
    ]


def _holes_of(
    line: DutyLine, shifts: Sequence[DutyShift], ahead: Span, days: Workdays
) -> Iterator[Hole]:
    manned = [each.span for each in shifts if each.a.active]
    wanted = _wanted(line, ahead, days)
    yield from (Hole(line, span, seat_b=False) for span in holes(wanted, manned))
    for shift in shifts:
        alone = shift.b is None or not shift.b.active
        if shift.state == State.PLANNED and shift.a.active and alone and shift.span.meets(ahead):
            yield Hole(line, shift.span, seat_b=True)


def _wanted(line: DutyLine, ahead: Span, days: Workdays) -> Iterator[Span]:
    day = clock.local(ahead.since).date() - timedelta(days=1)
    while day <= clock.local(ahead.until).date():
        if is_kept(Days(line.days), day, days):
            span = span_of(day, line.begins, line.ends, CENTRE)
            if span.meets(ahead):
                yield Span(max(span.since, ahead.since), min(span.until, ahead.until))
        day += timedelta(days=1)


def on_duty_for(session: Session, account: Account, now: datetime) -> list[int]:
    """Ids of those who are on duty for an account now: by its own line, else by its unit's,
    else by that of the nearest unit above.
    """
    shifts = running(session, now)
    places: list[Account | int] = [account, *_units_above(session, account.unit_id)]
    for place in places:
        found = [each.on_duty for each in shifts if _keeps(each.line, place)]
        if standing := [each.id for each in found if each is not None]:
            return standing
    return []


def _keeps(line: DutyLine, place: Account | int) -> bool:
    if isinstance(place, int):
        return line.account_id is None and line.unit_id == place
    return line.account_id == place.id


def _units_above(session: Session, unit_id: int) -> list[int]:
    """A unit and those above it, the nearest first."""
    parents = {row[0]: row[1] for row in session.execute(select(Unit.id, Unit.parent_id))}
    found: list[int] = []
    at: int | None = unit_id
    while at is not None and at not in found:
        found.append(at)
        at = parents.get(at)
    return found
