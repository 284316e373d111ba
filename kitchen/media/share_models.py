"""The table of share links: to an asset or a collection, for a while, for who has the address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.media.collection_models import MediaCollection
from kitchen.media.models import MediaAsset
from kitchen.people.models import Staff


class MediaShare(Row, Base):
    """An address that shows an asset, or all of a collection, to people who are not on the staff.

    The address carries a random token of which only the hash is here: who reads the database can
    open nothing.
    """

    __tablename__ = "media_share"
    __table_args__ = (
        CheckConstraint(
            "(asset_id IS NULL) <> (collection_id IS NULL)", name="asset_or_collection"
        ),
    )

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("media_asset.id"), index=True)
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("media_collection.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    audience: Mapped[str] = mapped_column(String(80), default="")
    """For whom it was made, in words."""
    may_download: Mapped[bool] = mapped_column(default=False)
    watermark: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it shows what has the centre's name in it, and nothing else."""
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    views: Mapped[int] = mapped_column(default=0)
    downloads: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
    """When it was opened last."""
    minute: Mapped[int] = mapped_column(default=0)
    """Which minute (since 1970) is counted in :attr:`in_minute`."""
    in_minute: Mapped[int] = mapped_column(default=0)

    asset: Mapped[MediaAsset | None] = relationship()
    collection: Mapped[MediaCollection | None] = relationship()
    made_by: Mapped[Staff] = relationship()
