"""Verbs on assignments: draft, dispatch, answer, replan, finish, cancel, and the thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kitchen.assignments import booking, queries
from kitchen.assignments.events import (
    AssignmentAnswered,
    AssignmentDispatched,
    AssignmentMoved,
    AssignmentReplanned,
    MessageSent,
)
from kitchen.assignments.models import Assignment, Crew, Gear, Message
from kitchen.assignments.rules import Answer, Kind, May, Role, State, standing
from kitchen.core import audit, bus
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, WrongState
from kitchen.core.workflow import carry_out, expect_version
from kitchen.media import service as media
from kitchen.media.models import MediaAsset
from kitchen.people.models import Staff
from kitchen.topics.models import Topic


def draft_for_topic(session: Session, actor: Actor, topic: Topic) -> Assignment:
    """The task of an approved topic, waiting to be dispatched. The house does this by reaction."""
    assignment = Assignment(
        topic_id=topic.id,
        title=topic.title,
        brief=topic.angle,
        kit=[],
        state=State.DRAFTED,
        unit_id=topic.unit_id,
    )
    session.add(assignment)
    session.flush()
    audit.record(session, actor, "draft_assignment", assignment, after={"title": topic.title})
    return assignment


def withdraw_draft(session: Session, actor: Actor, assignment: Assignment) -> None:
    """The decision that made it was undone: an undispatched task goes with it."""
    if assignment.state == State.DRAFTED:
        carry_out(session, assignment, "cancel", actor, note=N_("选题的决定已撤销"))


def dispatch(
    session: Session,
    actor: Actor,
    assignment: Assignment,
    *,
    crew: Sequence[tuple[Staff, Role]],
    starts_at: datetime | None,
    due_at: datetime,
    kit: Sequence[str] = (),
    gear: Sequence[Gear] = (),
    brief: str = "",
    **where: str,
) -> None:
    """Send people out. Whoever was asked before keeps their answer; the others are asked now.

    ``where`` are the texts that say it: ``place``, ``meeting_point``, ``contact``, ``risk``,
    ``vehicle``. ``gear`` is booked for the whole span.

    Raises :class:`Invalid` for an empty crew, a span that ends before it begins or gear without
    a beginning, :class:`Forbidden` for people of a unit over which the actor may not dispatch, and
    :class:`Duplicate` for gear that somebody else has booked.
    """
    _check_span(crew, starts_at, due_at)
    _demand_reach(actor, [staff for staff, _ in crew])
    queries.hold(session, assignment)
    before = {each.staff_id for each in assignment.crew if each.answer != Answer.DECLINED}
    assignment.crew = [_member(assignment, staff, role) for staff, role in crew]
    taken_off = before - {staff.id for staff, _ in crew}
    carry_out(
        session,
        assignment,
        "dispatch",
        actor,
        to=_standing(assignment),
        changes={
            "starts_at": starts_at,
            "due_at": due_at,
            "brief": brief or assignment.brief,
            "dispatched_by_id": actor.id,
            "sequence": assignment.sequence + 1,
            "late_told_at": None,
            **{name: where.get(name, "") for name in WHERE},
        },
        event=AssignmentDispatched(assignment.id, tuple(sorted(taken_off))),
    )
    assignment.kit = list(kit)
    booking.book(session, assignment, gear)
    session.flush()


WHERE = ("place", "meeting_point", "contact", "risk", "vehicle")


def _demand_reach(actor: Actor, people: Sequence[Staff]) -> None:
    """People are sent by those who dispatch in one of their units."""
    for staff in people:
        if not any(actor.may(May.DISPATCH, post.unit_id) for post in staff.posts):
            raise Forbidden(N_("%(name)s不在您可以派发的单位里。"), name=staff.name)


def replan(
    session: Session,
    actor: Actor,
    assignment: Assignment,
    *,
    starts_at: datetime | None = None,
    swap: tuple[Staff, Staff] | None = None,
    seen: int | None = None,
) -> None:
    """Begin at another time, as long as before, or send one person instead of another.

    Bookings move along, or nothing does. Whoever comes in is asked. ``seen`` is the version that
    the actor looked at.

    Raises :class:`Stale`, :class:`WrongState`, :class:`Forbidden`, :class:`Invalid` for somebody
    who is on the crew already or was not, :class:`Duplicate` for gear that is taken then.
    """
    queries.hold(session, assignment)
    expect_version(assignment, seen, {"starts_at": str(assignment.starts_at)})
    span = assignment.span
    if starts_at is not None and span is None:
        raise Invalid(fields={"starts_at": N_("这个任务还没有开始时间，请用“改派”填写。")})
    changes: dict[str, object] = {"sequence": assignment.sequence + 1, "late_told_at": None}
    if starts_at is not None and span is not None:
        changes |= {"starts_at": starts_at, "due_at": starts_at + (span.ends_at - span.starts_at)}
    if swap is not None:
        _swap(actor, assignment, *swap)
    to = _standing(assignment)
    event = AssignmentReplanned(assignment.id, swap[0].id if swap else None)
    carry_out(session, assignment, "replan", actor, to=to, changes=changes, event=event)
    booking.move_along(session, assignment)


def _swap(actor: Actor, assignment: Assignment, leaves: Staff, comes: Staff) -> None:
    _demand_reach(actor, [comes])
    places = {member.staff_id: member for member in assignment.crew}
    if leaves.id not in places or comes.id in places:
        raise Invalid(fields={"person": N_("请换成不在这个任务里的人。")})
    assignment.crew.remove(places[leaves.id])
    assignment.crew.append(_member(assignment, comes, places[leaves.id].role))


def _check_span(
    crew: Sequence[tuple[Staff, Role]], starts_at: datetime | None, due_at: datetime
) -> None:
    fields = {}
    if not crew:
        fields["crew"] = N_("请至少派一个人。")
    if starts_at is not None and starts_at >= due_at:
        fields["due_at"] = N_("截止要晚于开始。")
    if len({staff.id for staff, _ in crew}) < len(crew):
        fields["crew"] = N_("同一个人只派一次。")
    if fields:
        raise Invalid(fields=fields)


def _member(assignment: Assignment, staff: Staff, role: Role) -> Crew:
    """Their place: kept if they said yes, else asked, also once more."""
    kept = next((each for each in assignment.crew if each.staff_id == staff.id), None)
    member = kept or Crew(staff_id=staff.id, staff=staff)
    member.role = role
    if member.answer != Answer.ACCEPTED:
        member.answer, member.reason, member.arrived_note = Answer.ASKED, "", ""
        member.left_at = member.arrived_at = member.sent_in_at = None
    return member


def _standing(assignment: Assignment) -> State:
    answers = {each.answer for each in assignment.crew}
    out = any(each.steps for each in assignment.crew if each.answer == Answer.ACCEPTED)
    return standing(answers, out=out)


def accept(session: Session, actor: Actor, assignment: Assignment) -> None:
    """Say yes. The task is accepted once nobody who was asked owes an answer."""
    queries.hold(session, assignment)
    member = own_place(actor, assignment)
    member.answer, member.reason = Answer.ACCEPTED, ""
    event = AssignmentAnswered(assignment.id, member.staff_id, accepted=True, reason="")
    to = _standing(assignment)
    carry_out(session, assignment, "accept", actor, to=to, event=event)


def decline(session: Session, actor: Actor, assignment: Assignment, reason: str) -> None:
    """Say no, and why; the others go without, and if nobody is left it is the desk's again."""
    queries.hold(session, assignment)
    member = own_place(actor, assignment)
    if not reason.strip():
        raise Invalid(fields={"note": N_("请写明理由，方便另派人。")})
    member.answer, member.reason = Answer.DECLINED, reason
    event = AssignmentAnswered(assignment.id, member.staff_id, accepted=False, reason=reason)
    to, changes = _standing(assignment), {"sequence": assignment.sequence + 1}
    carry_out(
        session, assignment, "decline", actor, to=to, note=reason, changes=changes, event=event
    )


def finish(session: Session, actor: Actor, assignment: Assignment) -> None:
    """The reporting is done."""
    queries.hold(session, assignment)
    own_place(actor, assignment)
    event = AssignmentMoved(assignment.id, "finish", "")
    carry_out(session, assignment, "finish", actor, event=event)


def cancel(session: Session, actor: Actor, assignment: Assignment, reason: str) -> None:
    """Call it off, and say why; the crew hears it, and what was booked is free."""
    event = AssignmentMoved(assignment.id, "cancel", reason)
    changes = {"sequence": assignment.sequence + 1}
    carry_out(session, assignment, "cancel", actor, note=reason, changes=changes, event=event)
    booking.release(session, assignment)


def own_place(actor: Actor, assignment: Assignment) -> Crew:
    """The actor's place on the crew. Raises :class:`Forbidden` where there is none."""
    authorize(actor, May.TAKE_PART, assignment)
    for member in assignment.crew:
        if member.staff_id == actor.id:
            return member
    raise Forbidden(N_("这个任务没有派给您。"))


def say(
    session: Session,
    actor: Actor,
    assignment: Assignment,
    text: str,
    *,
    kind: Kind = Kind.MESSAGE,
    assets: Sequence[MediaAsset] = (),
) -> Message:
    """Add to the thread: a word, a request from the desk, material from the field.

    The crew and those who dispatch take part. A finished task still takes late words; a cancelled
    one does not.
    """
    _demand_part(actor, assignment)
    if assignment.state == State.CANCELLED:
        raise WrongState(N_("任务已取消，不能再发消息。"))
    if not text.strip() and not assets:
        raise Invalid(fields={"text": N_("写几个字，或带上材料。")})
    assert actor.id is not None
    message = Message(assignment_id=assignment.id, staff_id=actor.id, kind=kind, text=text.strip())
    session.add(message)
    session.flush()
    for position, asset in enumerate(assets):
        media.use(session, actor, asset, message, role="material", position=position)
    bus.emit(session, MessageSent(assignment.id, assignment.uid, message.id, kind))
    return message


def _demand_part(actor: Actor, assignment: Assignment) -> None:
    on_crew = any(member.staff_id == actor.id for member in assignment.crew)
    if not on_crew and not actor.may(May.DISPATCH, assignment.unit_id):
        raise Forbidden(N_("只有任务成员和指挥编辑能在这里发言。"))
