"""Verbs on an incident's room (S43): open, grade, members, clocks, closing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Duplicate, Forbidden, NotFound, WrongState
from kitchen.core.workflow import carry_out, expect_version
from kitchen.opinion import settings
from kitchen.opinion.events import IncidentOpened, MemberJoined, RoomChanged
from kitchen.opinion.models import EarlySign, Item, RumourCase
from kitchen.opinion.room_models import Clock, IncidentRoom, Member
from kitchen.opinion.rules import (
    RUNNING,
    ClockName,
    Grade,
    Incident,
    May,
    Office,
    Parameters,
    Step,
    Task,
    clocks_for,
    warns_at,
)
from kitchen.opinion.steps import note
from kitchen.people.models import Staff
from kitchen.people.queries import desk_for

MARK = "【演练】"
"""Stands before the title of a drill, and so wherever the title stands."""


def open_room(
    session: Session,
    actor: Actor,
    *,
    title: str,
    grade: Grade,
    body: str = "",
    place: str = "",
    office: Office = Office.CENTRE,
    sign: EarlySign | None = None,
    drill: bool = False,
    speed: int = 1,
) -> IncidentRoom:
    """Open a room: its clocks begin, and whoever opens it sits in it.

    ``speed``: how many minutes of a drill pass in one of the clock.
    """
    authorize(actor, May.HANDLE)
    room = IncidentRoom(
        title=f"{MARK}{title}" if drill else title,
        body=body,
        place=place,
        grade=grade,
        drill=drill,
        unit_id=desk_for(session, actor.unit_id),
        opened_by_id=actor.id,
        created_at=clock.now(session),
        members=[],
        lines=[],
        tasks=[],
        clocks=[],
    )
    session.add(room)
    session.flush()
    _set_clocks(session, room, speed)
    _seat(session, room, actor.id, office)
    note(session, room, Step.OPENED, actor=actor)
    if sign is not None:
        _take_sign(session, actor, room, sign)
    told = {"title": room.title, "grade": str(grade), "drill": drill}
    audit.record(session, actor, "open_incident", room, after=told)
    bus.emit(session, IncidentOpened(room.id))
    return room


def _take_sign(session: Session, actor: Actor, room: IncidentRoom, sign: EarlySign) -> None:
    if room.drill:
        raise WrongState(N_("演练房间里不能放真实的内容。"))
    if sign.incident_id is not None:
        raise Duplicate(N_("这条苗头已经有事件房间了。"))
    sign.incident_id = room.id
    note(session, room, Step.ATTACHED, sign.title, actor=actor, link=f"/opinion/signs/{sign.uid}")
    note(session, sign, Step.ATTACHED, room.title, actor=actor, link=f"/events/{room.uid}")


def _set_clocks(session: Session, room: IncidentRoom, speed: int = 1) -> None:
    """Clocks as the grade wants them, from the opening; those that were stopped stay."""
    held = settings.parameters(session)
    wanted = clocks_for(Grade(room.grade), held)
    for each in list(room.clocks):
        if each.name not in wanted and each.done_at is None:
            room.clocks.remove(each)
            session.delete(each)
    session.flush()
    known = {each.name for each in room.clocks}
    for name, span in wanted.items():
        if name not in known:
            room.clocks.append(_clock(room, name, span / speed, held))
    session.flush()


def _clock(room: IncidentRoom, name: ClockName, span: timedelta, held: Parameters) -> Clock:
    due = room.created_at + span
    reached = {ClockName.PRESS: room.press_at}.get(name, room.answered_at)
    return Clock(
        name=name,
        due_at=due,
        done_at=reached,
        call_at=None if reached else warns_at(room.created_at, due, held),
    )


def stop_clocks(room: IncidentRoom, at: datetime, *names: ClockName) -> None:
    """What these clocks waited for has happened."""
    for each in room.clocks:
        if each.name in names and each.done_at is None:
            each.done_at, each.call_at = at, None


def set_grade(
    session: Session, actor: Actor, room: IncidentRoom, grade: Grade, seen: int | None, why: str
) -> None:
    """Grade it anew; clocks follow the grade and keep running from the opening."""
    authorize(actor, May.HANDLE, room)
    demand_running(room)
    expect_version(room, seen, {"grade": str(room.grade)})
    before, room.grade = room.grade, grade
    session.flush()
    _set_clocks(session, room)
    note(session, room, Step.GRADED, why, value=grade, actor=actor)
    told = {"grade": str(grade)}
    audit.record(
        session, actor, "grade_incident", room, before={"grade": before}, after=told, note=why
    )
    changed(session, room)


def invite(
    session: Session, actor: Actor, room: IncidentRoom, staff: Staff, office: Office
) -> None:
    """Have somebody sit in the room in an office's name. Raises :class:`Duplicate`."""
    authorize(actor, May.HANDLE, room)
    demand_running(room)
    _seat(session, room, staff.id, office)
    note(session, room, Step.JOINED, staff.name, value=office, actor=actor)
    told = {"staff": staff.name, "office": str(office)}
    audit.record(session, actor, "invite_member", room, after=told)
    bus.emit(session, MemberJoined(room.id, staff.id))
    changed(session, room)


def _seat(session: Session, room: IncidentRoom, staff_id: int | None, office: Office) -> None:
    assert staff_id is not None
    if any(each.staff_id == staff_id and each.office == office for each in room.members):
        raise Duplicate(N_("这个人已经在房间里了。"))
    now = clock.now(session)
    room.members.append(Member(staff_id=staff_id, office=office, joined_at=now))
    session.flush()
    session.refresh(room, ["members"])


def dismiss(session: Session, actor: Actor, room: IncidentRoom, member_id: int) -> None:
    """Somebody leaves the room; what they wrote stays. The last one stays as well."""
    authorize(actor, May.HANDLE, room)
    member = next((each for each in room.members if each.id == member_id), None)
    if member is None:
        raise NotFound
    if len(room.members) == 1:
        raise WrongState(N_("房间里至少要留一个人。"))
    room.members.remove(member)
    session.delete(member)
    note(session, room, Step.LEFT, member.staff.name, actor=actor)
    audit.record(session, actor, "dismiss_member", room, before={"staff": member.staff.name})
    changed(session, room)


def say(session: Session, actor: Actor, room: IncidentRoom, words: str) -> None:
    """Put something on the timeline."""
    demand_seat(actor, room)
    demand_running(room)
    note(session, room, Step.NOTED, words, actor=actor)
    audit.record(session, actor, "note_incident", room, note=words)
    changed(session, room)


def hold_press(session: Session, actor: Actor, room: IncidentRoom, words: str) -> None:
    """The press was met: its clock stops. Raises :class:`WrongState` the second time."""
    authorize(actor, May.HANDLE, room)
    demand_running(room)
    if room.press_at is not None:
        raise WrongState(N_("已经记过新闻发布会了。"))
    room.press_at = clock.now(session)
    stop_clocks(room, room.press_at, ClockName.PRESS)
    note(session, room, Step.PRESS, words, actor=actor)
    audit.record(session, actor, "hold_press", room, note=words)
    changed(session, room)


def close(session: Session, actor: Actor, room: IncidentRoom, words: str) -> None:
    """The incident is over. Raises :class:`WrongState` while something is still to be done."""
    if actor is not HOUSE and any(each.state == Task.OPEN for each in room.tasks):
        raise WrongState(N_("还有没办完的任务，请先办完或取消。"))
    now = clock.now(session)
    carry_out(
        session,
        room,
        "close",
        actor,
        note=words,
        changes={"outcome": words, "closed_at": now},
        event=RoomChanged(room.id),
    )
    for each in room.clocks:
        each.call_at = None
    note(session, room, Step.CLOSED, words, actor=actor)


def reopen(session: Session, actor: Actor, room: IncidentRoom, reason: str) -> None:
    """It flares up again; its clocks began with its opening. A drill is played anew instead."""
    if room.drill:
        raise WrongState(N_("演练请重新开始一次。"))
    changes: Mapping[str, object] = {"outcome": "", "closed_at": None}
    event = RoomChanged(room.id)
    carry_out(session, room, "reopen", actor, note=reason, changes=changes, event=event)
    note(session, room, Step.REOPENED, reason, actor=actor)


def attach(session: Session, actor: Actor, room: IncidentRoom, what: Item | RumourCase) -> None:
    """Let an item or a rumour belong to the incident; an item is then kept."""
    authorize(actor, May.HANDLE, room)
    demand_running(room)
    if room.drill:
        raise WrongState(N_("演练房间里不能放真实的内容。"))
    what.incident_id = room.id
    title = what.title if isinstance(what, RumourCase) else what.text[:60]
    link = f"/opinion/rumours/{what.uid}" if isinstance(what, RumourCase) else what.link
    note(session, room, Step.ATTACHED, title, actor=actor, link=link)
    audit.record(session, actor, "attach_to_incident", room, after={"what": what.uid})
    changed(session, room)


def demand_seat(actor: Actor, room: IncidentRoom) -> None:
    """Refuse whoever neither sits in the room nor runs it."""
    if not room.offices_of(actor.id) and not actor.may(May.HANDLE, room.unit_id):
        raise Forbidden(N_("只有房间里的人能写。"))


def demand_running(room: IncidentRoom) -> None:
    """Refuse what would change a closed incident."""
    if Incident(room.state) not in RUNNING:
        raise WrongState(N_("事件已经归档，要继续请先重新打开。"))


def changed(session: Session, room: IncidentRoom) -> None:
    """Let open pages fetch the room anew."""
    session.flush()
    bus.emit(session, RoomChanged(room.id))
