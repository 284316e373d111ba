"""A round of the hands: many errands at once, all waiting on platforms, one writer for all.

Threads talk to platforms and hold no transaction; the thread that runs the round does all that
touches the database. Each pass is one unit of work: it takes in whatever came back since the last,
arms what is prepared, and claims as much as there are free hands. The longer a commit takes, the
more comes back meanwhile, so that passes grow with the load instead of multiplying with it.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import structlog
from sqlalchemy.orm import Session

from kitchen import tasks
from kitchen.core import audit
from kitchen.core.access import HOUSE
from kitchen.core.db import Database
from kitchen.publishing import outbox
from kitchen.publishing.crash import crashpoint
from kitchen.publishing.outbox import Hand, LostRace

log = structlog.get_logger(__name__)

HANDS = 64
"""Deliveries that one worker process carries at once: platforms are waited for, and waiting costs
nothing. Beyond this the processor is what there is too little of.
"""
CROWD = 4
"""Of these, how many may go to one account: one that hangs must not hold up the others."""
SHIFT_SECONDS = 5.0
"""How long a round goes on claiming; it then ends, so that a worker can be told to stop."""
SLOW_SECONDS = 0.5
"""An errand that takes longer is not waited for: the round goes on claiming for all others."""
GLANCE_SECONDS = 0.05
"""How often a round to which nothing comes back looks whether something else is due."""
LONGEST_SECONDS = 120.0
"""How long a round goes on claiming for the sake of slow errands where other bells queue behind it;
one that has its worker to itself goes on as long as they take, at a calmer pace."""
CALM_SECONDS = 1.0
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


@dataclass(frozen=True, slots=True)
class Gone:
    """An errand under way, and since when by ``time.monotonic()``."""

    errand: Errand
    at: float


Claim = Callable[[Session, int, Mapping[int, int]], Sequence[Errand]]
"""(unit, at most so many, errands under way by account) -> errands that are now ours."""
Back = tuple[Errand, Ended]


def carry(database: Database, claim: Claim, hands: int = HANDS, *, alone: bool = False) -> set[int]:
    """Carry all that ``claim`` finds; the ids of the stories that were touched.

    ``alone``: no other bell waits for this worker.
    """
    return Round(database, claim, _pool(os.getpid(), hands), hands, alone=alone).run()


@cache
def _pool(pid: int, hands: int) -> ThreadPoolExecutor:
    """The hands of this process. Kept from round to round: a thread starts slowly beside others."""
    return ThreadPoolExecutor(hands, thread_name_prefix="hand")


class Round:
    """The state of one round; see :func:`carry`."""

    def __init__(
        self,
        database: Database,
        claim: Claim,
        pool: ThreadPoolExecutor,
        hands: int,
        *,
        alone: bool,
    ) -> None:
        self._database = database
        self._claim = claim
        self._pool = pool
        self._hands = hands
        self._by_itself = alone
        self._under_way: dict[Future[Any], Gone] = {}
        self._stories: set[int] = set()
        self._started = self._renewed = time.monotonic()

    def run(self) -> set[int]:
        try:
            return self._run()
        finally:
            wait(self._under_way)  # whatever went wrong: no hand of ours outlives the round

    def _run(self) -> set[int]:
        back: list[Back] = []
        while True:
            for errand in self._pass(back):
                self._stories.add(errand.hand.story_id)
                gone = Gone(errand, time.monotonic())
                self._under_way[self._pool.submit(errand.go)] = gone
            if not self._under_way:
                return self._stories
            back = self._wait()

    def _wait(self) -> list[Back]:
        """Whatever has come back; nothing, if it is time to renew the leases or to look around."""
        done, _ = wait(self._under_way, timeout=self._patience(), return_when=FIRST_COMPLETED)
        return sorted(
            [(self._under_way.pop(future).errand, _ended(future)) for future in done],
            key=lambda pair: (not pair[0].unsent, pair[0].hand.id),
        )

    def _patience(self) -> float:
        """How long to wait for an answer before looking whether something else is due."""
        if not self._open():
            return RENEW_SECONDS
        return GLANCE_SECONDS if self._age() <= LONGEST_SECONDS else CALM_SECONDS

    def _claims(self) -> bool:
        """Whether the round takes on anything new: within its shift, or while others hang."""
        return self._open() and (self._age() <= SHIFT_SECONDS or self._slow())

    def _open(self) -> bool:
        """Whether it may come to that: what is under way now may yet prove to hang."""
        if tasks.STOPPING.is_set() or len(self._under_way) >= self._hands:
            return False
        return self._by_itself or self._age() <= LONGEST_SECONDS

    def _age(self) -> float:
        return time.monotonic() - self._started

    def _slow(self) -> bool:
        """Whether something has been under way for so long that it is not to be waited for."""
        before = time.monotonic() - SLOW_SECONDS
        return any(gone.at <= before for gone in self._under_way.values())

    def _pass(self, back: Sequence[Back]) -> list[Errand]:
        """One unit of work. If it cannot be done as a whole, each answer gets one of its own."""
        crashpoint("pass")
        try:
            with self._database.unit() as session:
                follow = [_end(session, *pair) for pair in back]
                errands = [errand for errand in follow if errand is not None]
                errands += self._claimed(session, len(errands))
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

    def _claimed(self, session: Session, follow: int) -> Sequence[Errand]:
        free = self._hands - len(self._under_way) - follow
        if free <= 0 or not self._claims():
            return []
        return self._claim(session, free, Counter(it.hand.account_id for it in self._all()))

    def _all(self) -> list[Errand]:
        return [gone.errand for gone in self._under_way.values()]

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
