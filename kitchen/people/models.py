"""Tables of people: units and their former names, staff, posts, sign-ins, API tokens, attempts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.people.rules import Level


class Unit(Row, Base):
    """A body of the district, or a section of the media centre; a tree by ``parent``."""

    __tablename__ = "unit"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    level: Mapped[Level] = mapped_column(String(16))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    origin: Mapped[str] = mapped_column(String(40), default="")
    """The body from which it was merged into the centre, where there was one (S52)."""
    closed_at: Mapped[datetime | None]
    """Since when it is no more; whatever it did stays its own."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """The unit that took its work over, below which it stands since."""

    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id", foreign_keys=[parent_id])
    merged_into: Mapped[Unit | None] = relationship(
        remote_side="Unit.id", foreign_keys=[merged_into_id]
    )

    @property
    def unit_id(self) -> int:
        """Over which unit one must hold a right to change this one: over itself."""
        return self.id


class UnitName(Base):
    """A name that a unit had, and the last day of it."""

    __tablename__ = "unit_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    until: Mapped[date]


class Staff(Row, Base):
    """A person on the staff. What they may do comes from their posts, read at every request."""

    __tablename__ = "staff"

    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    initials: Mapped[str] = mapped_column(String(40), default="", index=True)
    """Pinyin initials of the name, for finding people by typing."""
    password_hash: Mapped[str]
    phone: Mapped[str] = mapped_column(String(20), default="")
    locale: Mapped[str] = mapped_column(String(2), default="zh")
    active: Mapped[bool] = mapped_column(default=True)

    posts: Mapped[list[Post]] = relationship(back_populates="staff", order_by="Post.id")

    @property
    def is_active(self) -> bool:
        return self.active

    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.uid


class Post(Row, Base):
    """A role that someone holds in a unit, and so over all units below it."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("staff_id", "unit_id", "role"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(40), default="")

    staff: Mapped[Staff] = relationship(back_populates="posts")
    unit: Mapped[Unit] = relationship()


class SignInSession(Base):
    """A browser's session on our side; the cookie carries a token, and only its hash is here."""

    __tablename__ = "sign_in_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_uid: Mapped[str | None] = mapped_column(String(22), index=True)
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Base):
    """A bearer token; only its hash is kept."""

    __tablename__ = "api_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()


class FailedAttempt(Base):
    """Failed sign-ins in a row, by account and address."""

    __tablename__ = "failed_attempt"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
