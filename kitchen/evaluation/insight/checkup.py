"""A story's check-up (体检单): figures by channel and age, speed, what is to be looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen.evaluation.figures import queries, targets
from kitchen.evaluation.figures.models import FiguresAlarm, PieceTurn
from kitchen.evaluation.figures.rules import Goal
from kitchen.evaluation.pickups.models import PickUp
from kitchen.evaluation.pickups.rules import Standing
from kitchen.evaluation.response import service as response
from kitchen.evaluation.response.rules import Minutes, Step, longest, minutes_of
from kitchen.stories.models import Story


@dataclass(frozen=True, slots=True)
class CheckUp:
    """All that is known of how a story did."""

    story: Story
    pieces: Sequence[PieceTurn]
    heats: queries.Heats
    goals: Mapping[int, Goal]
    """What each piece is to reach, by publication, where it has a target."""
    alarms: Sequence[FiguresAlarm]
    pickups: Sequence[PickUp]
    """Confirmed ones."""
    happened_at: datetime | None
    moments: Mapping[Step, datetime]
    minutes: Minutes

    @property
    def longest(self) -> Step | None:
        """The step that took longest."""
        return longest(self.minutes)

    def since(self, moment: datetime | None) -> int | None:
        """Minutes from a moment to the first publication. ``None`` where either is not known, and
        for what came after it: an event that was announced, a lead that was filed later.
        """
        live = self.moments.get(Step.LIVE)
        if live is None or moment is None or moment > live:
            return None
        return round((live - moment).total_seconds() / 60)


def check_up(session: Session, story: Story) -> CheckUp:
    """A story's check-up; the number of queries does not depend on how many pieces it has."""
    pieces = queries.pieces_of(session, story)
    moments = response.moments_of(session, story)
    return CheckUp(
        story,
        pieces,
        queries.heats_of(session, pieces),
        targets.goals_of(session, pieces),
        queries.alarms_of(session, story),
        _pickups(session, story),
        response.happened_at(session, story),
        moments,
        minutes_of(moments),
    )


def _pickups(session: Session, story: Story) -> Sequence[PickUp]:
    confirmed = (PickUp.story_id == story.id, PickUp.state == Standing.CONFIRMED)
    taken = select(PickUp).where(*confirmed).options(joinedload(PickUp.outlet))
    return session.scalars(taken.order_by(PickUp.published_on, PickUp.id)).all()
