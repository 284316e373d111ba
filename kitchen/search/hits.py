"""What both databases' indexes agree on: what is written into them and how they are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from kitchen.search.rules import FAMILY, Kind, family_of, kind_of

TITLE = FAMILY << 8
"""Added to the id of what is found by its title: that comes first, and newer before older."""


@dataclass(frozen=True, slots=True)
class Written:
    """A title and what else is said, folded."""

    title: str
    rest: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question as an index is asked it."""

    words: Sequence[str]
    """Folded; each must stand there."""
    where: Callable[[ColumnElement[int]], Sequence[ColumnElement[bool]]]
    """What else must be true of the hit with this id."""
    counted: Sequence[Kind]
    shown: Sequence[Kind]
    """The kinds of which the first ``most`` below the rank ``before`` are wanted."""
    before: int
    most: int

    @property
    def span(self) -> tuple[int, int]:
        """From the first id that may be found to before the last."""
        families = [family_of(kind) for kind in self.counted]
        return min(first for first, _ in families), max(end for _, end in families)


@dataclass(frozen=True, slots=True)
class Hits:
    """How many there are of each kind, and the ranks of the first of those to be shown: their ids,
    and :data:`TITLE` more for what is found by its title.
    """

    totals: Mapping[Kind, int]
    ranks: Sequence[int]

    def of(self, kind: Kind) -> list[int]:
        """The ranks of one kind, best first."""
        mine = (rank for rank in self.ranks if kind_of(rank % TITLE) is kind)
        return sorted(mine, reverse=True)


class Engine(Protocol):
    """The index of one database."""

    DIALECT: str
    CREATE: tuple[str, ...]
    DROP: tuple[str, ...]

    def alone(self, session: Session) -> bool: ...
    def put(self, session: Session, doc_id: int, was: Written | None, now: Written) -> None: ...
    def remove(self, session: Session, doc_id: int, was: Written) -> None: ...
    def empty(self, session: Session) -> None: ...
    def find(self, session: Session, wanted: Wanted) -> Hits: ...
    def newest(self, session: Session, wanted: Wanted) -> Sequence[int]: ...
