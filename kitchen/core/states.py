"""State machines as data: one table drives checks, buttons, the API and the diagram in the docs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Move:
    """One verb: from which states it leads to which, and who may.

    ``target=None`` leaves the choice of the next state to the caller (it must be in ``targets``).
    """

    name: str
    sources: frozenset[str]
    target: str | None
    may: str
    label: str
    """What the button says (a catalogue id)."""
    needs_reason: bool = False
    targets: frozenset[str] = frozenset()


def move(
    name: str,
    sources: Iterable[str],
    target: str | None,
    may: str,
    label: str,
    *,
    needs_reason: bool = False,
    targets: Iterable[str] = (),
) -> Move:
    """A row of a machine's table, in the order in which one says it."""
    return Move(name, frozenset(sources), target, may, label, needs_reason, frozenset(targets))


class Machine:
    """All moves over the states of one kind of thing.

    Raises ``ValueError`` on a table that names a foreign state, repeats a move, or leaves a state
    that cannot be reached from ``initial``.
    """

    def __init__(self, states: type[StrEnum], initial: StrEnum, *moves: Move) -> None:
        self.states = states
        self.initial = initial
        self.moves = {each.name: each for each in moves}
        if len(self.moves) != len(moves):
            raise ValueError(f"{states.__name__}: a move is named twice")
        self._check()

    def _check(self) -> None:
        known = {str(state) for state in self.states}
        named = {state for each in self.moves.values() for state in each.sources | _ends(each)}
        if foreign := named - known:
            raise ValueError(f"{self.states.__name__}: unknown states {sorted(foreign)}")
        if lost := known - self.reachable():
            raise ValueError(f"{self.states.__name__}: never reached {sorted(lost)}")

    def reachable(self) -> set[str]:
        """Every state that some sequence of moves leads to."""
        seen = {str(self.initial)}
        while True:
            step = {
                end for each in self.moves.values() if each.sources & seen for end in _ends(each)
            }
            if step <= seen:
                return seen
            seen |= step

    def open_moves(self, state: str) -> list[Move]:
        """What may be done from this state, in the table's order."""
        return [each for each in self.moves.values() if state in each.sources]

    def is_final(self, state: str) -> bool:
        return not self.open_moves(state)

    def mermaid(self) -> str:
        """The machine as a Mermaid state diagram, for the docs."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for each in self.moves.values():
            lines += [
                f"    {source} --> {end}: {each.name}"
                for source in sorted(each.sources)
                for end in sorted(_ends(each))
            ]
        return "\n".join(lines)


def _ends(each: Move) -> frozenset[str]:
    return each.targets if each.target is None else frozenset({each.target})
