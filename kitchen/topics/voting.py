"""Votes of the committee on a topic: one for each member present, changeable until it is decided.

A vote and a decision that come at once queue for the topic's place on the agenda: a vote that
comes second is refused, and what was counted is what stood when the word was spoken.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, WrongState
from kitchen.topics.events import MeetingChanged
from kitchen.topics.models import AgendaItem, Attendance, Meeting, Topic, Vote
from kitchen.topics.rules import Choice, Decision, May, MeetingState, Tally, defies


def vote(session: Session, actor: Actor, meeting: Meeting, topic: Topic, choice: Choice) -> None:
    """Cast one's vote, or change it.

    Raises :class:`WrongState` once the topic is decided or counted or while no meeting is open, and
    :class:`Forbidden` for those who are not present and for one's own topic.
    """
    authorize(actor, May.DECIDE)
    item = open_item(session, meeting, topic)
    if item.votes_for is not None:
        raise WrongState(N_("不记名投票已经计票，请主持人按票数重新宣布决定。"))
    _demand_voter(session, actor, meeting, topic)
    assert actor.id is not None
    moment = clock.now(session)
    session.merge(Vote(item_id=item.id, staff_id=actor.id, choice=choice, at=moment))
    session.flush()
    told = {} if meeting.secret_votes else {"choice": choice}
    audit.record(session, actor, "vote", topic, after={"day": meeting.day.isoformat(), **told})
    bus.emit(session, MeetingChanged(meeting.id))


def _demand_voter(session: Session, actor: Actor, meeting: Meeting, topic: Topic) -> None:
    if session.get(Attendance, (meeting.id, actor.id)) is None:
        raise Forbidden(N_("到会的编委才能投票，请先记下出席。"))
    if actor.id == topic.proposer_id:
        raise Forbidden(N_("自己报的选题不投票。"))


def open_item(session: Session, meeting: Meeting, topic: Topic) -> AgendaItem:
    """The topic's place on the agenda, held until this unit ends.

    Raises :class:`WrongState` unless the meeting is open and the topic on it and undecided.
    """
    if meeting.state != MeetingState.OPEN:
        raise WrongState(N_("会议没有在开，先开会再拍板。"))
    item = session.scalar(
        select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.topic_id == topic.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if item is None:
        raise WrongState(N_("这个选题不在今天的议程里。"))
    if item.decision is not None:
        raise WrongState(N_("这个选题已经定过了，请看决定。"))
    return item


def tally_of(session: Session, item: AgendaItem) -> Tally:
    """What was counted, else the votes of those who are present; whoever left is not counted."""
    if item.votes_for is not None:
        return Tally(item.votes_for, item.votes_against or 0, item.abstentions or 0)
    here = select(Attendance.staff_id).where(Attendance.meeting_id == item.meeting_id)
    query = select(Vote.choice).where(Vote.item_id == item.id, Vote.staff_id.in_(here))
    counted = Counter(session.scalars(query))
    return Tally(counted[Choice.FOR], counted[Choice.AGAINST], counted[Choice.ABSTAIN])


def count(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    item: AgendaItem,
    decision: Decision,
    reason: str,
) -> None:
    """Write the tally down with the decision that is about to be spoken.

    After a vote the chair speaks, and a word against most votes says why. Raises
    :class:`Forbidden` or :class:`Invalid`.
    """
    tally = tally_of(session, item)
    if not tally.cast:
        return
    if not speaks(actor, meeting, item.topic):
        raise Forbidden(N_("投过票的选题由主持人宣布决定。"))
    if defies(decision, tally) and not reason.strip():
        raise Invalid(fields={"reason": N_("决定与多数票不同，请写明理由。")})
    item.votes_for, item.votes_against = tally.votes_for, tally.votes_against
    item.abstentions = tally.abstentions
    if meeting.secret_votes:
        session.execute(delete(Vote).where(Vote.item_id == item.id))


def speaks(actor: Actor, meeting: Meeting, topic: Topic) -> bool:
    """Who announces what was voted on: the chair, or another where it is the chair's own topic."""
    return meeting.chair_id in (actor.id, topic.proposer_id)


def uncount(meeting: Meeting, item: AgendaItem) -> None:
    """The decision was taken back, and what had been counted is counted anew.

    A secret count stands: its votes are gone, and nobody shall be rid of it by undoing.
    """
    if meeting.secret_votes:
        return
    item.votes_for = item.votes_against = item.abstentions = None


def set_secrecy(session: Session, actor: Actor, meeting: Meeting, *, secret: bool) -> None:
    """Whether votes of this meeting are secret; fixed once somebody has voted."""
    authorize(actor, May.CONVENE, meeting)
    voted = select(Vote.item_id).join(AgendaItem, AgendaItem.id == Vote.item_id)
    if session.scalar(voted.where(AgendaItem.meeting_id == meeting.id).limit(1)) is not None:
        raise WrongState(N_("已经有人投票，不能再改记名方式。"))
    if any(item.votes_for is not None for item in meeting.items):
        raise WrongState(N_("已经有人投票，不能再改记名方式。"))
    meeting.secret_votes = secret
    session.flush()
    audit.record(session, actor, "set_secrecy", meeting, after={"secret_votes": secret})
    bus.emit(session, MeetingChanged(meeting.id))
