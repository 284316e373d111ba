"""The tree of units as people read it: each below its own, with its people and accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kitchen.matrix import queries as matrix
from kitchen.people import queries
from kitchen.people.models import Post, Unit, UnitName

HEADS = frozenset({"head", "unit_head"})
"""Roles of whoever heads a unit."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in its place: how deep, and what it has of its own."""

    unit: Unit
    depth: int
    people: int
    accounts: int
    former: list[UnitName]


def tree(session: Session) -> list[Branch]:
    """Every unit, each before those below it, living ones before those that are no more; four
    queries, however many there are.
    """
    units = queries.all_units(session, closed=True)
    below: dict[int | None, list[Unit]] = {}
    for unit in sorted(units, key=lambda it: (it.closed_at is not None, it.id)):
        below.setdefault(unit.parent_id, []).append(unit)
    people = queries.people_by_unit(session)
    accounts = matrix.accounts_by_unit(session)
    former = queries.former_names(session, [unit.id for unit in units])

    def walk(parent_id: int | None, depth: int) -> Iterator[Branch]:
        for unit in below.get(parent_id, []):
            own = people.get(unit.id, 0), accounts.get(unit.id, 0)
            yield Branch(unit, depth, *own, former.get(unit.id, []))
            yield from walk(unit.id, depth + 1)

    return list(walk(None, 0))


def heads(posts: Sequence[Post]) -> list[Post]:
    """Whoever heads the unit, of all who have a post in it."""
    return [post for post in posts if post.role in HEADS]
