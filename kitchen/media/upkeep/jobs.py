"""When the stores are looked after: at night, a slice at a time, by a worker that hears a bell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from assets.store import Keeper
from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.media.upkeep.collect import collect
from kitchen.media.upkeep.models import StoreRound
from kitchen.media.upkeep.roots import OPEN, SEALED
from kitchen.media.upkeep.scrub import round_of, scrub
from kitchen.ports import Ports

SCRUB: Final = "scrub"
COLLECT: Final = "collect"
"""The doorbells."""
NIGHT: Final = range(1, 5)
"""Hours, on the newsroom's clock, in which nobody waits for the disks."""
SLICE: Final = 300.0
"""Seconds of one slice of a scrub; a worker's job may take twice as long."""
PAUSE: Final = timedelta(hours=20)
"""Between the beginnings of two rounds: one a night."""


def keepers(house: Ports) -> Mapping[str, Keeper]:
    """The stores of the house by the names under which they are looked after."""
    return {OPEN: house.store, SEALED: house.sealed.kept}


def ring_if_due(database: Database) -> None:
    """Ring for whatever a night brings: a further slice of the scrub, a round of the collector."""
    with database.unit(write=False) as session:
        now = clock.now(session)
        if clock.local(now).hour not in NIGHT:
            return
        rounds = {name: session.get(StoreRound, name) for name in (*_scrubs(), *_collections())}
        bell = ports.of(session).bell
    if any(_scrub_is_due(rounds[name], now) for name in _scrubs()):
        bell.ring(SCRUB, 0)
    if any(_is_over(rounds[name], now) for name in _collections()):
        bell.ring(COLLECT, 0)


def scrub_a_slice(database: Database, _subject_id: int = 0) -> None:
    """Go on with the scrub of each store for a while."""
    house: Ports = database.info["ports"]
    for name, store in keepers(house).items():
        scrub(database, name, store, database.info["roots"][name], seconds=SLICE / 2)


def collect_all(database: Database, _subject_id: int = 0) -> None:
    """One round of the collector through each store."""
    house: Ports = database.info["ports"]
    for name, store in keepers(house).items():
        collect(database, name, store, database.info["roots"][name])


def _scrubs() -> list[str]:
    return [round_of(name) for name in (OPEN, SEALED)]


def _collections() -> list[str]:
    return [f"collect_{name}" for name in (OPEN, SEALED)]


def _scrub_is_due(known: StoreRound | None, now: datetime) -> bool:
    """It is under way, or the last one began long enough ago."""
    return known is None or known.ended_at is None or _is_over(known, now)


def _is_over(known: StoreRound | None, now: datetime) -> bool:
    return known is None or known.begun_at < now - PAUSE
