"""Who wrote what stands in a text, read from its steps, and the shares that follow from it.

The steps are walked from the newest to the oldest: what a step put in is its author's, what
remains is looked for where it stood before that step. No earlier text is needed for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prosemirror.model import Node

from kitchen.stories import doc as text
from kitchen.stories import steps
from kitchen.stories.rules import count_characters

Writer = str | None
"""A person's name; ``None``: it stood there before the log began."""
Piece = tuple[int, int, int]
"""From, to, and where in the present text the first of it stands."""


def written_by(
    doc: Mapping[str, Any], log: Iterable[tuple[Mapping[str, Any], str]]
) -> dict[Writer, int]:
    """字 of the text by writer. ``log`` is (step, who), the newest first."""
    node = Node.from_json(text.schema(), doc)
    owners: list[tuple[int, int, Writer]] = []
    pieces: list[Piece] = [(0, node.content.size, 0)]
    for step, who in log:
        mine, pieces = _before(pieces, steps.read(step).get_map().ranges)
        owners += [(start, stop, who) for start, stop in mine]
        if not pieces:
            break
    owners += [(origin, origin + stop - start, None) for start, stop, origin in pieces]
    return _counted(node, sorted(owners, key=lambda owner: owner[:2]))


def _before(
    pieces: list[Piece], ranges: Sequence[int]
) -> tuple[list[tuple[int, int]], list[Piece]]:
    """What a step put in, by place in the present text; and the rest, where it stood before."""
    mine: list[tuple[int, int]] = []
    grown = 0
    cuts = []
    for at, old, new in zip(ranges[::3], ranges[1::3], ranges[2::3], strict=True):
        cuts.append((at + grown, old, new))
        grown += new - old
    for at, old, new in reversed(cuts):
        found, pieces = _uncut(pieces, at, old, new)
        mine += found
    return mine, pieces


def _uncut(
    pieces: list[Piece], at: int, old: int, new: int
) -> tuple[list[tuple[int, int]], list[Piece]]:
    end, shift = at + new, old - new
    mine: list[tuple[int, int]] = []
    rest: list[Piece] = []
    for start, stop, origin in pieces:
        if start < at:
            rest.append((start, min(stop, at), origin))
        low, high = max(start, at), min(stop, end)
        if low < high:
            mine.append((origin + low - start, origin + high - start))
        if stop > end:
            low = max(start, end)
            rest.append((low + shift, stop + shift, origin + low - start))
    return mine, rest


def _counted(node: Node, owners: Sequence[tuple[int, int, Writer]]) -> dict[Writer, int]:
    """Neighbouring pieces of one person are read as one, so that a word is counted once."""
    joined: list[tuple[int, int, Writer]] = []
    for start, stop, who in owners:
        if joined and joined[-1][1] == start and joined[-1][2] == who:
            joined[-1] = (joined[-1][0], stop, who)
        else:
            joined.append((start, stop, who))
    counts: dict[Writer, int] = {}
    for start, stop, who in joined:
        words = count_characters(node.text_between(start, stop, "\n"))
        counts[who] = counts.get(who, 0) + words
    return {who: count for who, count in counts.items() if count}


def proposed(
    named: Sequence[Mapping[str, Any]], written: Mapping[str, int]
) -> list[dict[str, Any]]:
    """The credits with shares by what each wrote; who wrote nothing keeps what they have.

    The writers part what the others leave. A writer who is not named yet is named as 记者.
    """
    others = [line for line in named if line["names"] not in written]
    left = max(100 - sum(int(line.get("share") or 0) for line in others), 0)
    shares = parted(written, left)
    known = {line["names"] for line in named}
    lines = [{**line, "share": shares.get(line["names"], line.get("share") or 0)} for line in named]
    lines += [
        {"role": "记者", "names": name, "share": share}
        for name, share in shares.items()
        if name not in known and share
    ]
    return lines


def parted(written: Mapping[str, int], whole: int) -> dict[str, int]:
    """``whole`` percent by weight in whole numbers that add up to it, most first."""
    total = sum(written.values())
    if not total:
        return {}
    exact = {name: whole * count / total for name, count in written.items()}
    shares = {name: int(share) for name, share in exact.items()}
    by_rest = sorted(exact, key=lambda name: (shares[name] - exact[name], name))
    for name in by_rest[: whole - sum(shares.values())]:
        shares[name] += 1
    return dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))
