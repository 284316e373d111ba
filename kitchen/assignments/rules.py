"""Rules of assignments (S61, S62)."""

from __future__ import annotations

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


MACHINE = Machine(
    State,
    State.DRAFTED,
    move(
        "dispatch",
        {State.DRAFTED, State.DECLINED, State.DISPATCHED},
        State.DISPATCHED,
        May.DISPATCH,
        "派发",
    ),
    move("accept", {State.DISPATCHED}, State.ACCEPTED, May.TAKE_PART, "接受"),
    move("decline", {State.DISPATCHED}, State.DECLINED, May.TAKE_PART, "不能去", needs_reason=True),
    move("begin", {State.ACCEPTED}, State.UNDER_WAY, May.TAKE_PART, "出发"),
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


class Kind(StrEnum):
    """What a message in the thread is."""

    MESSAGE = "message"
    REQUEST = "request"
    MATERIAL = "material"
