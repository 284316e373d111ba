"""Reads of the outlet: an item by any of its names, lists for the front page and the feeds."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased, selectinload

from kitchen.core.errors import N_, NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.outlet.models import (
    OutletClient,
    OutletFingerprint,
    OutletItem,
    OutletLink,
    OutletMedia,
    OutletShown,
)
from kitchen.outlet.rules import Objection, Status
from kitchen.people.models import Unit
from kitchen.people.rules import Level

NO_PIECE = N_("没有找到这篇稿件，可能地址有误，或者还没有发布。")
_WITH_FILES = selectinload(OutletItem.shown).joinedload(OutletShown.media)


def client_by_key(session: Session, key_id: str) -> OutletClient | None:
    """The client that a key belongs to, unless it was switched off."""
    return session.scalar(
        select(OutletClient).where(OutletClient.key_id == key_id, OutletClient.enabled)
    )


def client_by_name(session: Session, name: str) -> OutletClient | None:
    return session.scalar(select(OutletClient).where(OutletClient.name == name))


def item_by_uri(session: Session, uri: str, *, to_change: bool = False) -> OutletItem | None:
    """The item; ``to_change`` makes others wait who would change it at the same time."""
    query = _items().where(OutletItem.uri == uri)
    return session.scalar(query.with_for_update(of=OutletItem) if to_change else query)


def the_page(session: Session, uri: str) -> OutletItem:
    """What stands at a reader's address, tombstones too. Raises :class:`NotFound`."""
    found = item_by_uri(session, uri)
    if found is None:
        raise NotFound(NO_PIECE)
    return found


def the_item_of(session: Session, uid: str) -> OutletItem:
    """The item of which ``uid`` names a version. Raises :class:`NotFound` (``unknown``)."""
    found = session.scalar(
        _items()
        .join(OutletFingerprint, OutletFingerprint.item_id == OutletItem.id)
        .where(OutletFingerprint.uid == uid)
    )
    if found is None:
        raise NotFound(NO_PIECE, code=Objection.UNKNOWN)
    return found


def target_of(session: Session, uid: str) -> OutletItem:
    """Where a fingerprint link leads: the item of that post, or of a sister post of the story.

    Raises :class:`NotFound` where readers have nothing to see yet, whatever else is known.
    """
    sister = aliased(OutletLink)
    by_story = (
        select(OutletFingerprint.item_id)
        .join(sister, sister.uid == OutletFingerprint.uid)
        .join(OutletLink, OutletLink.story_key == sister.story_key)
        .where(OutletLink.uid == uid)
    )
    by_name = select(OutletFingerprint.item_id).where(OutletFingerprint.uid == uid)
    found = session.scalars(
        select(OutletItem)
        .where(OutletItem.id.in_(by_name.union(by_story)))
        .order_by(OutletItem.status.desc(), OutletItem.id.desc())
    ).first()
    if found is None:
        raise NotFound(NO_PIECE)
    return found


def linked(session: Session, uids: Collection[str]) -> set[str]:
    """Those of the given posts whose story is known."""
    return set(session.scalars(select(OutletLink.uid).where(OutletLink.uid.in_(uids))))


def page_of_items(
    session: Session, *, limit: int = 20, cursor: str | None = None
) -> Page[OutletItem]:
    """What readers may see, newest first."""
    query = _items().where(OutletItem.status == Status.USABLE)
    return newest_first(session, query, OutletItem.id, limit=limit, cursor=cursor)


def latest_changes(session: Session, limit: int = 50) -> Sequence[OutletItem]:
    """What appeared, was corrected or was withdrawn last: what a feed must tell."""
    query = _items().order_by(OutletItem.updated_at.desc(), OutletItem.id.desc()).limit(limit)
    return session.scalars(query).all()


def media_held(session: Session, names: Collection[str]) -> set[str]:
    """Those of the given files that the outlet holds."""
    return set(session.scalars(select(OutletMedia.sha256).where(OutletMedia.sha256.in_(names))))


def the_public_media(session: Session, sha256: str) -> OutletMedia:
    """A file that some visible item shows. Raises :class:`NotFound` for every other."""
    visible = exists().where(
        OutletShown.sha256 == sha256,
        OutletShown.item_id == OutletItem.id,
        OutletItem.status == Status.USABLE,
    )
    found = session.scalar(select(OutletMedia).where(OutletMedia.sha256 == sha256, visible))
    if found is None:
        raise NotFound
    return found


def publisher(session: Session) -> str:
    """The name of the media centre; empty where none is entered."""
    query = select(Unit.name).where(Unit.level == Level.MEDIA_CENTRE).order_by(Unit.id)
    return session.scalars(query.limit(1)).first() or ""


def _items() -> Select[OutletItem]:
    return select(OutletItem).options(_WITH_FILES)
