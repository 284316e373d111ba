"""Scores worked out and kept: every account of a channel in one window, in one unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Insert, Table, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.db import new_uid
from kitchen.evaluation.indices.collecting import Gathered, gather
from kitchen.evaluation.indices.formulas import Formula, Working, value_of, work_out
from kitchen.evaluation.indices.holding import Held, held
from kitchen.evaluation.indices.models import IndexDefinition, IndexScore
from kitchen.evaluation.indices.tallies import tally
from kitchen.evaluation.indices.windows import Window

BATCH = 500
_KEY = ("definition_id", "kind", "first_day", "last_day", "account_id")
_FRESH = ("inputs", "value", "pieces", "unknown", "provisional", "computed_at")


def score_all(session: Session, definition: IndexDefinition, window: Window) -> int:
    """Work an index out for every account that it measures; how many they were.

    Only accounts that we publish to: of the others we do not know what they published, and
    knowing nothing is not the same as nought. One that came to us within the window is scored
    provisionally, one that came later not at all. What was worked out before is replaced.
    """
    measured = held(session, definition.channel)
    known = [it for it in measured if it.within(window)]
    came_later = [it.account_id for it in measured if not it.within(window)]
    _forget(session, definition, window, came_later)
    formula, now = definition.formula, clock.now(session)
    same = {"definition_id": definition.id, "kind": window.kind, "computed_at": now}
    same |= {"first_day": window.first, "last_day": window.last}
    for start in range(0, len(known), BATCH):
        some = known[start : start + BATCH]
        span = some[0].account_id, some[-1].account_id
        found = gather(session, definition.channel, *span, window)
        scored = [_scored(formula, window, it, found[it.account_id]) for it in some]
        _keep(session, [{"uid": new_uid(), **same, **row} for row in scored])
    return len(known)


def _scored(formula: Formula, window: Window, account: Held, gathered: Gathered) -> dict[str, Any]:
    counted = tally(
        formula.sources,
        gathered.pieces,
        window.days,
        by_hand=gathered.by_hand,
        audience=gathered.audience,
    )
    return {
        "account_id": account.account_id,
        "inputs": dict(counted.inputs),
        "value": value_of(formula, _as_nought(counted.inputs)),
        "pieces": counted.pieces,
        "unknown": counted.unknown,
        "provisional": counted.unknown > 0
        or None in counted.inputs.values()
        or not account.throughout(window),
    }


def again(formula: Formula, inputs: Mapping[str, int | None]) -> Working:
    """Work out a score from its stored inputs, step by step."""
    return work_out(formula, _as_nought(inputs))


def _as_nought(inputs: Mapping[str, int | None]) -> Mapping[str, int]:
    """What nobody knew counts nought until it is known."""
    return {name: value or 0 for name, value in inputs.items()}


def _forget(
    session: Session, definition: IndexDefinition, window: Window, account_ids: Sequence[int]
) -> None:
    """Take out what was kept of accounts of which nobody knows what they published."""
    if account_ids:
        kept = (*in_window(definition, window), IndexScore.account_id.in_(account_ids))
        session.execute(delete(IndexScore).where(*kept))


def _keep(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    session.execute(_keeping(session.get_bind().dialect.name), rows)


@cache
def _keeping(dialect: str) -> Insert:
    """Scores of accounts that have one in the window already are worked out anew."""
    table = cast(Table, IndexScore.__table__)
    adding = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    keeping: Insert = adding.on_conflict_do_update(
        index_elements=[table.c[name] for name in _KEY],
        set_={name: adding.excluded[name] for name in _FRESH},
    )
    return keeping


def in_window(definition: IndexDefinition, window: Window) -> tuple[Any, ...]:
    """What picks the scores of a definition in a window."""
    return (
        IndexScore.definition_id == definition.id,
        IndexScore.kind == window.kind,
        IndexScore.first_day == window.first,
        IndexScore.last_day == window.last,
    )
