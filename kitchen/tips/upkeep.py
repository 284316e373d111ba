"""What runs by itself: erasing what was turned down, and sweeping away what no tip needs.

A key without a tip is left of a sending that was cut off before its code was told, or of an erasure
that was cut off behind its commit. Nobody can ask for it any more.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from assets.store import DAY
from kitchen.core import clock
from kitchen.core.access import HOUSE
from kitchen.core.db import Database
from kitchen.media.upkeep.roots import Root, named_among
from kitchen.ports import TipRoom
from kitchen.tips import queries, service
from kitchen.tips.models import TipFile
from kitchen.tips.rules import State

T = TypeVar("T")
ROOTS = (Root(TipFile.sealed_as), Root(TipFile.shown_as, within=True))
PATIENCE = 2 * DAY
"""Seconds for which what no tip names is left alone: the times of files tell the day alone."""
_AT_ONCE = 500


def tidy(database: Database) -> None:
    """Erase what is due; destroy keys and files that belong to no tip."""
    erase_turned_down(database)
    room: TipRoom = database.info["tips"]
    sweep(database, room, time.time())


def erase_turned_down(database: Database) -> int:
    """Erase tips that were turned down long enough ago; answers how many."""
    with database.unit() as session:
        room: TipRoom = session.info["tips"]
        due = queries.turned_down_before(session, clock.now(session) - timedelta(days=room.days))
        for tip in due:
            service.erase(session, HOUSE, tip)
        return len(due)


def sweep(database: Database, room: TipRoom, now: float) -> int:
    """Destroy keys of erased tips, and keys and files that are old and belong to none; answers how
    many keys.
    """
    gone = 0
    for part in _in_parts(room.vault.ring.owners()):
        with database.unit(write=False) as session:
            states = queries.states_of(session, [owner for owner, _ in part])
        for owner, since in part:
            state = states.get(owner)
            if state == State.ERASED or (state is None and since < now - PATIENCE):
                room.vault.erase(owner)
                gone += 1
    kept = room.vault.kept
    for names in _in_parts(each.sha256 for each in kept.names() if each.since < now - PATIENCE):
        for sha256 in set(names) - named_among(database, ROOTS, names):
            kept.delete(sha256)
    room.arrivals.sweep(now)
    return gone


def _in_parts(all_of_them: Iterable[T]) -> Iterator[list[T]]:
    left = iter(all_of_them)
    while part := list(islice(left, _AT_ONCE)):
        yield part
