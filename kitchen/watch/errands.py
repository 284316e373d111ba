"""Errands of the watch: many short talks with platforms at once, none with a transaction open.

Unlike deliveries they only read, so that one which is lost or done twice harms nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, Protocol

import structlog
from sqlalchemy.orm import Session

from kitchen.core.db import Database

log = structlog.get_logger(__name__)

HANDS = 8
"""Errands that one round takes on: it must be short, for recalls wait behind it."""


class Errand(Protocol):
    def go(self) -> Any:
        """Talk to the platform; runs in a thread, and raises nothing."""
        ...

    def end(self, session: Session, found: Any) -> None:
        """Take in what came of it."""
        ...


def run(database: Database, claim: Callable[[Session, int], Sequence[Errand]]) -> int:
    """Do the errands that ``claim`` finds, each ending in a unit of its own; how many they were."""
    with database.unit() as session:
        errands = claim(session, HANDS)
    with ThreadPoolExecutor(HANDS, thread_name_prefix="watch") as pool:
        under_way = {pool.submit(errand.go): errand for errand in errands}
        for future in as_completed(under_way):
            _end(database, under_way[future], future.result())
    return len(errands)


def _end(database: Database, errand: Errand, found: Any) -> None:
    try:
        with database.unit() as session:
            errand.end(session, found)
    except Exception:
        log.exception("errand_not_recorded", errand=type(errand).__name__)
