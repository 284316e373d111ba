"""Several counts as one question, for numbers that stand on every page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session


def added_up(session: Session, counts: Sequence[Select[Any]]) -> int:
    """The sum of what each of ``counts`` selects; of none of them, nought."""
    if not counts:
        return 0
    return session.scalar(select(reduce(add, (each.scalar_subquery() for each in counts)))) or 0
