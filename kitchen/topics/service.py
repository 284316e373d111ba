"""Verbs on topics: propose, revise, file, withdraw. The committee's verbs are in ``meeting.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Forbidden, WrongState
from kitchen.core.workflow import carry_out, expect_version
from kitchen.leads import service as leads
from kitchen.leads.models import Lead
from kitchen.leads.rules import State as LeadState
from kitchen.people.models import Staff
from kitchen.people.queries import desk_for
from kitchen.topics import appeals
from kitchen.topics.events import TopicProposed
from kitchen.topics.models import Topic
from kitchen.topics.rules import May, Risk, State


def propose(
    session: Session,
    actor: Actor,
    *,
    sources: Sequence[Lead],
    title: str,
    angle: str,
    forms: Sequence[str],
    channels: Sequence[str],
    planned_on: date | None,
    resources: str = "",
    risk: Risk = Risk.ROUTINE,
    column: str = "",
    place: str = "",
    urgent: bool = False,
    owner: Staff | None = None,
    as_draft: bool = False,
) -> Topic:
    """Make a topic from one or more leads, or from an idea of one's own, and file it.

    The leads are taken up by this: they have become news. Raises :class:`WrongState` for a lead
    that somebody has settled otherwise.
    """
    authorize(actor, May.PROPOSE)
    assert actor.id is not None
    topic = Topic(
        title=title,
        angle=angle,
        forms=list(forms),
        channels=list(channels),
        planned_on=planned_on,
        resources=resources,
        risk=risk,
        column=column,
        place=place,
        urgent=urgent,
        owner=owner,
        state=State.DRAFT,
        proposer_id=actor.id,
        unit_id=desk_for(session, actor.unit_id),
        leads=list(sources),
    )
    session.add(topic)
    session.flush()
    audit.record(session, actor, "propose", topic, after={"title": title, "risk": risk})
    for lead in sources:
        _take_up(session, lead)
    if not as_draft:
        file(session, actor, topic)
    return topic


def _take_up(session: Session, lead: Lead) -> None:
    """Whoever may propose may take up the leads it is made from: the house moves them."""
    if lead.state == LeadState.NEW:
        leads.adopt(session, HOUSE, lead)
    elif lead.state != LeadState.ADOPTED:
        raise WrongState(N_("线索“%(title)s”已经了结，请先重新考虑它。"), title=lead.title)


def revise(
    session: Session, actor: Actor, topic: Topic, changes: Mapping[str, Any], seen: int | None
) -> None:
    """Change a topic that is not filed, or came back. ``seen`` is the version that was edited."""
    demand_own(actor, topic)
    if topic.state not in {State.DRAFT, State.RETURNED}:
        raise WrongState(N_("已经报送的选题不能改，请先撤回。"))
    expect_version(topic, seen, {name: getattr(topic, name) for name in changes})
    before = {name: str(getattr(topic, name)) for name in changes}
    for name, value in changes.items():
        setattr(topic, name, value)
    session.flush()
    after = {name: str(value) for name, value in changes.items()}
    audit.record(session, actor, "revise", topic, before=before, after=after)


def file(session: Session, actor: Actor, topic: Topic) -> None:
    """Hand the topic to the committee; the hour decides for which day's meeting."""
    demand_own(actor, topic)
    carry_out(
        session,
        topic,
        "file",
        actor,
        changes={"filed_at": clock.now(session), "reason": ""},
        event=TopicProposed(topic.id),
    )


def withdraw(session: Session, actor: Actor, topic: Topic) -> None:
    """Take a filed topic back before it is decided; one under appeal waits for its word."""
    demand_own(actor, topic)
    if appeals.is_open(topic):
        raise WrongState(N_("申诉中的选题不能撤回，请等编委会再议。"))
    carry_out(session, topic, "withdraw", actor, changes={"filed_at": None})


def demand_own(actor: Actor, topic: Topic) -> None:
    """The topics that one proposed or sees to, or anybody's for those who decide over the unit."""
    authorize(actor, May.PROPOSE)
    if actor.id not in {topic.proposer_id, topic.owner_id} and not actor.may(
        May.DECIDE, topic.unit_id
    ):
        raise Forbidden(permission=May.DECIDE)
