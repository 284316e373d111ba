"""Verbs of review: begin, claim, pass, return, invite other units, call off.

Every verdict first locks the story, then its round, so that verdicts on one piece come one after
the other whatever arrives at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import (
    N_,
    Duplicate,
    Forbidden,
    Invalid,
    Refusal,
    Sentence,
    Stale,
    WrongState,
)
from kitchen.core.workflow import carry_out
from kitchen.people.models import Unit
from kitchen.review import approving, routing
from kitchen.review.approving import revoke as revoke
from kitchen.review.events import ReviewMoved, StepOpened
from kitchen.review.labels import OBSTACLES
from kitchen.review.models import Round, Step
from kitchen.review.reviewers import obstacle_for, possible_reviewers, writers_of
from kitchen.review.rules import (
    AUTHOR,
    DECIDED,
    MINUTES,
    Level,
    May,
    Obstacle,
    RoundState,
    StepState,
    hash_of_shown,
)
from kitchen.stories import release
from kitchen.stories.events import StorySubmitted, StoryTakenBack
from kitchen.stories.models import FrozenPost, Story

REFUSALS: dict[Obstacle, type[Refusal]] = {
    Obstacle.NOT_ITS_TURN: WrongState,
    Obstacle.OWN: Forbidden,
    Obstacle.TWICE: Forbidden,
    Obstacle.NO_POST: Forbidden,
    Obstacle.CLAIMED: WrongState,
}


def begin(session: Session, event: StorySubmitted) -> Round:
    """A submitted version enters its route: the first level is opened."""
    story = session.get_one(Story, event.story_id)
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
    return _start(session, story, event.version_id, steps)


def _start(session: Session, story: Story, version_id: int, steps: list[Step]) -> Round:
    last = session.scalar(select(func.max(Round.number)).where(Round.story_id == story.id))
    round_ = Round(
        story=story,
        version_id=version_id,
        number=(last or 0) + 1,
        risk=story.risk,
        state=RoundState.OPEN,
        steps=steps,
    )
    session.add(round_)
    session.flush()
    told = {"number": round_.number, "levels": [str(step.level) for step in steps]}
    audit.record(session, HOUSE, "begin_review", round_, after=told)
    _open_next(session, round_)
    return round_


def _open_next(session: Session, round_: Round) -> bool:
    """Open the steps of the next position; False if there is none left."""
    waiting = [step for step in round_.steps if step.state == StepState.WAITING]
    position = min((step.position for step in waiting), default=None)
    for step in waiting:
        if step.position == position:
            _open(session, step)
    bus.emit(session, ReviewMoved(round_.id, round_.story_id))
    return position is not None


def _open(session: Session, step: Step) -> None:
    due = clock.now(session) + timedelta(minutes=step.minutes)
    event = StepOpened(step.id)
    carry_out(session, step, "open", HOUSE, changes={"due_at": due}, event=event)


def claim(session: Session, actor: Actor, step: Step) -> None:
    """Say that one is reading this now; it keeps others away for half an hour."""
    _demand_turn(session, actor, _hold(session, step), step)
    step.claimed_by_id, step.claimed_at = actor.id, clock.fresh(session)
    session.flush()
    audit.record(session, actor, "claim", step)
    bus.emit(session, ReviewMoved(step.round_id, step.round.story_id))


def pass_(session: Session, actor: Actor, step: Step, opinion: str, seen_hash: str) -> None:
    """Pass one level; the last pass approves every post of the version.

    ``seen_hash`` is :func:`~kitchen.review.rules.hash_of_shown` of the posts that the reviewer
    saw. Raises :class:`Forbidden`, :class:`WrongState`, or :class:`Stale` if what is frozen is
    not what was seen.
    """
    round_ = _hold(session, step)
    _demand_turn(session, actor, round_, step)
    _demand_seen(session, round_, seen_hash)
    _sign(session, actor, step, "pass", opinion, seen_hash)
    if any(each.state == StepState.OPEN for each in round_.steps):
        bus.emit(session, ReviewMoved(round_.id, round_.story_id))
    elif not _open_next(session, round_):
        _close(session, round_, "complete")
        approving.approve(session, actor, round_)


def return_(session: Session, actor: Actor, step: Step, reason: str, to: int = AUTHOR) -> None:
    """Send it back: to the author, or to the earlier level at position ``to`` for another look.

    The round ends with this. A return to a level begins the next round with the same version, in
    which the levels before it stand as they were signed. Raises :class:`Invalid` without a reason
    or for a position that is not earlier, :class:`Forbidden`, :class:`WrongState`.
    """
    round_ = _hold(session, step)
    _demand_turn(session, actor, round_, step)
    if not AUTHOR <= to < step.position:
        raise Invalid(fields={"to": N_("只能退给作者，或退到更前面的一级。")})
    _sign(session, actor, step, "return", reason, "")
    _close(session, round_, "send_back", returned_to=to)
    if to == AUTHOR:
        hand = approving.in_whose_name(actor, round_.story)
        release.return_to_author(session, hand, round_.story, reason)
        bus.emit(session, ReviewMoved(round_.id, round_.story_id))
    else:
        steps = [_again(each, keep=each.position < to) for each in round_.steps]
        _start(session, round_.story, round_.version_id, steps)


def _again(step: Step, *, keep: bool) -> Step:
    """The same step in the next round: as it was signed, or to be decided afresh."""
    names = ["position", "level", "role", "title", "unit_id", "joint", "minutes"]
    if keep:
        names += ["due_at", "reviewer_id", "decided_at", "opinion", "seen_hash"]
    state = StepState.PASSED if keep else StepState.WAITING
    return Step(state=state, carried=keep, **{name: getattr(step, name) for name in names})


def add_joint(session: Session, actor: Actor, round_: Round, units: Sequence[Unit]) -> list[Step]:
    """Invite other units to judge beside the level that is open (S23): all of them must pass.

    Raises :class:`Invalid` for no unit or one where nobody may review, :class:`Duplicate` for one
    that was asked, :class:`Forbidden`, :class:`WrongState`.
    """
    _lock(session, round_.id)
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
    _open(session, step)
    return step


def call_off(session: Session, event: StoryTakenBack) -> None:
    """The author took the story back: its round is void, and the posts that it judged with it."""
    found = select(Round.id).where(Round.story_id == event.story_id, Round.state == RoundState.OPEN)
    for round_id in session.scalars(found).all():
        round_ = _lock(session, round_id)
        if round_.state == RoundState.OPEN:
            _close(session, round_, "call_off")
            bus.emit(session, ReviewMoved(round_.id, round_.story_id))


def shown_hash(session: Session, version_id: int) -> str:
    """The hash of everything that is frozen of a version: what a verdict on it covers."""
    hashes = select(FrozenPost.payload_hash).where(FrozenPost.version_id == version_id)
    return hash_of_shown(session.scalars(hashes))


def _hold(session: Session, step: Step) -> Round:
    """The step's round, locked after its story and read afresh together with its steps."""
    story = select(Story.id).where(Story.id == step.round.story_id)
    session.execute(story.with_for_update())
    return _lock(session, step.round_id)


def _lock(session: Session, round_id: int) -> Round:
    return session.scalars(
        select(Round)
        .where(Round.id == round_id)
        .options(
            joinedload(Round.story, innerjoin=True),
            joinedload(Round.story_version, innerjoin=True),
            selectinload(Round.steps),
        )
        .with_for_update(of=Round)
        .execution_options(populate_existing=True)
    ).one()


def _demand_turn(session: Session, actor: Actor, round_: Round, step: Step) -> None:
    authorize(actor, May.REVIEW, step)
    if round_.state != RoundState.OPEN:
        raise WrongState(N_("这一轮审核已经结束，请看最新的一轮。"), state=str(round_.state))
    obstacle = obstacle_for(session, actor, step)
    if obstacle is None:
        return
    raise REFUSALS[obstacle](OBSTACLES[obstacle], code=str(obstacle), permission=str(May.REVIEW))


def _demand_seen(session: Session, round_: Round, seen_hash: str) -> None:
    frozen = shown_hash(session, round_.version_id)
    if seen_hash != frozen:
        raise Stale(
            N_("待发的内容和您看到的不是同一份。请看过最新的一份再定。"),
            theirs={"seen_hash": frozen},
        )


def _sign(
    session: Session, actor: Actor, step: Step, name: str, opinion: str, seen_hash: str
) -> None:
    changes = {
        "reviewer_id": actor.id,
        "decided_at": clock.fresh(session),
        "opinion": opinion.strip(),
        "seen_hash": seen_hash,
    }
    carry_out(session, step, name, actor, note=opinion, changes=changes)


def _close(session: Session, round_: Round, name: str, **changes: object) -> None:
    for step in round_.steps:
        if step.state not in DECIDED:
            carry_out(session, step, "skip", HOUSE)
    changes["closed_at"] = clock.fresh(session)
    carry_out(session, round_, name, HOUSE, changes=changes)
