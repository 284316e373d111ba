"""Tables beside an asset: how it is cut and marked, what it looks like, what vouches for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kitchen.core.db import Base, Row


class Shaping(Row, Base):
    """How people want a picture cut and marked; without a row, nothing was asked for."""

    __tablename__ = "media_shaping"

    asset_id: Mapped[int] = mapped_column(ForeignKey("media_asset.id"), unique=True)
    focus_x: Mapped[float] = mapped_column(default=0.5)
    """The point that stays in sight, from 0 to 1 from the left."""
    focus_y: Mapped[float] = mapped_column(default=0.5)
    crops: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By preset what is shown: left, top, width and height in fractions of the upright picture."""
    owned: Mapped[list[str]] = mapped_column(default=list)
    """Presets that carry the unit's name as a watermark."""
    shown: Mapped[bool] = mapped_column(default=False)
    """Whether the words that a machine made it are burnt into every shape."""
    due: Mapped[bool] = mapped_column(default=False, index=True)
    """Whether the shapes do not say yet what they should, and a worker is to make them anew."""


class Likeness(Base):
    """What a picture looks like in 64 bits, and the same in four bands that an index can find."""

    __tablename__ = "media_likeness"

    asset_id: Mapped[int] = mapped_column(ForeignKey("media_asset.id"), primary_key=True)
    bits: Mapped[int] = mapped_column(BigInteger)
    band_0: Mapped[int] = mapped_column(index=True)
    band_1: Mapped[int] = mapped_column(index=True)
    band_2: Mapped[int] = mapped_column(index=True)
    band_3: Mapped[int] = mapped_column(index=True)


class Signature(Base):
    """The identity in which the house signs what it makes; there is one."""

    __tablename__ = "media_signature"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    sealed: Mapped[str]
    """:class:`assets.identity.Identity`; the key opens with the house's seal alone."""


class Provenance(Base):
    """What a file says of its own making: its AIGC label and its Content Credentials."""

    __tablename__ = "media_provenance"

    asset_id: Mapped[int] = mapped_column(ForeignKey("media_asset.id"), primary_key=True)
    label: Mapped[dict[str, Any] | None]
    """The fields of GB 45438-2025, as they go into every shape."""
    credentials: Mapped[dict[str, Any] | None]
    """As :class:`assets.credentials.Credentials` tells them."""
