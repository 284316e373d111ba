"""Reads of the catalogue: the grid, one asset, what something shows, where an asset is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core import clock
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page
from kitchen.media import finding
from kitchen.media.finding import Asked
from kitchen.media.models import ClipOrder, MediaAsset, MediaUse, Rendition
from kitchen.media.rules import LEASE, Kind, Making, State

PICKED_AT_MOST = 60
"""How many of the latest pictures are offered where one is picked."""
USES_AT_MOST = 200


def the_asset(session: Session, uid: str) -> MediaAsset:
    """One asset with its renditions and who brought it. Raises :class:`NotFound`."""
    found = session.scalar(
        select(MediaAsset)
        .where(MediaAsset.uid == uid)
        .options(
            selectinload(MediaAsset.renditions),
            joinedload(MediaAsset.uploaded_by),
            joinedload(MediaAsset.unit),
        )
    )
    if found is None:
        raise NotFound
    return found


def assets_by_uid(session: Session, uids: Iterable[str]) -> dict[str, MediaAsset]:
    """The assets of these uids that exist, with renditions, in two queries."""
    wanted = list(set(uids))
    if not wanted:
        return {}
    return {asset.uid: asset for asset in session.scalars(_BY_UID, {"uids": wanted})}


_BY_UID = (
    select(MediaAsset)
    .where(MediaAsset.uid.in_(bindparam("uids", expanding=True)))
    .options(selectinload(MediaAsset.renditions))
)


def by_hash(session: Session, sha256: str) -> MediaAsset | None:
    """The asset whose original these bytes are."""
    return session.scalar(
        select(MediaAsset)
        .where(MediaAsset.sha256 == sha256)
        .options(selectinload(MediaAsset.renditions))
        .order_by(MediaAsset.id)
        .limit(1)
    )


def by_recipe(session: Session, recipe: str) -> MediaAsset | None:
    """The clip that is made of this."""
    return session.scalar(select(MediaAsset).where(MediaAsset.recipe == recipe))


def rendition(session: Session, uid: str, preset: str) -> Rendition:
    """One shape of one asset. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Rendition)
        .join(MediaAsset, MediaAsset.id == Rendition.asset_id)
        .where(MediaAsset.uid == uid, Rendition.preset == preset)
    )
    if found is None:
        raise NotFound
    return found


def page_of_assets(
    session: Session, *, limit: int = 50, cursor: str | None = None, **asked: Any
) -> Page[MediaAsset]:
    """Assets, newest first; ``asked`` are fields of :class:`kitchen.media.finding.Asked`."""
    said: dict[str, Any] = {name: str(value) for name, value in asked.items() if value}
    return finding.page_of(session, Asked(**said), limit=limit, cursor=cursor)


def recent(
    session: Session, *, kind: str = Kind.PICTURE, q: str | None = None, most: int = PICKED_AT_MOST
) -> Sequence[MediaAsset]:
    """What lies ready to be picked, newest first, with renditions."""
    if not q:
        return session.scalars(_RECENT, {"kind": kind, "most": most}).all()
    ready = MediaAsset.making == Making.DONE
    asked = Asked(q=q, kind=kind, state=State.AVAILABLE)
    ids = finding.newest(session, asked, most, ready)
    return session.scalars(
        select(MediaAsset)
        .where(MediaAsset.id.in_(ids))
        .options(selectinload(MediaAsset.renditions))
        .order_by(MediaAsset.id.desc())
    ).all()


_RECENT = (
    select(MediaAsset)
    .where(
        MediaAsset.kind == bindparam("kind"),
        MediaAsset.state == State.AVAILABLE,
        MediaAsset.making == Making.DONE,
    )
    .options(selectinload(MediaAsset.renditions))
    .order_by(MediaAsset.id.desc())
    .limit(bindparam("most"))
)


def of_subject(session: Session, subject: Any, role: str | None = None) -> list[MediaAsset]:
    """What something shows, in its order, with renditions."""
    query = (
        select(MediaAsset)
        .join(MediaUse, MediaUse.asset_id == MediaAsset.id)
        .where(
            MediaUse.subject_type == subject.__tablename__,
            MediaUse.subject_uid == subject.uid,
        )
        .options(selectinload(MediaAsset.renditions))
        .order_by(MediaUse.position, MediaUse.id)
    )
    if role is not None:
        query = query.where(MediaUse.role == role)
    return list(session.scalars(query).unique())


def of_each(session: Session, subjects: Sequence[Any]) -> dict[str, list[MediaAsset]]:
    """What each of several things of one kind shows, in its order, by its uid; in one query."""
    shown: dict[str, list[MediaAsset]] = {subject.uid: [] for subject in subjects}
    if not subjects:
        return shown
    found = session.execute(
        select(MediaUse.subject_uid, MediaAsset)
        .join(MediaAsset, MediaUse.asset_id == MediaAsset.id)
        .where(
            MediaUse.subject_type == subjects[0].__tablename__,
            MediaUse.subject_uid.in_(shown),
        )
        .order_by(MediaUse.position, MediaUse.id)
    )
    for uid, asset in found:
        if asset not in shown[uid]:
            shown[uid].append(asset)
    return shown


def used_in(session: Session, asset: MediaAsset) -> Sequence[MediaUse]:
    """Where an asset is shown, latest first."""
    return session.scalars(
        select(MediaUse)
        .where(MediaUse.asset_id == asset.id)
        .order_by(MediaUse.id.desc())
        .limit(USES_AT_MOST)
    ).all()


def derived_from(session: Session, asset: MediaAsset) -> list[MediaAsset]:
    """The pictures that a clip shows, in their order."""
    found: Mapping[str, MediaAsset] = assets_by_uid(session, asset.derived_from)
    return [found[uid] for uid in asset.derived_from if uid in found]


def order_of(session: Session, asset_id: int) -> ClipOrder | None:
    """What a clip is to be made of."""
    return session.get(ClipOrder, asset_id, options=[joinedload(ClipOrder.asset)])


def clips_waiting(session: Session) -> Sequence[int]:
    """Ids of clips that nobody is making: never begun, or left by a worker that is gone."""
    left = MediaAsset.making == Making.MAKING
    stale = ClipOrder.begun_at < clock.now(session) - LEASE
    return session.scalars(
        select(MediaAsset.id)
        .join(ClipOrder, ClipOrder.asset_id == MediaAsset.id)
        .where(or_(MediaAsset.making == Making.QUEUED, left & stale))
        .order_by(MediaAsset.id)
    ).all()
