"""Verbs on appeals: made once by whoever shares, answered in words by someone who does not."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Duplicate, Forbidden, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.evaluation.scores import counting, faults, late, service
from kitchen.evaluation.scores.events import AppealAnswered, AppealMade
from kitchen.evaluation.scores.holding import hold, hold_score
from kitchen.evaluation.scores.models import ScoreAppeal, ScoreFault, ScoreMonth, StoryScore
from kitchen.evaluation.scores.rules import Grade, State
from kitchen.evaluation.scores.sharing import demand_no_share


def make(session: Session, actor: Actor, score: StoryScore, reason: str) -> ScoreAppeal:
    """Say that a story's points are wrong, and why.

    Raises :class:`Forbidden` for who does not share in it, :class:`WrongState` too early or too
    late, :class:`Duplicate` for the second time, :class:`Invalid` without a reason.
    """
    if actor.id is None or actor.id not in {share.staff_id for share in score.shares}:
        raise Forbidden(N_("只有参与这篇稿件的人可以申诉。"))
    if not reason.strip():
        raise Invalid(fields={"reason": N_("请写明理由。")})
    hold(session, score.month)
    _demand_in_time(session, score.month)
    if session.scalar(_of(score, actor.id)) is not None:
        raise _twice()
    appeal = ScoreAppeal(score=score, staff_id=actor.id, reason=reason.strip())
    session.add(appeal)
    try:
        session.flush()
    except IntegrityError as error:
        raise _twice() from error
    audit.record(session, actor, "make_appeal", appeal, note=reason)
    bus.emit(session, AppealMade(appeal.id))
    return appeal


def _of(score: StoryScore, staff_id: int | None) -> Select[int]:
    return select(ScoreAppeal.id).where(
        ScoreAppeal.score_id == score.id, ScoreAppeal.staff_id == staff_id
    )


def _twice() -> Duplicate:
    return Duplicate(N_("这篇稿件您已经申诉过，每人只能申诉一次。"))


def _demand_in_time(session: Session, month: ScoreMonth) -> None:
    if month.state == State.LOCKED:
        raise WrongState(N_("这个月已经锁定，不能再申诉。"))
    if month.state != State.PUBLISHED or month.appeal_until is None:
        raise WrongState(N_("这个月还没有公布，公布后才能申诉。"))
    if clock.today(session) > month.appeal_until:
        raise WrongState(N_("申诉期已过，截止日是 %(day)s。"), day=month.appeal_until.isoformat())


def may_appeal(session: Session, actor: Actor, score: StoryScore) -> bool:
    """Whether the button is offered: :func:`make` would be accepted now."""
    month = score.month
    return (
        month.state == State.PUBLISHED
        and month.appeal_until is not None
        and clock.today(session) <= month.appeal_until
        and actor.id in {share.staff_id for share in score.shares}
        and session.scalar(_of(score, actor.id)) is None
    )


def grant(
    session: Session,
    actor: Actor,
    appeal: ScoreAppeal,
    words: str,
    *,
    grade: Grade | None = None,
    struck: Sequence[ScoreFault] = (),
) -> None:
    """Say yes, in words: the story has another grade from now on, or faults of it are struck.

    Nothing else moves a story's published points. Raises :class:`Invalid` for another's fault.
    """
    score = appeal.score
    if any((each.story_id, each.month_id) != (score.story_id, score.month_id) for each in struck):
        raise Invalid(fields={"strike": N_("只能撤销这篇稿件当月的差错。")})
    _answer(session, actor, appeal, "grant", words)
    for fault in struck:
        faults.strike_out(session, actor, fault, words)
    if struck:
        counting.blame_anew(session, score)
    if grade is not None and grade != score.grade:
        service.regrade_on_appeal(session, actor, score, grade)
    late.weigh_on(session, score.story_id, score.month)


def refuse(session: Session, actor: Actor, appeal: ScoreAppeal, words: str) -> None:
    """Say no, in words."""
    _answer(session, actor, appeal, "refuse", words)


def _answer(session: Session, actor: Actor, appeal: ScoreAppeal, name: str, words: str) -> None:
    """Raises :class:`Forbidden` for whoever shares in the story, :class:`WrongState` twice."""
    hold_score(session, appeal.score)
    demand_no_share(actor, appeal.score)
    told = {
        "answer": words.strip(),
        "answered_by_id": actor.id,
        "answered_at": clock.now(session),
    }
    event = AppealAnswered(appeal.id)
    carry_out(session, appeal, name, actor, note=words, changes=told, event=event)
