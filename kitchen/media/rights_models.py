"""Tables of rights: by what an asset may be shown, and which endings were told."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.media.models import MediaAsset
from kitchen.media.rights_rules import Consent, Grant, Territory
from kitchen.media.rules import Rights


class MediaRight(Row, Base):
    """One right in an asset. An asset of which nobody said more than by what right it is shown and
    until when has none of these rows: that is said by the asset itself.
    """

    __tablename__ = "media_right"

    asset_id: Mapped[int] = mapped_column(ForeignKey("media_asset.id"), index=True)
    basis: Mapped[Rights] = mapped_column(String(10))
    licence: Mapped[str] = mapped_column(String(120), default="")
    """The licence or contract by its name or number."""
    holder: Mapped[str] = mapped_column(String(120), default="")
    consent: Mapped[Consent] = mapped_column(String(10), default=Consent.NOT_NEEDED)
    consent_note: Mapped[str] = mapped_column(String(500), default="")
    """Who agreed, to what, and where the paper lies."""
    paper_sealed_as: Mapped[str] = mapped_column(
        String(64), default="", server_default="", index=True
    )
    """The name of the paper itself in the sealed store, under this row's uid; empty without one."""
    paper_mime: Mapped[str] = mapped_column(String(40), default="", server_default="")
    channels: Mapped[list[str]] = mapped_column(default=list)
    """Keys of the channels that are allowed; none named means all."""
    territory: Mapped[Territory] = mapped_column(String(8), default=Territory.WORLD)
    valid_from: Mapped[date | None] = mapped_column(index=True)
    valid_until: Mapped[date | None]

    asset: Mapped[MediaAsset] = relationship()

    @property
    def has_paper(self) -> bool:
        return self.paper_sealed_as != ""

    @property
    def grant(self) -> Grant:
        """The right as the rules read it."""
        return Grant(
            basis=self.basis,
            holder=self.holder,
            consent=self.consent,
            channels=tuple(self.channels),
            territory=self.territory,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


class ExpiryTold(Base):
    """That it was told how an asset's rights end on a day, so many days before: told once."""

    __tablename__ = "media_expiry_told"

    asset_id: Mapped[int] = mapped_column(ForeignKey("media_asset.id"), primary_key=True)
    until: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
