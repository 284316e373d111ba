"""Every check against sentences that it must and must not find something in, and a whole text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kitchen.stories.checks.examine import examine
from kitchen.stories.checks.explaining import EXPLAINED
from kitchen.stories.checks.report import DeadLink, Hit, Level, Piece
from kitchen.wordlists.compiled import ready
from kitchen.wordlists.rules import Entry, Kind
from tests.stories.check_tables import TABLES, TITLES, TODAY

SOUND = Piece(
    title="青禾大桥合龙",
    digest="",
    text="青禾大桥昨日合龙。",
    today=TODAY,
    sources=[{"name": "区交通运输局"}],
    credits=[{"role": "记者", "names": "林晓禾", "share": 100}],
)
CORPUS = (Path(__file__).parent / "corpus.txt").read_text(encoding="utf-8").strip()


def hits(piece: Piece, rule: str = "") -> list[Hit]:
    return [hit for hit in examine(piece).hits if rule in ("", hit.rule)]


@pytest.mark.parametrize("rule", TABLES)
def test_a_check_finds_what_it_must_and_nothing_else(rule: str) -> None:
    wrong, right = TABLES[rule]
    assert min(len(wrong), len(right)) >= 8
    assert [text for text in wrong if not hits(replace(SOUND, text=text), rule)] == []
    assert [text for text in right if hits(replace(SOUND, text=text), rule)] == []


def test_a_title_ends_without_a_mark() -> None:
    wrong, right = TITLES
    assert [it for it in wrong if not hits(replace(SOUND, title=it), "title_end")] == []
    assert [it for it in right if hits(replace(SOUND, title=it), "title_end")] == []


@pytest.mark.parametrize("rule", TABLES)
def test_what_is_found_stands_where_it_is_said_to(rule: str) -> None:
    for text in TABLES[rule][0]:
        for hit in hits(replace(SOUND, text=text)):
            assert text[hit.offset : hit.end] == hit.quote
            assert hit.advice % hit.params
            assert EXPLAINED[hit.rule].why


def test_a_whole_text_raises_no_alarm_but_those_it_should() -> None:
    found = sorted(hits(replace(SOUND, text=CORPUS)), key=lambda hit: hit.offset)
    assert [(hit.rule, hit.quote) for hit in found] == [
        ("typo", "己经"),
        ("half_width", ","),
        ("date", "11月25日（星期二"),
        ("typo", "按装"),
        ("superlative", "最先进"),
        ("percent", "102%"),
        ("estimate", "三、五"),
        ("double", "的的"),
        ("mobile", "13800138000"),
        ("range", "5-8%"),
        ("times_less", "减少了2倍"),
        ("growth", "从40台增加到50台，增长20%"),
        ("sum", "共有工作人员30名"),
        ("nested_title", "《读《青禾风物志》札记》"),
        ("list_comma", "、"),
        ("ellipsis", "..."),
    ]
    assert len(CORPUS) > 3000
    assert min(hit.offset for hit in found) > 2800


def test_the_same_thing_twice_in_a_sentence_is_two_hits_and_survives_other_sentences() -> None:
    twice = hits(replace(SOUND, text="己经好了，己经通了。"))
    assert len({hit.key for hit in twice}) == 2
    once = hits(replace(SOUND, text="己经好了，己经通了。后面又写了一句。"))
    assert [hit.key for hit in once] == [hit.key for hit in twice]
    assert hits(replace(SOUND, text="己经好了，己经通啦。"))[0].key != twice[0].key


LABEL = {
    "source": "示例市日报社",
    "author": "丙撰稿",
    "title": "青禾大桥合龙",
    "editor": "林晓禾",
}


@pytest.mark.parametrize(
    ("label", "rule", "level"),
    [
        ({**LABEL, "source": ""}, "reprint_source", Level.BLOCK),
        ({**LABEL, "author": " "}, "reprint_author", Level.BLOCK),
        ({**LABEL, "title": ""}, "reprint_title", Level.BLOCK),
        ({**LABEL, "editor": ""}, "reprint_editor", Level.BLOCK),
        ({**LABEL, "source": "路边社"}, "reprint_unlisted", Level.WARN),
        ({**LABEL, "title": "大桥通车在即"}, "reprint_retitled", Level.HINT),
    ],
)
def test_a_reprint_names_all_four_and_comes_from_a_source_on_the_list(
    label: dict[str, str], rule: str, level: Level
) -> None:
    assert [(hit.rule, hit.level) for hit in hits(replace(SOUND, reprint=label))] == [(rule, level)]


def test_a_whole_label_and_a_piece_of_ones_own_raise_nothing() -> None:
    assert hits(replace(SOUND, reprint=LABEL)) == []
    assert hits(SOUND) == []


def test_a_dead_link_says_when_it_was_looked_at() -> None:
    dead = [
        DeadLink("https://a.example/x", 404, "11-22 09:30"),
        DeadLink("https://b.example", 0, "x"),
    ]
    found = hits(replace(SOUND, dead_links=dead), "link_dead")
    assert [hit.advice % hit.params for hit in found] == [
        "链接“https://a.example/x”打不开（11-22 09:30 检查，回答 404），请核对。",
        "链接“https://b.example”打不开（x 检查，没有应答），请核对。",
    ]


def test_an_allowed_wording_silences_one_rule_or_all_for_its_days_only() -> None:
    text = "最先进的设备己经按装。"
    allowed = Entry(Kind.ALLOWED, "最先进的设备", title="superlative")
    shipped = [Entry(Kind.SUPERLATIVE, "最先进"), Entry(Kind.TYPO, "按装")]

    def rules(*entries: Entry) -> set[str]:
        lists = ready([*shipped, *entries], {})
        return {hit.rule for hit in hits(replace(SOUND, text=text, lists=lists))}

    assert rules() == {"superlative", "typo"}
    assert rules(allowed) == {"typo"}
    assert rules(replace(allowed, title="typo")) == {"superlative", "typo"}
    assert rules(replace(allowed, valid_to=date(2026, 11, 22))) == {"superlative", "typo"}
    assert rules(replace(allowed, title="", word=text)) == set()
