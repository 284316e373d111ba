"""What a delivery shows, and whether its rights let it go: the reasons for people.

Whether it may leave is asked in the outbox, of all that is due at once (``Case.uncovered``).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.errors import WrongState
from kitchen.media import clearing
from kitchen.media.clearing import Objection
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import PIECES, UNSENT, State
from kitchen.stories import clearance


def objections_to(session: Session, publication: Publication) -> list[Objection]:
    """What stands against its leaving, on the day of its slot; nothing where it will not leave."""
    if publication.kind not in PIECES or publication.state not in UNSENT | {State.AWAITING_HAND}:
        return []
    return _against(
        session, publication, clearance.day_of(publication.not_before, clock.today(session))
    )


def demand(session: Session, publication: Publication) -> None:
    """Raises :class:`WrongState` where it must not be put before readers by hand today either."""
    if found := _against(session, publication, clock.today(session)):
        told = found[0].told
        raise WrongState(told.message, code=clearance.NOT_CLEARED, **told.params)


def _against(session: Session, publication: Publication, day: date) -> list[Objection]:
    post = publication.frozen_post
    shown = clearance.assets_of(session, [post])[post.id]
    return clearing.objections(session, [(asset, post.channel, day) for asset in shown])
