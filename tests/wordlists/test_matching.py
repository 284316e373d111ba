"""How lists are found in a text: through widths and blanks, nearly, by sound, in order."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitchen.wordlists.entries import faults
from kitchen.wordlists.matching import Words
from kitchen.wordlists.names import Names
from kitchen.wordlists.normal import Plain, plain_of
from kitchen.wordlists.phrases import Phrases, distance
from kitchen.wordlists.rules import Entry, Kind, Level, Setting, entry_from_json

TODAY = Setting(date(2026, 11, 23))


def found(text: str, *entries: Entry, setting: Setting = TODAY) -> list[str]:
    return [text[it.start : it.end] for it in Words(entries).matches(Plain(text), setting)]


BANNED = Entry(Kind.BANNED, "违禁词", Level.FORBID)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "违禁词",
            "违 禁　词",
            "违\u200b禁\ufeff词",
            "违·禁*词",
            "违，禁。词",
            "違禁詞",
            "违-禁_词",
        ),
        "⟦违禁词⟧",
    ],
)
def test_a_banned_word_is_found_however_it_is_dressed(text: str) -> None:
    assert len(found(f"这里有{text}一个", BANNED)) == 1


@pytest.mark.parametrize(
    "text", ["违禁", "违了禁词", "违\n禁词", "禁违词", "违禁 的词", "", "\n", "违"]
)
def test_what_is_no_banned_word_is_left(text: str) -> None:
    assert found(text, BANNED) == []


def test_other_words_do_not_reach_across_marks_that_part_them() -> None:
    care = Entry(Kind.SUPERLATIVE, "最佳")
    assert found("他最。佳作", care) == []
    assert found("最 佳", care) == ["最 佳"]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        *(("AI 时代", ["AI"]), ("MAIL地址", []), ("ａｉ时代", ["ａｉ"]), ("Wi-Fi AIR", [])),
        *(("12345热线", []), ("拨打2345号", ["2345"]), ("①２③④", [])),
    ],
)
def test_latin_words_and_numbers_are_met_whole(text: str, hits: list[str]) -> None:
    assert found(text, Entry(Kind.TYPO, "AI"), Entry(Kind.TYPO, "2345")) == hits


def test_an_entry_holds_on_its_days_in_its_channels_and_columns() -> None:
    entry = Entry(
        Kind.TYPO,
        "旧称呼",
        channels=("weibo",),
        columns=("民生",),
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
    )

    def holds(day: date, channels: set[str], column: str) -> bool:
        return bool(found("旧称呼", entry, setting=Setting(day, frozenset(channels), column)))

    assert holds(date(2026, 12, 31), {"weibo", "wechat"}, "民生")
    assert not holds(date(2027, 1, 1), {"weibo"}, "民生")
    assert not holds(date(2025, 12, 31), {"weibo"}, "民生")
    assert not holds(date(2026, 5, 1), {"wechat"}, "民生")
    assert not holds(date(2026, 5, 1), {"weibo"}, "文化")


def test_the_longest_of_a_list_is_told_and_exceptions_are_not() -> None:
    entries = [Entry(Kind.TYPO, "最先"), Entry(Kind.TYPO, "最先进", exceptions=("最先进集体",))]
    assert found("最先进设备", *entries) == ["最先进"]
    assert found("获最先进集体称号", *entries) == ["最先"]


HOSTILE = ["(.*)+$", "[^\\", "\\d{99999}", "a" * 60, "%(x)s", "<script>", "{{7*7}}", "\u202e倒写词"]


@pytest.mark.parametrize("word", HOSTILE)
def test_a_hostile_entry_is_its_characters_and_no_more(word: str) -> None:
    entry = Entry(Kind.BANNED, word)
    assert found("一段普通的文字，aaaa，数字12345。" * 50, entry) == []
    plain = plain_of(word)
    assert bool(found(f"前 {word} 后", entry)) == bool(plain)


@pytest.mark.parametrize("word", ["\u200b\u200b", "。。", "　", "单", "字" * 61, ""])
def test_an_entry_of_nothing_of_one_character_or_too_long_is_refused(word: str) -> None:
    assert "word" in faults(Entry(Kind.BANNED, word))


@given(st.text(alphabet="违禁词 ，。\u200bＡa\n中文", max_size=40))
def test_every_place_leads_back_to_what_is_written(text: str) -> None:
    plain = Plain(text)
    for at, letter in enumerate(plain.words):
        start, end = plain.place(at, at + 1)
        assert end == start + 1
        assert plain_of(text[start]) == letter or text[start] == letter == "\n"


def person(name: str, title: str, rank: int, *days: date | None) -> Entry:
    begins, ends = [*days, None, None][:2]
    return Entry(Kind.PERSON, name, title=title, rank=rank, valid_from=begins, valid_to=ends)


LEADERS = Names(
    [
        person("林示范", "青禾区委书记", 1),
        person("陈样例", "青禾区委副书记、区长", 2, date(2025, 1, 1)),
        person("陈样例", "副区长", 5, date(2020, 1, 1), date(2024, 12, 31)),
        person("周虚构", "副区长", 3),
        person("吴拟", "副区长", 4),
        person("郑旧", "区长", 2, date(2015, 1, 1), date(2024, 12, 31)),
    ]
)


@pytest.mark.parametrize(
    ("text", "fault", "quote", "right"),
    [
        ("区长陈样力说", "name_near", "陈样力", "陈样例"),
        ("区长陈洋例说", "name_near", "陈洋例", "陈样例"),
        ("区长陈例样说", "name_near", "陈例样", "陈样例"),
        ("副区长无拟", "name_near", "无拟", "吴拟"),
        ("副区长周虚购", "name_near", "周虚购", "周虚构"),
        ("林是饭来了", "name_near", "林是饭", "林示范"),
        ("副区长陈样例", "title_outdated", "副区长陈样例", "青禾区委副书记、区长"),
        ("区长郑旧", "title_outdated", "区长郑旧", ""),
        ("青禾区委书记陈样例", "title_wrong", "青禾区委书记陈样例", "青禾区委副书记、区长"),
        ("区长吴拟", "title_wrong", "区长吴拟", "副区长"),
        ("陈样例、林示范出席", "name_order", "陈样例、林示范", "林示范、陈样例"),
        ("副区长吴拟、周虚构", "name_order", "吴拟、周虚构", "周虚构、吴拟"),
        (
            *("区长陈样例和青禾区委书记林示范", "name_order"),
            *("陈样例和青禾区委书记林示范", "林示范、陈样例"),
        ),
    ],
)
def test_people_are_named_as_the_table_has_them(
    text: str, fault: str, quote: str, right: str
) -> None:
    told = LEADERS.faults(Plain(text), TODAY)
    assert [(it.fault, text[it.start : it.end], it.right) for it in told] == [(fault, quote, right)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "区长陈样例",
            "青禾区委副书记、区长陈样例",
            "原副区长陈样例回忆",
            "原区长郑旧",
            "郑旧来了",
        ),
        *("林示范、陈样例、周虚构出席", "林 示 范", "副区长吴大川", "陈样例陪同林示范调研"),
        *("青禾区委书记林示范，区长陈样例，副区长周虚构、吴拟出席", "陈样例说。林示范说"),
        *("省长王某某", "示范林场", "区长陪同"),
    ],
)
def test_what_is_right_or_somebody_else_is_left(text: str) -> None:
    assert LEADERS.faults(Plain(text), TODAY) == []


WORDINGS = Phrases(
    [
        Entry(Kind.PHRASE, "高质量办好民生实事十条", exceptions=("高质量办好民生实事十件",)),
        Entry(Kind.PLACE, "青禾区交通运输局"),
        Entry(Kind.PLACE, "青禾区第一小学"),
        Entry(Kind.PLACE, "青禾区第二小学"),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        *("高质量办好民生事十条", "高质量办好民生实亊十条", "高质量 办好民生实事七条"),
        *("高质量办好了民生实事十条", "青禾区交通运输厅", "青禾交通运输局", "青禾区交通运输总局"),
        "青禾区第三小学",
    ],
)
def test_what_is_nearly_a_fixed_wording_is_found(text: str) -> None:
    (near,) = WORDINGS.nearly(Plain(f"会议强调，{text}，"), TODAY)
    assert distance(plain_of(text), plain_of(near.entry.word)) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("高质量办好民生实事十条", "高质量办好民生实事十件", "高质量发展", "办好民生实事"),
        *("青禾区交通运输局", "望江区交通运输局", "青禾区交通管理局", "青禾区第一小学和第二小学"),
        *("青禾区第二小学", "青禾区交通运输\n局"),
    ],
)
def test_a_fixed_wording_itself_and_what_is_another_is_left(text: str) -> None:
    assert WORDINGS.nearly(Plain(text), TODAY) == []


def test_an_entry_can_be_kept_as_plain_values() -> None:
    entry = person("林示范", "区长", 1, date(2026, 1, 1))
    assert entry_from_json(entry.as_json()) == entry
