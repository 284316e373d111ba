"""Who hears of what: from each event to the people it concerns, in words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core.errors import N_
from kitchen.leads.events import LeadReported, LeadSettled
from kitchen.leads.models import Lead
from kitchen.notifications.service import tell
from kitchen.people.queries import staff_with_role
from kitchen.topics.events import TopicDecided
from kitchen.topics.models import Topic

LEAD_OUTCOMES = {
    "adopt": N_("您报的线索“%(title)s”已采用。"),
    "drop": N_("您报的线索“%(title)s”没有采用：%(reason)s"),
    "pass_on": N_("您报的线索“%(title)s”已转问政：%(reason)s"),
    "merge": N_("您报的线索“%(title)s”已与同一件事的线索合并。"),
}


def lead_reported(session: Session, event: LeadReported) -> None:
    """A breaking lead is called out to the desk at once; others wait in the list."""
    if not event.breaking:
        return
    lead = session.get_one(Lead, event.lead_id)
    desk = [staff.id for staff in staff_with_role(session, "editor", "duty", "chief")]
    tell(session, desk, N_("突发线索：%(title)s"), f"/leads/{lead.uid}", title=lead.title)


def lead_settled(session: Session, event: LeadSettled) -> None:
    """Whoever reported a lead hears what became of it."""
    lead = session.get_one(Lead, event.lead_id)
    tell(
        session,
        [lead.reporter_id],
        LEAD_OUTCOMES[event.outcome],
        f"/leads/{lead.uid}",
        title=lead.title,
        reason=event.reason,
    )


DECISIONS = {
    "approve": N_("您报的选题“%(title)s”通过了。"),
    "merge": N_("您报的选题“%(title)s”与别的选题合并。"),
    "return": N_("您报的选题“%(title)s”退回修改：%(reason)s"),
    "reject": N_("您报的选题“%(title)s”没有通过：%(reason)s"),
    "defer": N_("您报的选题“%(title)s”缓办：%(reason)s"),
}


def topic_decided(session: Session, event: TopicDecided) -> None:
    """Whoever proposed a topic hears the committee's word."""
    topic = session.get_one(Topic, event.topic_id)
    tell(
        session,
        [topic.proposer_id],
        DECISIONS[event.decision],
        f"/topics/{topic.uid}",
        title=topic.title,
        reason=event.reason,
    )
