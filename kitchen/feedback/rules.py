"""Rules of the inbox (S25, S27): how a voice and its reply live, and when an answer is due.

"24 小时回复公众留言" can be read in two ways: within 24 hours of the calendar, or within 24 working
hours. Which one holds is a setting of the centre, and so are the hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from kitchen.core.states import Machine, move
from kitchen.core.workdays import Workdays


class May(StrEnum):
    """Permissions of this station. All but reading hold over the account's unit."""

    READ = "feedback.read"
    HANDLE = "feedback.handle"
    """Assign voices, draft replies, merge, close."""
    REVIEW = "feedback.review"
    """Pass somebody else's reply, or return it."""
    ARRANGE = "feedback.arrange"
    """The clock, the words of saved replies, the looks at what is watched."""
    HOUSE = "feedback.house"
    """Held by nobody: these moves are the house's own."""


class Kind(StrEnum):
    """How somebody wrote to us."""

    COMMENT = "comment"
    FOLLOW = "follow"
    """They answer somebody under a post of ours (跟帖)."""
    LETTER = "letter"
    """Privately, to the account (私信)."""


class State(StrEnum):
    NEW = "new"
    ASSIGNED = "assigned"
    REVIEWING = "reviewing"
    SENDING = "sending"
    """Its reply was passed, and is on its way or unclear."""
    REPLIED = "replied"
    CLOSED = "closed"
    MERGED = "merged"
    GONE = "gone"
    """Whoever wrote it, or the platform, took it away before we had answered."""


_OPEN = {State.NEW, State.ASSIGNED}
MACHINE = Machine(
    State,
    State.NEW,
    move("assign", _OPEN, State.ASSIGNED, May.HANDLE, "分派"),
    move("submit", _OPEN, State.REVIEWING, May.HANDLE, "送审"),
    move("return", {State.REVIEWING}, State.ASSIGNED, May.REVIEW, "退回", needs_reason=True),
    move("pass", {State.REVIEWING}, State.SENDING, May.REVIEW, "通过并发送"),
    move("send_along", {State.MERGED}, State.SENDING, May.REVIEW, "一并回复"),
    move("take_back", {State.REVIEWING}, State.ASSIGNED, May.HANDLE, "撤回再改"),
    move("close", _OPEN, State.CLOSED, May.HANDLE, "不用回复", needs_reason=True),
    move("merge", _OPEN, State.MERGED, May.HANDLE, "合并"),
    move("reopen", {State.CLOSED, State.MERGED}, State.NEW, May.HANDLE, "重新办理"),
    move("answer_there", _OPEN, State.REPLIED, May.HOUSE, "已在平台上回复"),
    move("arrive", {State.SENDING}, State.REPLIED, May.HOUSE, "已送达"),
    move("fail", {State.SENDING}, State.ASSIGNED, May.HOUSE, "没有发出去"),
    move(
        "vanish",
        _OPEN | {State.REVIEWING, State.SENDING, State.MERGED},
        State.GONE,
        May.HOUSE,
        "留言被删除",
    ),
    move("come_back", {State.GONE}, State.NEW, May.HOUSE, "留言又出现了"),
)
WAITING = frozenset({State.NEW, State.ASSIGNED, State.REVIEWING, State.SENDING})
"""States in which the public still waits for an answer."""


class ReplyState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    READY = "ready"
    ARMED = "armed"
    """The point of no return: from here a send may have happened."""
    SENT = "sent"
    UNKNOWN = "unknown"
    """Nobody knows whether it is out: it is looked for, and never sent again on a guess."""
    ASKING = "asking"
    """No list can tell: a person must look."""
    REFUSED = "refused"
    """Certainly not out; the platform's words say why."""
    DROPPED = "dropped"


_MENDED = {ReplyState.DRAFT, ReplyState.REFUSED, ReplyState.DROPPED}
REPLY = Machine(
    ReplyState,
    ReplyState.DRAFT,
    move("submit", _MENDED, ReplyState.IN_REVIEW, May.HANDLE, "送审"),
    move("return", {ReplyState.IN_REVIEW}, ReplyState.DRAFT, May.REVIEW, "退回", needs_reason=True),
    move("pass", {ReplyState.IN_REVIEW}, ReplyState.READY, May.REVIEW, "通过并发送"),
    move("take_back", {ReplyState.IN_REVIEW}, ReplyState.DRAFT, May.HANDLE, "撤回再改"),
    move(
        "drop",
        {ReplyState.DRAFT, ReplyState.IN_REVIEW, ReplyState.READY},
        ReplyState.DROPPED,
        May.HOUSE,
        "不发了",
    ),
    move("arm", {ReplyState.READY}, ReplyState.ARMED, May.HOUSE, "开始发送"),
    move("arrive", {ReplyState.ARMED, ReplyState.UNKNOWN}, ReplyState.SENT, May.HOUSE, "已送达"),
    move("put_off", {ReplyState.ARMED}, ReplyState.READY, May.HOUSE, "稍后再试"),
    move(
        "refuse",
        {ReplyState.ARMED, ReplyState.UNKNOWN},
        ReplyState.REFUSED,
        May.HOUSE,
        "没有发出去",
    ),
    move("lose_sight", {ReplyState.ARMED}, ReplyState.UNKNOWN, May.HOUSE, "结果不明"),
    move("prove_unsent", {ReplyState.UNKNOWN}, ReplyState.READY, May.HOUSE, "证明没有发出"),
    move("ask", {ReplyState.UNKNOWN}, ReplyState.ASKING, May.HOUSE, "请人核对"),
    move(
        "say_sent", {ReplyState.ASKING}, ReplyState.SENT, May.HANDLE, "已经发出", needs_reason=True
    ),
    move(
        "say_unsent",
        {ReplyState.ASKING},
        ReplyState.REFUSED,
        May.HANDLE,
        "没有发出",
        needs_reason=True,
    ),
)


class Reading(StrEnum):
    """How "24 小时" is read."""

    CALENDAR = "calendar"
    WORKING = "working"


LOOK_MINUTES = 5
"""How often the comments of a fresh piece are looked at; a platform may grant fewer calls."""
HOURS, WARN_AT = 24, 23
"""Until an answer is due, and until those concerned are warned (S25)."""
WORK_FROM, WORK_UNTIL = time(8, 30), time(17, 30)
HEARD_LATE = timedelta(hours=1)
"""A voice that we learn of later than this is counted from when we could know of it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When an answer is due, as the centre reads the rule."""

    reading: Reading = Reading.CALENDAR
    hours: int = HOURS
    warn_at: int = WARN_AT
    work_from: time = WORK_FROM
    work_until: time = WORK_UNTIL
    look_minutes: int = LOOK_MINUTES

    def begins(self, said_at: datetime, heard_at: datetime) -> datetime:
        """From when the hours count."""
        return said_at if heard_at - said_at <= HEARD_LATE else heard_at

    def after(self, moment: datetime, hours: int, zone: tzinfo, calendar: Workdays) -> datetime:
        """So many of the hours that count after a moment, by the calendar of working days."""
        if self.reading is Reading.CALENDAR:
            return moment + timedelta(hours=hours)
        left, at = timedelta(hours=hours), moment.astimezone(zone)
        while True:
            since, until = self._work_of(at.date(), zone)
            begin = max(at, since)
            if calendar.is_working(at.date()) and begin < until:
                if begin + left <= until:
                    return begin + left
                left -= until - begin
            at = datetime.combine(at.date() + timedelta(days=1), time(), zone)

    def _work_of(self, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
        return (
            datetime.combine(day, self.work_from, zone),
            datetime.combine(day, self.work_until, zone),
        )


class Tone(StrEnum):
    """How a message sounds: on which side more of the words stand that the centre keeps."""

    NONE = ""
    NEGATIVE = "negative"
    POSITIVE = "positive"
    MIXED = "mixed"


class Late(StrEnum):
    """How near an answer's end is, as people were told."""

    NO = "no"
    WARNED = "warned"
    OVERDUE = "overdue"


def late(now: datetime, warn_at: datetime, due_at: datetime) -> Late:
    if now >= due_at:
        return Late.OVERDUE
    return Late.WARNED if now >= warn_at else Late.NO


FRESH, RECENT, KEPT = timedelta(hours=24), timedelta(days=3), timedelta(days=30)
"""Until when a piece counts as fresh, as recent, and is listened to at all."""
PACES = {FRESH: 1, RECENT: 6, KEPT: 48}
"""Of how many such pauses one look at a piece of that age is worth."""
WHOLE_EVERY = timedelta(hours=6)
"""How often all comments of a piece are read, and not the newest alone: what was edited or taken
away is found so."""
OVERLAP = timedelta(minutes=5)
"""How far a look reaches back behind what was read before; platforms list late."""
GONE_AFTER = 2
"""Whole looks in a row that must miss a voice before it counts as taken away."""
TROUBLE = (1, 2, 5, 15, 60)
"""Minutes until the next look after so many failed ones in a row."""


def pause_at(age: timedelta, minutes: int = LOOK_MINUTES) -> timedelta | None:
    """Until the next look at a piece of this age; ``None``: it is not listened to any more."""
    paces = (pace for until, pace in PACES.items() if age <= until)
    pace = next(paces, None)
    return None if pace is None else pace * timedelta(minutes=minutes)


def pause_after(failures: int) -> timedelta:
    return timedelta(minutes=TROUBLE[min(failures, len(TROUBLE)) - 1])


ARM_LEASE = timedelta(seconds=60)
"""How long whoever armed a reply may take; then nobody knows whether it was sent."""
LOOK_EVERY = timedelta(minutes=1)
LOOKS_MOST = 10
"""Looks that may leave a reply unknown; then a person is asked."""
TRY_AGAIN = timedelta(minutes=1)
REPLY_MOST = 1000
"""Characters that are kept of a reply, whatever the platform takes."""
