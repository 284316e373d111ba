"""Chinese text: every character drawn, and lines broken where a reader expects it."""

from __future__ import annotations

import pytest
from PIL import Image

from assets.fonts import TYPEFACE
from assets.typesetting import (
    NEVER_FIRST,
    NEVER_LAST,
    Ink,
    can_draw,
    draw_lines,
    drawable,
    line_height,
    typeface,
    wrapped,
)

NEWS = (
    "示例区融媒体中心讯：10月18日，“智慧农业”示范基地迎来丰收（图），3500亩水稻亩产达到"
    "1,250.5公斤；区长说：“今年是个好年景！”村民人均增收1.2万元，同比增长8.6%……"
)


def gb2312() -> list[str]:
    return [
        bytes((row, cell)).decode("gb2312")
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
        if not (row == 0xD7 and cell > 0xF9)
    ]


def test_all_of_gb2312_is_really_drawn() -> None:
    characters = gb2312()
    assert len(characters) == 6763
    assert [each for each in characters if not can_draw(each)] == []


def test_different_characters_are_different_drawings() -> None:
    shapes = {bytes(typeface(32).getmask(each)) for each in gb2312()[:500]}
    assert len(shapes) == 500


@pytest.mark.parametrize("character", "囍镕堃喆玥昇淼犇骉赟甯啰，。《》“”—…￥％①℃Aé9")
def test_names_and_marks_of_the_news_are_drawn(character: str) -> None:
    assert can_draw(character)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("丰收啦🎉🌾", "丰收啦"),
        ("村民龘先生", "村民〓先生"),
        ("两  行\n之间", "两 行 之间"),
        ("  ", ""),
        ("ไทย", ""),
    ],
)
def test_what_the_typeface_lacks_is_never_an_empty_box(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


@pytest.mark.parametrize("width", range(200, 1000, 23))
def test_no_line_breaks_where_it_must_not(width: int) -> None:
    lines = wrapped(NEWS, 40, width, most_lines=99)
    assert "".join(lines).replace(" ", "") == NEWS.replace(" ", "")
    assert all(line[0] not in NEVER_FIRST for line in lines[1:])
    assert all(line[-1] not in NEVER_LAST for line in lines[:-1])
    assert all(typeface(40).getlength(line) <= width for line in lines)


@pytest.mark.parametrize("word", ["3500", "1,250.5", "8.6%", "1.2"])
def test_numbers_stay_whole(word: str) -> None:
    for width in range(200, 900, 31):
        assert any(word in line for line in wrapped(NEWS, 40, width, most_lines=99))


def test_no_orphan_is_left_on_the_last_line() -> None:
    lines = wrapped("一二三四五六七八九十甲", 40, 400, most_lines=3)
    assert [len(line) for line in lines] == [6, 5]


def test_too_much_ends_in_an_ellipsis_within_the_width() -> None:
    lines = wrapped(NEWS, 40, 400, most_lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("……")
    assert typeface(40).getlength(lines[-1]) <= 400


def test_long_address_is_cut_rather_than_run_off() -> None:
    lines = wrapped("https://example.org/" + "a" * 200, 40, 500, most_lines=99)
    assert all(typeface(40).getlength(line) <= 500 for line in lines)


@pytest.mark.parametrize("text", ["", "   ", "🎉"])
def test_nothing_to_set_is_no_line(text: str) -> None:
    assert wrapped(text, 40, 400, most_lines=3) == []


def test_lines_are_drawn_one_beneath_another() -> None:
    canvas = Image.new("L", (400, 200))
    end = draw_lines(canvas, ["示例", "中心"], 40, 20, Ink("white", "black", 1))
    box = canvas.getbbox()
    assert end == 20 + 2 * line_height(40)
    assert box is not None
    assert 20 <= box[1] < box[3] <= end
    assert abs((box[0] + box[2]) / 2 - 200) < 4


def test_typeface_is_open_and_small() -> None:
    assert TYPEFACE.stat().st_size <= 4 << 20
    assert "SIL OPEN FONT LICENSE Version 1.1" in TYPEFACE.with_name("OFL.txt").read_text()
