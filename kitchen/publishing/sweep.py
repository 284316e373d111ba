"""The sweeper: whatever a dead worker, a lost bell or the passing of time has left lying.

Each step is a fenced move, so that any number of sweepers may run at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.publishing import cases, circuits, outbox, receipts
from kitchen.publishing.arm import keep_back
from kitchen.publishing.events import PER_BELL
from kitchen.publishing.models import Publication
from kitchen.publishing.outbox import Case, LostRace, hand_of, shift
from kitchen.publishing.rules import DUE, Hold, State

log = structlog.get_logger(__name__)

BATCH = 200
PASSES = "passes"
"""How many passes this process has made."""
TURN = "held_up_to"
"""Up to which id this process has come with what is held: a pass takes one batch, the next pass
the next, so that many which stay held keep none from its turn."""


def sweep(database: Database) -> None:
    """Free what dead workers held, let go what may go, and ring for all that is due."""
    with database.unit() as session:
        _each(session, _lapsed(session, State.CLAIMED), _free)
        _each(session, _lapsed(session, State.ARMED), _lose_sight)
        cases.close_answered(session)
    turn = database.info.get(TURN, 0)
    with database.unit() as session:
        held = outbox.held(session, BATCH, turn)
        for case in held:
            _release(session, case)
    database.info[TURN] = _next_turn(held, turn)
    database.info[PASSES] = passes = database.info.get(PASSES, 0) + 1
    with database.unit(write=False) as session:
        _ring(session, passes)


def _each(session: Session, found: list[Publication], act: Callable[..., object]) -> None:
    for publication in found:
        try:
            act(session, publication)
        except LostRace:
            log.info("lost_race", publication=publication.uid)


def _lapsed(session: Session, state: State) -> list[Publication]:
    found = session.scalars(
        select(Publication)
        .where(Publication.state == state, Publication.lease_until < clock.fresh(session))
        .order_by(Publication.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    return list(found)


def _free(session: Session, publication: Publication) -> None:
    """Nothing was sent, by definition: it is simply due again."""
    shift(session, hand_of(publication), "let_go", lease_until=None)


def _lose_sight(session: Session, publication: Publication) -> None:
    """Its worker died after the point of no return: nobody knows what went out."""
    hand = hand_of(publication)
    receipts.lose_sight(session, hand, "worker_lost", "")
    receipts.close_attempt(session, hand, State.UNKNOWN, "worker_lost", "")


def _release(session: Session, case: Case) -> None:
    now, hand = clock.now(session), hand_of(case.publication)
    if case.expired(now):
        receipts.expire(session, hand)
    elif (reason := case.hold(now)) is None:
        shift(session, hand, "release")
    elif reason != case.publication.hold_reason:
        keep_back(session, case, reason)


def _next_turn(held: Sequence[Case], turn: int) -> int:
    """After whom the next pass goes on; with the first, once all had their turn."""
    others = [it.publication.id for it in held if it.publication.hold_reason != Hold.SLOT]
    return max(others, default=turn) if len(held) == BATCH else 0


def _ring(session: Session, first: int) -> None:
    """Ring for what is due now; bells that ring in vain cost a glance at the outbox.

    Each pass begins with another number: a worker that is busy for long must not be the only one
    to hear of the little that is due.
    """
    bell = ports.of(session).bell
    waiting = {str(state): many for state, many in session.execute(_waiting(session))}
    ready = sum(waiting.get(state, 0) for state in DUE)
    for number in range(-(-ready // PER_BELL)):
        bell.ring("deliver", first + number)
    if waiting.get(State.UNKNOWN):
        bell.ring("reconcile", 0)
    if waiting.get(State.ACCEPTED):
        bell.ring("poll", 0)


def _waiting(session: Session) -> Select[State, int]:
    time_has_come = or_(Publication.next_at.is_(None), Publication.next_at <= clock.fresh(session))
    return (
        select(Publication.state, func.count())
        .where(Publication.state.in_([*DUE, State.UNKNOWN, State.ACCEPTED]), time_has_come)
        .group_by(Publication.state)
    )


def ring_for_probes(database: Database) -> None:
    """Ring if the turn of an open circuit has come; probing itself waits on platforms."""
    with database.unit(write=False) as session:
        if circuits.any_due(session):
            ports.of(session).bell.ring("probe", 0)
