"""Lineage: what was made of what, and adoption of an asset by another unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from kitchen.core import audit, bus
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Duplicate, Invalid, Sentence, WrongState
from kitchen.media.events import AssetAdopted
from kitchen.media.lineage_models import MediaAdoption, MediaLineage
from kitchen.media.lineage_rules import FAMILY_AT_MOST, SHARE_MAX, SHARE_MIN, Derived
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May, State


@dataclass(frozen=True, slots=True)
class Relative:
    """An asset from which another was made, or that was made of it, and how."""

    asset: MediaAsset
    how: Derived


def note_derived(
    session: Session, child: MediaAsset, parents: Iterable[MediaAsset], how: Derived
) -> None:
    """Note of which assets, in their order, one was made."""
    for position, parent in enumerate(dict.fromkeys(parents)):
        line = MediaLineage(child_id=child.id, parent_id=parent.id, how=how, position=position)
        session.add(line)
    session.flush()


def parents_of(session: Session, asset: MediaAsset) -> Sequence[Relative]:
    """What an asset was made of, in its order."""
    return _related(
        session,
        MediaLineage.parent_id,
        MediaLineage.child_id == asset.id,
    )


def children_of(session: Session, asset: MediaAsset) -> Sequence[Relative]:
    """What was made of an asset, the latest first."""
    return _related(
        session,
        MediaLineage.child_id,
        MediaLineage.parent_id == asset.id,
        latest_first=True,
    )


def descendants_of(session: Session, asset: MediaAsset) -> Sequence[MediaAsset]:
    """All that was made of an asset, and of that in turn, the oldest first."""
    made = select(MediaLineage.child_id).where(MediaLineage.parent_id == asset.id)
    line = made.cte("line", recursive=True)
    line = line.union(
        select(MediaLineage.child_id).where(MediaLineage.parent_id == line.c.child_id)
    )
    return session.scalars(
        select(MediaAsset).where(MediaAsset.id.in_(select(line.c.child_id))).order_by(MediaAsset.id)
    ).all()


def _related(
    session: Session, other: object, here: object, *, latest_first: bool = False
) -> Sequence[Relative]:
    order = MediaAsset.id.desc() if latest_first else MediaLineage.position
    rows = session.execute(
        select(MediaAsset, MediaLineage.how)
        .join(MediaLineage, MediaAsset.id == other)
        .where(here)  # type: ignore[arg-type]
        .order_by(order)
        .limit(FAMILY_AT_MOST)
    )
    return [Relative(asset, Derived(how)) for asset, how in rows]


def adopt(
    session: Session, actor: Actor, asset: MediaAsset, share: int, note: str = ""
) -> MediaAdoption:
    """Claim an asset for the own unit; ``share`` percent of the credit stays with the other.

    Raises :class:`Forbidden`, :class:`WrongState` for an own or withdrawn asset, :class:`Invalid`
    for a share out of bounds, :class:`Duplicate` for a second claim.
    """
    authorize(actor, May.ADOPT)
    assert actor.id is not None
    if asset.state != State.AVAILABLE:
        raise WrongState(N_("素材已经撤下，不能认领。"))
    if actor.unit_id is None or actor.unit_id == asset.unit_id:
        raise WrongState(N_("这是本单位的素材，直接用就行。"))
    if not SHARE_MIN <= share <= SHARE_MAX:
        bounds = {"least": SHARE_MIN, "most": SHARE_MAX}
        told = N_("原单位的份额要在 %(least)s%% 到 %(most)s%% 之间。")
        raise Invalid(fields={"share": Sentence(told, bounds)})
    adoption = MediaAdoption(
        asset_id=asset.id, unit_id=actor.unit_id, staff_id=actor.id, share=share, note=note
    )
    try:
        with session.begin_nested():
            session.add(adoption)
    except IntegrityError as twice:
        raise Duplicate(N_("您的单位已经认领过这件素材。")) from twice
    after = {"unit": actor.unit_name, "share": share}
    audit.record(session, actor, "adopt_asset", asset, after=after, note=note)
    bus.emit(session, AssetAdopted(adoption.id))
    return adoption


def adoptions_of(session: Session, asset: MediaAsset) -> Sequence[MediaAdoption]:
    """Which units claimed an asset, the first first."""
    return session.scalars(
        select(MediaAdoption)
        .where(MediaAdoption.asset_id == asset.id)
        .options(joinedload(MediaAdoption.unit), joinedload(MediaAdoption.staff))
        .order_by(MediaAdoption.id)
        .limit(FAMILY_AT_MOST)
    ).all()
