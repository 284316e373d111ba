"""Rules of public opinion (S26, S28, S43, S45, S46): who may, how each lives, every term."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station."""

    FOLLOW = "opinion.follow"
    """Enter the pages; what one sees there is decided row by row."""
    READ = "opinion.read"
    REPORT = "opinion.report"
    KEEP = "opinion.keep"
    """Watch lists, and what was gathered by them."""
    HANDLE = "opinion.handle"
    DECIDE = "opinion.decide"
    """Verdicts, agreed lines, closing."""
    SET = "opinion.set"
    FOLLOW_UP = "opinion.follow_up"
    """Held by nobody: moves that follow from what happens elsewhere."""


class Grade(StrEnum):
    """How grave a matter is: 一般、较大、重大 (S26)."""

    ROUTINE = "routine"
    LARGER = "larger"
    MAJOR = "major"


class Origin(StrEnum):
    """Where a gathered item comes from."""

    VOICE = "voice"
    PETITION = "petition"
    HAND = "hand"
    DRILL = "drill"
    """Said in a drill: counted nowhere."""


class Sensitivity(StrEnum):
    """When those who keep a list hear of what it found."""

    EVERY = "every"
    RISE = "rise"
    """As soon as today has clearly more than the days before."""
    QUIET = "quiet"
    """Never; it is in the trend."""


class Sign(StrEnum):
    """How an early sign (苗头) stands."""

    REPORTED = "reported"
    ACKNOWLEDGED = "acknowledged"
    ACTING = "acting"
    CLOSED = "closed"


SIGN = Machine(
    Sign,
    Sign.REPORTED,
    move("acknowledge", {Sign.REPORTED}, Sign.ACKNOWLEDGED, May.HANDLE, "签收"),
    move(
        "act", {Sign.ACKNOWLEDGED, Sign.ACTING}, Sign.ACTING, May.HANDLE, "处置", needs_reason=True
    ),
    move(
        "close",
        {Sign.ACKNOWLEDGED, Sign.ACTING},
        Sign.CLOSED,
        May.HANDLE,
        "办结",
        needs_reason=True,
    ),
    move("reopen", {Sign.CLOSED}, Sign.ACTING, May.HANDLE, "重新办理", needs_reason=True),
)


class Rumour(StrEnum):
    """How what may be a rumour stands."""

    FOUND = "found"
    CHECKING = "checking"
    JUDGED = "judged"
    ANSWERING = "answering"
    ANSWERED = "answered"
    CLOSED = "closed"


class Verdict(StrEnum):
    FALSE = "false"
    PARTLY = "partly"
    TRUE = "true"
    UNPROVEN = "unproven"


CLARIFIED = frozenset({Verdict.FALSE, Verdict.PARTLY})
"""Only these ask for a statement."""
RUMOUR = Machine(
    Rumour,
    Rumour.FOUND,
    move("check", {Rumour.FOUND}, Rumour.CHECKING, May.HANDLE, "开始核实"),
    move("judge", {Rumour.CHECKING}, Rumour.JUDGED, May.DECIDE, "下结论"),
    move(
        "check_again",
        {Rumour.JUDGED, Rumour.ANSWERING},
        Rumour.CHECKING,
        May.DECIDE,
        "重新核实",
        needs_reason=True,
    ),
    move("answer", {Rumour.JUDGED}, Rumour.ANSWERING, May.HANDLE, "起草澄清"),
    move("speak", {Rumour.ANSWERING}, Rumour.ANSWERED, May.FOLLOW_UP, "澄清已发布"),
    move(
        "close",
        {Rumour.FOUND, Rumour.JUDGED, Rumour.ANSWERED},
        Rumour.CLOSED,
        May.HANDLE,
        "办结",
        needs_reason=True,
    ),
    move("reopen", {Rumour.CLOSED}, Rumour.CHECKING, May.HANDLE, "重新核实", needs_reason=True),
)


class Stand(StrEnum):
    """What a source says about a rumour."""

    REFUTES = "refutes"
    SUPPORTS = "supports"
    NEUTRAL = "neutral"


class Incident(StrEnum):
    """How an incident stands: 研判、口径、发声、归档."""

    OPEN = "open"
    AGREED = "agreed"
    ANSWERED = "answered"
    CLOSED = "closed"


INCIDENT = Machine(
    Incident,
    Incident.OPEN,
    move("agree", {Incident.OPEN}, Incident.AGREED, May.FOLLOW_UP, "口径已定"),
    move("answer", {Incident.OPEN, Incident.AGREED}, Incident.ANSWERED, May.FOLLOW_UP, "已发声"),
    move(
        "close",
        {Incident.OPEN, Incident.AGREED, Incident.ANSWERED},
        Incident.CLOSED,
        May.DECIDE,
        "归档",
        needs_reason=True,
    ),
    move("reopen", {Incident.CLOSED}, Incident.OPEN, May.DECIDE, "重新打开", needs_reason=True),
)
RUNNING = frozenset({Incident.OPEN, Incident.AGREED, Incident.ANSWERED})


class Office(StrEnum):
    """In whose name somebody sits in a room (S43: 宣传、网信、公安, and who answers for it)."""

    PUBLICITY = "publicity"
    CYBERSPACE = "cyberspace"
    POLICE = "police"
    RESPONSIBLE = "responsible"
    CENTRE = "centre"


class Line(StrEnum):
    """How a version of the agreed line (口径) stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETURNED = "returned"
    REPLACED = "replaced"


LINE = Machine(
    Line,
    Line.DRAFT,
    move("approve", {Line.DRAFT}, Line.APPROVED, May.DECIDE, "同意口径"),
    move("return", {Line.DRAFT}, Line.RETURNED, May.DECIDE, "退回口径", needs_reason=True),
    move("replace", {Line.DRAFT, Line.APPROVED}, Line.REPLACED, May.FOLLOW_UP, "被新口径取代"),
)


class Task(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


TASK = Machine(
    Task,
    Task.OPEN,
    move("finish", {Task.OPEN}, Task.DONE, May.FOLLOW, "完成"),
    move("drop", {Task.OPEN}, Task.DROPPED, May.HANDLE, "取消", needs_reason=True),
)


class Run(StrEnum):
    """How one playing of a drill stands."""

    RUNNING = "running"
    PAUSED = "paused"
    PLAYED = "played"
    RESET = "reset"


DRILL = Machine(
    Run,
    Run.RUNNING,
    move("pause", {Run.RUNNING}, Run.PAUSED, May.HANDLE, "暂停"),
    move("go_on", {Run.PAUSED}, Run.RUNNING, May.HANDLE, "继续"),
    move("end", {Run.RUNNING}, Run.PLAYED, May.FOLLOW_UP, "放完"),
    move("reset", {Run.RUNNING, Run.PAUSED, Run.PLAYED}, Run.RESET, May.HANDLE, "重置"),
)
SPEEDS = (1, 10, 60, 600)
"""Minutes of the case for one minute of the clock."""


class Step(StrEnum):
    """What happened in a room, or to a sign or a rumour."""

    OPENED = "opened"
    GRADED = "graded"
    JOINED = "joined"
    LEFT = "left"
    ASSESSED = "assessed"
    DRAFTED = "drafted"
    AGREED = "agreed"
    RETURNED = "returned"
    TASK_SET = "task_set"
    TASK_DONE = "task_done"
    TASK_DROPPED = "task_dropped"
    STATEMENT = "statement"
    SPOKE = "spoke"
    PRESS = "press"
    MEASURED = "measured"
    LATE = "late"
    NOTED = "noted"
    INJECT = "inject"
    ATTACHED = "attached"
    CLOSED = "closed"
    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"
    ACTED = "acted"
    ESCALATED = "escalated"
    CHECKED = "checked"
    SOURCE = "source"
    JUDGED = "judged"


class ClockName(StrEnum):
    """The clocks that run from an incident's opening (national rules of 2016: 5, 24, 48 hours)."""

    FIRST = "first"
    """权威信息: only where it is major."""
    PRESS = "press"
    """新闻发布会: only where it is major."""
    REPLY = "reply"
    """回应: every incident."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Every term and limit; the desk may change each."""

    first_hours: int = 5
    press_hours: int = 24
    reply_hours: int = 48
    warn_percent: int = 80
    """Of a clock that must have passed until people are warned."""
    routine_minutes: int = 60
    """Within which somebody must acknowledge a sign of this grade; then the next of the chain."""
    larger_minutes: int = 30
    major_minutes: int = 15
    keep_days: int = 90
    """After which gathered items are deleted that belong to nothing."""
    rise_least: int = 5
    """Below so many of a day no rise is told."""
    rise_times: int = 3
    """So many times the usual is a rise."""
    around_hours: int = 24
    """Hours before and after a statement whose volumes are compared (S46)."""


USUAL_BOUNDS = (1, 1000)
BOUNDS: Mapping[str, tuple[int, int]] = {
    "warn_percent": (1, 99),
    "keep_days": (1, 3650),
    "routine_minutes": (1, 10_080),
    "larger_minutes": (1, 10_080),
    "major_minutes": (1, 10_080),
    "rise_times": (1, 100),
    "around_hours": (1, 720),
}
NAMES = tuple(each.name for each in fields(Parameters))
CHAIN = ("duty,chief", "deputy", "head", "leader")
"""Who hears of a sign, step by step, until somebody acknowledges it: roles."""
CHAIN_MOST = 6


def bounds_of(name: str) -> tuple[int, int]:
    """The least and the largest that a parameter may be."""
    return BOUNDS.get(name, USUAL_BOUNDS)


def minutes_for(grade: Grade, set_to: Parameters) -> int:
    """Within how many minutes a sign must be acknowledged."""
    return int(getattr(set_to, f"{grade}_minutes"))


def clocks_for(grade: Grade, set_to: Parameters) -> dict[ClockName, timedelta]:
    """Which clocks run for a matter of this grade, and how long."""
    running = {ClockName.REPLY: timedelta(hours=set_to.reply_hours)}
    if grade == Grade.MAJOR:
        running[ClockName.FIRST] = timedelta(hours=set_to.first_hours)
        running[ClockName.PRESS] = timedelta(hours=set_to.press_hours)
    return running


def warns_at(began: datetime, due: datetime, set_to: Parameters) -> datetime:
    """When people are warned that a clock runs out."""
    return began + (due - began) * set_to.warn_percent / 100


def rises(today: int, usual: float, set_to: Parameters) -> bool:
    """Whether today has clearly more than the days before."""
    return today >= set_to.rise_least and today >= set_to.rise_times * usual
