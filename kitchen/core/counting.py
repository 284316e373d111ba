"""Several counts as one question, for numbers that stand on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, reduce
from operator import add
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session


def added_up(session: Session, counts: Sequence[Select[Any]]) -> int:
    """The sum of what each of ``counts`` selects; of none of them, nought."""
    return (session.scalar(sum_of(counts)) or 0) if counts else 0


def sum_of(counts: Sequence[Select[Any]]) -> Select[int]:
    """What selects that sum; there must be one of ``counts`` at least."""
    return select(reduce(add, (each.scalar_subquery() for each in counts)))


Count = int | Select[int]
"""How many, or the statement that tells it."""


def told(session: Session, counts: Sequence[Count], given: Mapping[str, Any]) -> list[int]:
    """How many each of ``counts`` is. The statements among them, which must be kept ones, are
    asked as one; ``given`` fills their places.
    """
    asked = tuple(each for each in counts if not isinstance(each, int))
    answers = iter(session.execute(_together(asked), given).one()) if asked else iter(())
    return [each if isinstance(each, int) else next(answers) or 0 for each in counts]


@lru_cache(maxsize=512)
def _together(asked: tuple[Select[int], ...]) -> Select[Any]:
    """Built once for all people who are asked for the same: that costs more than running it."""
    return select(*(each.scalar_subquery() for each in asked))
