"""Reads of response times: medians of a period, by desk and by week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.evaluation.response.models import StoryTimes
from kitchen.evaluation.response.rules import TIMED, Minutes, Step, bottleneck, medians
from kitchen.people.models import Unit
from kitchen.sanctions.queries import Period
from kitchen.stories.models import Story

NO_DESK = "—"
"""Where stories of no unit are counted."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How long the steps usually took, in minutes, over so many stories."""

    name: str
    """A desk's name, or the Monday of a week; empty for the whole."""
    stories: int
    steps: Mapping[Step, float]

    @property
    def bottleneck(self) -> Step | None:
        """The step that held things up most."""
        return bottleneck(self.steps)


@dataclass(frozen=True, slots=True)
class Response:
    """Medians of a period: of everything, by desk, by week."""

    whole: Usual
    desks: Sequence[Usual]
    weeks: Sequence[Usual]


def response(session: Session, period: Period) -> Response:
    """Of the stories that readers first saw within the period; two queries."""
    steps = [getattr(StoryTimes, step) for step in TIMED]
    rows = session.execute(
        select(StoryTimes.live_at, Story.unit_id, *steps)
        .join(Story, Story.id == StoryTimes.story_id)
        .where(period.holds(StoryTimes.live_at))
    ).all()
    names = {unit.id: unit.name for unit in session.execute(select(Unit.id, Unit.name))}
    everything: list[Minutes] = []
    desks: dict[str, list[Minutes]] = {}
    weeks: dict[str, list[Minutes]] = {}
    for live_at, unit_id, *counts in rows:
        minutes = {
            step: count for step, count in zip(TIMED, counts, strict=True) if count is not None
        }
        everything.append(minutes)
        desks.setdefault(names.get(unit_id, NO_DESK), []).append(minutes)
        weeks.setdefault(_monday(clock.local(live_at).date()).isoformat(), []).append(minutes)
    return Response(_usual("", everything), _each(desks), _each(weeks))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _each(groups: Mapping[str, Sequence[Minutes]]) -> list[Usual]:
    return [_usual(name, groups[name]) for name in sorted(groups)]


def _usual(name: str, stories: Sequence[Minutes]) -> Usual:
    return Usual(name, len(stories), medians(stories))
