"""The emergency lane (绿色通道): out after one level at least, looked at by the others afterwards.

Approvals are made as always, one per frozen post over its very bytes. What changes is only when:
the round stays, its remaining levels judge what is out, and whoever signs hears if they are late.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session, defer, joinedload

from kitchen.core import bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.db import Database
from kitchen.core.errors import N_, Forbidden, Refusal, WrongState
from kitchen.core.workflow import carry_out
from kitchen.review import approving, rounds
from kitchen.review.events import LookBackLate, ReleasedEarly
from kitchen.review.models import Round
from kitchen.review.reviewers import writers_of
from kitchen.review.rules import LOOK_BACK, LaneFault, May, RoundState, StepState, lane_fault
from kitchen.stories.models import Story, Version

FAULTS: dict[LaneFault, tuple[type[Refusal], str]] = {
    LaneFault.NOT_OPEN: (WrongState, N_("这一轮审核已经结束，请看最新的一轮。")),
    LaneFault.OWN: (Forbidden, N_("这篇稿件您参与了采写或送审，绿色通道须由别人签发。")),
    LaneFault.NOBODY_ELSE: (WrongState, N_("至少要有另一个人审过一级，才能走绿色通道。")),
}
USES_SHOWN = 100


def fault_of(session: Session, actor: Actor, round_: Round) -> LaneFault | None:
    """What keeps this person from releasing this round early; ``None``: nothing does."""
    signed = [it.reviewer_id for it in round_.steps if it.state == StepState.PASSED]
    passed = [reviewer_id for reviewer_id in signed if reviewer_id is not None]
    return lane_fault(actor.id, round_.state, writers_of(session, round_), passed)


def release_early(
    session: Session, actor: Actor, round_: Round, reason: str, seen_hash: str
) -> None:
    """Approve a breaking piece before its last level, with one reason that everybody will read.

    The levels that are left have :data:`~kitchen.review.rules.LOOK_BACK` to look at it. Raises
    :class:`Forbidden`, :class:`WrongState`, ``Stale`` if what is frozen is not what was seen, and
    ``Invalid`` without a reason.
    """
    round_ = rounds.hold(session, round_)
    authorize(actor, May.RELEASE_EARLY, round_.story)
    if fault := fault_of(session, actor, round_):
        refusal, sentence = FAULTS[fault]
        raise refusal(sentence, code=str(fault))
    rounds.demand_seen(session, round_, seen_hash)
    moment = clock.now(session)
    changes = {
        "released_by_id": actor.id,
        "released_at": moment,
        "release_reason": reason.strip(),
        "look_back_due_at": moment + LOOK_BACK,
    }
    carry_out(session, round_, "release", actor, note=reason, changes=changes)
    approving.approve(session, actor, round_)
    bus.emit(session, ReleasedEarly(round_.id))


def escalate(database: Database) -> None:
    """Call each look afterwards that is late, once. Any number of timetables may do so."""
    with database.unit() as session:
        now = clock.now(session)
        late = (
            Round.state == RoundState.AFTER,
            Round.look_back_due_at <= now,
            Round.escalated_at.is_(None),
        )
        for round_id in session.scalars(select(Round.id).where(*late).order_by(Round.id)).all():
            done = session.execute(
                update(Round).where(Round.id == round_id, *late).values(escalated_at=now)
            )
            if int(done.rowcount) == 1:  # type: ignore[attr-defined]
                bus.emit(session, LookBackLate(round_id))


def uses(session: Session) -> Sequence[Round]:
    """Every use of the lane, newest first."""
    return session.scalars(
        select(Round)
        .where(Round.released_at.is_not(None))
        .options(
            joinedload(Round.story).defer(Story.doc),
            joinedload(Round.story_version).options(defer(Version.doc), defer(Version.report)),
            joinedload(Round.released_by),
        )
        .order_by(Round.released_at.desc(), Round.id.desc())
        .limit(USES_SHOWN)
    ).all()


def awaiting_look_back(session: Session) -> frozenset[int]:
    """Ids of the stories that are out and still to be judged by some level."""
    return frozenset(session.scalars(select(Round.story_id).where(Round.state == RoundState.AFTER)))
