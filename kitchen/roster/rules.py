"""Rules of duty (S24, AB 角值班): how a shift lives, who stands now, where the roster has holes.

A 角 checks in and stands; if A does not, B 角 is called and is the one on duty from that moment; if
B does not answer either, the chief is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from kitchen.core.states import Machine, move
from kitchen.core.workdays import Workdays


class May(StrEnum):
    """Permissions of this station. Arranging holds over the line's unit."""

    READ = "roster.read"
    STAND = "roster.stand"
    """Stand on duty where one is written down for it."""
    ARRANGE = "roster.arrange"
    """Make lines and shifts, and step in where nobody stands."""
    HOUSE = "roster.house"
    """Held by nobody: these moves are the house's own."""


class Seat(StrEnum):
    """The two people of a shift."""

    A = "a"
    B = "b"


class State(StrEnum):
    PLANNED = "planned"
    ON = "on"
    """A stands."""
    CALLED = "called"
    """A did not check in: B is on duty, and has been told so."""
    COVERED = "covered"
    """B, or whoever stepped in, stands."""
    SILENT = "silent"
    """Neither answered: the chief is on duty until somebody stands."""
    HANDED = "handed"
    LAPSED = "lapsed"
    """It ended without a hand-over."""
    CANCELLED = "cancelled"


_OPEN = {State.PLANNED, State.CALLED, State.SILENT}
_UNDER_WAY = {State.ON, State.COVERED}
MACHINE = Machine(
    State,
    State.PLANNED,
    move("check_in", _OPEN, State.ON, May.STAND, "签到上岗"),
    move("take_over", _OPEN | {State.ON}, State.COVERED, May.STAND, "接替值班"),
    move("step_in", {State.CALLED, State.SILENT}, State.COVERED, May.ARRANGE, "我来顶班"),
    move("hand_over", _UNDER_WAY, State.HANDED, May.STAND, "交班", needs_reason=True),
    move("call_b", {State.PLANNED}, State.CALLED, May.HOUSE, "叫 B 角"),
    move("sound", {State.PLANNED, State.CALLED}, State.SILENT, May.HOUSE, "两人都没有应答"),
    move("lapse", _OPEN | _UNDER_WAY, State.LAPSED, May.HOUSE, "到点没有交班"),
    move("cancel", {State.PLANNED}, State.CANCELLED, May.ARRANGE, "取消这一班"),
)
STANDING = frozenset({State.PLANNED, State.ON, State.CALLED, State.COVERED, State.SILENT})
"""States in which a shift that runs now has somebody on duty."""
COUNTS = frozenset(State) - {State.CANCELLED}
"""States in which a shift fills its hours of the roster."""


class SwapState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


SWAP = Machine(
    SwapState,
    SwapState.ASKED,
    move("agree", {SwapState.ASKED}, SwapState.AGREED, May.STAND, "同意换班"),
    move("refuse", {SwapState.ASKED}, SwapState.REFUSED, May.STAND, "不换"),
    move("withdraw", {SwapState.ASKED}, SwapState.WITHDRAWN, May.STAND, "撤回"),
)


class Days(StrEnum):
    """On which days a line is kept."""

    EVERY = "every"
    WORKING = "working"
    FREE = "free"
    """Weekends and public holidays."""


GRACE_A, GRACE_B = timedelta(minutes=15), timedelta(minutes=15)
"""How long A, and then B, may leave a call unanswered, until the centre says otherwise."""
AHEAD = timedelta(days=7)
"""How far ahead holes of the roster are told."""
EARLY = timedelta(minutes=60)
"""How long before its beginning one may check in."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From ``since`` until just before ``until``."""

    since: datetime
    until: datetime

    def meets(self, other: Span) -> bool:
        return self.since < other.until and other.since < self.until


def span_of(day: date, begins: time, ends: time, zone: tzinfo) -> Span:
    """The hours of a day that a line is kept; over midnight if ``ends`` is not the later one."""
    since, until = (datetime.combine(day, each, zone) for each in (begins, ends))
    return Span(since, until if until > since else until + timedelta(days=1))


def is_kept(days: Days, day: date, calendar: Workdays) -> bool:
    """Whether a line is kept on that day."""
    return days is Days.EVERY or (days is Days.WORKING) == calendar.is_working(day)


def holes(wanted: Iterable[Span], shifts: Sequence[Span]) -> Iterator[Span]:
    """What of the wanted hours no shift fills, in order."""
    filled = sorted(shifts)
    for span in wanted:
        since = span.since
        for shift in filled:
            if shift.until <= since or shift.since >= span.until:
                continue
            if shift.since > since:
                yield Span(since, shift.since)
            since = max(since, shift.until)
        if since < span.until:
            yield Span(since, span.until)


@dataclass(frozen=True, slots=True)
class Graces:
    """How long A and B may be silent."""

    a: timedelta = GRACE_A
    b: timedelta = GRACE_B


def next_move(
    state: State,
    span: Span,
    now: datetime,
    *,
    called_at: datetime | None,
    has_b: bool,
    graces: Graces,
) -> str | None:
    """The move that the house makes on a shift now, if any."""
    if state in MACHINE.moves["lapse"].sources and now >= span.until:
        return "lapse"
    if state is State.PLANNED and now >= span.since + graces.a:
        return "call_b" if has_b else "sound"
    if state is State.CALLED and called_at is not None and now >= called_at + graces.b:
        return "sound"
    return None
