"""Tables of gathered feeds: the addresses that are looked at, and what stood there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.leads.models import Lead
from kitchen.people.models import Unit

_ON = text("active")
_OPEN = text("lead_id IS NULL AND left_at IS NULL")


class LeadFeed(Row, Base):
    """An address at which others tell what is new (S58), and how the last look at it went."""

    __tablename__ = "lead_feed"
    __table_args__ = (
        UniqueConstraint("url"),
        Index("ix_lead_feed_next_at", "next_at", sqlite_where=_ON, postgresql_where=_ON),
    )

    name: Mapped[str] = mapped_column(String(60))
    url: Mapped[str] = mapped_column(String(1000))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """Whose desk works on what it brings."""
    every: Mapped[int]
    """Minutes between two looks."""
    active: Mapped[bool] = mapped_column(default=True)
    direct: Mapped[bool] = mapped_column(default=False)
    """Whether each item becomes a lead at once; else somebody chooses."""
    next_at: Mapped[datetime]
    etag: Mapped[str] = mapped_column(String(300), default="")
    modified: Mapped[str] = mapped_column(String(100), default="")
    """What the server named that version by which it gave last; handed back at the next look."""
    heard_at: Mapped[datetime | None]
    """When it last answered as it should."""
    failures: Mapped[int] = mapped_column(default=0)
    """Looks in a row that failed."""
    trouble: Mapped[str] = mapped_column(String(40), default="")
    """Why the last one did; empty: it did not."""

    unit: Mapped[Unit | None] = relationship()


class LeadFeedItem(Row, Base):
    """What a feed told: waiting for somebody to choose it, taken as a lead, or left."""

    __tablename__ = "lead_feed_item"
    __table_args__ = (
        UniqueConstraint("feed_id", "guid_key"),
        Index("ix_lead_feed_item_url_key", "url_key"),
        Index("ix_lead_feed_item_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    feed_id: Mapped[int] = mapped_column(ForeignKey("lead_feed.id"))
    guid_key: Mapped[str] = mapped_column(String(64))
    url_key: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(80))
    words: Mapped[str]
    url: Mapped[str] = mapped_column(String(1000))
    said_at: Mapped[datetime | None]
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))
    left_at: Mapped[datetime | None]

    feed: Mapped[LeadFeed] = relationship()
    lead: Mapped[Lead | None] = relationship()
