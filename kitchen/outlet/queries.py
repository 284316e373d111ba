"""Reads of the outlet: an item by any of its names, lists for the front page and the feeds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from kitchen.core.errors import N_, Invalid, NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.outlet.models import (
    OutletClient,
    OutletColumn,
    OutletFingerprint,
    OutletHandled,
    OutletItem,
    OutletLink,
    OutletLinkCheck,
    OutletMedia,
    OutletService,
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
    session: Session,
    *,
    columns: Collection[int] | None = None,
    client: OutletClient | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> Page[OutletItem]:
    """What readers may see, newest first; of these columns only, where any are given.

    A ``client`` sees all that it sent, what was withdrawn as well.
    """
    query = _items()
    if columns is not None:
        query = query.where(OutletItem.column_id.in_(columns))
    if client is not None:
        query = query.where(OutletItem.client_id == client.id)
    else:
        query = query.where(OutletItem.status == Status.USABLE)
    return newest_first(session, query, OutletItem.id, limit=limit, cursor=cursor)


def page_of_changes(
    session: Session,
    columns: Collection[int] | None = None,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[OutletItem]:
    """What appeared, was corrected or was withdrawn, the latest first: what a feed must tell."""
    query = _items()
    if columns is not None:
        query = query.where(OutletItem.column_id.in_(columns))
    return newest_first(session, query, OutletItem.change, limit=limit, cursor=cursor)


SITEMAP_PART = 5_000
"""Numbers of items that one part of the sitemap spans; well below the 50,000 that are allowed."""


def sitemap_parts(session: Session) -> Sequence[tuple[int, datetime]]:
    """Each part of the sitemap that has something in it, and when it last changed."""
    part = (OutletItem.id // SITEMAP_PART).label("part")
    rows = session.execute(
        select(part, func.max(OutletItem.updated_at))
        .where(OutletItem.status == Status.USABLE)
        .group_by(part)
        .order_by(part)
    )
    return [(number, changed) for number, changed in rows]


def addresses_of_part(session: Session, part: int) -> Sequence[Row[str, datetime]]:
    """The visible items of one part of the sitemap, each with its last change."""
    first = part * SITEMAP_PART
    return session.execute(
        select(OutletItem.uri, OutletItem.updated_at)
        .where(OutletItem.status == Status.USABLE)
        .where(OutletItem.id >= first, OutletItem.id < first + SITEMAP_PART)
        .order_by(OutletItem.id)
    ).all()


def appeared_since(
    session: Session, moment: datetime, limit: int = 1000
) -> Sequence[Row[str, str, datetime]]:
    """The address, headline and hour of what appeared since then and still stands."""
    return session.execute(
        select(OutletItem.uri, OutletItem.headline, OutletItem.published_at)
        .where(OutletItem.status == Status.USABLE, OutletItem.published_at >= moment)
        .order_by(OutletItem.id.desc())
        .limit(limit)
    ).all()


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the app and its columns, in the order in which readers see them."""

    column: OutletColumn
    columns: Sequence[OutletColumn]


def all_columns(session: Session) -> Sequence[OutletColumn]:
    """Every column, retired ones included, in order."""
    order = (OutletColumn.position, OutletColumn.id)
    return session.scalars(select(OutletColumn).order_by(*order)).all()


def blocks(session: Session, *, retired: bool = False) -> list[Block]:
    """The tree of columns in one query; what is retired, and all below it, only if asked for."""
    known = [each for each in all_columns(session) if each.enabled or retired]
    return [
        Block(block, [each for each in known if each.parent_id == block.id])
        for block in known
        if block.parent_id is None
    ]


def column_id(session: Session, name: str) -> int | None:
    """The column that the newsroom calls by this name."""
    if not name:
        return None
    return session.scalar(select(OutletColumn.id).where(OutletColumn.name == name))


def column_names(session: Session) -> list[str]:
    """What a story's column may be called: every column in use, blocks aside where they hold any.

    An older name stays where it was written; this only says what to offer.
    """
    return [
        column.name for block in blocks(session) for column in (block.columns or [block.column])
    ]


def the_column(session: Session, slug: str) -> OutletColumn:
    """A column that readers may open. Raises :class:`NotFound`."""
    query = select(OutletColumn).where(OutletColumn.slug == slug, OutletColumn.enabled)
    found = session.scalar(query.options(joinedload(OutletColumn.parent)))
    if found is None or (found.parent and not found.parent.enabled):
        raise NotFound
    return found


def column_by_uid(session: Session, uid: str) -> OutletColumn:
    """Any column. Raises :class:`NotFound`."""
    found = session.scalar(select(OutletColumn).where(OutletColumn.uid == uid))
    if found is None:
        raise NotFound
    return found


def the_block(session: Session, uid: str) -> OutletColumn | None:
    """What a column is put under; no uid, no block. Raises :class:`Invalid`."""
    if not uid:
        return None
    found = session.scalar(select(OutletColumn).where(OutletColumn.uid == uid))
    if found is None:
        raise Invalid(fields={"parent": N_("没有这个板块，请从给出的选项里选。")})
    return found


def under(session: Session, column: OutletColumn) -> list[int]:
    """The ids of a column and of those below it that are in use."""
    query = select(OutletColumn.id).where(OutletColumn.parent_id == column.id, OutletColumn.enabled)
    return [column.id, *session.scalars(query)]


@dataclass(frozen=True, slots=True)
class Entry:
    """A service of the catalogue, and how its address answered last (``None``: not yet asked)."""

    service: OutletService
    check: OutletLinkCheck | None


def catalogue(session: Session, *, retired: bool = False) -> list[Entry]:
    """The services in their order; retired ones only if asked for."""
    query = select(OutletService, OutletLinkCheck).outerjoin(
        OutletLinkCheck, OutletLinkCheck.url == OutletService.url
    )
    if not retired:
        query = query.where(OutletService.enabled)
    order = (OutletService.position, OutletService.id)
    return [Entry(service, check) for service, check in session.execute(query.order_by(*order))]


def handled(session: Session) -> dict[int, OutletHandled]:
    """What each service handled in the latest month of which its provider told, by its id."""
    latest = (
        select(OutletHandled.service_id, func.max(OutletHandled.month).label("month"))
        .group_by(OutletHandled.service_id)
        .subquery()
    )
    rows = session.scalars(
        select(OutletHandled).join(
            latest,
            (latest.c.service_id == OutletHandled.service_id)
            & (latest.c.month == OutletHandled.month),
        )
    )
    return {row.service_id: row for row in rows}


def service_in_use(session: Session, uid: str) -> OutletService | None:
    """A service to which readers are led."""
    return session.scalar(
        select(OutletService).where(OutletService.uid == uid, OutletService.enabled)
    )


def service_by_uid(session: Session, uid: str) -> OutletService:
    """Any service. Raises :class:`NotFound`."""
    found = session.scalar(select(OutletService).where(OutletService.uid == uid))
    if found is None:
        raise NotFound
    return found


def link_checks(session: Session, urls: Collection[str]) -> dict[str, OutletLinkCheck]:
    """How these addresses answered last, by address."""
    query = select(OutletLinkCheck).where(OutletLinkCheck.url.in_(urls))
    return {check.url: check for check in session.scalars(query)}


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
    query = (
        select(Unit.name)
        .where(Unit.level == Level.MEDIA_CENTRE, Unit.closed_at.is_(None))
        .order_by(Unit.id)
    )
    return session.scalars(query.limit(1)).first() or ""


def _items() -> Select[OutletItem]:
    return select(OutletItem).options(_WITH_FILES)
