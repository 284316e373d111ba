"""Editions of reports: frozen when made, corrected by a new one, printed as they are."""

from __future__ import annotations

import io
import re
import zlib
from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest
from docx import Document
from sqlalchemy import update

from kitchen.core.clock import CENTRE
from kitchen.core.errors import Duplicate, Forbidden, WrongState
from kitchen.evaluation.reports import queries, service
from kitchen.evaluation.reports.models import Report
from kitchen.evaluation.reports.outline import compiled
from kitchen.evaluation.reports.papers import paper_of, sheet_of
from kitchen.evaluation.reports.rules import ROW, Kind, Period, digest_of, packed, unpacked
from kitchen.evaluation.reports.scope import scope_of
from kitchen.evaluation.reports.wording import changes_of, title_of_edition, told
from kitchen.matrix.registry import xlsx
from kitchen.papers import as_docx, as_pdf
from kitchen.people.models import Unit
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind as Sent
from tests.evaluation.reports.conftest import WEEK, Pressroom, noon


def plain(words: str) -> str:
    return words


# --- editions ---


def test_a_report_is_frozen_and_a_correction_makes_the_next_edition(busy_week: Pressroom) -> None:
    first = busy_week.make()
    with pytest.raises(Duplicate, match="第 1 版"):
        busy_week.make()
    busy_week.correct(1600)
    second = busy_week.make()
    assert (first.edition, second.edition) == (1, 2)
    kept = busy_week.reports()[0]
    assert (kept.figures, kept.sha256) == (first.figures, first.sha256)
    reads = unpacked(kept.figures)[1].table("by_channel").column("reads_168")
    assert reads[0] == 1500 + 700
    found = {
        (each["section"], *each["row"], each["column"], each["before"], each["after"])
        for each in second.changes
    }
    assert ("reads", "wechat", "reads_168", 2200, 2300) in found
    assert ("best", "九里桥通车", "wechat", "青禾发布", "reads_168", 1500, 1600) in found
    assert {each[0] for each in found} == {"reads", "best", "accounts"}


def test_nobody_changes_or_deletes_what_was_frozen(busy_week: Pressroom) -> None:
    busy_week.make()
    for spoil in (
        lambda session, row: setattr(row, "sha256", "x"),
        lambda session, row: session.delete(row),
    ):
        with (
            pytest.raises(RuntimeError, match="written once"),
            busy_week.database.unit() as session,
        ):
            spoil(session, session.query(Report).one())


def test_who_makes_a_report_and_when(busy_week: Pressroom) -> None:
    running = Period(Kind.MONTH, date(2026, 4, 1))
    with pytest.raises(WrongState, match="还没有结束"):
        busy_week.make(running)
    with pytest.raises(Forbidden), busy_week.database.unit() as session:
        service.make(session, busy_week.newsroom.reporter, WEEK, None)
    busy_week.at(datetime(2026, 3, 8, 0, 1, tzinfo=CENTRE))
    assert busy_week.make().edition == 1


def test_a_new_name_of_the_unit_changes_no_report_that_was_made(busy_week: Pressroom) -> None:
    made = busy_week.make(unit="采编部")
    with busy_week.database.unit() as session:
        session.merge(busy_week.unit("采编部")).name = "采访部"
    with busy_week.database.unit(write=False) as session:
        report = queries.the_report(session, made.uid)
        assert report.unit is not None
        assert report.unit.name == "采访部"
        assert title_of_edition(report, plain).startswith("采编部 周报")
        assert paper_of(report, plain).title.startswith("采编部 周报")
        assert report.whole
    with pytest.raises(Duplicate), busy_week.database.unit() as session:
        unit = session.get_one(Unit, busy_week.unit("采编部").id)
        service.make(session, busy_week.newsroom.chief, WEEK, unit)


def test_two_weeks_without_anything_have_hashes_of_their_own(pressroom: Pressroom) -> None:
    first = pressroom.make()
    assert first.sha256 != pressroom.make(WEEK.next).sha256


@pytest.mark.parametrize(
    "spoil",
    [
        {"edition": 3},
        {"first_day": date(2026, 3, 8)},
        {"changes": [{"before": 1}]},
        {"sha256": "0" * 64},
        {"unit_id": None, "edition": 9},
    ],
)
def test_an_edition_that_somebody_changed_in_the_database_is_found(
    busy_week: Pressroom, spoil: dict[str, Any]
) -> None:
    busy_week.make()
    made = busy_week.make(unit="采编部")
    assert found_spoilt(busy_week) == []
    with busy_week.database.unit() as session:
        session.execute(update(Report).where(Report.id == made.id).values(**spoil))
    assert found_spoilt(busy_week) == [made.uid]


def test_a_figure_that_somebody_changed_in_the_database_is_found(busy_week: Pressroom) -> None:
    made = busy_week.make()
    data = deepcopy(made.figures)
    data["sections"][0]["tables"][0]["rows"][0][2] += 1
    with busy_week.database.unit() as session:
        session.execute(update(Report).values(figures=data))
    assert found_spoilt(busy_week) == [made.uid]


def found_spoilt(room: Pressroom) -> list[str]:
    with room.database.unit(write=False) as session:
        return [each.uid for each in queries.spoilt(session)]


def test_an_edition_of_the_first_form_still_stands_and_is_corrected_by_one_of_today(
    busy_week: Pressroom,
) -> None:
    with busy_week.database.unit() as session:
        data = packed(compiled(session, scope_of(session, WEEK, None)))
        session.add(
            Report(
                kind=Kind.WEEK,
                first_day=WEEK.first,
                edition=1,
                figures=data,
                sha256=digest_of(data, []),
                changes=[],
            )
        )
    assert found_spoilt(busy_week) == []
    with pytest.raises(Duplicate):
        busy_week.make()
    busy_week.correct(1600)
    assert busy_week.make().edition == 2
    assert found_spoilt(busy_week) == []


def test_a_correction_that_only_changes_a_list_is_told(busy_week: Pressroom) -> None:
    piece, other = busy_week.pieces[0], busy_week.pieces[2]
    for story_id in (piece.story_id, piece.story_id):
        busy_week.send(story_id, "青禾发布", noon(5), kind=Sent.CORRECT)
    busy_week.make()
    with busy_week.database.unit() as session:
        corrections = session.query(Publication).filter_by(kind=Sent.CORRECT)
        corrections.order_by(Publication.id.desc()).limit(1).one().story_id = other.story_id
    second = busy_week.make()
    listed = [it for it in second.changes if it["table"] == "pieces" and it["column"] == ROW]
    assert [(it["row"][0], it["nth"], it["after"]) for it in listed] == [
        ("九里桥通车", 2, None),
        ("荷塘整治完成", 1, 1),
    ]
    words = changes_of(second, 50, plain)
    assert "更正和撤稿的稿件 · 荷塘整治完成 · 微信公众号 · 青禾发布 · 更正 · 新列入" in words
    assert any("(2) · 不再列入" in it for it in words)


def test_how_much_changed_is_kept_though_not_all_is_told(
    busy_week: Pressroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CHANGES_MOST", 2)
    busy_week.make()
    busy_week.correct(1600)
    second = busy_week.make()
    assert len(second.changes) == 2
    assert second.changed > 2
    assert second.whole


def test_a_unit_has_a_report_of_its_own_that_a_merger_leaves_alone(busy_week: Pressroom) -> None:
    of_unit, of_house = busy_week.make(unit="采编部"), busy_week.make()
    assert (of_unit.edition, of_house.edition) == (1, 1)
    assert of_unit.sha256 != of_house.sha256
    pieces = unpacked(of_unit.figures)[0].table("by_channel")
    assert sum(int(it or 0) for it in pieces.column("pieces")) == 3


# --- on paper ---


def test_the_document_says_what_the_edition_says(busy_week: Pressroom) -> None:
    report = busy_week.make()
    document = Document(io.BytesIO(as_docx(paper_of(report, plain))))
    tables = [table for section in unpacked(report.figures) for table in section.tables]
    filled = [table for table in tables if table.rows]
    assert len(document.tables) == len(filled) < len(tables)
    for shown, table in zip(document.tables, filled, strict=True):
        cells = [[cell.text for cell in row.cells] for row in shown.rows][1:]
        assert cells == [
            [told(*pair, plain) for pair in zip(table.columns, row, strict=True)]
            for row in table.rows
        ]
    words = [each.text for each in document.paragraphs]
    assert words.count("这一期没有。") == len(tables) - len(filled)
    assert f"SHA-256 {report.sha256}" in words


def test_the_sheet_keeps_numbers_and_writes_no_formula(busy_week: Pressroom) -> None:
    story = busy_week.write("=1+cmd|' /C calc'!A0", column="@栏目")
    busy_week.send(story, "青禾发布", noon(3), reads={168: 5})
    report = busy_week.make()
    body = sheet_of(report, plain)
    lines = list(xlsx.read(body, 1000))
    assert ["=1+cmd|' /C calc'!A0", "微信公众号", "青禾发布", "5", "", ""] in [
        [*line, *[""] * (6 - len(line))] for line in lines if line and line[0].startswith("=")
    ]
    assert b"<f>" not in body
    week = next(section for section in unpacked(report.figures) if section.key == "reads")
    row = week.table("by_channel").rows[0]
    numbers = ["" if it is None else str(it) for it in row[1:]]
    assert any(line[1:] == numbers for line in lines)


def test_the_print_has_its_font_and_its_words(busy_week: Pressroom) -> None:
    report = busy_week.make()
    body = as_pdf(paper_of(report, plain))
    assert body.startswith(b"%PDF-")
    assert b"/FontFile3" in body
    words = words_of(body)
    for said in ("全中心", "九里桥通车", "荷塘整治完成", "2,200", report.sha256[:20]):
        assert said in words


def words_of(body: bytes) -> str:
    """The text of a print, as a reader's search finds it: by its font's own table of letters."""
    streams = [_unpacked(it) for it in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", body, re.S)]
    table = next(it for it in streams if b"beginbfchar" in it)
    letters = {
        int(glyph, 16).to_bytes(2, "big"): chr(int(letter, 16))
        for glyph, letter in re.findall(
            rb"<(\w{4})> <(\w{4})>", table.split(b"endcodespacerange")[1]
        )
    }
    shown = [it for each in streams for it in re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", each, re.S)]
    glyphs = [re.sub(rb"\\(.)", _unescaped, it, flags=re.S) for it in shown]
    return "".join(letters[it[at : at + 2]] for it in glyphs for at in range(0, len(it), 2))


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return {b"n": b"\n", b"r": b"\r"}.get(escape[1], escape[1])
