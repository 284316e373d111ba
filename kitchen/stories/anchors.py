"""Pointing at words: where a quotation stands, and where it stands in a newer version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kitchen.stories import diff
from kitchen.stories.passages import Passage


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words of one passage: its path, from where to where, and how they read.

    ``sure`` says that they were followed there, rather than found again by how they read.
    """

    path: str
    start: int
    end: int
    quote: str
    sure: bool = True


def found(passages: Sequence[Passage], quote: str, nth: int = 0) -> Anchor | None:
    """Where ``quote`` stands; ``nth`` counts from nought which of several is meant.

    If there are fewer, the last one is meant. A picture's caption counts, since it can be read.
    """
    last: Anchor | None = None
    for passage in passages:
        at = passage.words.find(quote)
        while at >= 0:
            last = Anchor(passage.path, at, at + len(quote), quote)
            if nth == 0:
                return last
            nth -= 1
            at = passage.words.find(quote, at + 1)
    return last


def holds(passages: Sequence[Passage], anchor: Anchor) -> bool:
    """Whether exactly these words stand where the anchor points."""
    at = next((it for it in passages if it.path == anchor.path), None)
    return at is not None and at.words[anchor.start : anchor.end] == anchor.quote


def carried(
    anchors: Sequence[Anchor], before: Sequence[Passage], after: Sequence[Passage]
) -> list[Anchor | None]:
    """Where the words stand in a newer text; ``None`` for those that are gone from it.

    Followed through what changed; words that this loses are looked for by how they read, first in
    the same block, then anywhere.
    """
    rows = diff.rows(before, after)
    came = {row.before.path: row for row in rows if row.before and row.after}
    return [_carried(anchor, came.get(anchor.path), after) for anchor in anchors]


def _carried(anchor: Anchor, row: diff.Row | None, after: Sequence[Passage]) -> Anchor | None:
    if row is None or row.after is None:
        return _again(after, anchor.quote)
    start = _shifted(row.parts, anchor.start)
    there = Anchor(row.after.path, start, start + len(anchor.quote), anchor.quote)
    if holds([row.after], there):
        return there
    return _again([row.after], anchor.quote) or _again(after, anchor.quote)


def _again(passages: Sequence[Passage], quote: str) -> Anchor | None:
    there = found(passages, quote)
    return replace(there, sure=False) if there else None


def _shifted(parts: Sequence[diff.Part], place: int) -> int:
    """The place in the newer words of a place in the older ones."""
    old = new = 0
    for kind, text in parts:
        if kind == "new":
            new += len(text)
            continue
        if place < old + len(text):
            return new + (place - old if kind == "same" else 0)
        old += len(text)
        new += len(text) if kind == "same" else 0
    return new
