"""Rules of assignments (S61, S62): the task, the kit that goes with it, and what clashes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station."""

    READ = "assignments.read"
    DISPATCH = "assignments.dispatch"
    TAKE_PART = "assignments.take_part"


class State(StrEnum):
    DRAFTED = "drafted"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNDER_WAY = "under_way"
    DONE = "done"
    CANCELLED = "cancelled"


RUNNING = (State.DISPATCHED, State.ACCEPTED, State.UNDER_WAY)

MACHINE = Machine(
    State,
    State.DRAFTED,
    move(
        "dispatch",
        {State.DRAFTED, State.DECLINED, *RUNNING},
        None,
        May.DISPATCH,
        "派发",
        targets=RUNNING,
    ),
    move("accept", RUNNING, None, May.TAKE_PART, "接受", targets=RUNNING),
    move(
        "decline",
        RUNNING,
        None,
        May.TAKE_PART,
        "不能去",
        needs_reason=True,
        targets={State.DECLINED, *RUNNING},
    ),
    move("begin", {State.ACCEPTED}, State.UNDER_WAY, May.TAKE_PART, "出发"),
    move("replan", RUNNING, None, May.DISPATCH, "改时间或换人", targets=RUNNING),
    move("finish", {State.ACCEPTED, State.UNDER_WAY}, State.DONE, May.TAKE_PART, "完成"),
    move(
        "cancel",
        {State.DRAFTED, State.DISPATCHED, State.ACCEPTED, State.DECLINED, State.UNDER_WAY},
        State.CANCELLED,
        May.DISPATCH,
        "取消",
        needs_reason=True,
    ),
)


class Role(StrEnum):
    """What someone does on an assignment."""

    TEXT = "text"
    PHOTO = "photo"
    VIDEO = "video"
    LIVE = "live"
    DRIVER = "driver"


class Answer(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


def standing(answers: Collection[Answer], *, out: bool) -> State:
    """Where a crew's answers leave its task; ``out`` once somebody who goes has set out."""
    if out:
        return State.UNDER_WAY
    if Answer.ASKED in answers:
        return State.DISPATCHED
    return State.ACCEPTED if Answer.ACCEPTED in answers else State.DECLINED


class Kind(StrEnum):
    """What a message in the thread is."""

    MESSAGE = "message"
    REQUEST = "request"
    MATERIAL = "material"


class GearKind(StrEnum):
    """What can be booked for a task."""

    CAMERA = "camera"
    VIDEO = "video"
    SOUND = "sound"
    DRONE = "drone"
    LIVE = "live"
    VEHICLE = "vehicle"
    OTHER = "other"


class GearState(StrEnum):
    IN = "in"
    OUT = "out"
    REPAIR = "repair"
    RETIRED = "retired"


GEAR = Machine(
    GearState,
    GearState.IN,
    move("hand_out", {GearState.IN}, GearState.OUT, May.DISPATCH, "领出"),
    move("take_back", {GearState.OUT}, GearState.IN, May.DISPATCH, "归还"),
    move("send_to_repair", {GearState.IN, GearState.OUT}, GearState.REPAIR, May.DISPATCH, "送修"),
    move("repaired", {GearState.REPAIR}, GearState.IN, May.DISPATCH, "修好了"),
    move(
        "retire",
        {GearState.IN, GearState.REPAIR},
        GearState.RETIRED,
        May.DISPATCH,
        "停用",
        needs_reason=True,
    ),
)
BOOKABLE = (GearState.IN, GearState.OUT)


class Claim(StrEnum):
    """What takes a person's time besides tasks."""

    LEAVE = "leave"
    SICK = "sick"
    AWAY = "away"
    DUTY = "duty"


class Step(StrEnum):
    """How far somebody out there has come, in their own words: one press, one moment."""

    LEFT = "left"
    ARRIVED = "arrived"
    SENT_IN = "sent_in"


class ClashKind(StrEnum):
    OVERLAP = "overlap"
    """Both at the same time."""
    TRAVEL = "travel"
    """One after the other, at two places, with less time between them than the way takes."""


@dataclass(frozen=True, slots=True)
class Span:
    """When and where somebody or something is wanted; an unknown place is near everywhere."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""


TRAVEL = timedelta(minutes=30)
"""What the way between two places takes, until the newsroom says otherwise."""
LATE = timedelta(minutes=10)
"""How long after its start a task that nobody has set out for is called late."""


def clash_of(one: Span, other: Span, travel: timedelta) -> ClashKind | None:
    """Why the same person, or the same vehicle, cannot serve both; ``None`` if they can."""
    if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
        return ClashKind.OVERLAP
    gap = max(one.starts_at - other.ends_at, other.starts_at - one.ends_at)
    elsewhere = bool(one.place and other.place) and one.place != other.place
    return ClashKind.TRAVEL if elsewhere and gap < travel else None
