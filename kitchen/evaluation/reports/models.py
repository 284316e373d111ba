"""Tables of reports: frozen editions, who gets them when, the letters, the open data's switch."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, String, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.evaluation.reports.rules import Kind, Period, digest_of
from kitchen.people.models import Staff, Unit

_OF_HOUSE = text("unit_id IS NULL")


class Report(Row, Base):
    """One edition of the report of a period: its figures as they stood when it was made.

    Written once. Figures that are told or corrected later make an edition of their own.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("kind", "first_day", "unit_id", "edition"),
        Index(
            "uq_report_of_house",
            "kind",
            "first_day",
            "edition",
            unique=True,
            sqlite_where=_OF_HOUSE,
            postgresql_where=_OF_HOUSE,
        ),
    )

    kind: Mapped[Kind] = mapped_column(String(8))
    first_day: Mapped[date]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """Whose report, with all units below it; ``None``: that of the whole house."""
    edition: Mapped[int]
    """Counted from 1."""
    figures: Mapped[dict[str, Any]]
    """:func:`kitchen.evaluation.reports.rules.frozen`."""
    sha256: Mapped[str] = mapped_column(String(64))
    changes: Mapped[list[Any]]
    """What is otherwise than in the edition before, as far as it is told one by one."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Nobody, where the timetable made it."""

    unit: Mapped[Unit | None] = relationship()
    made_by: Mapped[Staff | None] = relationship()

    @property
    def period(self) -> Period:
        return Period(Kind(self.kind), self.first_day)

    @property
    def whose(self) -> str:
        """What its unit was called when it was made; empty for the whole house.

        Editions of the first form did not keep it, and call the unit by its name of today.
        """
        if "about" in self.figures:
            return str(self.figures["about"]["unit_name"])
        return self.unit.name if self.unit else ""

    @property
    def changed(self) -> int:
        """How much is otherwise, told one by one or not."""
        return int(self.figures.get("changed", len(self.changes)))

    @property
    def whole(self) -> bool:
        """Whether it still is what its hash was made of, and stands where it says."""
        here = {
            "kind": self.kind,
            "first_day": self.first_day.isoformat(),
            "unit": self.unit.uid if self.unit else "",
            "edition": self.edition,
        }
        kept = self.figures.get("about", here)
        stands = here.items() <= kept.items()
        return stands and self.sha256 == digest_of(self.figures, self.changes)


class ReportSchedule(Row, Base):
    """To whom a report is sent, and when after its period."""

    __tablename__ = "report_schedule"

    kind: Mapped[Kind] = mapped_column(String(8))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    day: Mapped[int]
    """A weekday from Sunday, 0, or a day of the month; see ``rules.due_at``."""
    hour: Mapped[int]
    """Of the newsroom's day."""
    recipients: Mapped[list[str]]
    """Mail addresses."""
    active: Mapped[bool] = mapped_column(default=True)
    sent_for: Mapped[date]
    """The first day of the latest period that is dealt with."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    """Who hears of letters that did not arrive."""

    unit: Mapped[Unit | None] = relationship()
    asked_by: Mapped[Staff] = relationship()


class ReportLetter(Row, Base):
    """An edition on its way to a recipient, once. ``due_at`` is empty when nothing is to be done.

    ``held_at`` is the fence: whoever sends has written it down before, and a letter that was held
    and never settled is not sent again.
    """

    __tablename__ = "report_letter"
    __table_args__ = (UniqueConstraint("report_id", "recipient"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    recipient: Mapped[str] = mapped_column(String(254))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    held_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(default="")
    """Why it failed: what the other side said."""

    report: Mapped[Report] = relationship()


class OpenDataSetting(Base):
    """Whether the public may read the monthly figures, and under which licence; one row, or none.

    Without a row nothing is open.
    """

    __tablename__ = "open_data_setting"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    open: Mapped[bool]
    licence: Mapped[str] = mapped_column(String(120))


def _refuse(_mapper: Mapper[Any], _connection: Connection, row: Report) -> None:
    raise RuntimeError("a report is written once and never changed")


for _change in ("before_update", "before_delete"):
    event.listen(Report, _change, _refuse)
