"""What a machine can see: each check with what it must find and what it must let pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kitchen.stories.checks.examine import examine
from kitchen.stories.checks.report import Level, Picture, Piece, report_from_json

GOOD = Piece(
    title="青禾大桥合龙",
    digest="",
    text="青禾大桥昨日合龙。",
    today=date(2026, 11, 23),
    sources=[{"name": "区交通运输局"}],
    credits=[{"role": "记者", "names": "林晓禾", "share": 100}],
    pictures=[Picture("大桥", "林晓禾 摄")],
)


def rules(piece: Piece) -> set[str]:
    return {hit.rule for hit in examine(piece).hits}


def test_a_sound_piece_has_nothing_to_mend() -> None:
    assert examine(GOOD).hits == ()


@pytest.mark.parametrize(
    ("change", "rule", "level"),
    [
        ({"title": " "}, "title_missing", Level.BLOCK),
        ({"title": "长" * 33}, "title_long", Level.WARN),
        ({"text": "\n "}, "text_missing", Level.BLOCK),
        ({"sources": []}, "source_missing", Level.WARN),
        ({"credits": []}, "byline_missing", Level.WARN),
        ({"credits": [{"role": "记者", "names": "甲", "share": 60}]}, "share_sum", Level.WARN),
        ({"pictures": [Picture("甲", "")]}, "picture_credit", Level.WARN),
        (
            {"pictures": [Picture("甲", "乙", "rights_unknown")]},
            "picture_rights_unknown",
            Level.BLOCK,
        ),
        ({"pictures": [Picture("甲", "乙", "", 1)]}, "ai_undeclared", Level.BLOCK),
        ({"links": ["http://localhost/"]}, "link_odd", Level.WARN),
        ({"links": ["http://192.168.0.1/x"]}, "link_odd", Level.WARN),
        ({"links": ["http://[待补]"]}, "link_odd", Level.WARN),
        ({"links": ["http://a.example：8080/"]}, "link_odd", Level.WARN),
    ],
)
def test_what_is_missing_is_named(change: dict[str, object], rule: str, level: Level) -> None:
    found = {hit.rule: hit.level for hit in examine(replace(GOOD, **change)).hits}
    assert found.get(rule) is level


@pytest.mark.parametrize(
    ("text", "rule", "quote"),
    [
        ("他说：“会好的。", "pair", "“"),
        ("见《条例》》第三条", "pair", "》"),
        ("大家好,我们来了", "half_width", ","),
        ("共１２３人", "full_width", "１２３"),
        ("到了。。", "mark_twice", "。。"),
        ("满意率达到120%", "percent", "120%"),
        ("2026年2月30日开工", "date", "2026年2月30日"),
        ("11月23日（星期二）召开", "date", "11月23日（星期二"),
        ("身份证号11010519491231002X", "identity", "11010519491231002X"),
        ("请拨13800138000", "mobile", "13800138000"),
        ("请拨138 0013 8000", "mobile", "138 0013 8000"),
        ("这是全网最低价", "superlative", "全网最低"),
        ("这是全 网最\u3000低价", "superlative", "全 网最\u3000低"),
        ("１００％有效", "superlative", "１００％有效"),
        ("大家的的意见", "double", "的的"),
    ],
)
def test_what_is_wrong_in_the_words_is_quoted_at_its_place(
    text: str, rule: str, quote: str
) -> None:
    hits = [hit for hit in examine(replace(GOOD, text=text)).hits if hit.rule == rule]
    assert [hit.quote for hit in hits] == [quote]
    assert text[hits[0].offset : hits[0].offset + len(quote)] == quote
    assert hits[0].advice % hits[0].params


@pytest.mark.parametrize(
    "text",
    [
        "他说：“看《条例（试行）》。”",
        "全长1,280米。",
        "产值同比增长120%，完成年度计划的105%",
        "满意率100%",
        "11月23日（星期一）召开",
        "1月5日星期二开学",
        "2024年2月29日",
        "热线0546-8001380",
        "编号110105194912310021",
        "有目共睹的事",
        "了结了一桩心事",
        "联系news@a.example",
    ],
)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert rules(replace(GOOD, text=text)) == set()


def test_a_day_without_a_year_is_the_nearest_one() -> None:
    near_new_year = replace(GOOD, today=date(2026, 12, 30), text="1月2日星期六开馆")
    assert rules(near_new_year) == set()


def test_declared_machine_help_is_not_held_against_the_picture() -> None:
    piece = replace(GOOD, pictures=[Picture("甲", "乙", "", 2)], ai_use="assisted")
    assert rules(piece) == set()


def test_the_gravest_comes_first_and_a_report_can_be_kept() -> None:
    report = examine(replace(GOOD, title="", text="大家的的,好"))
    assert [hit.level for hit in report.hits] == [Level.BLOCK, Level.WARN, Level.HINT]
    assert [hit.rule for hit in report.blocking] == ["title_missing"]
    assert report_from_json(report.as_json()) == report
    assert report_from_json({}).hits == ()
