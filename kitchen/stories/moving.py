"""Steps made on an older text, moved over those that others have put in since.

An editor does the same with what it holds (prosemirror-collab's ``rebaseSteps``), so that both come
to one text without a second try. Nothing is moved where the two might not agree, or where somebody
has to be asked: what a step was about is gone, or it would take along words that its writer never
saw. Then the editor is told what it missed, and decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prosemirror.transform import Mapping, Step, StepMap
from prosemirror.transform.mark_step import AddMarkStep, RemoveMarkStep


@dataclass(frozen=True, slots=True)
class Moved:
    """``steps`` as they fit the newest text, and the ``way`` of a place in their writer's."""

    steps: Sequence[Step]
    way: Mapping

    def place(self, place: int) -> int:
        """Where a place in the text after the writer's own steps is now."""
        return self.way.map(place, -1)


def moved(mine: Sequence[Step], missed: Sequence[Step]) -> Moved | None:
    """``mine`` as they follow ``missed``, which began from the same text; ``None``: better not.

    Each step goes back over those of ours before it, forth over the missed ones, and over ours
    again as they have become; what one of ours put in keeps its places on that way.
    """
    others = [it.get_map() for it in missed]
    way = Mapping([it.get_map().invert() for it in reversed(mine)] + others)
    made: list[Step] = []
    for back in range(len(mine), 0, -1):
        step = mine[len(mine) - back].map(way.slice(back))
        if step is None or _says_nothing(step):
            return None
        way.append_map(step.get_map(), back - 1)
        made.append(step)
    return None if swallowed(others, [it.get_map() for it in made]) else Moved(made, way)


def _says_nothing(step: Step) -> bool:
    """Whether a mark has no words left; browsers drop such a step, this library keeps it."""
    return isinstance(step, AddMarkStep | RemoveMarkStep) and step.from_ >= step.to


def swallowed(others: Sequence[StepMap], ours: Sequence[StepMap]) -> bool:
    """Whether something that others put in lies in what ours delete."""
    if not any(_deletes(it) for it in ours):
        return False
    return any(
        _lost(others[at + 1 :], ours, start, stop)
        for at, each in enumerate(others)
        for start, stop in _put_in(each)
    )


def _deletes(each: StepMap) -> bool:
    return any(each.ranges[1::3])


def _put_in(each: StepMap) -> list[tuple[int, int]]:
    """From where to where something stands that a step put in."""
    found: list[tuple[int, int]] = []
    each.for_each(lambda _from, _to, start, stop: found.append((start, stop)))
    return found


def _lost(later: Sequence[StepMap], ours: Sequence[StepMap], start: int, stop: int) -> bool:
    """Whether ours delete some of what the later ones left between these places."""
    start, stop = _narrowed(later, start, stop)
    low, high = _narrowed(ours, start, stop)
    return start < stop and high - low < stop - start


def _narrowed(maps: Sequence[StepMap], start: int, stop: int) -> tuple[int, int]:
    for each in maps:
        start, stop = each.map(start, 1), each.map(stop, -1)
    return start, stop
