"""Verbs on duty: keep lines, plan shifts, check in, take over, step in, hand over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.clock import CENTRE
from kitchen.core.errors import N_, Forbidden, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.matrix.models import Account
from kitchen.people.models import Staff, Unit
from kitchen.roster import queries
from kitchen.roster.events import ShiftMoved
from kitchen.roster.models import DutyLine, DutySetting, DutyShift
from kitchen.roster.rules import EARLY, Days, May, Seat, Span, State, span_of


@dataclass(frozen=True, slots=True)
class Kept:
    """What a line is, as people fill it in."""

    name: str
    unit: Unit
    begins: time
    ends: time
    days: Days = Days.EVERY
    account: Account | None = None
    active: bool = True


def open_line(session: Session, actor: Actor, kept: Kept) -> DutyLine:
    """Say that somebody must stand somewhere. Raises :class:`Invalid`, :class:`Forbidden`."""
    line = DutyLine(unit_id=kept.unit.id)
    authorize(actor, May.ARRANGE, line)
    _fill(session, line, kept)
    session.add(line)
    session.flush()
    audit.record(session, actor, "open_duty_line", line, after=_told(kept))
    return line


def change_line(session: Session, actor: Actor, line: DutyLine, kept: Kept) -> None:
    """Say otherwise; shifts that are planned stay as they are."""
    authorize(actor, May.ARRANGE, line)
    before = {"name": line.name, "active": line.active}
    _fill(session, line, kept)
    authorize(actor, May.ARRANGE, line)
    session.flush()
    session.expire(line, ["unit", "account"])
    audit.record(session, actor, "change_duty_line", line, before=before, after=_told(kept))


def _fill(session: Session, line: DutyLine, kept: Kept) -> None:
    namesake = session.query(DutyLine.id).filter(DutyLine.name == kept.name).first()
    if namesake is not None and namesake[0] != line.id:
        raise Invalid(fields={"name": N_("已经有同名的岗，请换一个名字。")})
    if kept.account is not None and kept.account.unit_id != kept.unit.id:
        raise Invalid(fields={"account": N_("这个账号不归这个单位，请改单位或账号。")})
    line.name, line.unit_id, line.active = kept.name, kept.unit.id, kept.active
    line.account_id = kept.account.id if kept.account else None
    line.begins, line.ends, line.days = kept.begins, kept.ends, kept.days


def _told(kept: Kept) -> dict[str, Any]:
    hours = f"{kept.begins:%H:%M}–{kept.ends:%H:%M}"  # noqa: RUF001
    return {"name": kept.name, "hours": hours, "days": str(kept.days), "active": kept.active}


@dataclass(frozen=True, slots=True)
class Planned:
    """A shift as people write it down: a day, and the two. Without hours the line's are meant."""

    line: DutyLine
    day: date
    a: Staff
    b: Staff | None
    begins: time | None = None
    ends: time | None = None

    @property
    def span(self) -> Span:
        begins, ends = self.begins or self.line.begins, self.ends or self.line.ends
        return span_of(self.day, begins, ends, CENTRE)


def plan_shift(session: Session, actor: Actor, planned: Planned) -> DutyShift:
    """Write a shift down.

    Raises :class:`Invalid` for a person twice in it, one who is elsewhere then, or hours that the
    line has filled already.
    """
    authorize(actor, May.ARRANGE, planned.line)
    span = planned.span
    _demand_free(session, planned, span)
    shift = DutyShift(
        line=planned.line,
        starts_at=span.since,
        ends_at=span.until,
        a=planned.a,
        b=planned.b,
        stand=None,
    )
    session.add(shift)
    session.flush()
    after = {"line": planned.line.name, "day": str(planned.day), "a": planned.a.name}
    audit.record(session, actor, "plan_shift", shift, after=after)
    bus.emit(session, ShiftMoved(shift.id, "plan"))
    return shift


def _demand_free(session: Session, planned: Planned, span: Span) -> None:
    if planned.b is not None and planned.a.id == planned.b.id:
        raise Invalid(fields={"b": N_("A 角和 B 角不能是同一个人。")})
    if queries.meeting(session, span, line_id=planned.line.id) is not None:
        raise Invalid(fields={"day": N_("这个岗这段时间已经排了班。")})
    for field, staff in (("a", planned.a), ("b", planned.b)):
        if staff is None:
            continue
        if not staff.active:
            raise Invalid(fields={field: N_("这个人已经离岗，请换人。")})
        if queries.meeting(session, span, staff_id=staff.id) is not None:
            raise Invalid(fields={field: N_("这个人同一时间在别的岗值班，请换人或换时间。")})


def cancel_shift(session: Session, actor: Actor, shift: DutyShift) -> None:
    """Take a planned shift off the roster; its hours become a hole."""
    authorize(actor, May.ARRANGE, shift.line)
    _move(session, actor, shift, "cancel")


def check_in(session: Session, actor: Actor, shift: DutyShift) -> None:
    """A says that they stand. Raises :class:`Forbidden`, :class:`WrongState` when too early."""
    _demand_seat(shift, actor, Seat.A)
    _demand_time(session, shift)
    _stand(session, actor, shift, "check_in")


def take_over(session: Session, actor: Actor, shift: DutyShift) -> None:
    """B stands, called or of their own accord."""
    _demand_seat(shift, actor, Seat.B)
    _demand_time(session, shift)
    _stand(session, actor, shift, "take_over")


def step_in(session: Session, actor: Actor, shift: DutyShift) -> None:
    """Whoever arranges the roster stands where neither of the two answered."""
    authorize(actor, May.ARRANGE, shift.line)
    _stand(session, actor, shift, "step_in")


def hand_over(session: Session, actor: Actor, shift: DutyShift, note: str) -> None:
    """Whoever stands hands over, in writing; the next shift reads it.

    Raises :class:`Forbidden` for anybody else, :class:`Invalid` without a note.
    """
    if shift.stand_id is not None and shift.stand_id != actor.id:
        raise Forbidden(N_("只有正在值班的人能交班。"))
    changes = {"note": note.strip(), "handed_at": clock.now(session)}
    _move(session, actor, shift, "hand_over", note, changes)


def _demand_seat(shift: DutyShift, actor: Actor, seat: Seat) -> None:
    if shift.seat_of(actor.id) is not seat:
        raise Forbidden(N_("这一班的这个位置排的不是您。"))


def _demand_time(session: Session, shift: DutyShift) -> None:
    now = clock.now(session)
    if now < shift.starts_at - EARLY:
        raise WrongState(N_("还没到时间，开始前一小时起可以签到。"))
    if now >= shift.ends_at:
        raise WrongState(N_("这一班已经结束了。"))


def _stand(session: Session, actor: Actor, shift: DutyShift, name: str) -> None:
    changes = {"stand_id": actor.id, "stood_at": clock.now(session)}
    _move(session, actor, shift, name, changes=changes)
    session.expire(shift, ["stand"])


def _move(
    session: Session,
    actor: Actor,
    shift: DutyShift,
    name: str,
    note: str = "",
    changes: dict[str, Any] | None = None,
) -> None:
    event = ShiftMoved(shift.id, name)
    carry_out(session, shift, name, actor, note=note, changes=changes, event=event)


def set_setting(
    session: Session, actor: Actor, *, grace_a: int, grace_b: int, ahead_days: int
) -> None:
    """Say how long A and B may be silent (minutes), and how far ahead holes are told (days)."""
    authorize(actor, May.ARRANGE)
    before = queries.setting(session)
    told = {"grace_a": grace_a, "grace_b": grace_b, "ahead_days": ahead_days}
    was = {name: getattr(before, name) for name in told}
    session.merge(DutySetting(id=1, **told))
    session.flush()
    audit.record(session, actor, "set_duty_setting", "duty", before=was, after=told)


def is_free_now(shift: DutyShift, now: datetime) -> bool:
    """Whether a shift's seats may still change hands."""
    return shift.state == State.PLANNED and now < shift.starts_at
