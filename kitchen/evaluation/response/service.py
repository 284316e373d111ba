"""Take down how fast a story came to its readers, once it has; nothing is asked of anybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.core.audit import AuditEntry
from kitchen.evaluation.figures.models import PieceTurn
from kitchen.evaluation.response.models import StoryTimes
from kitchen.evaluation.response.rules import Step, minutes_of
from kitchen.leads.models import Lead
from kitchen.stories.models import Story
from kitchen.topics.models import TopicLead

_ACTS = {"dispatch": Step.ASSIGNED, "submit": Step.SUBMITTED, "approve": Step.APPROVED}
"""Acts in the audit of the assignment and the story that reach a step: the first of its kind, but
the last approval, because one that was revoked led to nothing.
"""


def take_down(session: Session, story_id: int) -> None:
    """Note how long each step of a story took that has come to its readers; once."""
    if session.get(StoryTimes, story_id) is not None:
        return
    moments = moments_of(session, session.get_one(Story, story_id))
    if Step.LIVE in moments:
        minutes = {str(step): count for step, count in minutes_of(moments).items()}
        row = StoryTimes(story_id=story_id, live_at=moments[Step.LIVE], **minutes)
        session.add(row)
        session.flush()


def moments_of(session: Session, story: Story) -> dict[Step, datetime]:
    """When each step was reached, by the rows and the audit; three queries."""
    live = _first_seen(session, story)
    told: dict[Step, datetime | None] = {
        Step.LEAD: _first_lead(session, story),
        Step.DECIDED: story.topic.decided_at if story.topic else None,
        Step.BEGUN: story.created_at,
        Step.LIVE: live,
        **_acted(session, story, live),
    }
    return {step: at for step in Step if (at := told.get(step)) is not None}


def _first_lead(session: Session, story: Story) -> datetime | None:
    return _first_of_leads(session, story, Lead.created_at)


def happened_at(session: Session, story: Story) -> datetime | None:
    """When the event itself took place, as far as any lead says."""
    return _first_of_leads(session, story, Lead.happened_at)


def _first_of_leads(session: Session, story: Story, moment: Any) -> datetime | None:
    if story.topic_id is None:
        return None
    leads = select(func.min(moment)).join(TopicLead, TopicLead.lead_id == Lead.id)
    found: datetime | None = session.scalar(leads.where(TopicLead.topic_id == story.topic_id))
    return found


def _first_seen(session: Session, story: Story) -> datetime | None:
    """When its first piece went live, whatever became of it."""
    live = select(func.min(PieceTurn.live_at)).where(PieceTurn.story_id == story.id)
    return session.scalar(live)


def _acted(session: Session, story: Story, live: datetime | None) -> dict[Step, datetime]:
    """When each act was done that led to what readers saw; a correction's come after it."""
    subjects = [story.uid, *([story.assignment.uid] if story.assignment else [])]
    done = (
        select(AuditEntry.action, func.min(AuditEntry.at), func.max(AuditEntry.at))
        .where(AuditEntry.subject_uid.in_(subjects), AuditEntry.action.in_(sorted(_ACTS)))
        .group_by(AuditEntry.action)
    )
    if live is not None:
        done = done.where(AuditEntry.at <= live)
    return {
        _ACTS[action]: last if _ACTS[action] == Step.APPROVED else first
        for action, first, last in session.execute(done)
    }
