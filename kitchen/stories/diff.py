"""What changed between two texts: block by block, then by sentence, then by character.

Blocks are matched first, so that a paragraph that moved is told as moved and a picture that was
exchanged as exchanged. Every comparison has a bound: what would take too long is shown as replaced,
which is true as well, only coarser.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby, pairwise

from kitchen.stories.passages import Passage

Part = tuple[str, str]
"""(``same`` | ``gone`` | ``new``, text)"""
Operation = tuple[str, int, int, int, int]

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+[”’』」）)]*|[^。！？!?\n]+")  # noqa: RUF001
_ALIKE = 0.4
"""From which likeness on a changed passage is shown by characters rather than whole."""
_COST_MAX = 40_000
"""Pairs of equal elements that one comparison may have to look at."""
_PAIRS_MAX = 2_500
"""Pairs of blocks between two that stand, that are tried for likeness."""
_FOLD_FROM = 4
"""How many unchanged blocks in a row are worth folding away."""


class Op(StrEnum):
    """What became of a block."""

    SAME = "same"
    CHANGED = "changed"
    RESTYLED = "restyled"
    """The same words, set otherwise."""
    GONE = "gone"
    NEW = "new"
    LEFT = "left"
    """Stood here, stands elsewhere now."""
    MOVED = "moved"
    """Stands here now, stood elsewhere."""


@dataclass(frozen=True, slots=True)
class Row:
    """One block on both sides."""

    op: Op
    before: Passage | None
    after: Passage | None
    parts: Sequence[Part] = ()
    """Both sides in one, marked."""

    @property
    def left(self) -> list[Part]:
        """How it was."""
        return [part for part in self.parts if part[0] != "new"]

    @property
    def right(self) -> list[Part]:
        """How it is."""
        return [part for part in self.parts if part[0] != "gone"]

    @property
    def passage(self) -> Passage:
        """The block as it stands, or as it stood last."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def restyled(self) -> list[tuple[str, str, str]]:
        """(``gone`` | ``new``, mark, words) where words that stayed are set otherwise."""
        if self.before is None or self.after is None:
            return []
        old, new = (_marked(it) for it in (self.before, self.after))
        lost = [("gone", *it) for it in sorted(old - new) if it[1] in self.after.words]
        return lost + [("new", *it) for it in sorted(new - old) if it[1] in self.before.words]


def _marked(passage: Passage) -> set[tuple[str, str]]:
    return {(name, passage.words[start:end]) for start, end, name in passage.marks}


def compare(before: str, after: str) -> list[Part]:
    """One flowing text in which what went and what came are marked."""
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    parts = (
        part
        for kind, *places in operations(old, new)
        for part in _passage(kind, old[slice(*places[:2])], new[slice(*places[2:])])
    )
    return _joined(parts)


def changed(parts: Sequence[Part]) -> bool:
    """Whether anything differs."""
    return any(kind != "same" for kind, _ in parts)


def operations(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Operation]:
    """How one sequence becomes another; where that costs too much, all between is replaced."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    found: list[Operation] = [("equal", 0, head, 0, head)] if head else []
    found += [(kind, *(place + head for place in places)) for kind, *places in _between(old, new)]  # type: ignore[misc]
    ends = len(before) - tail, len(before), len(after) - tail, len(after)
    return [*found, ("equal", *ends)] if tail else found


def _common(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    for at, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            return at
    return min(len(before), len(after))


def _between(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Operation]:
    if not old or not new:
        kind = "delete" if old else "insert"
        return [(kind, 0, len(old), 0, len(new))] if old or new else []
    counts = Counter(new)
    if sum(counts[each] for each in old) > _COST_MAX:
        return [("replace", 0, len(old), 0, len(new))]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(op, *places) for op, *places in matcher.get_opcodes()]  # type: ignore[misc]


def _passage(operation: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    before, after = "".join(old), "".join(new)
    if operation == "equal":
        yield "same", before
    elif operation == "replace":
        yield from _by_character(before, after)
    else:
        yield from _whole(before, after)


def _by_character(before: str, after: str) -> Iterator[Part]:
    steps = operations(before, after)
    same = sum(end - start for kind, start, end, _, _ in steps if kind == "equal")
    if 2 * same < _ALIKE * (len(before) + len(after)):
        yield from _whole(before, after)
        return
    for kind, start, end, other_start, other_end in steps:
        if kind == "equal":
            yield "same", before[start:end]
        else:
            yield from _whole(before[start:end], after[other_start:other_end])


def _whole(before: str, after: str) -> Iterator[Part]:
    if before:
        yield "gone", before
    if after:
        yield "new", after


def _joined(parts: Iterator[Part]) -> list[Part]:
    """Neighbours of the same kind as one part."""
    return [
        (kind, "".join(text for _, text in group))
        for kind, group in groupby(parts, lambda it: it[0])
    ]


def rows(before: Sequence[Passage], after: Sequence[Passage]) -> list[Row]:
    """Every block of both texts, in reading order."""
    keys = [it.key for it in before], [it.key for it in after]
    found: list[Row] = []
    for kind, *places in operations(*keys):
        old, new = before[slice(*places[:2])], after[slice(*places[2:])]
        if kind == "equal":
            pairs = zip(old, new, strict=True)
            found += [Row(Op.SAME, was, now, [("same", now.words)]) for was, now in pairs]
        else:
            found += [_row(was, now) for was, now in paired(old, new)]
    return _with_moves(found)


def _row(before: Passage | None, after: Passage | None) -> Row:
    if after is None:
        assert before is not None
        return Row(Op.GONE, before, None, [("gone", before.words)])
    if before is None:
        return Row(Op.NEW, None, after, [("new", after.words)])
    parts = compare(before.words, after.words)
    only_set = after.attrs is None and not changed(parts)
    return Row(Op.RESTYLED if only_set else Op.CHANGED, before, after, parts)


def paired(
    old: Sequence[Passage], new: Sequence[Passage]
) -> list[tuple[Passage | None, Passage | None]]:
    """The blocks of a changed stretch, those that are alike side by side, in order."""
    ends = [(-1, -1), *_matches(old, new), (len(old), len(new))]
    found: list[tuple[Passage | None, Passage | None]] = []
    for (row, column), (next_row, next_column) in pairwise(ends):
        if row >= 0:
            found.append((old[row], new[column]))
        found += [(each, None) for each in old[row + 1 : next_row]]
        found += [(None, each) for each in new[column + 1 : next_column]]
    return found


def _matches(old: Sequence[Passage], new: Sequence[Passage]) -> list[tuple[int, int]]:
    """Places of alike blocks, increasing on both sides, so that likeness is greatest in all."""
    if len(old) * len(new) > _PAIRS_MAX:
        return []
    best: list[list[tuple[float, list[tuple[int, int]]]]]
    best = [[(0.0, [])] * (len(new) + 1) for _ in range(len(old) + 1)]
    for row, was in enumerate(old):
        for column, now in enumerate(new):
            score, way = best[row][column]
            alike = _likeness(was, now)
            taken = (score + alike, [*way, (row, column)]) if alike >= _ALIKE else (-1.0, way)
            skipped = best[row][column + 1], best[row + 1][column]
            best[row + 1][column + 1] = max(*skipped, taken, key=lambda it: it[0])
    return best[-1][-1][1]


def _likeness(was: Passage, now: Passage) -> float:
    """From 0 to 1: by pairs of neighbouring characters; of things, by what they are."""
    if was.attrs is not None or now.attrs is not None:
        if was.kind != now.kind or was.attrs is None or now.attrs is None:
            return 0.0
        return 1.0 if was.attrs.get("asset") == now.attrs.get("asset") else 0.5
    if was.words == now.words:
        return 1.0
    one, other = (Counter(pairwise(it.words)) for it in (was, now))
    return 2 * (one & other).total() / max(1, one.total() + other.total())


def _with_moves(found: list[Row]) -> list[Row]:
    """A block that went here and came there, unchanged, was moved."""
    came: dict[Hashable, list[int]] = defaultdict(list)
    for at, row in enumerate(found):
        if row.op is Op.NEW:
            came[row.passage.key].append(at)
    told = list(found)
    for at, row in enumerate(found):
        if row.op is Op.GONE and (places := came[row.passage.key]):
            there = places.pop(0)
            now = found[there].after
            told[at] = replace(row, op=Op.LEFT)
            told[there] = Row(Op.MOVED, row.before, now, [("same", found[there].passage.words)])
    return told


def differs(found: Sequence[Row]) -> bool:
    """Whether any block differs."""
    return any(row.op is not Op.SAME for row in found)


def folded(found: Sequence[Row]) -> list[tuple[bool, list[Row]]]:
    """Stretches of blocks; those marked lie unchanged between others and may be folded away."""
    shown: list[tuple[bool, list[Row]]] = []
    for same, group in groupby(found, lambda row: row.op is Op.SAME):
        stretch = list(group)
        if same and len(stretch) >= _FOLD_FROM:
            shown += [(False, stretch[:1]), (True, stretch[1:-1]), (False, stretch[-1:])]
        else:
            shown.append((False, stretch))
    return shown
