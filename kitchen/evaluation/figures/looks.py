"""A look at a piece: when one is due, what it told, to which ages that belongs, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from channels.abilities import Numbers
from kitchen.core import clock
from kitchen.evaluation.figures.models import PieceTurn
from kitchen.evaluation.figures.platforms import tells, tells_days
from kitchen.evaluation.figures.rules import (
    BY_DAY,
    PATIENCE,
    Age,
    Told,
    following,
    last_day,
    reached,
    summed,
)
from kitchen.patrols.measuring import READY_AT

UNNAMED, LEFT_OUT, CONTRADICTORY, DELAYED = "unnamed", "left_out", "contradictory", "not_yet"
"""Why nothing was told, where the platform has no words of its own; see ``labels.SILENCES``."""


def next_look(channel: str, live_at: datetime, now: datetime) -> datetime | None:
    """When a platform is asked next about a piece; ``None``: never (again)."""
    if not tells(channel):
        return None
    if tells_days(channel):
        return next((at for age in BY_DAY if (at := ready_at(live_at, age)) > now), None)
    age = following(now - live_at)
    return live_at + age.span if age else None


def ready_at(live_at: datetime, age: Age) -> datetime:
    """When a platform that tells single days has counted the last one of an age."""
    morning = last_day(clock.local(live_at), age) + timedelta(days=1)
    return datetime.combine(morning, READY_AT, clock.CENTRE)


@dataclass(slots=True)
class Looked:
    """What one look told of a piece: everything so far, or its single days."""

    so_far: Told | None = None
    days: dict[date, Told] = field(default_factory=dict)
    contradicted: bool = False
    """Whether the same was told twice, and differently."""

    def take(self, numbers: Numbers) -> None:
        """One more answer about it; the same one again changes nothing."""
        told = told_of(numbers)
        before = self.so_far if numbers.day is None else self.days.get(numbers.day)
        self.contradicted |= before is not None and before != told
        if numbers.day is None:
            self.so_far = told
        else:
            self.days[numbers.day] = told


def by_piece(numbers: Iterable[Numbers]) -> dict[str, Looked]:
    """What was told, by the id that the platform gave the piece."""
    found: dict[str, Looked] = {}
    for each in numbers:
        found.setdefault(each.remote_id, Looked()).take(each)
    return found


def told_of(numbers: Numbers) -> Told:
    """A platform's numbers as we keep them."""
    watching = numbers.more.get("zaikan_user")
    return Told(
        numbers.reads,
        numbers.likes,
        watching if isinstance(watching, int) and watching >= 0 else None,
        numbers.shares,
        numbers.comments,
    )


def by_age(turn: PieceTurn, looked: Looked, now: datetime) -> dict[Age, Told]:
    """To which ages belongs what was told; nothing that is unknown or contradicts itself."""
    if looked.contradicted:
        return {}
    age = reached(now - turn.live_at)
    found: dict[Age, Told] = {}
    if looked.so_far is not None and age is not None:
        found[age] = looked.so_far
    if looked.days:
        born, late = clock.local(turn.live_at), _late(turn, looked, now)
        ready = [each for each in BY_DAY if ready_at(turn.live_at, each) <= now]
        sums = {each: summed(looked.days, last_day(born, each)) for each in ready}
        found |= {each: told for each, told in sums.items() if each not in late}
    return {each: told for each, told in found.items() if told.known}


def _late(turn: PieceTurn, looked: Looked, now: datetime) -> list[Age]:
    """Ages whose last day should have been told by now, was not, and may yet be."""
    born = clock.local(turn.live_at)
    waited = {age: now - ready_at(turn.live_at, age) for age in BY_DAY}
    return [
        age
        for age in BY_DAY
        if timedelta() <= waited[age] < PATIENCE and last_day(born, age) not in looked.days
    ]


def missing(turn: PieceTurn, looked: Looked | None, ages: Mapping[Age, Told], now: datetime) -> str:
    """Why it is to be asked about again; empty where everything was told that could be."""
    if looked is None:
        return LEFT_OUT
    if looked.contradicted:
        return CONTRADICTORY
    if looked.days and _late(turn, looked, now):
        return DELAYED
    return "" if ages else LEFT_OUT
