"""Tables of the outlet. They stand alone: nothing here points at a row of the newsroom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.outlet.rules import Form, Role, Standing, Status


class OutletClient(Row, Base):
    """Who may send pieces: a key, and a secret sealed under the client's uid."""

    __tablename__ = "outlet_client"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    key_id: Mapped[str] = mapped_column(String(22), unique=True)
    secret_sealed: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=True)


class OutletMedia(Base):
    """A file that the outlet holds; the bytes lie in the asset store under the same name."""

    __tablename__ = "outlet_media"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    mime: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    received_at: Mapped[datetime]


class OutletItem(Row, Base):
    """A piece as readers see it now. ``uri`` never changes; ``revision`` is the wire's version."""

    __tablename__ = "outlet_item"
    __table_args__ = (
        Index("ix_outlet_item_status_id", "status", "id"),
        Index("ix_outlet_item_updated_at", "updated_at"),
    )

    uri: Mapped[str] = mapped_column(String(64), unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("outlet_client.id"))
    revision: Mapped[int]
    status: Mapped[Status] = mapped_column(String(10), default=Status.USABLE)
    form: Mapped[Form] = mapped_column(String(10), default=Form.TEXT)
    headline: Mapped[str]
    digest: Mapped[str]
    byline: Mapped[str]
    body_html: Mapped[str]
    """Clean: semantic tags only, figures by ``data-sha256``."""
    tags: Mapped[list[str]]
    uid_live: Mapped[str] = mapped_column(String(64))
    """The fingerprint of the version that stands."""
    published_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    corrected_at: Mapped[datetime | None]
    """When readers last got another text than the first; they are told."""

    shown: Mapped[list[OutletShown]] = relationship(
        order_by="OutletShown.position", cascade="all, delete-orphan"
    )

    @property
    def standing(self) -> Standing:
        return Standing(self.revision, Status(self.status))

    @property
    def usable(self) -> bool:
        return self.status == Status.USABLE

    @property
    def cover(self) -> OutletShown | None:
        """What stands for the piece in a list: its cover, else its first picture."""
        pictures = (each for each in self.shown if not each.is_film)
        return next((it for it in self.shown if it.role == Role.COVER), next(pictures, None))

    @property
    def films(self) -> list[OutletShown]:
        return [each for each in self.shown if each.is_film]


class OutletShown(Base):
    """That an item shows a file, and how."""

    __tablename__ = "outlet_shown"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("outlet_item.id"), index=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("outlet_media.sha256"), index=True)
    role: Mapped[Role] = mapped_column(String(8))
    position: Mapped[int]
    caption: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    seconds: Mapped[float]

    media: Mapped[OutletMedia] = relationship()

    @property
    def is_film(self) -> bool:
        return self.media.mime.startswith("video/")


class OutletFingerprint(Base):
    """The uid of one version's post: by any of them the item is found, for ever."""

    __tablename__ = "outlet_fingerprint"

    uid: Mapped[str] = mapped_column(String(64), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("outlet_item.id"), index=True)


class OutletLink(Base):
    """That a post, on whatever channel, belongs to a story; so ``/s/<uid>`` finds its page."""

    __tablename__ = "outlet_link"

    uid: Mapped[str] = mapped_column(String(64), primary_key=True)
    story_key: Mapped[str] = mapped_column(String(64), index=True)
