"""How rounds move: started, opened level by level, signed and closed; and what a verdict demands.

Every verdict first locks the story, then its round, so that verdicts on one piece come one after
the other whatever arrives at once.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, defer, joinedload

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Forbidden, Refusal, Stale, WrongState
from kitchen.core.workflow import carry_out
from kitchen.review.events import ReviewMoved, StepOpened
from kitchen.review.labels import OBSTACLES
from kitchen.review.models import Proof, Round, Step
from kitchen.review.queries import read_beside
from kitchen.review.reviewers import Turn, turn_at
from kitchen.review.rules import (
    DECIDED,
    UNDER_WAY,
    May,
    Obstacle,
    RoundState,
    StepState,
    hash_of_shown,
)
from kitchen.stories.models import FrozenPost, Story, Version

REFUSALS: dict[Obstacle, type[Refusal]] = {
    Obstacle.NOT_ITS_TURN: WrongState,
    Obstacle.OWN: Forbidden,
    Obstacle.TWICE: Forbidden,
    Obstacle.NO_POST: Forbidden,
    Obstacle.CLAIMED: WrongState,
}


def latest(session: Session, story: Story) -> Round | None:
    """The last round of a story, however it stands."""
    return session.scalar(_LATEST, {"story_id": story.id})


_LATEST = (
    select(Round)
    .where(Round.story_id == bindparam("story_id"))
    .order_by(Round.number.desc())
    .limit(1)
)


def start(
    session: Session,
    story: Story,
    version_id: int,
    steps: list[Step],
    proofs: list[Proof],
    last: Round | None,
    since_version_id: int | None = None,
) -> Round:
    """Begin the round after the ``last`` with these steps; those that wait first are opened."""
    round_ = Round(
        story=story,
        version_id=version_id,
        since_version_id=since_version_id,
        number=last.number + 1 if last else 1,
        risk=story.risk,
        state=RoundState.OPEN,
        steps=steps,
        proofs=proofs,
    )
    session.add(round_)
    session.flush()
    told = {"number": round_.number, "levels": [str(step.level) for step in steps]}
    audit.record(session, HOUSE, "begin_review", round_, after=told)
    open_next(session, round_)
    return round_


def open_next(session: Session, round_: Round) -> bool:
    """Open the steps of the next position; False if there is none left."""
    waiting = [step for step in round_.steps if step.state == StepState.WAITING]
    position = min((step.position for step in waiting), default=None)
    for step in waiting:
        if step.position == position:
            open_step(session, step)
    bus.emit(session, ReviewMoved(round_.id, round_.story_id))
    return position is not None


def open_step(session: Session, step: Step) -> None:
    """Its time runs from now on, and those who may decide it hear of it."""
    due = clock.now(session) + timedelta(minutes=step.minutes)
    event = StepOpened(step.id)
    carry_out(session, step, "open", HOUSE, changes={"due_at": due}, event=event)


def again(step: Step, *, keep: bool) -> Step:
    """The same step in the next round: as it was signed, or to be decided afresh."""
    names = ["position", "level", "role", "title", "unit_id", "joint", "minutes"]
    if keep:
        names += ["due_at", "reviewer_id", "for_id", "decided_at", "opinion", "seen_hash"]
    state = StepState.PASSED if keep else StepState.WAITING
    return Step(state=state, carried=keep, **{name: getattr(step, name) for name in names})


def shown_hash(session: Session, version_id: int) -> str:
    """The hash of everything that is frozen of a version: what a verdict on it covers."""
    return hash_of_shown(session.scalars(_HASHES, {"version_id": version_id}))


_HASHES = select(FrozenPost.payload_hash).where(FrozenPost.version_id == bindparam("version_id"))


def hold(session: Session, round_: Round) -> Round:
    """The round, locked after its story and read afresh together with its steps."""
    session.execute(_HELD_STORY, {"story_id": round_.story_id})
    return lock(session, round_.id)


_HELD_STORY = select(Story.id).where(Story.id == bindparam("story_id")).with_for_update()


def lock(session: Session, round_id: int) -> Round:
    """The round alone, for those who hold its story or need not; the unit's moment is this one."""
    locked = session.scalars(_LOCKED, {"round_id": round_id}).one()
    read_beside(session, locked)
    clock.renew(session)
    return locked


_LOCKED = (
    select(Round)
    .where(Round.id == bindparam("round_id"))
    .options(
        joinedload(Round.story, innerjoin=True).defer(Story.doc),
        joinedload(Round.story_version, innerjoin=True).options(
            defer(Version.doc), defer(Version.report)
        ),
    )
    .with_for_update(of=Round)
    .execution_options(populate_existing=True)
)


def demand_turn(session: Session, actor: Actor, round_: Round, step: Step) -> Turn:
    """Refuse whoever may not decide this step now: :class:`Forbidden` or :class:`WrongState`."""
    authorize(actor, May.REVIEW, step)
    demand_under_way(round_)
    turn = turn_at(session, actor, step)
    if turn.obstacle is None:
        return turn
    told = {"code": str(turn.obstacle), "permission": str(May.REVIEW)}
    raise REFUSALS[turn.obstacle](OBSTACLES[turn.obstacle], **told)


def demand_under_way(round_: Round) -> None:
    """Raise :class:`WrongState` for a round that has ended."""
    if round_.state not in UNDER_WAY:
        raise WrongState(N_("这一轮审核已经结束，请看最新的一轮。"), state=str(round_.state))


def demand_seen(session: Session, round_: Round, seen_hash: str) -> None:
    """Raise :class:`Stale` if what is frozen is not what was seen."""
    frozen = shown_hash(session, round_.version_id)
    if seen_hash != frozen:
        raise Stale(
            N_("待发的内容和您看到的不是同一份。请看过最新的一份再定。"),
            theirs={"seen_hash": frozen},
        )


def sign(
    session: Session,
    actor: Actor,
    step: Step,
    name: str,
    opinion: str,
    seen_hash: str,
    instead_of: int | None,
) -> None:
    """Put the person's name under a step; where they stand in for somebody, that name as well."""
    changes = {
        "for_id": instead_of,
        "reviewer_id": actor.id,
        "decided_at": clock.now(session),
        "opinion": opinion.strip(),
        "seen_hash": seen_hash,
    }
    carry_out(session, step, name, actor, note=opinion, changes=changes)
    session.expire(step, ["reviewer", "instead_of"])  # the names that were read are of nobody


def close(session: Session, round_: Round, name: str, **changes: object) -> None:
    """End a round by its move ``name``; what was not decided needs no decision any more."""
    for step in round_.steps:
        if step.state not in DECIDED:
            carry_out(session, step, "skip", HOUSE)
    changes["closed_at"] = clock.now(session)
    carry_out(session, round_, name, HOUSE, changes=changes)
