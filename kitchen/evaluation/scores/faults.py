"""Verbs on faults: noted with evidence by somebody who has no share, struck with a reason.

A fault of a story counts within its points as long as its month is open. Afterwards nothing there
changes, and it counts as an entry of its own in the next month that is open. Whom such an entry
falls on reads of it when that month is published, so it may be struck until the lock.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, WrongState
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores import counting, late, versions
from kitchen.evaluation.scores.formula import Inputs, late_points
from kitchen.evaluation.scores.holding import hold, hold_score
from kitchen.evaluation.scores.models import ScoreFault, ScoreMonth, StoryScore
from kitchen.evaluation.scores.rules import OPEN, Fault, State
from kitchen.evaluation.scores.sharing import demand_no_share
from kitchen.people.models import Staff


def note(
    session: Session, actor: Actor, score: StoryScore, kind: Fault, *, words: str, url: str
) -> ScoreFault:
    """Note a fault of a story. Raises :class:`Forbidden` for who shares in it, :class:`Invalid`
    without evidence.
    """
    authorize(actor, May.GRADE, score)
    hold_score(session, score)
    month = score.month if score.month.state in OPEN else _next_open(session, score.month)
    authorize(actor, May.GRADE, month)
    demand_no_share(actor, score)
    if kind == Fault.MISSED:
        raise Invalid(fields={"kind": N_("漏报没有稿件，请在当月的差错页里记到人。")})
    if kind not in kinds_for(score):
        raise Invalid(fields={"kind": N_("逾期交稿已经按任务自动扣分，不用再记。")})
    fault = _enter(session, actor, month, kind, words, url, story_id=score.story_id)
    if month is score.month:
        counting.blame_anew(session, score)
    else:
        late.weigh_on(session, score.story_id, month)
    session.flush()
    return fault


def kinds_for(score: StoryScore) -> list[Fault]:
    """What may be noted of a story: lateness only where its task does not count it by itself."""
    counted = {Fault.MISSED} | ({Fault.OVERDUE} if Inputs.from_json(score.inputs).late else set())
    return [kind for kind in Fault if kind not in counted]


def _next_open(session: Session, after: ScoreMonth) -> ScoreMonth:
    """The next month that is not published, held. Raises :class:`WrongState` where none is."""
    for month in counting.open_months(session):
        if month.month > after.month:
            hold(session, month)
            if month.state in OPEN:
                return month
    raise WrongState(N_("没有还未公布的月份，差错无处可记。"))


def miss(
    session: Session, actor: Actor, month: ScoreMonth, person: Staff, *, words: str, url: str
) -> ScoreFault:
    """Note news that a person should have brought (漏报).

    Raises :class:`Invalid` without evidence, :class:`WrongState` for a published month.
    """
    authorize(actor, May.GRADE, month)
    hold(session, month)
    _demand_open(month)
    if actor.id == person.id:
        raise Forbidden(N_("自己的漏报由别人来记。"))
    fault = _enter(session, actor, month, Fault.MISSED, words, url, person_id=person.id)
    (fault.points,) = late_points([Fault.MISSED], 0, versions.weights_of(session, month))
    session.flush()
    return fault


def _enter(
    session: Session,
    actor: Actor,
    month: ScoreMonth,
    kind: Fault,
    words: str,
    url: str,
    **whose: int,
) -> ScoreFault:
    missing = [name for name, given in (("note", words.strip()), ("url", url)) if not given]
    if missing:
        raise Invalid(fields=dict.fromkeys(missing, N_("扣分要有依据，请填写。")))
    fault = ScoreFault(
        month=month, kind=kind, note=words.strip(), url=url, staff_id=actor.id, **whose
    )
    session.add(fault)
    session.flush()
    audit.record(
        session, actor, "note_fault", fault, after={"kind": kind, "url": url, **whose}, note=words
    )
    return fault


def _demand_open(month: ScoreMonth) -> None:
    if month.state not in OPEN:
        raise WrongState(N_("这个月已经公布，请记在还没有公布的月份。"))


def strike(session: Session, actor: Actor, fault: ScoreFault, reason: str) -> None:
    """Say that it was none after all: within its story's points while the month is open, beside
    them until it is locked. Raises :class:`Invalid` without a reason, :class:`Forbidden` for whom
    it falls on, :class:`WrongState` twice or too late.
    """
    authorize(actor, May.GRADE, fault)
    if not reason.strip():
        raise Invalid(fields={"note": N_("请写明理由。")})
    hold(session, fault.month)
    session.refresh(fault)
    score = counting.score_of(session, fault.story_id)
    within = score is not None and score.month_id == fault.month_id
    _demand_strikable(fault.month, within=within)
    if score is not None:
        demand_no_share(actor, score)
    elif actor.id == fault.person_id:
        raise Forbidden(N_("自己的漏报由别人来撤销。"))
    strike_out(session, actor, fault, reason)
    if score is not None and within:
        counting.blame_anew(session, score)
    elif score is not None:
        late.weigh_on(session, score.story_id, fault.month)


def _demand_strikable(month: ScoreMonth, *, within: bool) -> None:
    if month.state == State.LOCKED:
        raise WrongState(N_("这个月已经锁定，差错不能再撤销。"))
    if within and month.state not in OPEN:
        raise WrongState(N_("这个月已经公布，稿件当月的差错由申诉来撤销。"))


def strikable(session: Session, faults: Collection[ScoreFault]) -> set[int]:
    """The ids of those among these faults of one month that its state lets be struck."""
    standing = {each.id: each.month.state for each in faults if each.struck_at is None}
    beside = late.among(session, faults)
    return {
        fault_id
        for fault_id, state in standing.items()
        if state in OPEN or (state != State.LOCKED and fault_id in beside)
    }


def strike_out(session: Session, actor: Actor, fault: ScoreFault, reason: str) -> None:
    """Strike a fault, whatever its month: the answer to an appeal may do so. Raises
    :class:`WrongState` twice.
    """
    if fault.struck_at is not None:
        raise WrongState(N_("这条差错已经撤销。"))
    fault.struck_at = clock.now(session)
    fault.struck_note = reason.strip()
    session.flush()
    audit.record(session, actor, "strike_fault", fault, note=reason)
