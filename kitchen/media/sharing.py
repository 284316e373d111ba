"""Share links: an address outside the desk that shows a few assets for a while.

Whoever has the address sees what it names and nothing else, without being known: no cookie, no
note of who it was, only how often. Shown are renditions that say nothing of themselves, of assets
that are in use and whose rights cover it on that very day: a link that was good yesterday shows
less today if a right has ended since. A link with a watermark shows pictures and films with the
centre's name in them, gives those to keep, and nothing else.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session, joinedload

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, NotFound, Sentence, TooOften, WrongState
from kitchen.media import collecting, watermarks
from kitchen.media.collection_models import CollectionItem, MediaCollection
from kitchen.media.models import MediaAsset, Rendition
from kitchen.media.rights_queries import grants_of
from kitchen.media.rights_rules import WHERE_WE_PUBLISH, may_show
from kitchen.media.rules import FILM, Kind, Making, May, State
from kitchen.media.share_models import MediaShare
from kitchen.people.service import hash_of

DAYS_AT_MOST = 90
MINUTE_AT_MOST = 60
"""Openings and downloads of one link in a minute; a room full of people has fewer."""
SHOWN = frozenset({"thumb", "preview", FILM})
"""Renditions that an open link serves."""
MARKED = frozenset({watermarks.PRESET, watermarks.FILM})
"""Those that a link with a watermark serves; of a film the first is the still before it plays."""
LISTED = 50
"""Links that are shown beside what they share, the latest first."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link shows now, and how many of its assets it may not show any more."""

    share: MediaShare
    assets: Sequence[MediaAsset]
    hidden: int
    waiting: int = 0
    """How many more pictures it shows once their watermark is made."""
    making: Sequence[tuple[MediaAsset, int]] = ()
    """The same of films, each with how many percent are made."""
    failed: int = 0
    """Films whose watermark could not be made."""


def share(
    session: Session,
    actor: Actor,
    subject: MediaAsset | MediaCollection,
    *,
    days: int,
    may_download: bool = False,
    watermark: bool = False,
    audience: str = "",
) -> tuple[MediaShare, str]:
    """Make a link for so many days; answers it with its token, which nobody can tell again.

    Raises :class:`Forbidden`, :class:`Invalid`, and :class:`WrongState` for an asset that may not
    be shown outside.
    """
    authorize(actor, May.SHARE, subject)
    assert actor.id is not None
    if not 1 <= days <= DAYS_AT_MOST:
        told = Sentence(N_("请填 1 到 %(most)s 天。"), {"most": DAYS_AT_MOST})
        raise Invalid(fields={"days": told})
    if isinstance(subject, MediaCollection):
        if not collecting.may_see(actor, subject):
            raise NotFound
    elif not _open_to_all(session, [subject]):
        raise WrongState(
            N_("这件素材现在不能对外分享：原因写在它的页面上；报料人给的素材只随审过的稿件发出。")
        )
    token = secrets.token_urlsafe(24)
    made = MediaShare(
        token_hash=hash_of(token),
        asset_id=subject.id if isinstance(subject, MediaAsset) else None,
        collection_id=subject.id if isinstance(subject, MediaCollection) else None,
        made_by_id=actor.id,
        audience=audience,
        may_download=may_download,
        watermark=watermark,
        expires_at=clock.now(session) + timedelta(days=days),
    )
    session.add(made)
    session.flush()
    if watermark:
        watermarks.ask(session, _open_to_all(session, _named(session, made)))
    after = {
        "days": days,
        "may_download": may_download,
        "watermark": watermark,
        "audience": audience,
    }
    audit.record(session, actor, "share_media", subject, after=after)
    return made, token


def revoke(session: Session, actor: Actor, made: MediaShare) -> None:
    """Let a link show nothing from now on: by whoever made it, or who may share there.

    Raises :class:`Forbidden`; a link that is revoked already stays as it is.
    """
    subject = made.asset or made.collection
    if actor.id != made.made_by_id and not actor.may(May.SHARE, getattr(subject, "unit_id", None)):
        raise Forbidden(permission=May.SHARE)
    if made.revoked_at is None:
        made.revoked_at = clock.now(session)
        audit.record(session, actor, "revoke_share", subject, note=made.audience)


def the_share(session: Session, uid: str) -> MediaShare:
    """One link by its name at the desk. Raises :class:`NotFound`."""
    found = session.scalar(
        select(MediaShare)
        .where(MediaShare.uid == uid)
        .options(joinedload(MediaShare.asset), joinedload(MediaShare.collection))
    )
    if found is None:
        raise NotFound
    return found


def shares_of(session: Session, subject: MediaAsset | MediaCollection) -> Sequence[MediaShare]:
    """The links to an asset or a collection, the latest first."""
    if isinstance(subject, MediaAsset):
        here = MediaShare.asset_id == subject.id
    else:
        here = MediaShare.collection_id == subject.id
    return session.scalars(
        select(MediaShare)
        .where(here)
        .options(joinedload(MediaShare.made_by))
        .order_by(MediaShare.id.desc())
        .limit(LISTED)
    ).all()


def is_open(made: MediaShare, now: datetime) -> bool:
    """Whether a link still shows anything."""
    return made.revoked_at is None and now < made.expires_at


def opened(session: Session, token: str) -> Shared:
    """What a link shows now; counted as one view. Raises :class:`NotFound`, :class:`TooOften`."""
    made = _the_open(session, token)
    _count(session, made, views=1)
    return _marked(session, _shown(session, made)) if made.watermark else _shown(session, made)


def file_of(session: Session, token: str, uid: str, preset: str) -> Rendition:
    """A rendition that a link shows. Raises :class:`NotFound` for every other."""
    made = _the_open(session, token)
    if preset not in (MARKED if made.watermark else SHOWN):
        raise NotFound
    return _rendition(session, made, uid, preset)


def downloaded(session: Session, token: str, uid: str) -> tuple[MediaAsset, Rendition]:
    """What a link gives to keep, the largest clean rendition or the one with the watermark; counted
    as one download.

    Raises :class:`NotFound` where the link lets nothing be kept, :class:`TooOften`.
    """
    made = _the_open(session, token)
    if not made.may_download:
        raise NotFound
    asset = _asset(session, made, uid)
    preset = FILM if asset.kind == Kind.VIDEO else "body"
    if made.watermark:
        preset = watermarks.preset_of(asset)
    found = _rendition(session, made, uid, preset)
    _count(session, made, downloads=1)
    return asset, found


def _the_open(session: Session, token: str) -> MediaShare:
    made = session.scalar(
        select(MediaShare)
        .where(MediaShare.token_hash == hash_of(token))
        .options(joinedload(MediaShare.asset), joinedload(MediaShare.collection))
    )
    if made is None or not is_open(made, clock.now(session)):
        raise NotFound(N_("这个链接不存在、已过期或已收回，请向给您链接的人再要一个。"))
    return made


def _shown(session: Session, made: MediaShare) -> Shared:
    named = _named(session, made)
    shown = _open_to_all(session, named)
    return Shared(made, shown, len(named) - len(shown))


def _named(session: Session, made: MediaShare) -> Sequence[MediaAsset]:
    if made.asset is not None:
        return [made.asset]
    assert made.collection is not None
    return collecting.assets_in(session, made.collection)


def _marked(session: Session, shared: Shared) -> Shared:
    """Of what a link shows that which has its watermark; the rest is on its way, or failed."""
    told = watermarks.standing(session, shared.assets)
    return Shared(
        shared.share,
        told.ready,
        shared.hidden,
        waiting=len(told.pictures),
        making=told.films,
        failed=len(told.failed),
    )


def _open_to_all(session: Session, assets: Sequence[MediaAsset]) -> list[MediaAsset]:
    """Those of them that may be shown outside today. What belongs to a tip goes out with a story
    that was approved, and by no link.
    """
    grants, today = grants_of(session, assets), clock.today(session)
    return [
        asset
        for asset in assets
        if asset.state == State.AVAILABLE
        and asset.making == Making.DONE
        and not (asset.sealed_as or asset.seal_wanted)
        and not may_show(grants[asset.id], "", WHERE_WE_PUBLISH, today)
    ]


def _asset(session: Session, made: MediaShare, uid: str) -> MediaAsset:
    """An asset that the link names and may show today."""
    query = select(MediaAsset).where(MediaAsset.uid == uid)
    if made.asset_id is not None:
        query = query.where(MediaAsset.id == made.asset_id)
    else:
        query = query.join(CollectionItem, CollectionItem.asset_id == MediaAsset.id)
        query = query.where(CollectionItem.collection_id == made.collection_id)
    found = session.scalar(query)
    if found is None or not _open_to_all(session, [found]):
        raise NotFound
    return found


def _rendition(session: Session, made: MediaShare, uid: str, preset: str) -> Rendition:
    asset = _asset(session, made, uid)
    found = session.scalar(
        select(Rendition).where(Rendition.asset_id == asset.id, Rendition.preset == preset)
    )
    if found is None:
        raise NotFound
    return found


def _count(session: Session, made: MediaShare, *, views: int = 0, downloads: int = 0) -> None:
    """Count an opening, in one statement so that none is lost, and not too many in a minute."""
    now = clock.now(session)
    minute = int(now.timestamp()) // 60
    so_far = case((MediaShare.minute == minute, MediaShare.in_minute), else_=0)
    done = session.execute(
        update(MediaShare)
        .where(MediaShare.id == made.id, so_far < MINUTE_AT_MOST)
        .values(
            views=MediaShare.views + views,
            downloads=MediaShare.downloads + downloads,
            in_minute=so_far + 1,
            minute=minute,
            opened_at=now,
        )
        .execution_options(synchronize_session=False)
    )
    if int(done.rowcount) != 1:  # type: ignore[attr-defined]
        raise TooOften(seconds=60)
