"""Pictures with the centre's name in them, for share links that show no other.

A link wishes for the watermark, and a worker hears the bell ``watermark`` and the id of a picture
that has none yet; until it is made the link shows that picture to nobody. It is a shape like the
others: it carries the label of generated content and the house's signature, and is made anew with
the others where those change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from assets.presets import SHARED
from assets.refusals import Refused
from assets.store import Absent, StoreUnavailable
from kitchen import ports
from kitchen.core.db import Database, after_commit
from kitchen.media import shaping
from kitchen.media.models import MediaAsset, Rendition
from kitchen.media.rules import Kind
from kitchen.ports import Ports

log = structlog.get_logger(__name__)

BELL = "watermark"
"""The doorbell of whoever makes them."""
AGAIN = 20
PRESET = SHARED.name


def there(session: Session, assets: Iterable[MediaAsset]) -> set[int]:
    """The ids of those of them that have theirs, in one query."""
    ids = [asset.id for asset in assets]
    made = (Rendition.asset_id.in_(ids), Rendition.preset == PRESET)
    return set(session.scalars(select(Rendition.asset_id).where(*made)))


def ask(session: Session, assets: Iterable[MediaAsset]) -> None:
    """Have those of them made that are missing. Losing a ring loses nothing: the link that wants
    them rings again when it is opened.
    """
    pictures = [asset for asset in assets if asset.kind == Kind.PICTURE]
    made = there(session, pictures)
    for asset in pictures:
        if asset.id not in made:
            after_commit(session, partial(ports.of(session).bell.ring, BELL, asset.id))


def ask_again(session: Session, missing: Sequence[MediaAsset]) -> None:
    """The same for a stranger's opening, who may open often: a few at a time."""
    ask(session, missing[:AGAIN])


def make(database: Database, house: Ports, asset_id: int) -> None:
    """Make the one of a picture, unless it is there.

    What cannot be made now is asked for again by the next opening: the store may only be away.
    """
    with database.unit(write=False) as session:
        asset = session.get(MediaAsset, asset_id)
        if asset is None or there(session, [asset]):
            return
        plan = shaping.plan_watermark(session, asset)
    try:
        made = shaping.make(house.store, plan)
    except (Refused, Absent, StoreUnavailable) as error:
        log.warning("watermark_not_made", asset_id=asset_id, error=repr(error))
        return
    try:
        with database.unit() as session:
            shaping.replace(session, session.get_one(MediaAsset, asset_id), made)
    except (IntegrityError, StaleDataError):
        return  # another worker was a moment faster
