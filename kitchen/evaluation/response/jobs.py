"""Once a minute: stories that came to their readers get their times.

Not where a piece goes live, for the reason that :mod:`kitchen.evaluation.figures.collecting` gives;
two workers who record the first two pieces of a story would both note its times, too.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.evaluation.figures.models import PieceTurn
from kitchen.evaluation.response import service
from kitchen.evaluation.response.models import StoryTimes

LOOK_BACK = timedelta(days=7)
"""A timetable that stood still for longer leaves gaps."""
MOST = 200


def take_down_times(database: Database) -> None:
    """Note the times of stories that have none yet, the earliest first."""
    with database.unit(write=False) as session:
        lately = PieceTurn.live_at >= clock.now(session) - LOOK_BACK
        noted = select(StoryTimes.story_id).where(StoryTimes.story_id == PieceTurn.story_id)
        untold = (
            select(PieceTurn.story_id)
            .where(lately, ~noted.exists())
            .order_by(PieceTurn.live_at)
            .limit(MOST)
        )
        stories = dict.fromkeys(session.scalars(untold))
    if stories:
        with database.unit() as session:
            for story_id in stories:
                service.take_down(session, story_id)
