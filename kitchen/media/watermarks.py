"""Pictures and films with the centre's name in them, for share links that show no other.

A link wishes for the watermark. Of a picture a worker hears the bell ``watermark`` and its id; it
is a shape like the others: it carries the label of generated content and the house's signature,
and is made anew with the others where those change. A film is a work like its other forms
(:mod:`kitchen.media.filming`): it waits in their queue, tells how far it is, and is resumed when
its worker dies; with it comes the still that stands for it. Until it is made a link shows it to
nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
from kitchen.media.filming import queries, rules
from kitchen.media.filming import service as filming
from kitchen.media.models import MediaAsset, Rendition
from kitchen.media.rules import Kind
from kitchen.ports import Ports

log = structlog.get_logger(__name__)

BELL = "watermark"
"""The doorbell of whoever makes them."""
AGAIN = 20
PRESET = SHARED.name
FILM = rules.SHARED
ENDED = frozenset({rules.State.FAILED, rules.State.CANCELLED})


def preset_of(asset: MediaAsset) -> str:
    """The shape in which such a link shows an asset."""
    return FILM if asset.kind == Kind.VIDEO else PRESET


def there(session: Session, assets: Iterable[MediaAsset]) -> set[int]:
    """The ids of those of them that have theirs, in one query."""
    wanted = {(asset.id, preset_of(asset)) for asset in assets}
    made = select(Rendition.asset_id, Rendition.preset).where(
        Rendition.asset_id.in_([number for number, _ in wanted]),
        Rendition.preset.in_([PRESET, FILM]),
    )
    return {number for number, preset in session.execute(made) if (number, preset) in wanted}


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the watermarks of some assets are."""

    ready: Sequence[MediaAsset]
    pictures: Sequence[MediaAsset]
    """Asked for and not made yet."""
    films: Sequence[tuple[MediaAsset, int]]
    """The same, each with how many percent are made."""
    failed: Sequence[MediaAsset]
    """Films that could not be made, or were called off at the desk."""


def standing(session: Session, assets: Sequence[MediaAsset]) -> Standing:
    """How far those of them are; a few that nobody asked for yet are asked for, since whoever looks
    is a stranger, who may open often. What failed is not tried again for a stranger.
    """
    made = there(session, assets)
    missing = [asset for asset in assets if asset.id not in made]
    works = queries.shared_of(session, missing)
    ask(session, [asset for asset in missing if asset.id not in works][:AGAIN])
    films = [asset for asset in missing if asset.kind == Kind.VIDEO]
    ended = {number for number, work in works.items() if work.state in ENDED}
    return Standing(
        ready=[asset for asset in assets if asset.id in made],
        pictures=[asset for asset in missing if asset.kind == Kind.PICTURE],
        films=[
            (asset, works[asset.id].percent if asset.id in works else 0)
            for asset in films
            if asset.id not in ended
        ],
        failed=[asset for asset in films if asset.id in ended],
    )


def ask(session: Session, assets: Sequence[MediaAsset]) -> None:
    """Have those of them made that are missing, and films that bear another name than theirs.
    Losing a ring loses nothing: the link that wants them rings again when it is opened.
    """
    made = there(session, assets)
    for asset in assets:
        if asset.kind == Kind.VIDEO:
            _ask_for_film(session, asset)
        elif asset.id not in made:
            after_commit(session, partial(ports.of(session).bell.ring, BELL, asset.id))


def _ask_for_film(session: Session, asset: MediaAsset) -> None:
    try:
        with session.begin_nested():
            filming.request_watermark(session, asset, shaping.owner_of(asset))
    except IntegrityError:
        return  # somebody else asked at this very moment


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
