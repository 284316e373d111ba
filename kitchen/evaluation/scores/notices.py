"""Who hears of points: everyone who has some, the committee of an appeal, and who made it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core.errors import N_
from kitchen.evaluation.scores import late
from kitchen.evaluation.scores.events import AppealAnswered, AppealMade, MonthMoved
from kitchen.evaluation.scores.models import ScoreAppeal, ScoreMonth, ScoreShare, StoryScore
from kitchen.evaluation.scores.rules import AppealState, name_of
from kitchen.evaluation.scores.service import address_of
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.people.queries import staff_over

_GRADERS = ("committee", "chief", "deputy", "head")
_ANSWERS = {
    AppealState.GRANTED: N_("您对“%(title)s”稿分的申诉成立：%(words)s"),
    AppealState.REFUSED: N_("您对“%(title)s”稿分的申诉没有成立：%(words)s"),
}


def month_moved(session: Session, event: MonthMoved) -> None:
    """That points are published is told to everyone who has some, or whom a fault falls on."""
    if event.move != "publish":
        return
    month = session.get_one(ScoreMonth, event.month_id)
    sharing = session.scalars(
        select(ScoreShare.staff_id)
        .join(StoryScore, StoryScore.id == ScoreShare.score_id)
        .where(StoryScore.month_id == month.id, ScoreShare.staff_id.is_not(None))
        .distinct()
    )
    charged = {each.staff_id for each in late.charges(session, month)}
    tell(
        session,
        sorted({each for each in sharing if each is not None} | charged),
        N_("%(month)s 的稿分已公布，有意见请在 %(day)s 前申诉。"),
        f"/performance?month={name_of(month.month)}",
        kind=Kind.STORY,
        month=name_of(month.month),
        day=month.appeal_until.isoformat() if month.appeal_until else "",
    )


def appeal_made(session: Session, event: AppealMade) -> None:
    """Those who may answer it, and do not share in the story."""
    appeal = session.get_one(ScoreAppeal, event.appeal_id)
    sharing = {share.staff_id for share in appeal.score.shares}
    graders = {staff.id for staff in staff_over(session, appeal.unit_id, *_GRADERS)}
    tell(
        session,
        sorted(graders - sharing),
        N_("对“%(title)s”的稿分有人申诉，请答复。"),
        address_of(appeal.score),
        kind=Kind.STORY,
        title=appeal.score.story.title,
    )


def appeal_answered(session: Session, event: AppealAnswered) -> None:
    """Whoever made it reads what was said."""
    appeal = session.get_one(ScoreAppeal, event.appeal_id)
    tell(
        session,
        [appeal.staff_id],
        _ANSWERS[appeal.state],
        address_of(appeal.score),
        kind=Kind.STORY,
        title=appeal.score.story.title,
        words=appeal.answer,
    )
