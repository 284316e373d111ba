"""What people may do with a delivery, by the same table by which the house moves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import bus
from kitchen.core.access import Actor
from kitchen.core.errors import WrongState
from kitchen.core.states import Move
from kitchen.core.workflow import carry_out, open_moves
from kitchen.publishing.events import PublicationMoved
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import BY_KIND, CANNOT_CORRECT, OF_CORRECTIONS


def hold(session: Session, publication: Publication) -> None:
    """Let nobody else speak meanwhile: of two first words neither would know the other."""
    session.execute(select(Publication.id).filter_by(id=publication.id).with_for_update())
    session.refresh(publication)


def act(
    session: Session,
    actor: Actor,
    publication: Publication,
    name: str,
    *,
    note: str = "",
    changes: Mapping[str, Any] | None = None,
    event: object | None = None,
) -> None:
    """Make a person's move. The row's version fences it: whoever saw an older one gets 409."""
    if name not in BY_KIND[publication.kind]:
        raise WrongState(state=str(publication.state), move=name)
    carry_out(session, publication, name, actor, note=note, changes=changes, event=event)
    bus.emit(session, PublicationMoved(publication.id, publication.story_id))


def actions_of(publication: Publication, actor: Actor) -> list[Move]:
    """What this person may do with the delivery now."""
    stuck = publication.code == CANNOT_CORRECT
    sensible = BY_KIND[publication.kind] - ({"send_again"} if stuck else OF_CORRECTIONS)
    return [move for move in open_moves(publication, actor) if move.name in sensible]
