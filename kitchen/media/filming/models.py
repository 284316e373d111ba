"""The table of works: one row for each form of a film."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.media.filming.rules import MACHINE, State
from kitchen.media.models import MediaAsset


class FilmWork(Row, Base):
    """One form of one film: what is wished, how far it is, and what came of it.

    ``fence`` counts beginnings. A worker writes only while the number is the one that it began
    with, so whoever was overtaken or called off changes nothing any more.
    """

    __tablename__ = "film_work"
    __table_args__ = (UniqueConstraint("asset_id", "preset"),)

    machine: ClassVar[Machine] = MACHINE

    asset_id: Mapped[int] = mapped_column(ForeignKey("media_asset.id"))
    preset: Mapped[str] = mapped_column(String(24))
    """A form of ``assets.film_presets``, or one of the works for the desk."""
    state: Mapped[State] = mapped_column(String(10), default=State.QUEUED, index=True)
    wishes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """See ``schemas.WishesIn``."""
    percent: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    """By the database's clock."""
    failure: Mapped[str] = mapped_column(default="")
    """Why it could not be made, as a catalogue id for ``failure_params``."""
    failure_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    recipe: Mapped[str] = mapped_column(String(64), default="")
    """What it was made of and how, as a hash: two forms alike are made once."""
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What else was found out: loudness, where on a strip which moment is, the original's parts."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    asset: Mapped[MediaAsset] = relationship()
