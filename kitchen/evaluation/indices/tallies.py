"""From the pieces of a window to the inputs of a formula.

What a formula's ``sources`` name: ``pieces``, ``days``, ``followers.new``, ``followers.total``, and
of each figure ``all`` (the sum), ``headlines`` (the sum over headlines), ``top`` (the most of one).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
    audience: Audience | None = None,
) -> Tally:
    """Count what the sources ask for; ``by_hand`` pieces are there, but nobody counts them."""
    told = {"all": _by_figure(pieces), "headlines": _by_figure(headlines(pieces))}
    told["top"] = told["all"]
    count = len(pieces) + by_hand
    asked = {source.partition(".")[0] for source in sources.values()}.intersection(FIGURES)
    silent = sum(None in each for each in zip(*(told["all"][it] for it in asked), strict=True))

    def amount(source: str) -> int | None:
        name, _, scope = source.partition(".")
        if name in FIGURES:
            return _gathered(name, scope, told[scope][name], silent=by_hand > 0)
        if name == "followers":
            known: int | None = getattr(audience or Audience(), scope)
            return known
        return {"pieces": count, "days": days}[name]

    return Tally(
        {name: amount(source) for name, source in sources.items()}, count, silent + by_hand
    )


def _by_figure(pieces: Sequence[Piece]) -> Mapping[str, Sequence[int | None]]:
    """What was told of the pieces, one after the other, by figure."""
    if not pieces:
        return dict.fromkeys(FIGURES, ())
    _, *columns = zip(*pieces, strict=True)
    return dict(zip(Piece._fields[1:], columns, strict=True))


def _gathered(
    figure: str, scope: str, figures: Sequence[int | None], *, silent: bool
) -> int | None:
    """What was told of some pieces; where there were some and none was told of, nobody knows.

    ``silent``: whether there were others as well, of which nothing is ever told.
    """
    told = [value for value in figures if value is not None]
    if not told and (figures or silent):
        return None
    if figure == "reads":
        told = [min(value, MOST_READS) for value in told]
    return max(told, default=0) if scope == "top" else sum(told)
