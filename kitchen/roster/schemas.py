"""What comes in and goes out about duty; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime, time

from pydantic import Field

from kitchen.core.access import Actor
from kitchen.core.workflow import open_moves
from kitchen.roster.models import DutyLine, DutyShift
from kitchen.roster.rules import Days, May, Seat, State
from kitchen.web.schema import Answer, Schema

UID = Field(min_length=1, max_length=22)


class LineIn(Schema):
    name: str = Field(min_length=2, max_length=40)
    unit: str = UID
    account: str = Field("", max_length=22)
    begins: time
    ends: time
    days: Days = Days.EVERY
    active: bool = False


class LineOut(Answer):
    uid: str
    version: int
    name: str
    unit: str
    account: str | None
    begins: time
    ends: time
    days: Days
    active: bool


class ShiftIn(Schema):
    line: str = UID
    day: date
    a: str = UID
    b: str = Field("", max_length=22)
    begins: time | None = None
    ends: time | None = None


class HandIn(Schema):
    note: str = Field("", max_length=2000)


class SwapIn(Schema):
    """``other`` is a shift's uid and a seat of it, as in ``uid.a``."""

    other: str = Field(pattern=r"^[0-9A-Za-z]{1,22}\.[ab]$")
    reason: str = Field("", max_length=200)

    @property
    def shift(self) -> str:
        return self.other.rpartition(".")[0]

    @property
    def seat(self) -> Seat:
        return Seat(self.other.rpartition(".")[2])


class SettingIn(Schema):
    grace_a: int = Field(ge=1, le=240)
    grace_b: int = Field(ge=1, le=240)
    ahead_days: int = Field(ge=1, le=60)


class SettingOut(Answer):
    grace_a: int
    grace_b: int
    ahead_days: int


class RosterQuery(Schema):
    """A span of days from ``day`` on; today and two weeks without it."""

    day: date | None = None


class OnDutyQuery(Schema):
    account: str = Field("", max_length=22)


class ShiftOut(Answer):
    uid: str
    version: int
    line: str
    starts_at: datetime
    ends_at: datetime
    a: str
    b: str | None
    state: State
    on_duty: str | None
    note: str
    actions: list[str]


class SwapOut(Answer):
    uid: str
    state: str


def line_out(line: DutyLine) -> LineOut:
    """The line as the API shows it."""
    return LineOut(
        uid=line.uid,
        version=line.version,
        name=line.name,
        unit=line.unit.uid,
        account=line.account.uid if line.account else None,
        begins=line.begins,
        ends=line.ends,
        days=Days(line.days),
        active=line.active,
    )


def shift_out(shift: DutyShift, actor: Actor) -> ShiftOut:
    """The shift as the API shows it to this actor."""
    return ShiftOut(
        uid=shift.uid,
        version=shift.version,
        line=shift.line.name,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        a=shift.a.name,
        b=shift.b.name if shift.b else None,
        state=State(shift.state),
        on_duty=shift.on_duty.name if shift.on_duty else None,
        note=shift.note,
        actions=sorted(verbs_for(shift, actor)),
    )


def verbs_for(shift: DutyShift, actor: Actor) -> set[str]:
    """What this person may do with a shift: by their seat, or by arranging its line."""
    seat = shift.seat_of(actor.id)
    arranges = actor.may(May.ARRANGE, shift.line.unit_id)
    mine = {
        "check_in": seat is Seat.A,
        "take_over": seat is Seat.B,
        "hand_over": shift.stand_id == actor.id,
        "step_in": arranges and seat is None,
        "cancel": arranges,
    }
    return {move.name for move in open_moves(shift, actor) if mine.get(move.name)}
