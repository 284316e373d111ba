"""The table of uploads that may be broken off and taken up again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.media.models import MediaAsset


class ResumableUpload(Row, Base):
    """A file on its way in, piece by piece; its bytes so far lie in the staging folder.

    ``received`` says how many of them count; what lies behind that was never acknowledged.
    """

    __tablename__ = "resumable_upload"
    __table_args__ = (Index("ix_resumable_upload_about", "about_type", "about_uid"),)

    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    filename: Mapped[str] = mapped_column(String(200), default="")
    length: Mapped[int] = mapped_column(BigInteger)
    """Bytes that it will have."""
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    """Of the whole file, as its sender states it; empty where the sender could not tell."""
    about_type: Mapped[str] = mapped_column(String(32), default="")
    about_uid: Mapped[str] = mapped_column(String(22), default="")
    """What it belongs to, for pages that show what is on its way."""
    thumb_sha256: Mapped[str] = mapped_column(String(64), default="")
    """A small picture that came ahead of it, as we rendered it."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("media_asset.id"))

    asset: Mapped[MediaAsset | None] = relationship()
