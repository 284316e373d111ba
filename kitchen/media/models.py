"""Tables of the catalogue: assets, the shapes in which they leave, where they are used, clips."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, String, TextClause, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.media.rules import (
    MACHINE,
    Kind,
    Making,
    Obstacle,
    Rights,
    State,
    obstacle,
    orientation_of,
)
from kitchen.people.models import Staff, Unit

_UPLOADED = text("recipe = ''")
_DERIVED = text("recipe != ''")


def _only(condition: TextClause) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


class MediaAsset(Row, Base):
    """A picture or film, named by the hash of its original bytes.

    The original may say where and with what it was taken; it stays in the store. What anyone is
    shown, and what any platform is sent, is one of the ``renditions``.
    """

    __tablename__ = "media_asset"
    __table_args__ = (
        Index("uq_media_asset_sha256", "sha256", unique=True, **_only(_UPLOADED)),
        Index("uq_media_asset_recipe", "recipe", unique=True, **_only(_DERIVED)),
        Index("ix_media_asset_kind_id", "kind", "id"),
        Index("ix_media_asset_rights_id", "rights", "id"),
        Index("ix_media_asset_orientation_id", "orientation", "id"),
        Index("ix_media_asset_created_at", "created_at"),
    )
    machine: ClassVar[Machine] = MACHINE

    kind: Mapped[Kind] = mapped_column(String(8))
    sha256: Mapped[str] = mapped_column(String(64), default="", index=True)
    """Of the original; empty while a clip is not made yet."""
    mime: Mapped[str] = mapped_column(String(40), default="")
    sealed_as: Mapped[str] = mapped_column(String(64), default="", index=True)
    """The name of the original in the sealed store, where it may give a source away; else empty."""
    seal_wanted: Mapped[bool] = mapped_column(default=False, index=True)
    """It lies open and is to be sealed: it was put to a tip after it came."""
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes of the original."""
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    orientation: Mapped[str] = mapped_column(String(9), default="", server_default="")
    """How it lies, kept with its size so that it can be looked for."""
    seconds: Mapped[float] = mapped_column(default=0.0)
    filename: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(120), default="")
    caption: Mapped[str] = mapped_column(String(500), default="")
    credit: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[State] = mapped_column(
        String(10), default=State.AVAILABLE, server_default=State.AVAILABLE
    )
    rights: Mapped[Rights] = mapped_column(String(10), default=Rights.OWN)
    """What all its rights come to, see :mod:`kitchen.media.rights`."""
    rights_until: Mapped[date | None] = mapped_column(index=True)
    taken_at: Mapped[datetime | None]
    aigc: Mapped[int] = mapped_column(default=0)
    aigc_in_file: Mapped[int] = mapped_column(default=0)
    """What the file itself declares; nobody at the desk can take that back."""
    making: Mapped[Making] = mapped_column(String(8), default=Making.DONE)
    failure: Mapped[str] = mapped_column(default="")
    """Why a clip could not be made, as a sentence (a catalogue id)."""
    derived_from: Mapped[list[str]] = mapped_column(default=list)
    """Uids of the pictures that a clip shows, in order."""
    recipe: Mapped[str] = mapped_column(String(64), default="")
    """Of a clip, the hash of what it is made of; asked for twice, it is made once."""
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))

    renditions: Mapped[list[Rendition]] = relationship(
        order_by="Rendition.id", cascade="all, delete-orphan"
    )
    uploaded_by: Mapped[Staff | None] = relationship()
    unit: Mapped[Unit | None] = relationship()

    @validates("width", "height")
    def _lies(self, name: str, value: int) -> int:
        size = {"width": self.width or 0, "height": self.height or 0, name: value}
        self.orientation = orientation_of(size["width"], size["height"])
        return value

    def obstacle_on(self, day: date) -> Obstacle | None:
        """Why it may not be published on that day, whatever the channel; ``None`` if it may."""
        return obstacle(self.state, self.rights, self.rights_until, self.making, day)

    @property
    def name(self) -> str:
        """What to call it on a page."""
        return self.title or self.caption or self.filename


class Rendition(Base):
    """A file made from an asset in one of the shapes of ``assets.presets``."""

    __tablename__ = "media_rendition"
    __table_args__ = (UniqueConstraint("asset_id", "preset"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("media_asset.id"), index=True)
    preset: Mapped[str] = mapped_column(String(24))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    mime: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    seconds: Mapped[float] = mapped_column(default=0.0, server_default="0")
    """Of a form of a film, which may be a part of it; 0 where it is the whole, and for pictures."""


class MediaUse(Base):
    """That something shows an asset: which, as what, at which place."""

    __tablename__ = "media_use"
    __table_args__ = (
        UniqueConstraint("asset_id", "subject_type", "subject_uid", "role"),
        Index("ix_media_use_subject", "subject_type", "subject_uid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("media_asset.id"))
    subject_type: Mapped[str] = mapped_column(String(32))
    """The table of what uses it."""
    subject_uid: Mapped[str] = mapped_column(String(22))
    role: Mapped[str] = mapped_column(String(24), default="")
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(120), default="")
    """What the user was called when it took the asset up."""
    used_at: Mapped[datetime]

    asset: Mapped[MediaAsset] = relationship()


class ClipOrder(Base):
    """What a clip is to be made of, and how far the worker is with it."""

    __tablename__ = "clip_order"

    asset_id: Mapped[int] = mapped_column(ForeignKey("media_asset.id"), primary_key=True)
    title: Mapped[str]
    captions: Mapped[list[str]]
    percent: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)

    asset: Mapped[MediaAsset] = relationship()
