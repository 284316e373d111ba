"""The steps from a lead to its readers, and how long each took; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from statistics import median


class Step(StrEnum):
    """What was reached, in the order in which news flows; the first one only begins the clock."""

    LEAD = "lead"
    DECIDED = "decided"
    """The committee approved the topic."""
    ASSIGNED = "assigned"
    """People were first sent."""
    BEGUN = "begun"
    """The first text of the story."""
    SUBMITTED = "submitted"
    APPROVED = "approved"
    LIVE = "live"
    """Readers saw it first, on whatever channel."""


TIMED = tuple(Step)[1:]
"""Steps that take time."""
Minutes = Mapping[Step, int]
"""By step, the minutes since the step before that is known; a step nobody took is left out."""


def minutes_of(moments: Mapping[Step, datetime]) -> dict[Step, int]:
    """How long each step took.

    A step that was reached before an earlier one took no time by itself: what ran side by side is
    counted once, so that the steps add up to the whole. What came only after readers had seen it,
    as a lead that was filed later, held nothing up and is no step.
    """
    found: dict[Step, int] = {}
    latest: datetime | None = None
    live = moments.get(Step.LIVE)
    for step in Step:
        at = moments.get(step)
        if at is None or (live is not None and at > live):
            continue
        if latest is not None:
            found[step] = max(0, round((at - latest).total_seconds() / 60))
        latest = at if latest is None else max(latest, at)
    return found


def longest(minutes: Minutes) -> Step | None:
    """The step that took longest; the earlier of two equal ones."""
    return max(minutes, key=lambda step: minutes[step]) if minutes else None


def medians(stories: Iterable[Minutes]) -> dict[Step, float]:
    """The median of each step over those stories that took it."""
    by_step: dict[Step, list[int]] = {}
    for minutes in stories:
        for step, count in minutes.items():
            by_step.setdefault(step, []).append(count)
    return {step: median(by_step[step]) for step in TIMED if step in by_step}


def bottleneck(usual: Mapping[Step, float]) -> Step | None:
    """The step whose median is the longest."""
    return max(usual, key=lambda step: usual[step]) if usual else None
