"""What a file brought along: what it looks like, and what it says of its own making."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, selectinload

from assets import likeness
from assets.credentials import Credentials
from kitchen.core import bus
from kitchen.media.events import ShapesOutdated
from kitchen.media.intake import Intake
from kitchen.media.models import MediaAsset
from kitchen.media.shape_models import Likeness, Provenance

SIMILAR_AT_MOST = 12
LOOKED_AT = 2000
"""Pictures of a matching band that are compared at most; newest first."""


def note(session: Session, asset: MediaAsset, intake: Intake) -> None:
    """Write down what came with the file, if that was not done before.

    Whose file brought credentials, its shapes are to be signed: that is told as an event.
    """
    if intake.likeness is not None and session.get(Likeness, asset.id) is None:
        bands = likeness.bands(intake.likeness)
        named = {f"band_{number}": band for number, band in enumerate(bands)}
        session.add(Likeness(asset_id=asset.id, bits=intake.likeness, **named))
    told = intake.label or intake.credentials
    if told and session.get(Provenance, asset.id) is None:
        found = intake.credentials.to_json() if intake.credentials else None
        label = dict(intake.label) if intake.label else None
        session.add(Provenance(asset_id=asset.id, label=label, credentials=found))
        if found:
            bus.emit(session, ShapesOutdated(asset.id))
    session.flush()


def similar(session: Session, asset: MediaAsset) -> Sequence[MediaAsset]:
    """Pictures that look like this one, the likest first; by the index of bands, in two queries."""
    mine = session.get(Likeness, asset.id)
    if mine is None:
        return []
    candidates = session.execute(near(mine.bits).where(Likeness.asset_id != asset.id))
    apart = {it: likeness.distance(mine.bits, bits) for it, bits in candidates}
    close = sorted((it for it in apart if apart[it] <= likeness.NEAR), key=lambda it: apart[it])
    return _in_order(session, close[:SIMILAR_AT_MOST])


def near(bits: int) -> Select[int, int]:
    """Pictures of which a band is nearly the same, newest first; each band has its index."""
    columns = (Likeness.band_0, Likeness.band_1, Likeness.band_2, Likeness.band_3)
    pairs = zip(columns, likeness.bands(bits), strict=True)
    return (
        select(Likeness.asset_id, Likeness.bits)
        .where(or_(*(column.in_(likeness.nearly(band)) for column, band in pairs)))
        .order_by(Likeness.asset_id.desc())
        .limit(LOOKED_AT)
    )


def _in_order(session: Session, ids: Sequence[int]) -> list[MediaAsset]:
    if not ids:
        return []
    query = select(MediaAsset).where(MediaAsset.id.in_(ids))
    found = session.scalars(query.options(selectinload(MediaAsset.renditions)))
    by_id = {each.id: each for each in found}
    return [by_id[it] for it in ids]


def credentials_of(session: Session, asset: MediaAsset) -> Credentials | None:
    """The Content Credentials that the asset's file came with."""
    told = session.get(Provenance, asset.id)
    return Credentials.from_json(told.credentials) if told and told.credentials else None


def label_of(session: Session, asset: MediaAsset) -> Mapping[str, str] | None:
    """The label of generated content that every shape carries: the file's own, or the desk's word.

    The desk's names the newsroom as who passes it on, and the asset's uid as its number there.
    """
    told = session.get(Provenance, asset.id)
    if told and told.label:
        return {str(name): str(text) for name, text in told.label.items()}
    if not asset.aigc:
        return None
    passed_on = asset.unit.name if asset.unit else ""
    return {"Label": str(asset.aigc), "ContentPropagator": passed_on, "PropagateID": asset.uid}
