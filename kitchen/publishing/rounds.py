"""A round of the hands: many errands at once, all waiting on platforms, one writer for all.

Threads talk to platforms and hold no transaction; the thread that runs the round does all that
touches the database. Each pass is one unit of work: it takes in whatever came back since the last,
arms what is prepared, and claims as much as there are free hands. The longer a commit takes, the
more comes back meanwhile, so that passes grow with the load instead of multiplying with it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import HOUSE
from kitchen.core.db import Database
from kitchen.publishing import outbox
from kitchen.publishing.crash import crashpoint
from kitchen.publishing.outbox import Hand, LostRace

log = structlog.get_logger(__name__)

HANDS = 16
"""Deliveries that one worker process carries at once."""
CROWD = 4
"""Of these, how many may go to one account: one that hangs must not hold up the others."""
SHIFT_SECONDS = 5.0
"""How long a round goes on claiming; it then ends, so that a worker can be told to stop."""
RENEW_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How the talk with a platform ended: a value, or what was raised."""

    value: Any = None
    error: Exception | None = None


class Errand(Protocol):
    """One stride of an errand. ``unsent`` says that it holds a claim whose lease must be kept."""

    @property
    def hand(self) -> Hand: ...

    @property
    def unsent(self) -> bool: ...

    def go(self) -> Any:
        """Talk to the platform; runs in a thread, with no transaction open."""
        ...

    def end(self, session: Session, ended: Ended) -> Errand | None:
        """Take in how it ended; the errand of the next stride, if there is one."""
        ...


Claim = Callable[[Session, int, Mapping[int, int]], Sequence[Errand]]
"""(unit, at most so many, errands under way by account) -> errands that are now ours."""
Back = tuple[Errand, Ended]


def carry(database: Database, claim: Claim, hands: int = HANDS) -> set[int]:
    """Carry all that ``claim`` finds; the ids of the stories that were touched."""
    with ThreadPoolExecutor(hands, thread_name_prefix="hand") as pool:
        return Round(database, claim, pool, hands).run()


class Round:
    """The state of one round; see :func:`carry`."""

    def __init__(
        self, database: Database, claim: Claim, pool: ThreadPoolExecutor, hands: int
    ) -> None:
        self._database = database
        self._claim = claim
        self._pool = pool
        self._hands = hands
        self._under_way: dict[Future[Any], Errand] = {}
        self._stories: set[int] = set()
        self._started = self._renewed = time.monotonic()

    def run(self) -> set[int]:
        back: list[Back] = []
        while True:
            for errand in self._pass(back):
                self._stories.add(errand.hand.story_id)
                self._under_way[self._pool.submit(errand.go)] = errand
            if not self._under_way:
                return self._stories
            back = self._wait()

    def _wait(self) -> list[Back]:
        """Whatever has come back; nothing, if it is time to renew the leases."""
        done, _ = wait(self._under_way, timeout=RENEW_SECONDS, return_when=FIRST_COMPLETED)
        return sorted(
            [(self._under_way.pop(future), _ended(future)) for future in done],
            key=lambda pair: (not pair[0].unsent, pair[0].hand.id),
        )

    def _pass(self, back: Sequence[Back]) -> list[Errand]:
        """One unit of work. If it cannot be done as a whole, each answer gets one of its own."""
        crashpoint("pass")
        try:
            with self._database.unit() as session:
                follow = [_end(session, *pair) for pair in back]
                errands = [errand for errand in follow if errand is not None]
                errands += self._claimed(session, self._hands - len(errands))
                self._renew(session)
                crashpoint("committing")
        except Exception:
            if not back:
                raise
            log.exception("pass_failed", answers=len(back))
            return [errand for pair in back if (errand := self._alone(pair)) is not None]
        crashpoint("committed")
        return errands

    def _alone(self, pair: Back) -> Errand | None:
        try:
            with self._database.unit() as session:
                return _end(session, *pair)
        except Exception:
            log.exception("answer_not_recorded", publication=pair[0].hand.uid)
            return None

    def _claimed(self, session: Session, most: int) -> Sequence[Errand]:
        free = most - len(self._under_way)
        if free <= 0 or time.monotonic() - self._started > SHIFT_SECONDS:
            return []
        return self._claim(session, free, Counter(it.hand.account_id for it in self._all()))

    def _all(self) -> list[Errand]:
        return list(self._under_way.values())

    def _renew(self, session: Session) -> None:
        if time.monotonic() - self._renewed >= RENEW_SECONDS:
            self._renewed = time.monotonic()
            outbox.renew(session, [it.hand for it in self._all() if it.unsent])


def _ended(future: Future[Any]) -> Ended:
    error = future.exception()
    if error is None:
        return Ended(future.result())
    if not isinstance(error, Exception):
        raise error
    return Ended(error=error)


def _end(session: Session, errand: Errand, ended: Ended) -> Errand | None:
    try:
        return errand.end(session, ended)
    except LostRace as lost:
        log.warning("lost_race", publication=errand.hand.uid, fence=errand.hand.fence)
        audit.record(session, HOUSE, "lost_race", errand.hand, note=str(lost))
        return None
