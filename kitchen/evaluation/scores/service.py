"""Verbs on months and scores: count, grade, publish to the staff, lock."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core import audit, calendar, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, WrongState
from kitchen.core.workflow import carry_out
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores import counting, pay, queries, versions
from kitchen.evaluation.scores.events import MonthMoved
from kitchen.evaluation.scores.formula import Inputs
from kitchen.evaluation.scores.holding import hold, hold_score
from kitchen.evaluation.scores.models import ScoreMonth, StoryScore
from kitchen.evaluation.scores.rules import OPEN, Genre, Grade, State, first_of, name_of
from kitchen.evaluation.scores.sharing import demand_no_share, demand_version, part_points


def count(session: Session, actor: Actor, month: ScoreMonth) -> int:
    """Have an open month counted now rather than at night; how many stories it holds."""
    authorize(actor, May.GRADE, month)
    hold(session, month)
    if month.state not in OPEN:
        raise WrongState(N_("已经公布的月份不再重算。"))
    stories = counting.count(session, month)
    audit.record(session, actor, "count_month", month, after={"stories": stories})
    return stories


def grade(
    session: Session,
    actor: Actor,
    score: StoryScore,
    grade: Grade,
    genre: Genre | None = None,
    seen: int | None = None,
) -> None:
    """Grade a story, and say what it is counted as where the house took it for something else.

    Raises :class:`Forbidden` for whoever shares in it, :class:`WrongState` once grading is over,
    :class:`Stale` where somebody did so since ``seen``.
    """
    authorize(actor, May.GRADE, score)
    hold_score(session, score)
    demand_no_share(actor, score)
    if score.month.state != State.PROPOSED:
        raise WrongState(N_("评级已经结束，要改请先退回评级。"))
    demand_version(score, seen)
    before = {"grade": score.grade, "genre": score.genre, "points": score.points}
    if genre is not None and genre != score.genre:
        score.genre, score.genre_by_hand = genre, True
    _regrade(session, actor, score, grade)
    after = {"grade": score.grade, "genre": score.genre, "points": score.points}
    audit.record(session, actor, "grade_story", score, before=before, after=after)


def _regrade(session: Session, actor: Actor, score: StoryScore, grade: Grade) -> None:
    score.grade = grade
    score.graded_by_id, score.graded_at = actor.id, clock.now(session)
    score.inputs = {**score.inputs, "genre": score.genre}
    counting.reckon(score, versions.weights_of(session, score.month))
    part_points(score)
    session.flush()


def regrade_on_appeal(session: Session, actor: Actor, score: StoryScore, grade: Grade) -> None:
    """Another grade, because an appeal was granted: the one way in which published points move."""
    before = {"grade": score.grade, "points": score.points}
    _regrade(session, actor, score, grade)
    after = {"grade": score.grade, "points": score.points}
    audit.record(session, actor, "grade_story", score, before=before, after=after)


def finish(session: Session, actor: Actor, month: ScoreMonth, note: str = "") -> None:
    """Grading is over. Raises :class:`WrongState` while the month runs or a grade is missing."""
    if first_of(clock.today(session)) <= month.month:
        raise WrongState(N_("这个月还没有过完，过完才能评级完毕。"))
    hold(session, month)
    _demand_grades(session, month)
    _move(session, actor, month, "finish", note)


def _demand_grades(session: Session, month: ScoreMonth) -> None:
    far = queries.progress(session, month)
    if far.graded < far.stories:
        raise WrongState(N_("还有 %(count)s 篇没有评级。"), count=far.stories - far.graded)


def reopen(session: Session, actor: Actor, month: ScoreMonth, note: str) -> None:
    """Back to grading, and why."""
    _move(session, actor, month, "reopen", note)


def publish(session: Session, actor: Actor, month: ScoreMonth, note: str = "") -> None:
    """Show everyone their own points; from the next working day on they may appeal.

    The formula by which it was counted stays its own for good. It is counted once more, but takes
    in no fault that nobody has seen: what the house takes for one somebody may strike.
    """
    authorize(actor, May.SETTLE, month)
    hold(session, month)
    if month.state == State.GRADED:
        counting.count_before_publishing(session, month)
        _demand_grades(session, month)
    version = versions.version_for(session, month.month)
    days = int(versions.weights_of(session, month)["appeal_days"])
    until = calendar.day_after(session, clock.today(session), days)
    told = {"published_at": clock.now(session), "appeal_until": until}
    _move(
        session, actor, month, "publish", note, **told, formula_id=version.id if version else None
    )


def lock(session: Session, actor: Actor, month: ScoreMonth, note: str = "") -> None:
    """Close a month for good, and write down what everyone has of it.

    Raises :class:`WrongState` before the days for appeals are over, or while one is open.
    """
    authorize(actor, May.SETTLE, month)
    hold(session, month)
    if month.state == State.PUBLISHED:
        if month.appeal_until is not None and clock.today(session) <= month.appeal_until:
            raise WrongState(
                N_("申诉期到 %(day)s 为止，过后才能锁定。"), day=month.appeal_until.isoformat()
            )
        if waiting := queries.open_appeals(session, month):
            raise WrongState(N_("还有 %(count)s 件申诉没有答复，答复完才能锁定。"), count=waiting)
        pay.write_down(session, month)
    _move(session, actor, month, "lock", note, locked_at=clock.now(session))


def _move(
    session: Session, actor: Actor, month: ScoreMonth, name: str, note: str, **changes: object
) -> None:
    event = MonthMoved(month.id, name)
    carry_out(session, month, name, actor, note=note, changes=changes, event=event)


def may_see(actor: Actor, score: StoryScore) -> bool:
    """Whether someone may see what a story is worth: who grades or sees all points; once it is
    published, whoever shares in it.
    """
    if any(actor.may(right, score.unit_id) for right in (May.GRADE, May.SEE_POINTS)):
        return True
    shares = actor.id in {share.staff_id for share in score.shares}
    return shares and score.month.state not in OPEN


def evidence_of(score: StoryScore) -> Inputs:
    """What a story's points follow from."""
    return Inputs.from_json(score.inputs)


def address_of(score: StoryScore) -> str:
    """The page of a story's score."""
    return f"/performance/{name_of(score.month.month)}/stories/{score.story.uid}"
