"""A report on paper and as a sheet.

What a page draws as bars stands here as its table: it prints in black and white.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kitchen.evaluation.reports import labels
from kitchen.evaluation.reports.models import Report
from kitchen.evaluation.reports.rules import Cell, Figures, Table, unpacked
from kitchen.evaluation.reports.wording import (
    Say,
    caption_of,
    head_of,
    heading_of,
    title_of_edition,
    told,
)
from kitchen.matrix.registry import xlsx
from kitchen.papers import Paper, Section

SHEET = "report"


def paper_of(report: Report, say: Say) -> Paper:
    """An edition as a paper: what it is, then every table under its heading."""
    figures = unpacked(report.figures)
    lines = [say(labels.EDITION) % {"n": report.edition}, f"SHA-256 {report.sha256}"]
    return Paper(
        title_of_edition(report, say),
        [Section(say(labels.KINDS[report.period.kind]), lines), *_sections(figures, say)],
    )


def _sections(figures: Figures, say: Say) -> Iterator[Section]:
    for section in figures:
        for table in section.tables:
            heading = f"{heading_of(section.key, say)} · {caption_of(section.key, table.key, say)}"
            if not table.rows:
                yield Section(heading, [say(labels.NOTHING)])
                continue
            rows: list[Sequence[str]] = [
                [told(*pair, say) for pair in _pairs(table, row)] for row in table.rows
            ]
            yield Section(heading, [], [head_of(it, say) for it in table.columns], rows)


def _pairs(table: Table, row: Sequence[Cell]) -> Iterator[tuple[str, Cell]]:
    return zip(table.columns, row, strict=True)


def sheet_of(report: Report, say: Say) -> bytes:
    """An edition as a workbook: table after table, numbers as numbers, what is unknown left empty.

    Words are written as words, so that no program takes a title for a formula.
    """
    lines: list[Sequence[Cell]] = [
        [title_of_edition(report, say)],
        [say(labels.EDITION) % {"n": report.edition}],
        [f"SHA-256 {report.sha256}"],
    ]
    for section in unpacked(report.figures):
        for table in section.tables:
            lines += [[], [caption_of(section.key, table.key, say)]]
            lines.append([head_of(it, say) for it in table.columns])
            lines += [[_cell(*pair, say) for pair in _pairs(table, row)] for row in table.rows]
    return xlsx.written(lines, SHEET)


def _cell(column: str, value: Cell, say: Say) -> Cell:
    plain = value is None or isinstance(value, int | float)
    return value if plain else told(column, value, say)
