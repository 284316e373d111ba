"""An account's course as a drawing: where its points lie, and where the line must break.

The line is drawn through windows that follow each other. It breaks where a window has no score,
and where one was counted by another edition: two editions are never joined.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from kitchen.evaluation.indices.models import IndexScore
from kitchen.evaluation.indices.queries import OtherEdition
from kitchen.evaluation.indices.windows import Kind, Window, window_of

WIDE, HIGH, FOOT = 360, 150, 24
"""Units of the drawing; the foot holds the days."""
EDGE = 12
MOST = 40
"""Windows that a drawing shows; what is older is left to the table."""


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    score: IndexScore


@dataclass(frozen=True, slots=True)
class Break:
    """A stretch that another edition counted."""

    x: float
    width: float
    edition: str


@dataclass(frozen=True, slots=True)
class Chart:
    points: Sequence[Point]
    lines: Sequence[str]
    """Polylines, each through windows that follow each other."""
    breaks: Sequence[Break]
    highest: float
    wide: int = WIDE
    high: int = HIGH
    foot: int = FOOT


def chart_of(
    scores: Sequence[IndexScore], others: Sequence[OtherEdition], kind: Kind
) -> Chart | None:
    """The drawing of scores, given in any order; ``None`` where there are none."""
    if not scores:
        return None
    by_day = {score.first_day: score for score in scores}
    windows = _windows(by_day.keys(), others, kind)
    step = (WIDE - 2 * EDGE) / max(1, len(windows) - 1)
    highest = max(score.value for score in scores) or 1
    at = {window.first: EDGE + step * number for number, window in enumerate(windows)}

    def point(score: IndexScore) -> Point:
        height = (HIGH - FOOT - 2 * EDGE) * score.value / highest
        return Point(round(at[score.first_day], 1), round(HIGH - FOOT - height, 1), score)

    shown = [by_day.get(window.first) for window in windows]
    runs = [list(run) for told, run in groupby(shown, key=lambda it: it is not None) if told]
    return Chart(
        points=[point(score) for score in shown if score],
        lines=[" ".join(f"{it.x},{it.y}" for it in map(point, filter(None, run))) for run in runs],
        breaks=_breaks(windows, by_day.keys(), others, at, step),
        highest=highest,
    )


def _windows(
    days: Collection[date], others: Sequence[OtherEdition], kind: Kind
) -> Sequence[Window]:
    """The windows from the first score to the last, and one more on each side that another
    edition counted, so that the break is seen.
    """
    window, last = window_of(kind, min(days)), window_of(kind, max(days))
    found = [window.former] if _counted_by(window.former, others) else []
    while window.first <= last.first:
        found.append(window)
        window = window.next
    if _counted_by(window, others):
        found.append(window)
    return found[-MOST:]


def _counted_by(window: Window, others: Sequence[OtherEdition]) -> str:
    """The other edition that counted a window; empty: none did."""
    return next((it.edition for it in others if it.first <= window.first <= it.last), "")


def _breaks(
    windows: Sequence[Window],
    days: Collection[date],
    others: Sequence[OtherEdition],
    at: Mapping[date, float],
    step: float,
) -> list[Break]:
    counted = [(it, "" if it.first in days else _counted_by(it, others)) for it in windows]
    stretches = groupby(counted, key=lambda pair: pair[1])
    return [
        _break(edition, [it.first for it, _ in run], at, step)
        for edition, run in stretches
        if edition
    ]


def _break(edition: str, days: Sequence[date], at: Mapping[date, float], step: float) -> Break:
    half = min(step, WIDE) / 2
    begin, end = max(0, at[days[0]] - half), min(WIDE, at[days[-1]] + half)
    return Break(round(begin, 1), round(end - begin, 1), edition)
