"""The collector: bytes that no row names are set aside, and forgotten when they lay so for long.

Nothing that is needed can go, whatever happens meanwhile. An upload of the same bytes in the very
moment finds them set aside, and they come back when they are read or when the next round finds the
row; what was put anew is never touched by forgetting. Forgotten is only what no row has named at
two rounds, with the whole grace between them.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final

import structlog

from assets.store import Absent, Keeper, Kept
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.media.upkeep.models import StoreRound
from kitchen.media.upkeep.roots import Root, named_among

log = structlog.get_logger(__name__)

GRACE: Final = 7 * 24 * 3600.0
"""Seconds before unnamed bytes are set aside, and again before they are forgotten."""
AT_ONCE: Final = 5000
"""Names about which rows are asked together."""


@dataclass(slots=True)
class Collected:
    """How many files one round set aside, brought back, forgot for good; and their bytes."""

    set_aside: int = 0
    brought_back: int = 0
    forgotten: int = 0
    freed: int = 0


def collect(
    database: Database,
    name: str,
    store: Keeper,
    roots: Sequence[Root],
    *,
    grace: float = GRACE,
) -> Collected:
    """One round through the store called ``name``. Any number may go at once."""
    done, eldest = Collected(), time.time() - grace
    store.sweep()
    for some in _batches(store.aside()):
        _settle(store, some, _named(database, roots, some), eldest, done)
    for some in _batches(each for each in store.names() if each.since < eldest):
        named = _named(database, roots, some)
        for each in some:
            if each.sha256 not in named:
                with suppress(Absent):
                    store.set_aside(each.sha256)
                    done.set_aside += 1
    _note(database, name, done)
    return done


def _settle(
    store: Keeper, some: Sequence[Kept], named: Collection[str], eldest: float, done: Collected
) -> None:
    """What lies aside and is named comes back; what lay there for long goes."""
    for each in some:
        if each.sha256 in named:
            with suppress(Absent):
                store.bring_back(each.sha256)
                done.brought_back += 1
        elif each.since < eldest:
            store.forget_aside(each.sha256)
            done.forgotten += 1
            done.freed += each.size


def _named(database: Database, roots: Sequence[Root], some: Sequence[Kept]) -> set[str]:
    return named_among(database, roots, [each.sha256 for each in some])


def _batches(kept: Iterable[Kept]) -> Iterator[list[Kept]]:
    left = iter(kept)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _note(database: Database, name: str, done: Collected) -> None:
    with database.unit() as session:
        now = clock.now(session)
        files = done.set_aside + done.brought_back + done.forgotten
        session.merge(
            StoreRound(
                name=f"collect_{name}", begun_at=now, ended_at=now, files=files, size=done.freed
            )
        )
    log.info(
        "store_collected",
        store=name,
        set_aside=done.set_aside,
        brought_back=done.brought_back,
        forgotten=done.forgotten,
        freed=done.freed,
    )
