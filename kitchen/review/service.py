"""Verbs of review: begin, claim, pass, return, invite other units, call off.

What stands beside them: :mod:`~kitchen.review.amending` (mend and pass on),
:mod:`~kitchen.review.lane` (release before the last level), :mod:`~kitchen.review.remarks`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Duplicate, Forbidden, Invalid, Sentence, WrongState
from kitchen.people.models import Unit
from kitchen.review import approving, proofing, reasons, rounds, routing
from kitchen.review.approving import revoke as revoke
from kitchen.review.events import ApprovalRevoked, LookBackObjected, ReviewMoved
from kitchen.review.labels import OBSTACLES
from kitchen.review.models import Proof, Round, Step
from kitchen.review.reviewers import possible_reviewers, writers_of
from kitchen.review.rounds import shown_hash as shown_hash
from kitchen.review.rules import (
    AUTHOR,
    MINUTES,
    Level,
    May,
    Obstacle,
    RoundState,
    StepState,
)
from kitchen.stories import readings, release
from kitchen.stories.events import StorySubmitted, StoryTakenBack
from kitchen.stories.models import Story


def begin(session: Session, event: StorySubmitted) -> Round:
    """A submitted version enters its route: the first level is opened."""
    story = session.get_one(Story, event.story_id)
    last = rounds.latest(session, story)
    if last is not None and last.state == RoundState.AMENDED and last.risk == story.risk:
        return _go_on(session, last, event.version_id)
    stops = routing.route_of(session, story.risk)
    steps = [
        Step(
            position=position,
            level=stop.level,
            role=stop.role,
            title=stop.title,
            unit_id=story.unit_id,
            minutes=stop.minutes,
            state=StepState.WAITING,
        )
        for position, stop in enumerate(stops, start=1)
    ]
    proofs = proofing.demanded(session, story.risk)
    return rounds.start(session, story, event.version_id, steps, proofs, last)


def _go_on(session: Session, mended: Round, version_id: int) -> Round:
    """A reviewer has ended the round in this very unit by mending the text.

    The levels that passed stand, with their names; what was proofread is to be read afresh.
    """
    steps = [rounds.again(it, keep=it.state == StepState.PASSED) for it in mended.steps]
    proofs = [Proof(number=it.number) for it in mended.proofs]
    since = mended.since_version_id or mended.version_id
    return rounds.start(session, mended.story, version_id, steps, proofs, mended, since)


def claim(session: Session, actor: Actor, step: Step) -> None:
    """Say that one is reading this now; it keeps others away for half an hour."""
    rounds.demand_turn(session, actor, rounds.hold(session, step.round), step)
    step.claimed_by_id, step.claimed_at = actor.id, clock.now(session)
    session.flush()
    session.expire(step, ["claimed_by"])
    audit.record(session, actor, "claim", step)
    bus.emit(session, ReviewMoved(step.round_id, step.round.story_id))


def pass_(session: Session, actor: Actor, step: Step, opinion: str, seen_hash: str) -> None:
    """Pass one level; the last pass approves every post of the version.

    ``seen_hash`` is :func:`~kitchen.review.rules.hash_of_shown` of the posts that the reviewer
    saw. Raises :class:`Forbidden`, :class:`WrongState` (also where a proof is missing for the last
    pass), or :class:`Stale` if what is frozen is not what was seen.
    """
    round_ = rounds.hold(session, step.round)
    turn = rounds.demand_turn(session, actor, round_, step)
    rounds.demand_seen(session, round_, seen_hash)
    if _is_last(round_, step):
        proofing.demand_signed(round_, seen_hash)
    rounds.sign(session, actor, step, "pass", opinion, seen_hash, turn.instead_of)
    readings.note(session, actor, round_.story_version)
    if any(each.state == StepState.OPEN for each in round_.steps):
        bus.emit(session, ReviewMoved(round_.id, round_.story_id))
    elif not rounds.open_next(session, round_):
        released = round_.state == RoundState.AFTER
        rounds.close(session, round_, "complete")
        if not released:
            approving.approve(session, actor, round_)


def _is_last(round_: Round, step: Step) -> bool:
    still = {StepState.OPEN, StepState.WAITING}
    return all(each is step or each.state not in still for each in round_.steps)


def sign_proof(
    session: Session, actor: Actor, round_: Round, number: int, note: str, seen_hash: str
) -> None:
    """Sign the first, second or third proof of what is frozen.

    Raises :class:`Forbidden`, :class:`WrongState`, :class:`Stale`, ``NotFound``.
    """
    round_ = rounds.hold(session, round_)
    rounds.demand_seen(session, round_, seen_hash)
    proofing.sign(session, actor, round_, number, note, seen_hash)
    readings.note(session, actor, round_.story_version)


def return_(
    session: Session,
    actor: Actor,
    step: Step,
    reason: str,
    to: int = AUTHOR,
    chips: Sequence[str] = (),
) -> None:
    """Send it back: to the author, or to the earlier level at position ``to`` for another look.

    The reason is made of ``chips`` (keys of :func:`kitchen.review.reasons.reasons`) and words. The
    round ends with this. A return to a level begins the next round with the same version, in
    which the levels before it stand as they were signed. What the emergency lane sent out is not
    moved: whoever signs there hears what was found, and corrects or revokes it. Raises
    :class:`Invalid` without a reason or for a position that is not earlier, :class:`Forbidden`,
    :class:`WrongState`.
    """
    round_ = rounds.hold(session, step.round)
    turn = rounds.demand_turn(session, actor, round_, step)
    if not AUTHOR <= to < step.position:
        raise Invalid(fields={"to": N_("只能退给作者，或退到更前面的一级。")})
    reason = reasons.sentence_of(session, chips, reason)
    rounds.sign(session, actor, step, "return", reason, "", turn.instead_of)
    reasons.note_given(session, step, chips)
    readings.note(session, actor, round_.story_version)
    released = round_.state == RoundState.AFTER
    rounds.close(session, round_, "send_back", returned_to=AUTHOR if released else to)
    if released:
        bus.emit(session, LookBackObjected(round_.id, reason))
        bus.emit(session, ReviewMoved(round_.id, round_.story_id))
    elif to == AUTHOR:
        hand = approving.in_whose_name(actor, round_.story)
        release.return_to_author(session, hand, round_.story, reason)
        bus.emit(session, ReviewMoved(round_.id, round_.story_id))
    else:
        steps = [rounds.again(each, keep=each.position < to) for each in round_.steps]
        _look_again(session, round_, steps)


def _look_again(session: Session, round_: Round, steps: list[Step]) -> None:
    """The next round over the same version: what was proofread of it stands."""
    proofs = proofing.again(round_)
    since = round_.since_version_id
    rounds.start(session, round_.story, round_.version_id, steps, proofs, round_, since)


def add_joint(session: Session, actor: Actor, round_: Round, units: Sequence[Unit]) -> list[Step]:
    """Invite other units to judge beside the level that is open (S23): all of them must pass.

    Raises :class:`Invalid` for no unit or one where nobody may review, :class:`Duplicate` for one
    that was asked, :class:`Forbidden`, :class:`WrongState`.
    """
    rounds.lock(session, round_.id)
    authorize(actor, May.REVIEW, round_.story)
    if actor.id in writers_of(session, round_):
        raise Forbidden(OBSTACLES[Obstacle.OWN], code=str(Obstacle.OWN))
    open_now = [step for step in round_.steps if step.state == StepState.OPEN]
    if not open_now:
        raise WrongState(N_("这一轮审核已经结束，不能再邀请联审。"))
    if not units:
        raise Invalid(fields={"units": N_("请选至少一个单位。")})
    joined = [_invite(session, round_, unit, open_now[0].position) for unit in units]
    told = {"units": [unit.name for unit in units]}
    audit.record(session, actor, "add_joint", round_, after=told)
    bus.emit(session, ReviewMoved(round_.id, round_.story_id))
    return joined


def _invite(session: Session, round_: Round, unit: Unit, position: int) -> Step:
    if any(step.joint and step.unit_id == unit.id for step in round_.steps):
        raise Duplicate(N_("已经邀请过“%(unit)s”。"), unit=unit.name)
    step = Step(
        position=position,
        level=Level.JOINT,
        unit=unit,
        unit_id=unit.id,
        joint=True,
        minutes=MINUTES[Level.JOINT],
        state=StepState.WAITING,
    )
    round_.steps.append(step)
    session.flush()
    if not possible_reviewers(session, step):
        told = Sentence(N_("“%(unit)s”还没有可以审稿的人，请先安排岗位。"), {"unit": unit.name})
        raise Invalid(fields={"units": told})
    rounds.open_step(session, step)
    return step


def call_off(session: Session, event: StoryTakenBack) -> None:
    """The author took the story back: its round is void, and the posts that it judged with it."""
    _call_off(session, Round.story_id == event.story_id, RoundState.OPEN)


def spare_look_back(session: Session, event: ApprovalRevoked) -> None:
    """What the emergency lane sent out is taken back: nobody need look at it afterwards."""
    _call_off(session, Round.version_id == event.version_id, RoundState.AFTER)


def _call_off(session: Session, which: ColumnElement[bool], state: RoundState) -> None:
    found = select(Round.id).where(which, Round.state == state)
    for round_id in session.scalars(found).all():
        round_ = rounds.lock(session, round_id)
        if round_.state == state:
            rounds.close(session, round_, "call_off")
            bus.emit(session, ReviewMoved(round_.id, round_.story_id))
