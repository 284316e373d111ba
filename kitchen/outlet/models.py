"""Tables of the outlet. They stand alone: nothing here points at a row of the newsroom."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.outlet.rules import Form, Mode, Part, Role, Standing, Status


class OutletStamp(Base):
    """One row that counts every change of what readers may see; see ``kitchen.outlet.stamp``."""

    __tablename__ = "outlet_stamp"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


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
    size: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime]


class OutletItem(Row, Base):
    """A piece as readers see it now. ``uri`` never changes; ``revision`` is the wire's version."""

    __tablename__ = "outlet_item"
    __table_args__ = (
        Index("ix_outlet_item_status_id", "status", "id"),
        Index("ix_outlet_item_updated_at", "updated_at"),
        Index("ix_outlet_item_column_id_id", "column_id", "id"),
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
    change: Mapped[int] = mapped_column(default=0, index=True)
    """Which change of the site this item's latest was; no two items share one."""
    column_name: Mapped[str] = mapped_column(String(40), default="")
    """The column as the newsroom called it, known here or not."""
    column_id: Mapped[int | None] = mapped_column(ForeignKey("outlet_column.id"))

    column: Mapped[OutletColumn | None] = relationship()
    corrections: Mapped[list[OutletCorrection]] = relationship(
        order_by="OutletCorrection.id.desc()"
    )
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


class OutletCorrection(Base):
    """What one correction changed, as readers are told: the parts, and the newsroom's own words."""

    __tablename__ = "outlet_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("outlet_item.id"), index=True)
    revision: Mapped[int]
    at: Mapped[datetime]
    parts: Mapped[list[str]]
    """Values of :class:`~kitchen.outlet.rules.Part`."""
    note: Mapped[str]

    @property
    def changed(self) -> list[Part]:
        return [Part(part) for part in self.parts]


class OutletColumn(Row, Base):
    """A column of the app; without a parent it is one of the blocks (板块) that hold the others."""

    __tablename__ = "outlet_column"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    """Its name in addresses."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("outlet_column.id"), index=True)
    intro: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    enabled: Mapped[bool] = mapped_column(default=True)

    parent: Mapped[OutletColumn | None] = relationship(remote_side="OutletColumn.id")


class OutletService(Row, Base):
    """A service of the district that the app leads to (S38); never one that it performs."""

    __tablename__ = "outlet_service"

    name: Mapped[str] = mapped_column(String(60), unique=True)
    category: Mapped[str] = mapped_column(String(40))
    url: Mapped[str] = mapped_column(String(500))
    unit: Mapped[str] = mapped_column(String(80))
    """Whose service it is."""
    note: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    enabled: Mapped[bool] = mapped_column(default=True)


class OutletHandled(Base):
    """How many matters a service handled in a month, as its provider told."""

    __tablename__ = "outlet_handled"

    service_id: Mapped[int] = mapped_column(ForeignKey("outlet_service.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    handled: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(80))


class OutletClicks(Base):
    """How often readers took the link to an account or a service on one day."""

    __tablename__ = "outlet_clicks"
    __table_args__ = (Index("ix_outlet_clicks_day", "day"),)

    uid: Mapped[str] = mapped_column(String(22), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    clicks: Mapped[int] = mapped_column(BigInteger)


class OutletLinkCheck(Base):
    """How an address that readers are sent to answered last."""

    __tablename__ = "outlet_link_check"

    url: Mapped[str] = mapped_column(String(500), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    checked_at: Mapped[datetime | None]
    status: Mapped[int] = mapped_column(default=0)
    """The HTTP status; 0 where nothing answered."""
    words: Mapped[str] = mapped_column(default="")
    failures: Mapped[int] = mapped_column(default=0)
    """In a row."""


class OutletSubscription(Row, Base):
    """A program that is told of changes of a feed (WebSub), and what it is owed."""

    __tablename__ = "outlet_subscription"
    __table_args__ = (UniqueConstraint("topic", "callback"),)

    topic: Mapped[str] = mapped_column(String(500))
    callback: Mapped[str] = mapped_column(String(1000))
    secret_sealed: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the feed is to be sent; ``None`` while nothing is owed."""
    attempts: Mapped[int] = mapped_column(default=0)


class OutletHubRequest(Row, Base):
    """Somebody asked to subscribe a callback, or to end that; the callback must say so itself."""

    __tablename__ = "outlet_hub_request"
    __table_args__ = (UniqueConstraint("topic", "callback"),)

    mode: Mapped[Mode] = mapped_column(String(12))
    topic: Mapped[str] = mapped_column(String(500))
    callback: Mapped[str] = mapped_column(String(1000))
    secret_sealed: Mapped[str] = mapped_column(default="")
    lease_seconds: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)


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
