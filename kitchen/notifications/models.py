"""Tables of notices: what was told, how people want it, what leaves the house, open alarms."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.errors import Sentence
from kitchen.notifications.rules import DIGEST_AT, QUIET, Kind, Quiet, Robot, Way
from kitchen.people.models import Staff


class Notice(Row, Base):
    """One thing told to one person. ``text`` is a catalogue id, said in the reader's language.

    What happens to the same subject shortly after is the same notice, with a higher ``count``.
    """

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_staff_id_read_at_id", "staff_id", "read_at", "id"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[Kind] = mapped_column(String(12), default=Kind.OTHER)
    text: Mapped[str]
    params: Mapped[dict[str, Any]]
    url: Mapped[str]
    count: Mapped[int] = mapped_column(default=1)
    told_at: Mapped[datetime | None]
    """When it was told last; empty for those from before this was kept."""
    snoozed_until: Mapped[datetime | None] = mapped_column(index=True)
    read_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()

    @property
    def sentence(self) -> Sentence:
        """What is told, ready to be said in a language."""
        return Sentence(self.text, self.params)


class NoticeSetting(Base):
    """Where and when a person wants to hear beside the desk's own pages."""

    __tablename__ = "notice_setting"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    mail_address: Mapped[str] = mapped_column(String(254), default="")
    robot: Mapped[Robot | None] = mapped_column(String(8))
    robot_sealed: Mapped[str] = mapped_column(default="")
    """The robot's address and secret."""
    quiet_since: Mapped[time | None]
    quiet_until: Mapped[time | None]
    digest_at: Mapped[time | None]
    digest_on: Mapped[date | None]
    """The day of the last digest."""

    staff: Mapped[Staff] = relationship()

    @classmethod
    def usual(cls, staff_id: int) -> NoticeSetting:
        """What holds for those who said nothing."""
        return cls(
            staff_id=staff_id,
            mail_address="",
            robot_sealed="",
            quiet_since=QUIET.since,
            quiet_until=QUIET.until,
            digest_at=DIGEST_AT,
        )

    @property
    def quiet(self) -> Quiet | None:
        if self.quiet_since is None or self.quiet_until is None:
            return None
        return Quiet(self.quiet_since, self.quiet_until)

    def reached_by(self, way: Way) -> bool:
        """Whether there is an address for this way."""
        return bool(self.mail_address if way == Way.MAIL else self.robot_sealed)


class NoticeChoice(Base):
    """Whether a person gets a kind of notice by a way; only what they chose themselves."""

    __tablename__ = "notice_choice"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(String(12), primary_key=True)
    way: Mapped[Way] = mapped_column(String(4), primary_key=True)
    wanted: Mapped[bool]


class Message(Row, Base):
    """A notice on its way out of the house. ``due_at`` is empty once nothing is to be done.

    ``held_at`` is the fence: whoever sends has written it down before, and a message that was held
    and never settled is not sent again.
    """

    __tablename__ = "notice_message"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    way: Mapped[Way] = mapped_column(String(4))
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    held_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None] = mapped_column(index=True)
    words: Mapped[str] = mapped_column(default="")
    """Why it failed: what the other side said."""

    notice: Mapped[Notice] = relationship()


class EscalationRule(Base):
    """A rung of a line as the centre wrote it down; a kind without any has the usual line."""

    __tablename__ = "escalation_rule"
    __table_args__ = (UniqueConstraint("kind", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(String(12))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int]


class Alarm(Row, Base):
    """Something urgent that nobody has answered yet; it climbs its line until somebody does."""

    __tablename__ = "alarm"
    __table_args__ = (Index("ix_alarm_url_closed_at", "url", "closed_at"),)

    kind: Mapped[Kind] = mapped_column(String(12))
    url: Mapped[str] = mapped_column(String(200))
    text: Mapped[str]
    params: Mapped[dict[str, Any]]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    position: Mapped[int] = mapped_column(default=0)
    """How many rungs were called."""
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    closed_by: Mapped[Staff | None] = relationship()
    steps: Mapped[list[AlarmStep]] = relationship(
        order_by="AlarmStep.position", cascade="all, delete-orphan"
    )


class AlarmStep(Base):
    """A rung that was called, and whom that reached."""

    __tablename__ = "alarm_step"
    __table_args__ = (UniqueConstraint("alarm_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alarm_id: Mapped[int] = mapped_column(ForeignKey("alarm.id"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    told: Mapped[list[str]]
    """Their names."""
