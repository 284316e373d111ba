"""What comes in and goes out about reports; forms and the API share it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from kitchen.core.errors import N_
from kitchen.evaluation.reports.captures import Capture
from kitchen.evaluation.reports.models import Report, ReportLetter, ReportSchedule
from kitchen.evaluation.reports.open_data import USUAL_LICENCE
from kitchen.evaluation.reports.rules import LATEST_DAY, Kind
from kitchen.notifications.schemas import mailbox
from kitchen.web.schema import Answer, Schema

RECIPIENTS_MOST, ADDRESS_MOST = 50, 254
_BETWEEN = re.compile(r"[\s,;，；、]+")


def _addresses(value: Any) -> Any:
    """Addresses one a line, or as a list; each once, and one of ours to say which is none."""
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, list) or not all(isinstance(it, str) for it in lines):
        return value
    words = (word.lower() for line in lines for word in _BETWEEN.split(line) if word)
    found = list(dict.fromkeys(words))
    if not found:
        raise ValueError(N_("请至少填一个收件邮箱，一行一个。"))
    if len(found) > RECIPIENTS_MOST or any(len(it) > ADDRESS_MOST for it in found):
        raise ValueError(N_("收件邮箱太多或太长，请删减。"))
    return [mailbox(each) for each in found]


def _one_line(words: str) -> str:
    if len(words.splitlines()) > 1:
        raise ValueError(N_("请写成一行。"))
    return words


Recipients = Annotated[list[str], BeforeValidator(_addresses)]


class PeriodQuery(Schema):
    """The week or month in which ``day`` lies, of the whole house or of a unit (a uid)."""

    kind: Kind
    day: date
    unit: str = Field("", max_length=22)


class ReportIn(PeriodQuery):
    """Whose report is to be frozen, for which period."""


class ReportQuery(Schema):
    """Editions of one kind, or of all."""

    kind: Kind | None = None
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = None


class EditionQuery(Schema):
    """Which edition a page shows; without one the latest, or the figures as they stand now."""

    unit: str = Field("", max_length=22)
    edition: int | None = Field(None, ge=1, le=10_000)


class WhoseForm(Schema):
    """Whose report is made."""

    unit: str = Field("", max_length=22)


class _Sending(Schema):
    """When a report goes, and to whom: mail addresses. ``day`` as in ``rules.due_at``."""

    day: int = Field(ge=0, le=LATEST_DAY)
    hour: int = Field(ge=0, le=23)
    recipients: Recipients


class ScheduleIn(_Sending):
    """Which report goes as well; ``unit`` is a uid, empty for the whole house."""

    kind: Kind
    unit: str = Field("", max_length=22)


class ScheduleChange(_Sending):
    """Whether it goes at all as well."""

    active: bool = True


class ScheduleForm(_Sending):
    """A schedule as its form sends it: kind and unit only at first, a box only if ticked."""

    kind: Kind = Kind.WEEK
    unit: str = Field("", max_length=22)
    active: bool = False
    version: int | None = None


class OpenDataIn(Schema):
    """Whether the monthly figures are open, and under which licence."""

    open: bool = False
    licence: Annotated[str, AfterValidator(_one_line)] = Field(
        USUAL_LICENCE, min_length=1, max_length=120
    )


class OpenDataOut(Answer):
    open: bool
    licence: str


class TableOut(Answer):
    key: str
    columns: list[str]
    named: int
    rows: list[list[str | int | float | None]]


class SectionOut(Answer):
    key: str
    tables: list[TableOut]


class FiguresOut(Answer):
    """Figures as they stand now; they are not frozen."""

    kind: Kind
    first_day: date
    last_day: date
    sections: list[SectionOut]


class ReportLine(Answer):
    """An edition in a list; ``unit_name`` is what its unit is called today."""

    uid: str
    created_at: datetime
    kind: Kind
    first_day: date
    last_day: date
    unit: str
    unit_name: str
    edition: int
    sha256: str
    made_by: str | None


class AboutOut(Answer):
    """What an edition is, as it was frozen."""

    kind: Kind
    first_day: date
    unit: str
    unit_name: str
    edition: int


class ReportOut(ReportLine):
    """An edition with its figures, and what changed since the one before.

    ``sha256`` is that of ``about``, ``changed``, ``changes``, ``form`` and ``sections``; in the
    first form, which has no ``about``, of ``sections`` alone. ``changed`` counts all changes.
    """

    form: int
    about: AboutOut | None
    sections: list[SectionOut]
    changed: int
    changes: list[dict[str, Any]]


def report_line(report: Report) -> ReportLine:
    """An edition without its figures."""
    return ReportLine(**_line(report))


def report_out(report: Report) -> ReportOut:
    """An edition with its figures."""
    data = report.figures
    return ReportOut(
        **{**_line(report), "unit_name": report.whose},
        form=data.get("form", 1),
        about=data.get("about"),
        sections=data["sections"],
        changed=report.changed,
        changes=report.changes,
    )


def _line(report: Report) -> dict[str, Any]:
    plain = ("uid", "created_at", "kind", "first_day", "edition", "sha256")
    return {
        **{name: getattr(report, name) for name in plain},
        "last_day": report.period.last,
        "unit": report.unit.uid if report.unit else "",
        "unit_name": report.unit.name if report.unit else "",
        "made_by": report.made_by.name if report.made_by else None,
    }


class CaptureOut(Answer):
    title: str
    kind: str
    uid: str
    stories: int
    channels: int
    pieces: int


def capture_out(capture: Capture) -> CaptureOut:
    return CaptureOut.model_validate(capture)


class LetterOut(Answer):
    recipient: str
    attempts: int
    sent_at: datetime | None
    failed_at: datetime | None
    words: str


def letter_out(letter: ReportLetter) -> LetterOut:
    return LetterOut.model_validate(letter)


class ScheduleOut(Answer):
    uid: str
    version: int
    kind: Kind
    unit: str
    day: int
    hour: int
    recipients: list[str]
    active: bool
    sent_for: date


def schedule_out(row: ReportSchedule) -> ScheduleOut:
    """A schedule; ``sent_for`` is the latest period that is dealt with."""
    plain = ("uid", "version", "kind", "day", "hour", "recipients", "active", "sent_for")
    told = {name: getattr(row, name) for name in plain}
    return ScheduleOut(**told, unit=row.unit.uid if row.unit else "")
