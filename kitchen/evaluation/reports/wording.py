"""How figures of reports read: names of rows and columns, cells, titles, the letter that goes out.

Whatever shows a report, page, paper, sheet or letter, takes its words from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from kitchen.core.languages import catalogue
from kitchen.evaluation.reports import labels
from kitchen.evaluation.reports.models import Report, ReportLetter
from kitchen.evaluation.reports.rules import ROW, Cell, Period, Section, unpacked
from kitchen.people.models import Unit
from kitchen.ports import Letter

Say = Callable[[str], str]
"""Says a catalogue id in the reader's language."""
LETTERS_LANGUAGE = "zh"
"""Those who get a report by mail need no account here, and so have chosen no language."""


LETTER_ROWS = 10
"""Rows of a table that a letter holds."""


def title_of(period: Period, unit: Unit | None, say: Say) -> str:
    """What the report of a period is called: whose, which kind, which days."""
    return _titled(period, unit.name if unit else "", say)


def title_of_edition(report: Report, say: Say) -> str:
    """What an edition is called, which a unit's new name does not change."""
    return _titled(report.period, report.whose, say)


def _titled(period: Period, whose: str, say: Say) -> str:
    days = f"{period.first.isoformat()} — {period.last.isoformat()}"
    return f"{whose or say(labels.HOUSE)} {say(labels.KINDS[period.kind])} {days}"


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


def changes_of(report: Report, most: int, say: Say) -> list[str]:
    """The first changes of an edition in words."""
    columns = {
        (section.key, table.key): table.columns
        for section in unpacked(report.figures)
        for table in section.tables
    }
    return [
        _change(each, columns.get((each["section"], each["table"]), ()), say)
        for each in report.changes[:most]
    ]


def _change(change: Mapping[str, Any], columns: Sequence[str], say: Say) -> str:
    """Where it is, and what it was and is; or that a whole row came or went."""
    where = [caption_of(change["section"], change["table"], say)]
    where += [
        told(column, it, say)
        for column, it in zip_longest(columns[: len(change["row"])], change["row"], fillvalue="")
    ]
    if change.get("nth", 1) > 1:
        where.append(f"({change['nth']})")
    if change["column"] == ROW:
        return " · ".join([*where, say(labels.CAME if change["after"] else labels.WENT)])
    before, after = (told(change["column"], change[it], say) for it in ("before", "after"))
    what = f"{head_of(change['column'], say)}{say(labels.COLON)}{before} → {after}"
    return " · ".join([*where, what])


def address_of(report: Report) -> str:
    """The page of an edition, on the desk."""
    unit = f"&unit={report.unit.uid}" if report.unit else ""
    return f"/reports/{report.kind}/{report.first_day.isoformat()}?edition={report.edition}{unit}"


def letter_of(letter: ReportLetter, desk: str) -> Letter:
    """The letter with which an edition goes out: what it is, what it says, and where it stands.

    Whoever gets it may have no account on the desk, so the figures stand in the letter itself.
    """
    report, say = letter.report, catalogue(LETTERS_LANGUAGE).ugettext
    title = title_of_edition(report, say)
    lines = [
        title,
        say(labels.EDITION) % {"n": report.edition},
        *(line for section in unpacked(report.figures) for line in _in_letter(section, say)),
        "",
        f"{desk}{address_of(report)}",
        f"SHA-256 {report.sha256}",
    ]
    return Letter(letter.recipient, title, "\n".join(lines), letter.uid)


def _in_letter(section: Section, say: Say) -> Iterator[str]:
    """The first table of a section as lines of text, as far as a letter holds them."""
    table = section.tables[0]
    yield from ("", f"【{heading_of(section.key, say)}】{caption_of(section.key, table.key, say)}")
    if not table.rows:
        yield say(labels.NOTHING)
        return
    yield " | ".join(head_of(each, say) for each in table.columns)
    for row in table.rows[:LETTER_ROWS]:
        yield " | ".join(told(*pair, say) for pair in zip(table.columns, row, strict=True))
    if len(table.rows) > LETTER_ROWS:
        yield say(labels.ROWS_MORE) % {"n": len(table.rows)}
