"""Reads of review: whose turn it is, one round, the trail of a story, what changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, case, func, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.counting import Count, told
from kitchen.core.db import fill
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.people.models import Unit
from kitchen.review.models import Proof, Round, Step
from kitchen.review.reviewers import When, Who, holds_post, reviewing_roles, stands_apart
from kitchen.review.rules import DECIDED, UNDER_WAY, May, RoundState, StepState
from kitchen.stories.models import Story, Version
from kitchen.stories.rules import Kind
from kitchen.topics.rules import Risk

QUEUE_AT_MOST = 100

_STORY = (
    joinedload(Round.story).options(defer(Story.doc), joinedload(Story.author)),
    joinedload(Round.story_version).options(defer(Version.doc), defer(Version.report)),
)


_OF_A_STEP = (
    joinedload(Step.reviewer),
    joinedload(Step.claimed_by),
    joinedload(Step.unit),
    joinedload(Step.instead_of),
)


def _with_steps() -> ORMOption:
    return selectinload(Round.steps).options(*_OF_A_STEP)


def _with_proofs() -> ORMOption:
    return selectinload(Round.proofs).joinedload(Proof.reader)


def the_round(session: Session, uid: str) -> Round:
    """One round with its story, version and steps. Raises :class:`NotFound`."""
    return _one(session, uid, _ROUND, _BESIDE)


def round_to_judge(session: Session, uid: str) -> Round:
    """One round with its steps alone, for a verdict, which locks it and reads the rest.

    Raises :class:`NotFound`.
    """
    return _one(session, uid, _ALONE, _ITS_STEPS)


def round_to_tell(session: Session, uid: str) -> Round:
    """One round with what a program is told of it. Raises :class:`NotFound`."""
    return _one(session, uid, _TO_TELL, _BESIDE)


def _one(
    session: Session, uid: str, query: Select[Round], beside: Mapping[str, Select[Any]]
) -> Round:
    found = session.scalar(query, {"uid": uid})
    if found is None:
        raise NotFound
    fill(session, found, beside)
    return found


def read_beside(session: Session, round_: Round) -> None:
    """Read the round's steps and proofs as they stand now, with who decided."""
    fill(session, round_, _BESIDE)


_AFRESH = {"populate_existing": True}
_ALONE = select(Round).where(Round.uid == bindparam("uid"))
_TO_TELL = _ALONE.options(
    joinedload(Round.story).load_only(Story.uid, Story.unit_id),
    joinedload(Round.story_version).load_only(Version.title, Version.number),
)
_ROUND = _ALONE.options(
    joinedload(Round.story).joinedload(Story.author),
    joinedload(Round.story_version).joinedload(Version.made_by),
    joinedload(Round.released_by),
).execution_options(**_AFRESH)
_ITS_STEPS = {
    "steps": select(Step)
    .where(Step.round_id == bindparam("of"))
    .order_by(Step.position, Step.joint, Step.id)
}
_BESIDE = {
    "steps": _ITS_STEPS["steps"].options(*_OF_A_STEP).execution_options(**_AFRESH),
    "proofs": select(Proof)
    .where(Proof.round_id == bindparam("of"))
    .options(joinedload(Proof.reader))
    .order_by(Proof.number)
    .execution_options(**_AFRESH),
}


def the_step(round_: Round, uid: str) -> Step:
    """One step of a round. Raises :class:`NotFound`."""
    for step in round_.steps:
        if step.uid == uid:
            return step
    raise NotFound


def to_decide(session: Session, actor: Actor, *, joint: bool | None = None) -> Sequence[Step]:
    """The steps that wait for this person, in turn; only joint ones, or none of them."""
    if not actor.may(May.REVIEW):
        return []
    query = _for(session, actor)
    if joint is not None:
        query = query.where(Step.joint.is_(joint))
    return _in_turn(session, query)


def under_way(session: Session, actor: Actor, *, others: bool = False) -> Sequence[Step]:
    """Every step that is open, or only those that wait for somebody else."""
    query = _open()
    if others:
        query = query.where(Step.id.not_in(_for(session, actor).with_only_columns(Step.id)))
    return _in_turn(session, query)


def looking_back(session: Session) -> Sequence[Step]:
    """The open steps of what the emergency lane sent out."""
    return _in_turn(session, _open().where(Round.state == RoundState.AFTER))


def _in_turn(session: Session, query: Select[Step]) -> Sequence[Step]:
    """Earliest due first, of those the graver first, of those the one that has waited longest."""
    gravest = case({str(risk): -at for at, risk in enumerate(Risk)}, value=Round.risk)
    return session.scalars(
        query.options(joinedload(Step.round).options(*_STORY), joinedload(Step.claimed_by))
        .order_by(Step.due_at, gravest, Step.id)
        .limit(QUEUE_AT_MOST)
    ).all()


def count_to_decide(session: Session, actor: Actor) -> int:
    """How many steps wait for this person."""
    given = {"staff_id": actor.id, "moment": clock.now(session)}
    return told(session, [waiting_count(session, actor)], given)[0]


def waiting_count(session: Session, actor: Actor) -> Count:
    """The same as a question about ``staff_id`` at a ``moment``; nought for who judges nothing."""
    return _counted(tuple(reviewing_roles(session))) if actor.may(May.REVIEW) else 0


@cache
def _counted(roles: tuple[str, ...]) -> Select[int]:
    """Every page of the desk counts; building the statement costs more than running it."""
    who = bindparam("staff_id", type_=Integer)
    waiting = _waiting_for(roles, who, bindparam("moment", type_=Step.due_at.type))
    return waiting.with_only_columns(func.count(Step.id))


def _for(session: Session, actor: Actor) -> Select[Step]:
    roles = tuple(reviewing_roles(session))
    return _waiting_for(roles, actor.id, clock.now(session))


def _waiting_for(roles: tuple[str, ...], staff_id: Who, now: When) -> Select[Step]:
    return _open().where(holds_post(roles, staff_id, now), stands_apart(staff_id))


def _open() -> Select[Step]:
    return (
        select(Step)
        .join(Round, Round.id == Step.round_id)
        .join(Story, Story.id == Round.story_id)
        .join(Version, Version.id == Round.version_id)
        .where(Step.state == StepState.OPEN, Round.state.in_(UNDER_WAY))
    )


def decided_by(session: Session, actor: Actor, limit: int = 30) -> Sequence[Step]:
    """What the person decided last."""
    return session.scalars(
        select(Step)
        .where(Step.reviewer_id == actor.id, Step.state.in_(DECIDED), ~Step.carried)
        .options(joinedload(Step.round).options(*_STORY))
        .order_by(Step.decided_at.desc(), Step.id.desc())
        .limit(limit)
    ).all()


def page_of_rounds(
    session: Session,
    *,
    state: str | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Round]:
    """Rounds, newest first; ``q`` looks in titles."""
    query = select(Round).options(*_STORY, _with_steps(), _with_proofs())
    if state:
        query = query.where(Round.state == state)
    if q:
        query = query.join(Story, Story.id == Round.story_id)
        query = query.where(Story.title.contains(q, autoescape=True))
    return newest_first(session, query, Round.id, limit=limit, cursor=cursor)


def filled_in(session: Session, rounds: Sequence[Round]) -> Sequence[Round]:
    """These rounds, with all that a list of them shows."""
    session.scalars(
        select(Round)
        .where(Round.id.in_({round_.id for round_ in rounds}))
        .options(*_STORY, _with_steps(), _with_proofs())
        .execution_options(populate_existing=True)
    ).all()
    return rounds


def trail_of(session: Session, story: Story) -> Sequence[Round]:
    """Every round of a story with who decided what and when, in order."""
    return session.scalars(
        select(Round)
        .where(Round.story_id == story.id)
        .options(
            joinedload(Round.story_version).options(defer(Version.doc), defer(Version.report)),
            joinedload(Round.released_by),
            _with_steps(),
            _with_proofs(),
        )
        .order_by(Round.number)
    ).all()


def last_seen(session: Session, actor: Actor, round_: Round) -> Version | None:
    """The version of the story, before this round's, on which the person decided last."""
    return session.scalar(_LAST_SEEN, {**_before(round_), "staff_id": actor.id})


def last_passed(session: Session, round_: Round, step: Step) -> Version | None:
    """The version of the story, before this round's, that was passed last at the step's level."""
    return session.scalar(_LAST_PASSED, {**_before(round_), "level": step.level})


def submitted_before(session: Session, round_: Round) -> Version | None:
    """The version that was handed in before this round's, if there was one."""
    return session.scalar(_SUBMITTED, _before(round_))


def _before(round_: Round) -> dict[str, Any]:
    return {"story_id": round_.story_id, "version_id": round_.version_id}


_LATEST = (
    select(Version)
    .where(Version.story_id == bindparam("story_id"), Version.id < bindparam("version_id"))
    .order_by(Version.id.desc())
    .limit(1)
)
"""Of the versions of a story before one; with what follows, asked several times at each verdict."""
_JUDGED = _LATEST.join(Round, Round.version_id == Version.id).join(Step, Step.round_id == Round.id)
_LAST_SEEN = _JUDGED.where(Step.reviewer_id == bindparam("staff_id"), Step.state.in_(DECIDED))
_LAST_PASSED = _JUDGED.where(Step.level == bindparam("level"), Step.state == StepState.PASSED)
_SUBMITTED = _LATEST.where(Version.kind == Kind.SUBMITTED)


def units_named(session: Session, uids: Sequence[str]) -> Sequence[Unit]:
    """The units of these uids, in their order. Raises :class:`NotFound` for an unknown one."""
    found = {unit.uid: unit for unit in session.scalars(select(Unit).where(Unit.uid.in_(uids)))}
    if missing := set(uids) - found.keys():
        raise NotFound(units=sorted(missing))
    return [found[uid] for uid in dict.fromkeys(uids)]


def units_to_invite(session: Session, round_: Round) -> Sequence[Unit]:
    """Units that may still be invited to a joint review."""
    asked = {step.unit_id for step in round_.steps if step.joint}
    return session.scalars(
        select(Unit)
        .where(Unit.id.not_in(asked), Unit.id != round_.story.unit_id, Unit.closed_at.is_(None))
        .order_by(Unit.id)
    ).all()
