"""Who hears of public opinion: the chain, a room's members, whoever decides, keepers of lists."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from kitchen.core.errors import N_
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.opinion import settings
from kitchen.opinion.events import (
    ClockCalled,
    IncidentOpened,
    LineDecided,
    LineDrafted,
    ListMet,
    MemberJoined,
    RumourMoved,
    SignMoved,
    SignReported,
    SignUnheard,
    TaskLate,
    TaskSet,
)
from kitchen.opinion.models import EarlySign, RumourCase, Watchlist
from kitchen.opinion.room_models import AgreedLine, Clock, IncidentRoom, RoomTask
from kitchen.opinion.rules import Grade, Line
from kitchen.people.queries import staff_over, staff_with_role

DECIDERS = ("deputy", "head", "leader")
RUNNERS = ("duty", "chief", "cyberspace")


def sign_reported(session: Session, event: SignReported) -> None:
    """The first of the chain hear of it; of a grave one at once, at any hour."""
    _call(session, session.get_one(EarlySign, event.sign_id), 0)


def sign_unheard(session: Session, event: SignUnheard) -> None:
    """Nobody took it up in time: the next of the chain."""
    _call(session, session.get_one(EarlySign, event.sign_id), event.step)


REPORTED = N_("舆情苗头：“%(title)s”，请签收。")
UNHEARD = N_("舆情苗头没人签收：“%(title)s”，请您处理。")


def _call(session: Session, sign: EarlySign, step: int) -> None:
    steps = settings.chain(session)
    urgent = step > 0 or sign.grade == Grade.MAJOR
    tell(
        session,
        _over(session, sign.unit_id, *steps[step]) if step < len(steps) else [],
        UNHEARD if step else REPORTED,
        f"/opinion/signs/{sign.uid}",
        kind=Kind.INCIDENT if urgent else Kind.OPINION,
        unit_id=sign.unit_id,
        title=sign.title,
    )


MOVES = {
    "acknowledge": N_("您报的苗头“%(title)s”已签收。"),
    "act": N_("您报的苗头“%(title)s”正在处置：%(words)s"),
    "close": N_("您报的苗头“%(title)s”已办结。"),
}


def sign_moved(session: Session, event: SignMoved) -> None:
    """Whoever reported it hears what becomes of it."""
    sign = session.get_one(EarlySign, event.sign_id)
    if event.name in MOVES:
        told: dict[str, Any] = {"title": sign.title, "words": sign.action}
        url = f"/opinion/signs/{sign.uid}"
        tell(session, [sign.reporter_id], MOVES[event.name], url, kind=Kind.OPINION, **told)


RUMOURS = {
    "enter": (RUNNERS, N_("新的待核实传言：“%(title)s”")),
    "judge": (RUNNERS, N_("传言有了结论：“%(title)s”，请按结论处理。")),
    "speak": ((*RUNNERS, *DECIDERS), N_("澄清已发布：“%(title)s”，请看传播情况。")),
}


def rumour_moved(session: Session, event: RumourMoved) -> None:
    """Those who work on it hear of each step that hands it on."""
    rumour = session.get_one(RumourCase, event.rumour_id)
    if event.name not in RUMOURS:
        return
    roles, text = RUMOURS[event.name]
    heard = _over(session, rumour.unit_id, *roles)
    url = f"/opinion/rumours/{rumour.uid}"
    tell(session, heard, text, url, kind=Kind.OPINION, unit_id=rumour.unit_id, title=rumour.title)


def incident_opened(session: Session, event: IncidentOpened) -> None:
    """Those who run rooms and those who decide; of a drill only who opened it knows already."""
    room = session.get_one(IncidentRoom, event.incident_id)
    if room.drill:
        return
    kind = Kind.INCIDENT if room.grade == Grade.MAJOR else Kind.OPINION
    heard = _over(session, room.unit_id, *RUNNERS, *DECIDERS)
    _tell(session, room, heard, N_("舆情事件已建房间：“%(title)s”"), kind)


def member_joined(session: Session, event: MemberJoined) -> None:
    room = session.get_one(IncidentRoom, event.incident_id)
    _tell(session, room, [event.staff_id], N_("请您参加研判：“%(title)s”"))


def line_drafted(session: Session, event: LineDrafted) -> None:
    """Whoever may decide hears that a line waits; in a drill those who sit there."""
    line = session.get_one(AgreedLine, event.line_id)
    room = line.incident
    members = [each.staff_id for each in room.members]
    heard = members if room.drill else _over(session, room.unit_id, *DECIDERS)
    others = [each for each in heard if each != line.drafted_by_id]
    _tell(session, room, others, N_("口径待审定：“%(title)s”"))


LINES = {
    Line.APPROVED: N_("口径已审定：“%(title)s”，请按它说。"),
    Line.RETURNED: N_("口径退回：“%(title)s”：%(reason)s"),
}


def line_decided(session: Session, event: LineDecided) -> None:
    """Everybody in the room says the same from now on."""
    line = session.get_one(AgreedLine, event.line_id)
    room, text = line.incident, LINES[Line(line.state)]
    _tell(session, room, [each.staff_id for each in room.members], text, reason=line.reason)


def task_set(session: Session, event: TaskSet) -> None:
    task = session.get_one(RoomTask, event.task_id)
    text = N_("“%(title)s”派给您：%(words)s")
    _tell(session, task.incident, [task.owner_id], text, words=task.words)


def task_late(session: Session, event: TaskLate) -> None:
    """Its owner hears of it, and who opened the room."""
    task = session.get_one(RoomTask, event.task_id)
    text = N_("“%(title)s”的任务已超时：%(words)s")
    heard = [task.owner_id, task.incident.opened_by_id]
    _tell(session, task.incident, heard, text, words=task.words)


CLOCKS = {
    False: N_("时限快到：“%(title)s”还没有按时发声。"),
    True: N_("时限已过：“%(title)s”还没有发声，请马上处理。"),
}


def clock_called(session: Session, event: ClockCalled) -> None:
    """Everybody in the room; once it is over, those who decide as well."""
    room = session.get_one(Clock, event.clock_id).incident
    heard = [each.staff_id for each in room.members]
    if event.late and not room.drill:
        heard += _over(session, room.unit_id, *DECIDERS)
    kind = Kind.INCIDENT if event.late and not room.drill else Kind.OPINION
    _tell(session, room, heard, CLOCKS[event.late], kind)


LISTS = {
    False: N_("监测词“%(title)s”有新内容。"),
    True: N_("监测词“%(title)s”今天明显变多：%(count)s 条。"),
}


def list_met(session: Session, event: ListMet) -> None:
    """Whoever keeps the list."""
    found = session.get_one(Watchlist, event.watchlist_id)
    url = f"/opinion?watchlist={found.uid}"
    told: dict[str, Any] = {"title": found.name, "count": event.count}
    tell(session, [found.owner_id], LISTS[event.rise], url, kind=Kind.OPINION, **told)


def _over(session: Session, unit_id: int | None, *roles: str) -> list[int]:
    if unit_id is None:
        return [staff.id for staff in staff_with_role(session, *roles)]
    return [staff.id for staff in staff_over(session, unit_id, *roles)]


def _tell(
    session: Session,
    room: IncidentRoom,
    heard: list[Any],
    text: str,
    kind: Kind = Kind.OPINION,
    **more: Any,
) -> None:
    url = f"/events/{room.uid}"
    tell(session, heard, text, url, kind=kind, unit_id=room.unit_id, title=room.title, **more)
