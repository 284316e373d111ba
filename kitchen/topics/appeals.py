"""Appeals: a proposer asks once, in time and with a reason, and the committee decides again (S53).

The topic comes onto the next agenda, marked; the second word is final.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, WrongState
from kitchen.core.workflow import carry_out
from kitchen.topics.events import TopicAppealed
from kitchen.topics.models import AgendaItem, Appeal, Topic
from kitchen.topics.rules import Decision, May, State, in_time


def appeal(session: Session, actor: Actor, topic: Topic, reason: str) -> None:
    """Ask the committee to decide again.

    Raises :class:`Forbidden` for another's topic, :class:`WrongState` when it is too late, was
    appealed before or was neither returned nor refused, :class:`Invalid` without a reason.
    """
    authorize(actor, May.PROPOSE)
    if actor.id != topic.proposer_id:
        raise Forbidden(N_("申诉由报题人自己提出。"))
    assert actor.id is not None
    if topic.appeal is not None:
        raise WrongState(N_("这个选题已经申诉过一次，第二次的决定是最终决定。"))
    moment = clock.now(session)
    if topic.decided_at is not None and not in_time(topic.decided_at, moment):
        raise WrongState(N_("决定已过 7 天，不能再申诉，可以重新报题。"))
    against, said = topic.state, topic.reason
    carry_out(
        session,
        topic,
        "appeal",
        actor,
        note=reason,
        changes={"filed_at": moment},
        event=TopicAppealed(topic.id),
    )
    topic.appeal = Appeal(
        by_id=actor.id, at=moment, reason=reason, against=State(against), first_reason=said
    )
    session.flush()


def may_appeal(topic: Topic, actor: Actor, moment: datetime) -> bool:
    """Whether the page offers it."""
    return (
        topic.state in {State.RETURNED, State.REJECTED}
        and actor.id == topic.proposer_id
        and actor.may(May.PROPOSE)
        and topic.appeal is None
        and topic.decided_at is not None
        and in_time(topic.decided_at, moment)
    )


def is_open(topic: Topic) -> bool:
    """Whether an appeal waits for the committee."""
    return topic.appeal is not None and topic.appeal.outcome is None


def heard(item: AgendaItem) -> Appeal | None:
    """The appeal about which this meeting decides, or did; one that came later is not of it."""
    asked, until = item.topic.appeal, item.decided_at or item.meeting.closed_at
    return asked if asked and (until is None or asked.at < until) else None


def settle(topic: Topic, decision: Decision, item: AgendaItem) -> None:
    """The committee has decided again."""
    if topic.appeal is not None and topic.appeal.outcome is None:
        topic.appeal.outcome, topic.appeal.decided_at = decision, item.decided_at


def unsettle(topic: Topic, item: AgendaItem) -> None:
    """That decision is taken back: the appeal waits again."""
    if topic.appeal is not None and topic.appeal.decided_at == item.decided_at:
        topic.appeal.outcome, topic.appeal.decided_at = None, None
