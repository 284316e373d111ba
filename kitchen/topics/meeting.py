"""③ 研判审批: the committee's verbs — convene, attend, leave, open, decide, undo, close (S53–S60).

A decision needs a quorum of the committee present, and is made on the day's agenda; the agenda is
built from what was filed by the cut-off and from what earlier meetings put off.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Delete, delete, select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.people.models import Staff
from kitchen.people.queries import staff_with_role
from kitchen.topics import appeals, hosting, queries, voting
from kitchen.topics.events import DecisionUndone, MeetingChanged, TopicApproved, TopicDecided
from kitchen.topics.models import AgendaItem, Attendance, Meeting, Topic
from kitchen.topics.rules import Decision, May, MeetingState, Risk, State

COMMITTEE_ROLES = ("committee", "chief", "deputy", "head")


def convene(session: Session, actor: Actor, day: date) -> Meeting:
    """The day's meeting, made on first call, with its agenda brought up to date."""
    authorize(actor, May.CONVENE)
    meeting = queries.meeting_on(session, day)
    if meeting is None:
        meeting = Meeting(day=day, chair_id=actor.id, unit_id=actor.unit_id)
        session.add(meeting)
        session.flush()
        audit.record(session, actor, "convene", meeting, after={"day": day.isoformat()})
    if meeting.state != MeetingState.CLOSED:
        _fill_agenda(session, meeting)
    return queries.the_meeting(session, day)


def _fill_agenda(session: Session, meeting: Meeting) -> None:
    known = {
        item.topic_id
        for item in session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id))
    }
    late = meeting.day < clock.today(session)
    until = queries.cut_off_of(meeting.day) if late else clock.now(session)
    fresh = [topic for topic in queries.waiting_for_agenda(session, until) if topic.id not in known]
    session.add_all(
        AgendaItem(meeting_id=meeting.id, topic_id=topic.id, position=position)
        for position, topic in enumerate(fresh, start=len(known) + 1)
    )
    session.flush()


def attend(session: Session, actor: Actor, meeting: Meeting) -> None:
    """Note that the actor is present; saying so twice is harmless."""
    authorize(actor, May.DECIDE)
    if meeting.state == MeetingState.CLOSED:
        raise WrongState(N_("会议已经结束。"))
    if session.get(Attendance, (meeting.id, actor.id)) is None:
        session.add(Attendance(meeting_id=meeting.id, staff_id=actor.id, at=clock.now(session)))
        session.flush()
        audit.record(session, actor, "attend", meeting)
        bus.emit(session, MeetingChanged(meeting.id))


def leave(session: Session, actor: Actor, meeting: Meeting) -> None:
    """Note that one has gone; the quorum may be lost by it."""
    authorize(actor, May.DECIDE)
    if meeting.state == MeetingState.CLOSED:
        raise WrongState(N_("会议已经结束。"))
    session.execute(_seat(meeting).where(Attendance.staff_id == actor.id))
    session.expire(meeting, ["attendance"])
    audit.record(session, actor, "leave", meeting)
    bus.emit(session, MeetingChanged(meeting.id))


def _seat(meeting: Meeting) -> Delete:
    return delete(Attendance).where(Attendance.meeting_id == meeting.id)


def call_the_roll(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    present: Collection[str],
    shown: Collection[str] = (),
) -> None:
    """The chair notes who of the committee is in the room, on a list that had ``shown`` some.

    Only the difference counts: whoever came or left by phone meanwhile did so.
    """
    authorize(actor, May.CONVENE)
    if meeting.state == MeetingState.CLOSED:
        raise WrongState(N_("会议已经结束。"))
    members = {staff.username: staff for staff in staff_with_role(session, *COMMITTEE_ROLES)}
    if unknown := [name for name in present if name not in members]:
        raise Invalid(fields={"present": N_("只有编委会成员可以计入出席。")}, names=unknown)
    came, went = set(present) - set(shown), set(shown) - set(present)
    gone = select(Staff.id).where(Staff.username.in_(went))
    session.execute(_seat(meeting).where(Attendance.staff_id.in_(gone)))
    known = select(Attendance.staff_id).where(Attendance.meeting_id == meeting.id)
    moment = clock.now(session)
    session.add_all(
        Attendance(meeting_id=meeting.id, staff_id=staff_id, at=moment)
        for staff_id in sorted({members[name].id for name in came} - set(session.scalars(known)))
    )
    session.flush()
    session.expire(meeting, ["attendance"])
    after = {"came": sorted(came), "went": sorted(went)}
    audit.record(session, actor, "call_the_roll", meeting, after=after)
    bus.emit(session, MeetingChanged(meeting.id))


def open_meeting(session: Session, actor: Actor, meeting: Meeting) -> None:
    """Begin, and preside. Raises :class:`WrongState` without a quorum."""
    _demand_quorum(session, meeting)
    moment = clock.now(session)
    carry_out(
        session,
        meeting,
        "open",
        actor,
        changes={"opened_at": moment, "shown_since": moment, "chair_id": actor.id},
        event=MeetingChanged(meeting.id),
    )


def decide(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    topic: Topic,
    decision: Decision,
    *,
    reason: str = "",
    risk: Risk | None = None,
    merge_into: Topic | None = None,
) -> None:
    """The committee's word on one topic of the agenda.

    ``risk`` sets how high its story must climb in review. Raises :class:`WrongState` when the
    meeting is not open, lacks its quorum or has decided before, :class:`Forbidden` for those who
    are not present and for one's own topic, and what :func:`kitchen.topics.voting.count` raises
    after a vote.
    """
    authorize(actor, May.DECIDE, topic)
    item = voting.open_item(session, meeting, topic)
    _demand_quorum(session, meeting)
    _demand_judge(session, actor, meeting, topic)
    voting.count(session, actor, meeting, item, decision, reason)
    moment = clock.now(session)
    changes = {
        "decided_by_id": actor.id,
        "decided_at": moment,
        "reason": reason,
        "risk": risk or topic.risk,
        "merged_into_id": _merge_target(topic, decision, merge_into),
    }
    event = TopicDecided(topic.id, decision, reason)
    carry_out(session, topic, decision, actor, note=reason, changes=changes, event=event)
    item.decision, item.reason = decision, reason
    item.decided_by_id, item.decided_at = actor.id, moment
    appeals.settle(topic, decision, item)
    hosting.move_on(session, meeting, item)
    session.flush()
    if decision is Decision.APPROVE:
        bus.emit(session, TopicApproved(topic.id))
    bus.emit(session, MeetingChanged(meeting.id))


def _demand_judge(session: Session, actor: Actor, meeting: Meeting, topic: Topic) -> None:
    if session.get(Attendance, (meeting.id, actor.id)) is None:
        raise Forbidden(N_("到会的编委才能拍板，请先记下出席。"))
    if actor.id == topic.proposer_id:
        raise Forbidden(N_("自己报的选题由别的编委拍板。"))


def _merge_target(topic: Topic, decision: Decision, into: Topic | None) -> int | None:
    if decision is not Decision.MERGE:
        return None
    if into is None or into.id == topic.id:
        raise Invalid(fields={"merge_into": N_("请选择要并入的另一个选题。")})
    if into.state not in {State.PROPOSED, State.APPROVED, State.DEFERRED}:
        raise WrongState(N_("要并入的选题已经了结。"))
    return into.id


def undo_last(
    session: Session, actor: Actor, meeting: Meeting, uid: str, decided_at: datetime
) -> Topic:
    """Take back the decision on the topic ``uid`` of that moment, while it is the latest.

    Two who undo the same mistake take back one decision: the second raises :class:`WrongState`.
    Raises :class:`Forbidden` for those who are not present, for one's own topic, and after a vote
    for everyone but the chair.
    """
    item = queries.last_decided(meeting)
    if meeting.state != MeetingState.OPEN or item is None:
        raise WrongState(N_("没有可以撤销的决定。"))
    topic = item.topic
    if (topic.uid, item.decided_at) != (uid, decided_at):
        raise WrongState(N_("这已经不是最近的决定，没有撤销。请看现在的议程，需要时再撤。"))
    _demand_judge(session, actor, meeting, topic)
    if item.votes_for is not None and not voting.speaks(actor, meeting, topic):
        raise Forbidden(N_("投过票的决定由主持人撤销。"))
    changes = {"decided_by_id": None, "decided_at": None, "reason": "", "merged_into_id": None}
    event = DecisionUndone(topic.id)
    carry_out(session, topic, "reconsider", actor, changes=changes, event=event)
    appeals.unsettle(topic, item)
    voting.uncount(meeting, item)
    hosting.back_to(session, meeting, item)
    item.decision, item.reason, item.decided_by_id, item.decided_at = None, "", None, None
    session.flush()
    bus.emit(session, MeetingChanged(meeting.id))
    return topic


def close(session: Session, actor: Actor, meeting: Meeting) -> None:
    """End the meeting; what was not decided waits for the next."""
    carry_out(
        session,
        meeting,
        "close",
        actor,
        changes={"closed_at": clock.now(session)},
        event=MeetingChanged(meeting.id),
    )


def has_quorum(session: Session, meeting: Meeting) -> bool:
    """Whether enough of the committee are present."""
    query = select(Attendance.staff_id).where(Attendance.meeting_id == meeting.id)
    return len(session.scalars(query).all()) >= meeting.quorum


def _demand_quorum(session: Session, meeting: Meeting) -> None:
    if not has_quorum(session, meeting):
        raise WrongState(
            N_("出席的编委不足 %(quorum)s 人，不能拍板。"), code="no_quorum", quorum=meeting.quorum
        )
