"""What a feed is about: from its address to its contents, for visitors and for the hub alike."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from kitchen.core.errors import N_, NotFound
from kitchen.outlet import addresses, queries
from kitchen.outlet.feeds import Feed, Kind
from kitchen.outlet.models import OutletItem

NAME = N_("融媒客户端")


@dataclass(frozen=True, slots=True)
class Subject:
    """A form of feed, and the column that it is about (empty: everything)."""

    kind: Kind
    slug: str = ""


def subject_of(root: str, topic: str) -> Subject | None:
    """What the feed at this address is about, by its looks; ``None``: it is no feed of ours."""
    prefix, _, kind = topic.rpartition("/")
    if kind not in set(Kind):
        return None
    if prefix == f"{root}/feeds":
        return Subject(Kind(kind))
    before, _, slug = prefix.rpartition("/")
    return Subject(Kind(kind), slug) if slug and before == f"{root}/feeds/c" else None


def feed_of(session: Session, root: str, subject: Subject, cursor: str | None = None) -> Feed:
    """The feed as it stands. Raises :class:`NotFound` for a column that is not open."""
    name = queries.publisher(session) or NAME
    columns = None
    if subject.slug:
        column = queries.the_column(session, subject.slug)
        columns, name = queries.under(session, column), f"{name} · {column.name}"
    page = queries.page_of_changes(session, columns, cursor=cursor)
    return Feed(
        kind=subject.kind,
        name=name,
        items=page.items,
        root=root,
        slug=subject.slug,
        cursor=cursor or "",
        next=page.next or "",
    )


def topics_of(root: str, item: OutletItem) -> list[str]:
    """The addresses of all feeds in which the item appears."""
    column = item.column
    slugs = [""] if column is None else ["", column.slug]
    if column is not None and column.parent is not None:
        slugs.append(column.parent.slug)
    return [addresses.feed(root, kind, slug) for slug in slugs for kind in Kind]


def exists(session: Session, subject: Subject) -> bool:
    """Whether the column that a feed is about is open."""
    try:
        return not subject.slug or bool(queries.the_column(session, subject.slug))
    except NotFound:
        return False
