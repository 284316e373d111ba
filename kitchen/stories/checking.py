"""A story checked as it stands now, with what people called a false alarm in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core.errors import NotFound
from kitchen.stories.checks.examine import examine
from kitchen.stories.checks.models import FalseAlarm
from kitchen.stories.checks.report import Level, Mark, Report
from kitchen.stories.master import Shelf, piece_of
from kitchen.stories.models import Story


def checked(session: Session, story: Story, shelf: Shelf | None = None) -> Report:
    """Everything that the checks find in the draft. Reads only."""
    report = examine(piece_of(session, story, shelf))
    return report.marked(_marks_of(session, story)) if report.hits else report


def _marks_of(session: Session, story: Story) -> Mapping[str, Mark]:
    """By the keys of their hits, what people called false."""
    return {
        alarm.key: Mark(
            Level(alarm.level), alarm.reason, alarm.marked_by.name if alarm.marked_by else ""
        )
        for alarm in session.scalars(_MARKS, {"story_id": story.id})
    }


_MARKS = (
    select(FalseAlarm)
    .where(FalseAlarm.story_id == bindparam("story_id"))
    .options(joinedload(FalseAlarm.marked_by))
)


def unseen_alarms(session: Session, limit: int = 100) -> Sequence[FalseAlarm]:
    """False alarms that no keeper of the lists has looked at, the oldest first."""
    return session.scalars(
        select(FalseAlarm)
        .where(FalseAlarm.seen_at.is_(None))
        .options(joinedload(FalseAlarm.story), joinedload(FalseAlarm.marked_by))
        .order_by(FalseAlarm.id)
        .limit(limit)
    ).all()


def the_alarm(session: Session, uid: str) -> FalseAlarm:
    """One false alarm. Raises :class:`NotFound`."""
    found = session.scalar(select(FalseAlarm).where(FalseAlarm.uid == uid).with_for_update())
    if found is None:
        raise NotFound
    return found
