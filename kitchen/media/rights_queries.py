"""Reads of rights: those of an asset, why it may not be shown, what ends soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core.errors import NotFound
from kitchen.media.models import MediaAsset
from kitchen.media.rights_models import ExpiryTold, MediaRight
from kitchen.media.rights_rules import (
    ALARM_DAYS,
    WHERE_WE_PUBLISH,
    Consent,
    Grant,
    Reason,
    may_show,
)
from kitchen.media.rules import Rights, State

ENDING_AT_MOST = 200
"""Assets whose rights end soon that are shown at once; the nearest ends come first."""


def rights_of(session: Session, asset: MediaAsset) -> Sequence[MediaRight]:
    """The rights that were written down for an asset, the oldest first."""
    return session.scalars(
        select(MediaRight).where(MediaRight.asset_id == asset.id).order_by(MediaRight.id)
    ).all()


def the_right(session: Session, asset: MediaAsset, uid: str) -> MediaRight:
    """One right of this asset. Raises :class:`NotFound`, for another asset's as well."""
    found = session.scalar(
        select(MediaRight).where(MediaRight.uid == uid, MediaRight.asset_id == asset.id)
    )
    if found is None:
        raise NotFound
    return found


def grants_of(session: Session, assets: Sequence[MediaAsset]) -> dict[int, list[Grant]]:
    """The rights of each asset by its id, in one query; at least one each."""
    written: dict[int, list[Grant]] = {asset.id: [] for asset in assets}
    if not written:
        return {}
    for right in session.scalars(_RIGHTS, {"ids": list(written)}):
        written[right.asset_id].append(right.grant)
    return {asset.id: written[asset.id] or [said_of(asset)] for asset in assets}


_RIGHTS = (
    select(MediaRight)
    .where(MediaRight.asset_id.in_(bindparam("ids", expanding=True)))
    .order_by(MediaRight.id)
)


def said_of(asset: MediaAsset) -> Grant:
    """The one right of an asset of which nobody said more."""
    return Grant(basis=asset.rights, holder=asset.source, valid_until=asset.rights_until)


def lacking(
    session: Session,
    asset: MediaAsset,
    channel: str,
    day: date,
    territory: str = WHERE_WE_PUBLISH,
) -> Sequence[Reason]:
    """Why an asset's rights do not cover showing it on a channel that day; empty if they do.

    Whether it was withdrawn is another question, see :class:`kitchen.media.rules.State`.
    """
    return may_show(grants_of(session, [asset])[asset.id], channel, territory, day)


def ending(
    session: Session, today: date, days: int = max(ALARM_DAYS), past: int = max(ALARM_DAYS)
) -> Sequence[MediaAsset]:
    """Assets whose rights end within so many days or ended no more than ``past`` days ago, the
    earliest end first.
    """
    return session.scalars(
        select(MediaAsset)
        .where(
            MediaAsset.rights_until.between(
                today - timedelta(days=past), today + timedelta(days=days)
            ),
            MediaAsset.state == State.AVAILABLE,
        )
        .options(joinedload(MediaAsset.uploaded_by), joinedload(MediaAsset.unit))
        .order_by(MediaAsset.rights_until, MediaAsset.id)
        .limit(ENDING_AT_MOST)
    ).all()


def to_be_told(session: Session, today: date, days: int, limit: int) -> Sequence[MediaAsset]:
    """Assets whose rights end in at most so many days and of which that was not told: neither so
    early nor later.
    """
    told = select(ExpiryTold.asset_id).where(
        ExpiryTold.asset_id == MediaAsset.id,
        ExpiryTold.until == MediaAsset.rights_until,
        ExpiryTold.days <= days,
    )
    return session.scalars(
        select(MediaAsset)
        .where(
            MediaAsset.rights_until.between(today, today + timedelta(days=days)),
            MediaAsset.state == State.AVAILABLE,
            ~told.exists(),
        )
        .order_by(MediaAsset.rights_until, MediaAsset.id)
        .limit(limit)
    ).all()


def begun_unnoticed(session: Session, today: date, limit: int) -> Sequence[MediaAsset]:
    """Assets that count as unknown although a right of theirs has begun meanwhile."""
    return session.scalars(
        select(MediaAsset)
        .join(MediaRight, MediaRight.asset_id == MediaAsset.id)
        .where(
            MediaRight.valid_from.between(today - timedelta(days=366), today),
            MediaAsset.rights == Rights.UNKNOWN,
            MediaAsset.state == State.AVAILABLE,
            MediaRight.basis != Rights.UNKNOWN,
            MediaRight.consent != Consent.MISSING,
        )
        .distinct()
        .order_by(MediaAsset.id)
        .limit(limit)
    ).all()
