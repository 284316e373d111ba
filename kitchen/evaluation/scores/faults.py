"""Verbs on faults: noted with evidence by somebody who has no share, struck with a reason.

A fault of a story counts within its points as long as its month is open. Afterwards nothing there
changes, and it counts as an entry of its own in the next month that is open.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, WrongState
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores import counting, versions
from kitchen.evaluation.scores.holding import hold
from kitchen.evaluation.scores.models import ScoreFault, ScoreMonth, StoryScore
from kitchen.evaluation.scores.rules import OPEN, Fault
from kitchen.evaluation.scores.sharing import demand_no_share
from kitchen.people.models import Staff


def note(
    session: Session, actor: Actor, score: StoryScore, kind: Fault, *, words: str, url: str
) -> ScoreFault:
    """Note a fault of a story. Raises :class:`Forbidden` for who shares in it, :class:`Invalid`
    without evidence.
    """
    hold(session, score.month)
    month = score.month if score.month.state in OPEN else _next_open(session)
    authorize(actor, May.GRADE, month)
    demand_no_share(actor, score)
    if kind == Fault.MISSED:
        raise Invalid(fields={"kind": N_("漏报没有稿件，请在当月的差错页里记到人。")})
    fault = _enter(session, actor, month, kind, words, url, story_id=score.story_id)
    if month is score.month:
        counting.blame_anew(session, score)
    else:
        weights = versions.weights_of(session, month)
        fault.points = counting.late_points(kind, score.points, weights)
    session.flush()
    return fault


def _next_open(session: Session) -> ScoreMonth:
    """The earliest month that is not published. Raises :class:`WrongState` where none is."""
    months = counting.open_months(session)
    if not months:
        raise WrongState(N_("没有还未公布的月份，差错无处可记。"))
    return months[0]


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
    weights = versions.weights_of(session, month)
    fault.points = counting.late_points(Fault.MISSED, None, weights)
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
    """Say that it was none after all, while its month is open. Raises :class:`Invalid` without a
    reason, :class:`Forbidden` for whom it falls on, :class:`WrongState` twice or too late.
    """
    authorize(actor, May.GRADE, fault)
    if not reason.strip():
        raise Invalid(fields={"note": N_("请写明理由。")})
    hold(session, fault.month)
    _demand_open(fault.month)
    score = counting.score_of(session, fault.story_id)
    if score is not None:
        demand_no_share(actor, score)
    elif actor.id == fault.person_id:
        raise Forbidden(N_("自己的漏报由别人来记。"))
    strike_out(session, actor, fault, reason)
    if score is not None and score.month is fault.month:
        counting.blame_anew(session, score)


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
