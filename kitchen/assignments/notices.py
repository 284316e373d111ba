"""Who hears of what about a task: the crew, whoever sent them, those on duty; in words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kitchen.assignments.events import (
    AssignmentAnswered,
    AssignmentDispatched,
    AssignmentLate,
    AssignmentMoved,
    AssignmentReplanned,
    CrewStepped,
    MessageSent,
)
from kitchen.assignments.models import Assignment, Message
from kitchen.assignments.rules import Answer
from kitchen.core.errors import N_
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.people.models import Staff
from kitchen.people.queries import staff_over


def assignment_dispatched(session: Session, event: AssignmentDispatched) -> None:
    """Whoever is asked hears of it, whoever goes already hears of the change, and who is off."""
    assignment = session.get_one(Assignment, event.assignment_id)
    asked = [each.staff_id for each in assignment.crew if each.answer == Answer.ASKED]
    _tell_of(session, assignment, asked, N_("派给您一个任务：%(title)s"), kind=Kind.TASK)
    going = [each.staff_id for each in assignment.crew if each.answer == Answer.ACCEPTED]
    _tell_of(session, assignment, going, CHANGED, kind=Kind.TASK)
    _tell_of(session, assignment, event.taken_off_ids, TAKEN_OFF, kind=Kind.TASK)


CHANGED = N_("任务“%(title)s”有改动，请看时间、地点和人员。")
TAKEN_OFF = N_("任务“%(title)s”改派了别人，您不用去了。")


ANSWERS = {
    True: N_("%(name)s接受了任务“%(title)s”。"),
    False: N_("%(name)s不能去“%(title)s”：%(reason)s"),
}


def assignment_answered(session: Session, event: AssignmentAnswered) -> None:
    """Whoever sent them hears the answer."""
    assignment = session.get_one(Assignment, event.assignment_id)
    name = session.get_one(Staff, event.staff_id).name
    sender = [assignment.dispatched_by_id]
    text = ANSWERS[event.accepted]
    _tell_of(session, assignment, sender, text, name=name, reason=event.reason)


def assignment_replanned(session: Session, event: AssignmentReplanned) -> None:
    """The crew hears that its time or its people changed, and so does whoever was taken off."""
    assignment = session.get_one(Assignment, event.assignment_id)
    crew = [each.staff_id for each in assignment.crew if each.answer != Answer.DECLINED]
    _tell_of(session, assignment, crew, CHANGED, kind=Kind.TASK)
    _tell_of(session, assignment, [event.taken_off_id], TAKEN_OFF, kind=Kind.TASK)


def assignment_late(session: Session, event: AssignmentLate) -> None:
    """Whoever sent them hears that nobody has set out, and whoever is on duty there."""
    assignment = session.get_one(Assignment, event.assignment_id)
    duty = staff_over(session, assignment.unit_id, "duty") if assignment.unit_id else ()
    heard = [assignment.dispatched_by_id, *(each.id for each in duty)]
    text = N_("任务“%(title)s”已到时间，还没有人出发。")
    _tell_of(session, assignment, heard, text, kind=Kind.LATE)


STEPS = {
    "left": N_("%(name)s出发去“%(title)s”了。"),
    "arrived": N_("%(name)s到“%(title)s”现场了。"),
    "sent_in": N_("%(name)s传回了“%(title)s”的材料。"),
}


def crew_stepped(session: Session, event: CrewStepped) -> None:
    """Whoever sent them hears how far they have come."""
    assignment = session.get_one(Assignment, event.assignment_id)
    name = session.get_one(Staff, event.staff_id).name
    _tell_of(session, assignment, [assignment.dispatched_by_id], STEPS[event.step], name=name)


MOVES = {
    "begin": N_("“%(title)s”的人出发了。"),
    "finish": N_("任务“%(title)s”完成了。"),
    "cancel": N_("任务“%(title)s”取消了：%(reason)s"),
}


def assignment_moved(session: Session, event: AssignmentMoved) -> None:
    """The desk hears of progress, the crew of a cancellation."""
    assignment = session.get_one(Assignment, event.assignment_id)
    crew = [each.staff_id for each in assignment.crew]
    cancelled = event.move == "cancel"
    heard = crew if cancelled else [assignment.dispatched_by_id]
    kind = Kind.TASK if cancelled else Kind.FIELD
    _tell_of(session, assignment, heard, MOVES[event.move], kind=kind, reason=event.reason)


def message_sent(session: Session, event: MessageSent) -> None:
    """A request from the desk calls the crew; other words are seen on the open page."""
    if event.kind != "request":
        return
    assignment = session.get_one(Assignment, event.assignment_id)
    sent = session.get_one(Message, event.message_id)
    crew = [each.staff_id for each in assignment.crew if each.staff_id != sent.staff_id]
    text = N_("编辑对“%(title)s”有新要求：%(reason)s")
    _tell_of(session, assignment, crew, text, kind=Kind.REQUEST, reason=sent.text[:60])


def _tell_of(
    session: Session,
    assignment: Assignment,
    heard: Sequence[int | None],
    text: str,
    kind: Kind = Kind.FIELD,
    **more: str,
) -> None:
    url, unit_id = f"/assignments/{assignment.uid}", assignment.unit_id
    tell(session, heard, text, url, kind=kind, unit_id=unit_id, title=assignment.title, **more)
