"""Tables of lineage: what was made of what, and which unit claimed an asset of another."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.media.lineage_rules import Derived
from kitchen.media.models import MediaAsset
from kitchen.people.models import Staff, Unit


class MediaLineage(Base):
    """That one asset was made of another, at which place among several."""

    __tablename__ = "media_lineage"

    child_id: Mapped[int] = mapped_column(ForeignKey("media_asset.id"), primary_key=True)
    parent_id: Mapped[int] = mapped_column(
        ForeignKey("media_asset.id"), primary_key=True, index=True
    )
    how: Mapped[Derived] = mapped_column(String(10))
    position: Mapped[int] = mapped_column(default=0)


class MediaAdoption(Row, Base):
    """That a unit claimed an asset which another brought, and how their credit is shared."""

    __tablename__ = "media_adoption"
    __table_args__ = (UniqueConstraint("asset_id", "unit_id"),)

    asset_id: Mapped[int] = mapped_column(ForeignKey("media_asset.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    share: Mapped[int]
    """Percent of the credit that stays with the unit that brought it."""
    note: Mapped[str] = mapped_column(String(200), default="")

    asset: Mapped[MediaAsset] = relationship()
    unit: Mapped[Unit] = relationship()
    staff: Mapped[Staff] = relationship()
