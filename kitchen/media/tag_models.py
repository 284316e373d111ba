"""Tables of what assets show: words of a few kinds, and which asset carries which."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kitchen.core.db import Base
from kitchen.media.tag_rules import TAG_MAX, Facet


class MediaTerm(Base):
    """A word by which assets are found, once for the whole house."""

    __tablename__ = "media_term"
    __table_args__ = (
        UniqueConstraint("facet", "value"),
        Index("ix_media_term_facet_uses", "facet", "uses"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    facet: Mapped[Facet] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(String(TAG_MAX))
    uses: Mapped[int] = mapped_column(default=0)
    """How many assets carry it; counted where tags change."""


class MediaTag(Base):
    """That an asset carries a word."""

    __tablename__ = "media_tag"

    term_id: Mapped[int] = mapped_column(ForeignKey("media_term.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(
        ForeignKey("media_asset.id"), primary_key=True, index=True
    )
