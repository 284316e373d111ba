"""Who hears of pick-ups: the writers, where a province or the centre took them up."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core.errors import N_
from kitchen.evaluation.pickups.events import PickUpConfirmed
from kitchen.evaluation.pickups.models import PickUp
from kitchen.evaluation.pickups.rules import POINTED
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.stories.models import Writer

TAKEN_UP = N_("“%(title)s”被%(outlet)s转载了。")


def pickup_confirmed(session: Session, event: PickUpConfirmed) -> None:
    """Tell the author, and everybody who wrote in the piece."""
    pickup = session.get_one(PickUp, event.pickup_id)
    if pickup.outlet.tier not in POINTED:
        return
    story = pickup.story
    writers = session.scalars(select(Writer.staff_id).where(Writer.story_id == story.id))
    tell(
        session,
        {story.author_id, *writers},
        TAKEN_UP,
        f"/insight/pickups/stories/{story.uid}",
        kind=Kind.STORY,
        title=story.title,
        outlet=pickup.outlet.name,
    )
