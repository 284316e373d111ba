"""The daily round: windows whose figures may still change are worked out anew.

A ring does every window that was not done since the figures of the day came in, each index in a
unit of work of its own, so that a ring that was cut off goes on where it stood. What a ring takes
on is bounded: no more than a dozen windows are open at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.evaluation.indices import queries, scoring
from kitchen.evaluation.indices.holding import first_held
from kitchen.evaluation.indices.models import IndexDefinition, IndexScore
from kitchen.evaluation.indices.windows import Window, open_windows

BELL: Final = "indices"
IN_AT: Final = time(14)
"""When the figures of the day before are in, by the newsroom's clock."""


def ring_if_due(database: Database) -> None:
    """Ring once the figures are in, until every open window was worked out since."""
    with database.unit(write=False) as session:
        if next(_due(session), None) is not None:
            ports.of(session).bell.ring(BELL, 0)


def recompute(database: Database, _subject_id: int = 0) -> int:
    """Work out what is due; how many scores were written."""
    with database.unit(write=False) as session:
        due = [(definition.id, window) for definition, window in _due(session)]
    written = 0
    for definition_id, window in due:
        with database.unit() as session:
            definition = session.get_one(IndexDefinition, definition_id)
            written += scoring.score_all(session, definition, window)
    return written


def _due(session: Session) -> Iterator[tuple[IndexDefinition, Window]]:
    """Open windows with the indices in force for them that have accounts to measure and were not
    worked out since today's figures came in; nothing before that hour.
    """
    today = clock.today(session)
    since = datetime.combine(today, IN_AT, clock.CENTRE)
    if clock.now(session) < since:
        return
    first = first_held(session)
    definitions = queries.definitions(session)
    for window in open_windows(today):
        for definition in queries.in_force(definitions, window.first):
            fresh = select(IndexScore.id).where(
                *scoring.in_window(definition, window), IndexScore.computed_at >= since
            )
            held = definition.channel in first and first[definition.channel] < window.ends
            if held and session.scalar(fresh.limit(1)) is None:
                yield definition, window
