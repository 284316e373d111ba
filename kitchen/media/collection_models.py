"""Tables of what people gather: collections with their assets in order, and each one's basket."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.media.models import MediaAsset
from kitchen.people.models import Staff, Unit

NAME_MAX = 60


class MediaCollection(Row, Base):
    """Assets that belong together, under a name; of a unit, or of one person alone."""

    __tablename__ = "media_collection"

    name: Mapped[str] = mapped_column(String(NAME_MAX))
    note: Mapped[str] = mapped_column(String(300), default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """Whose it is; empty for what belongs to its owner alone."""

    owner: Mapped[Staff] = relationship()
    unit: Mapped[Unit | None] = relationship()


class CollectionItem(Base):
    """That an asset lies in a collection, at which place."""

    __tablename__ = "media_collection_item"
    __table_args__ = (
        Index("ix_media_collection_item_place", "collection_id", "position", "asset_id"),
    )

    collection_id: Mapped[int] = mapped_column(ForeignKey("media_collection.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(
        ForeignKey("media_asset.id"), primary_key=True, index=True
    )
    position: Mapped[int]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    added_at: Mapped[datetime]

    asset: Mapped[MediaAsset] = relationship()


class BasketItem(Base):
    """That a person has picked an asset and not yet put it anywhere."""

    __tablename__ = "media_basket_item"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("media_asset.id"), primary_key=True)
    position: Mapped[int]

    asset: Mapped[MediaAsset] = relationship()
