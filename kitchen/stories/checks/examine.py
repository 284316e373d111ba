"""All checks in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kitchen.stories.checks import completeness, numbers, punctuation, words
from kitchen.stories.checks.report import Hit, Level, Piece, Report, Where

CHECKS: tuple[Callable[[Piece], Iterator[Hit]], ...] = (
    completeness.title,
    completeness.text,
    completeness.sources,
    completeness.credit,
    completeness.pictures,
    completeness.machine_help,
    completeness.addresses,
    punctuation.pairs,
    punctuation.half_width,
    punctuation.full_width,
    punctuation.doubled_marks,
    numbers.percentages,
    numbers.dates,
    numbers.persons,
    words.listed,
)
"""Every check; a new one is a function and a line here."""

_GRAVITY = list(Level)
_ORDER = list(Where)


def examine(piece: Piece) -> Report:
    """Everything that the checks find in a piece."""
    hits = [hit for check in CHECKS for hit in check(piece)]
    hits.sort(key=lambda hit: (_GRAVITY.index(hit.level), _ORDER.index(hit.where), hit.offset))
    return Report(tuple(hits))
