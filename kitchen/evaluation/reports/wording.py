"""How figures of reports read: names of rows and columns, cells, titles, the letter that goes out.

Whatever shows a report, page, paper, sheet or letter, takes its words from here.
"""

from __future__ import annotations

from collections.abc import Callable

from kitchen.core.languages import catalogue
from kitchen.evaluation.reports import labels
from kitchen.evaluation.reports.models import Report, ReportLetter
from kitchen.evaluation.reports.rules import Cell, Kind, Period
from kitchen.people.models import Unit
from kitchen.ports import Letter

Say = Callable[[str], str]
"""Says a catalogue id in the reader's language."""
LETTERS_LANGUAGE = "zh"
"""Those who get a report by mail need no account here, and so have chosen no language."""


def title_of(period: Period, unit: Unit | None, say: Say) -> str:
    """What a report is called: whose, which kind, which days."""
    whose = unit.name if unit else say(labels.HOUSE)
    days = f"{period.first.isoformat()} — {period.last.isoformat()}"
    return f"{whose} {say(labels.KINDS[period.kind])} {days}"


def heading_of(section: str, say: Say) -> str:
    return say(labels.SECTIONS[section])


def caption_of(section: str, table: str, say: Say) -> str:
    return say(labels.TABLES[section, table])


def head_of(column: str, say: Say) -> str:
    return say(labels.COLUMNS[column])


def told(column: str, value: Cell, say: Say) -> str:
    """A cell in words: what is not known says so, and is not nought."""
    if value is None:
        return say(labels.UNKNOWN)
    if column in labels.VALUES:
        names = labels.VALUES[column]()
        return say(names[str(value)]) if str(value) in names else str(value)
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, int):
        return f"{value:,}"
    return value or "—"


def address_of(report: Report) -> str:
    """The page of an edition, on the desk."""
    unit = f"&unit={report.unit.uid}" if report.unit else ""
    return f"/reports/{report.kind}/{report.first_day.isoformat()}?edition={report.edition}{unit}"


def letter_of(letter: ReportLetter, desk: str) -> Letter:
    """The letter with which an edition goes out: what it is, and where it stands."""
    report, say = letter.report, catalogue(LETTERS_LANGUAGE).ugettext
    title = title_of(Period(Kind(report.kind), report.first_day), report.unit, say)
    lines = [
        title,
        say(labels.EDITION) % {"n": report.edition},
        f"{desk}{address_of(report)}",
        f"SHA-256 {report.sha256}",
    ]
    return Letter(letter.recipient, title, "\n".join(lines), letter.uid)
