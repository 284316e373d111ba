"""Sealing an original that lies open: it came first, and then belonged to somebody's tip.

The row says that it is wanted; a worker carries the bytes over with no unit of work open. Until the
row names the sealed file the open one stays, so that a kill at any moment leaves one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import audit
from kitchen.core.access import HOUSE, Actor
from kitchen.core.db import Database, after_commit
from kitchen.media.intake import bare_name
from kitchen.media.models import MediaAsset
from kitchen.media.upkeep.roots import OPEN, named_among
from kitchen.ports import Ports

BELL: Final = "seal"


def want(session: Session, actor: Actor, asset: MediaAsset) -> None:
    """Have the original sealed; again does nothing. A clip of our own tells nothing of anybody."""
    if asset.sealed_as or asset.seal_wanted or asset.recipe:
        return
    asset.seal_wanted = True
    session.flush()
    audit.record(session, actor, "want_sealed", asset)
    after_commit(session, partial(ports.of(session).bell.ring, BELL, asset.id))


def ring_for_waiting(database: Database) -> None:
    """Ring again for originals whose ring was lost."""
    with database.unit(write=False) as session:
        bell, waiting = ports.of(session).bell, _waiting(session)
    for asset_id in waiting:
        bell.ring(BELL, asset_id)


def seal(database: Database, asset_id: int) -> None:
    """Carry the original over, say of it no more than its kind, and take the open bytes away.

    Raises :class:`Absent` and :class:`StoreUnavailable`: it is rung for again.
    """
    house: Ports = database.info["ports"]
    with database.unit(write=False) as session:
        asset = session.get_one(MediaAsset, asset_id)
    if not asset.seal_wanted:
        return
    with house.store.open(asset.sha256) as original:
        sealed_as = house.sealed.put(original, owner=asset.sha256).sha256
    with database.unit() as session:
        asset = session.get_one(MediaAsset, asset_id)
        asset.sealed_as, asset.seal_wanted = sealed_as, False
        asset.filename, asset.taken_at = bare_name(asset.filename), None
        asset.caption = asset.credit = ""
        session.flush()
        audit.record(session, HOUSE, "seal_original", asset)
    if not named_among(database, database.info["roots"][OPEN], {asset.sha256}):
        house.store.delete(asset.sha256)


def _waiting(session: Session) -> Sequence[int]:
    return session.scalars(select(MediaAsset.id).where(MediaAsset.seal_wanted)).all()
