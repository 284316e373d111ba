"""Making shapes anew: a worker hears the bell ``shape`` and an id, and finds all else in the rows.

It is rung where the desk says that a machine made a picture, or takes that back, for every shape
that leaves the house carries the label; and where a file brought Content Credentials, which its
shapes pass on in the house's name.
"""

from __future__ import annotations

import structlog
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from assets.refusals import Refused
from assets.store import Absent, StoreUnavailable
from kitchen.core.db import Database
from kitchen.media import shaping
from kitchen.media.models import MediaAsset
from kitchen.media.shape_models import Shaping
from kitchen.ports import Ports

log = structlog.get_logger(__name__)


def make_shapes(database: Database, ports: Ports, asset_id: int) -> None:
    """Make the shapes of a picture anew if that is due; cut meanwhile by hand, it is due no more.

    What cannot be made leaves the old shapes and stays due: the store may only be away.
    """
    with database.unit() as session:
        asset = session.get(MediaAsset, asset_id)
        row = shaping.shaping_of(session, asset) if asset else None
        if asset is None or row is None or not row.due:
            return
        plan, seen = shaping.plan_again(session, asset), row.version
    try:
        made = shaping.make(ports.store, plan)
    except (Refused, Absent, StoreUnavailable) as error:
        log.warning("shapes_not_made", asset_id=asset_id, error=repr(error))
        return
    try:
        with database.unit() as session:
            asset = session.get_one(MediaAsset, asset_id)
            row = shaping.shaping_of(session, asset)
            if row.due and row.version == seen:
                row.due = False
                shaping.replace(session, asset, made)
    except StaleDataError:
        return  # cut by hand at this very moment; whoever did it made the shapes


def ring_for_due(database: Database, ports: Ports) -> int:
    """Ring again for what is due; answers how many pictures that are."""
    with database.unit(write=False) as session:
        query = select(Shaping.asset_id).where(Shaping.due).order_by(Shaping.asset_id)
        due = session.scalars(query).all()
    for asset_id in due:
        ports.bell.ring(shaping.BELL, asset_id)
    return len(due)
