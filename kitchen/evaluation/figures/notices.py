"""Who hears that a piece missed its target: whoever wrote it, and the desk."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core.errors import N_
from kitchen.evaluation.figures.events import TargetMissed
from kitchen.evaluation.figures.models import FiguresAlarm
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.people.queries import desk_for, staff_over

_DESK = ("chief",)


def target_missed(session: Session, event: TargetMissed) -> None:
    """Told once for each piece: the alarm is raised only once."""
    alarm = session.get_one(FiguresAlarm, event.alarm_id)
    story, account = alarm.publication.story, alarm.publication.account
    desk = desk_for(session, story.unit_id or account.unit_id)
    chiefs = staff_over(session, desk, *_DESK) if desk is not None else []
    tell(
        session,
        [story.author_id, *(staff.id for staff in chiefs)],
        N_("“%(title)s”在“%(account)s”的阅读是 %(reads)s，没有达到 %(target)s 的目标。"),
        f"/insight/stories/{story.uid}",
        kind=Kind.STORY,
        unit_id=account.unit_id,
        title=story.title,
        account=account.name,
        reads=alarm.seen["reads"],
        target=alarm.seen["target"],
    )
