"""What reports say, against the ledger: on the page, on paper, as a sheet, and to the public."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from docx import Document

from kitchen import app
from kitchen.matrix.registry import xlsx
from tests.evaluation.month import plan
from tests.evaluation.month.ledger import NAMES, Ledger, Piece, added, by_channel, gathered
from tests.evaluation.month.plan import SPOTS
from tests.evaluation.month.rankings import INDICES, Span, ranked
from tests.evaluation.month.reading import NONE, UNKNOWN
from tests.evaluation.month.visiting import Held, Visit
from tests.evaluation.reports.test_editions import words_of

Cell = str | int | float | None
Table = list[list[Cell]]
SPANS = (
    Span("month", date(2026, 3, 1)),
    *(Span("week", date(2026, 3, 1) + timedelta(days=7 * number)) for number in range(5)),
)
HELD = (
    *("分渠道发稿", "分栏目发稿", "分渠道阅读", "七天阅读最多的稿件", "各账号发稿、阅读和目标"),
    *("各账号传播指数和名次", "采集和产出"),
)
OTHERS = {
    **dict.fromkeys(("分级转载", "分媒体转载"), "what other outlets took up, found in feeds"),
    **dict.fromkeys(("更正和撤稿数", "更正和撤稿的稿件"), "acts of the house"),
    **dict.fromkeys(
        ("各审级用时", "班次", "留言", "收到的问题", "各单位答复"), "work of the house"
    ),
}
"""Tables of a report in which no collected figure stands, and what does."""


def tables(ledger: Ledger, span: Span) -> dict[str, Table]:
    """The tables of a report on the whole house."""
    pieces = ledger.within(span.first, span.last)
    return {
        "分渠道发稿": _counted(pieces, lambda it: it.account.channel, NAMES),
        "分栏目发稿": _counted(pieces, lambda it: it.story.column, {"": "没有栏目"}),
        "分渠道阅读": _reads(pieces),
        "七天阅读最多的稿件": _best(pieces),
        "各账号发稿、阅读和目标": _accounts(ledger, span),
        "各账号传播指数和名次": list(_scores(ledger, span)),
        "采集和产出": list(_captured(pieces)),
    }


def _counted(
    pieces: Sequence[Piece], key: Callable[[Piece], str], names: Mapping[str, str]
) -> Table:
    """Stories and pieces of each, the most pieces first."""
    groups: dict[str, list[Piece]] = {}
    for piece in pieces:
        groups.setdefault(key(piece), []).append(piece)
    ordered = sorted(groups.items(), key=lambda it: (-len(it[1]), it[0]))
    return [
        [names.get(name, name), len({it.story.title for it in own}), len(own)]
        for name, own in ordered
    ]


def _reads(pieces: Sequence[Piece]) -> Table:
    rows = []
    for channel, own in by_channel(pieces).items():
        told = [gathered(own, age) for age in (24, 72, 168)]
        cells = [cell for it in told for cell in (it.known, it.reads)]
        rows.append((-(told[-1].reads or 0), channel, [NAMES[channel], len(own), *cells]))
    return [row for *_, row in sorted(rows, key=lambda it: it[:2])]


def _best(pieces: Sequence[Piece]) -> Table:
    known = [it for it in pieces if it.reads(168) is not None]
    ordered = sorted(known, key=lambda it: (-(it.reads(168) or 0), it.number))
    return [
        [
            *(it.story.title, NAMES[it.account.channel], it.account.name),
            *(it.figure(name, 168) for name in ("reads", "likes", "shares")),
        ]
        for it in ordered[:10]
    ]


def _accounts(ledger: Ledger, span: Span) -> Table:
    rows = []
    for at, (key, spot) in enumerate(SPOTS.items()):
        own = ledger.within(span.first, span.last, spot=key)
        told = gathered(own, 168)
        mean = None if told.reads is None else round(told.reads / told.known, 1)
        days = (span.last - span.first).days + 1
        pace: list[Cell] = [len(own), round(len(own) / days, 2)]
        row: list[Cell] = [spot.name, NAMES[spot.channel], *pace, 8, mean, 1_000]
        rows.append(((-len(own), at), row))
    return [row for _, row in sorted(rows)]


def _scores(ledger: Ledger, span: Span) -> Iterator[list[Cell]]:
    for index in sorted(INDICES, key=lambda it: it.title):
        for rank, spot, told in ranked(ledger, index, span):
            yield [SPOTS[spot].name, index.title, round(told.value, 2), rank, told.unknown]


def _captured(pieces: Sequence[Piece]) -> Iterator[list[Cell]]:
    """Stories of the campaign are of one capture, its topic; each other one is its own."""
    stories = {it.story for it in pieces}
    captures = {plan.TOPIC if it.in_campaign else it.title for it in stories}
    yield ["采集", len(captures)]
    yield ["稿件", len(stories)]
    yield ["渠道版本", 0]
    yield ["渠道数", len(by_channel(pieces))]
    yield ["发出篇数", len(pieces)]
    yield ["每次采集发出", round(len(pieces) / len(captures), 2) if captures else None]


def shown(cell: Cell) -> str:
    """A cell in words."""
    if cell is None:
        return UNKNOWN
    if isinstance(cell, float):
        return f"{cell:,.2f}"
    return f"{cell:,}" if isinstance(cell, int) else cell or NONE


def worded(told: Mapping[str, Table]) -> dict[str, list[list[str]]]:
    return {
        name: [[shown(it) for it in row] for row in rows] for name, rows in told.items() if rows
    }


# --- pages ---


def pages(visit: Visit, ledger: Ledger) -> Held:
    """Figures as they stand, and as they were frozen, with the bars drawn of them."""
    for span in SPANS:
        told = tables(ledger, span)
        for page in (
            visit("reports.show", kind=span.kind, first=span.first.isoformat(), edition=it)
            for it in (None, 1)
        ):
            found = {name: rows for name, rows in page.tables.items() if name not in OTHERS}
            yield found, worded(told)
            bars = _drawn(told["分渠道发稿"], -1) + _drawn(told["分渠道阅读"], -1)
            yield page.drawn[: len(bars)], bars


def _drawn(table: Table, column: int) -> list[str]:
    return [words for row in table for words in (shown(row[0]), shown(row[column]))]


def of_a_unit(visit: Visit, ledger: Ledger) -> Held:
    """The report of the town, which wrote nothing and has one account."""
    town = visit.month.newsroom.units[plan.TOWN]
    for span in SPANS:
        first = span.first.isoformat()
        page = visit("reports.show", kind=span.kind, first=first, unit=town.uid)
        told = tables(ledger, span)
        mine = SPOTS["town"].name
        expected = {
            "各账号发稿、阅读和目标": [
                it for it in told["各账号发稿、阅读和目标"] if it[0] == mine
            ],
            "各账号传播指数和名次": [it for it in told["各账号传播指数和名次"] if it[0] == mine],
            "采集和产出": list(_captured([])),
        }
        found = {name: rows for name, rows in page.tables.items() if name not in OTHERS}
        yield found, worded(expected)


# --- papers ---


def papers(visit: Visit, ledger: Ledger) -> Held:
    """The same on paper and as a workbook, cell by cell."""
    for span in SPANS:
        told = tables(ledger, span)
        first = span.first.isoformat()
        asked: dict[str, Any] = {"kind": span.kind, "first": first, "edition": 1}
        book = visit.answer("reports.paper", form="xlsx", **asked).get_data()
        yield _in_book(book, told), {name: _plain(rows) for name, rows in told.items() if rows}
        document = Document(io.BytesIO(visit.answer("reports.paper", form="docx", **asked).data))
        read = [[[c.text for c in row.cells] for row in it.rows][1:] for it in document.tables]
        for rows in worded(told).values():
            yield rows in read, True
        said = words_of(visit.answer("reports.paper", form="pdf", **asked).data)
        for row in (row for rows in worded(told).values() for row in rows):
            yield [it for it in row if it.replace(" ", "") not in said.replace(" ", "")], []


def _in_book(body: bytes, told: Mapping[str, Table]) -> dict[str, list[list[str]]]:
    """The lines below each caption and its head, as far as the next empty one."""
    lines = [list(it) for it in xlsx.read(body, 1000)]
    found: dict[str, list[list[str]]] = {}
    for at, line in enumerate(lines):
        if line and line[0] in told and not any(line[1:]):
            below = lines[at + 2 :]
            end = next((n for n, it in enumerate(below) if not any(it)), len(below))
            width = len(told[line[0]][0]) if told[line[0]] else 0
            rows = [[*it, *[""] * width][:width] for it in below[:end]]
            if rows:
                found[line[0]] = [[_number(it) for it in row] for row in rows]
    return found


def _plain(rows: Table) -> list[list[str]]:
    return [["" if it is None else _number(str(it) or NONE) for it in row] for row in rows]


def _number(cell: str) -> str:
    try:
        return str(float(cell))
    except ValueError:
        return cell


# --- what was made of each capture ---


def manifold(visit: Visit, ledger: Ledger) -> Held:
    for span in SPANS:
        page = visit("reports.manifold", kind=span.kind, first=span.first.isoformat())
        pieces = ledger.within(span.first, span.last)
        kpis = {name: value for name, (value, _) in page.kpis.items()}
        yield kpis, {str(name): shown(value) for name, value in _captured(pieces)}
        expected = [[*key, *map(str, counts)] for key, counts in made_of(pieces).items()]
        found = page.tables["每次采集做成了什么"] if pieces else []
        yield sorted(found), sorted(expected)
        yield (
            [int(row[-1]) for row in found],
            sorted((int(it[-1]) for it in expected), reverse=True),
        )


def made_of(pieces: Sequence[Piece]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """By capture, the stories, platforms and pieces that came of it."""
    captures: dict[tuple[str, str], list[Piece]] = {}
    for it in pieces:
        key = (plan.TOPIC, "选题") if it.story.in_campaign else (it.story.title, "稿件")
        captures.setdefault(key, []).append(it)
    return {
        key: (len({it.story.title for it in own}), len(by_channel(own)), len(own))
        for key, own in captures.items()
    }


# --- to everybody ---


def opened(visit: Visit, ledger: Ledger) -> Held:
    """The settled month, by channel."""
    face = app.create_public(visit.month.newsroom.house)
    told = tables(ledger, SPANS[0])["分渠道阅读"]
    keys = {name: key for key, name in NAMES.items()}
    names = ("channel", "pieces", "pieces_with_reads", "reads_7d")
    expected = [
        dict(zip(names, (keys[str(row[0])], row[1], row[-2], row[-1]), strict=True)) for row in told
    ]
    document = json.loads(visit.public("open_figures.as_json", face).data)
    (month,) = document["months"]
    yield (month["month"], month["channels"]), ("2026-03", expected)
    lines = csv.DictReader(io.StringIO(visit.public("open_figures.as_csv", face).text))
    written = [
        {"month": "2026-03", **{name: "" if it is None else str(it) for name, it in row.items()}}
        for row in expected
    ]
    yield list(lines), written
    yield (
        added(None if row[-1] is None else int(row[-1]) for row in told),
        added(it.reads(168) for it in ledger.within(date(2026, 3, 1), date(2026, 3, 31))),
    )
