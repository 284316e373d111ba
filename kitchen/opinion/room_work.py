"""What is done in a room: assessments side by side, the agreed line, tasks, measures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, Stale
from kitchen.core.workflow import carry_out
from kitchen.opinion.events import LineDecided, LineDrafted, RoomChanged, TaskSet
from kitchen.opinion.models import Measure, RumourCase
from kitchen.opinion.room_models import AgreedLine, Assessment, IncidentRoom, RoomTask
from kitchen.opinion.rooms import changed, demand_running, demand_seat
from kitchen.opinion.rules import Grade, Incident, Line, May, Office, Step
from kitchen.opinion.steps import note
from kitchen.people.models import Staff


def assess(
    session: Session, actor: Actor, room: IncidentRoom, office: Office, grade: Grade, words: str
) -> Assessment:
    """Write how an office sees it; only who sits there in its name may, and nothing is replaced."""
    demand_running(room)
    if office not in room.offices_of(actor.id):
        raise Forbidden(N_("只能以自己所代表的单位写研判意见。"))
    assert actor.id is not None
    last = session.scalar(
        select(func.max(Assessment.number)).where(
            Assessment.incident_id == room.id, Assessment.office == office
        )
    )
    made = Assessment(
        incident_id=room.id,
        office=office,
        number=(last or 0) + 1,
        at=clock.now(session),
        staff_id=actor.id,
        grade=grade,
        words=words,
    )
    session.add(made)
    note(session, room, Step.ASSESSED, words, value=office, actor=actor)
    told = {"office": str(office), "number": made.number, "grade": str(grade)}
    audit.record(session, actor, "assess_incident", room, after=told)
    changed(session, room)
    return made


def draft_line(
    session: Session, actor: Actor, room: IncidentRoom, text: str, seen: int | None = None
) -> AgreedLine:
    """A further version of what everybody shall say; it replaces a draft that was not decided.

    ``seen`` is the number of the version from which it was written. Raises :class:`Stale`.
    """
    demand_seat(actor, room)
    demand_running(room)
    last = room.lines[-1] if room.lines else None
    if last is not None and seen is not None and seen != last.number:
        raise Stale(theirs={"text": last.text, "number": last.number}, version=last.number)
    assert actor.id is not None
    if last is not None and last.state == Line.DRAFT:
        carry_out(session, last, "replace", HOUSE)
    line = AgreedLine(
        incident=room,
        unit_id=room.unit_id,
        number=last.number + 1 if last else 1,
        text=text,
        drafted_by_id=actor.id,
    )
    session.add(line)
    session.flush()
    note(session, room, Step.DRAFTED, text, actor=actor)
    audit.record(session, actor, "draft_line", line, after={"number": line.number})
    bus.emit(session, LineDrafted(line.id))
    changed(session, room)
    return line


def approve_line(session: Session, actor: Actor, line: AgreedLine) -> None:
    """From now on this is what is said. Whoever wrote it does not decide it."""
    room = line.incident
    demand_running(room)
    _demand_other(actor, line)
    former = room.line
    _decide(session, actor, line, "approve")
    if former is not None:
        carry_out(session, former, "replace", HOUSE)
    note(session, room, Step.AGREED, line.text, actor=actor)
    if room.state == Incident.OPEN:
        carry_out(session, room, "agree", HOUSE)
    changed(session, room)


def return_line(session: Session, actor: Actor, line: AgreedLine, reason: str) -> None:
    """What is wrong with it; somebody writes the next version."""
    demand_running(line.incident)
    _demand_other(actor, line)
    _decide(session, actor, line, "return", reason)
    note(session, line.incident, Step.RETURNED, reason, actor=actor)
    changed(session, line.incident)


def _demand_other(actor: Actor, line: AgreedLine) -> None:
    if actor.id == line.drafted_by_id:
        raise Forbidden(N_("自己起草的口径要由别人审定。"))


def _decide(session: Session, actor: Actor, line: AgreedLine, name: str, reason: str = "") -> None:
    changes = {
        "decided_by_id": actor.id,
        "decided_at": clock.now(session),
        "reason": reason,
    }
    event = LineDecided(line.id)
    carry_out(session, line, name, actor, note=reason, changes=changes, event=event)


def set_task(
    session: Session,
    actor: Actor,
    room: IncidentRoom,
    *,
    words: str,
    owner: Staff,
    due_at: datetime,
) -> RoomTask:
    """Have a member do something by a certain time. Raises :class:`Invalid`."""
    authorize(actor, May.HANDLE, room)
    demand_running(room)
    if due_at <= clock.now(session):
        raise Invalid(fields={"due_at": N_("这个时间已经过了，请重选。")})
    if not room.offices_of(owner.id):
        raise Invalid(fields={"owner": N_("请先把这个人请进房间。")})
    task = RoomTask(incident=room, words=words, owner=owner, due_at=due_at, call_at=due_at)
    session.add(task)
    session.flush()
    note(session, room, Step.TASK_SET, f"{owner.name}：{words}", actor=actor)
    told = {"task": words, "owner": owner.name, "due_at": due_at.isoformat()}
    audit.record(session, actor, "set_task", task, after=told)
    bus.emit(session, TaskSet(task.id))
    changed(session, room)
    return task


def finish_task(session: Session, actor: Actor, task: RoomTask, result: str) -> None:
    """It is done: said by whoever was to do it, or by who runs the room."""
    if actor.id != task.owner_id:
        authorize(actor, May.HANDLE, task.incident)
    if not result.strip():
        raise Invalid(fields={"result": N_("请写明做成了什么。")})
    words = result.strip()
    changes = {"result": words, "done_at": clock.now(session), "call_at": None}
    event = RoomChanged(task.incident_id)
    carry_out(session, task, "finish", actor, note=words, changes=changes, event=event)
    note(session, task.incident, Step.TASK_DONE, f"{task.words}：{words}", actor=actor)


def drop_task(session: Session, actor: Actor, task: RoomTask, reason: str) -> None:
    """It need not be done any more."""
    authorize(actor, May.HANDLE, task.incident)
    changes = {"result": reason, "call_at": None}
    event = RoomChanged(task.incident_id)
    carry_out(session, task, "drop", actor, note=reason, changes=changes, event=event)
    note(session, task.incident, Step.TASK_DROPPED, f"{task.words}：{reason}", actor=actor)


def measure(
    session: Session,
    actor: Actor,
    subject: IncidentRoom | RumourCase,
    *,
    channel: str,
    copies: int,
    reads: int,
    ours: bool,
) -> Measure:
    """Write down how far it has spread on a platform, or how far our statement has."""
    authorize(actor, May.HANDLE, subject)
    rumour = isinstance(subject, RumourCase)
    made = Measure(
        rumour_id=subject.id if rumour else None,
        incident_id=None if rumour else subject.id,
        at=clock.now(session),
        channel=channel,
        ours=ours,
        copies=copies,
        reads=reads,
        staff_id=actor.id,
    )
    session.add(made)
    note(session, subject, Step.MEASURED, f"{channel} {copies} / {reads}", actor=actor)
    told = {"channel": channel, "copies": copies, "reads": reads, "ours": ours}
    audit.record(session, actor, "measure_spread", subject, after=told)
    session.flush()
    return made
