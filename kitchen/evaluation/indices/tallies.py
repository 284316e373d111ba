"""From the pieces of a window to the inputs of a formula.

What a formula's ``sources`` name: ``pieces``, ``days``, ``followers.new``, ``followers.total``, and
of each figure ``all`` (the sum), ``headlines`` (the sum over headlines), ``top`` (the most of one).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

FIGURES = ("reads", "likes", "watching", "shares", "comments")
SCOPES = ("all", "headlines", "top")
MOST_READS = 100_001
"""What counts for a piece with more than 100 000 reads: readers see no more than 100 000+, and the
lists with which ours are compared are made of what readers see."""


class Piece(NamedTuple):
    """A piece and what it had gathered (``None``: not told); ``at`` is by the newsroom's clock."""

    at: datetime
    reads: int | None = None
    likes: int | None = None
    watching: int | None = None
    shares: int | None = None
    comments: int | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """An account's followers at the end of a window, and how many came within it."""

    total: int | None = None
    new: int | None = None


NOBODY = Audience()
"""Of whose followers nothing was told."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The inputs of a formula; one that nobody knows is ``None``."""

    inputs: Mapping[str, int | None]
    pieces: int
    unknown: int
    """Pieces of which some figure that the formula asks for was not told."""


def headlines(pieces: Sequence[Piece]) -> list[Piece]:
    """The first piece of each day (头条).

    The house sends every article by itself, so that no piece has a place among others of one
    sending: what an account put out first on a day is what its readers found on top.
    """
    firsts: dict[object, Piece] = {}
    for piece in sorted(pieces, key=lambda each: each.at):
        firsts.setdefault(piece.at.date(), piece)
    return list(firsts.values())


def tally(
    sources: Mapping[str, str],
    pieces: Sequence[Piece],
    days: int,
    *,
    by_hand: int = 0,
    audience: Audience = NOBODY,
) -> Tally:
    """Count what the sources ask for; ``by_hand`` pieces are there, but nobody counts them."""
    count = len(pieces) + by_hand
    amounts: dict[str, int | None] = {
        "pieces": count,
        "days": days,
        "followers.total": audience.total,
        "followers.new": audience.new,
    }
    asked = _figures_in(tuple(sources.values()))
    told, of_headlines = _by_figure(pieces), _by_figure(headlines(pieces))
    for it in asked:
        amounts[f"{it}.all"], amounts[f"{it}.top"] = _gathered(it, told[it], by_hand)
        amounts[f"{it}.headlines"], _ = _gathered(it, of_headlines[it], by_hand)
    silent = sum([None in each for each in zip(*[told[it] for it in asked], strict=True)])
    inputs = {name: amounts[source] for name, source in sources.items()}
    return Tally(inputs, count, silent + by_hand)


@cache
def _figures_in(sources: tuple[str, ...]) -> tuple[str, ...]:
    """The figures that a formula asks for. It is asked of every account, so it is remembered."""
    return tuple(it for it in FIGURES if any(source.startswith(f"{it}.") for source in sources))


def _by_figure(pieces: Sequence[Piece]) -> Mapping[str, Sequence[int | None]]:
    """What was told of the pieces, one after the other, by figure."""
    if not pieces:
        return dict.fromkeys(FIGURES, ())
    _, *columns = zip(*pieces, strict=True)
    return dict(zip(FIGURES, columns, strict=True))


def _gathered(
    figure: str, figures: Sequence[int | None], by_hand: int
) -> tuple[int | None, int | None]:
    """The sum of what was told of some pieces, and the most; where there were some, or some posted
    by hand, and none was told of, nobody knows.
    """
    told = [value for value in figures if value is not None]
    if not told:
        nobody_knows = figures or by_hand
        return (None, None) if nobody_knows else (0, 0)
    if figure == "reads" and max(told) > MOST_READS:
        told = [min(value, MOST_READS) for value in told]
    return sum(told), max(told)
