"""What counts as the same letter, what a question asks for, how a hit is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitchen.search import rules
from kitchen.search.rules import Kind


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＧＤＰ", "gdp"),
        ("１２３４５热线", "12345热线"),
        ("Straße", "STRASSE"),
        ("（云溪）", "(云溪)"),
        ("社\u200b区", "社区"),
        ("é", "e\u0301"),
        ("一\n\t 二", "一 二"),
    ],
)
def test_what_reads_alike_is_alike(one: str, other: str) -> None:
    assert rules.fold(one) == rules.fold(other)


def test_plain_letters_need_no_folding_and_plain_signs_are_no_letters() -> None:
    plain = [letter for letter in map(chr, range(0x10000)) if rules._PLAIN.fullmatch(letter)]
    assert len(plain) > 20_000
    for letter in plain:
        folded = rules._alike(letter)
        assert folded == letter or (len(folded) == 1 and not folded.isalnum())


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("  食堂　老人 食堂 ", ["食堂", "老人"]),
        ("\u200b", []),
        ("", []),
        ('"九里桥" OR *', ['"九里桥"', "or", "*"]),
        ("\x00\ud800", []),
    ],
)
def test_a_question_is_words_and_no_operators(question: str, words: list[str]) -> None:
    assert rules.words_of(question) == words


def test_ids_tell_kind_and_row() -> None:
    for kind in Kind:
        doc_id = rules.id_of(kind, 7)
        first, end = rules.family_of(kind)
        assert first <= doc_id < end
        assert (rules.kind_of(doc_id), rules.row_of(doc_id)) == (kind, 7)


def test_hits_are_cut_out_as_they_were_written() -> None:
    assert rules.marked("今天ＧＤＰ公布", ["gdp"]) == [
        ("今天", False),
        ("ＧＤＰ", True),
        ("公布", False),
    ]
    assert rules.marked("……社区食堂", ["社区", "区食"]) == [
        ("……", False),
        ("社区食", True),
        ("堂", False),
    ]
    assert rules.marked("没有", ["食堂"]) == [("没有", False)]
    assert rules.marked("", ["食堂"]) == []


def test_a_snippet_stands_around_the_first_hit() -> None:
    text = "甲" * 300 + "\n九里桥社区食堂开张\n" + "乙" * 300
    pieces = rules.snippet(text, ["食堂"])
    line = "".join(words for words, _ in pieces)
    assert ("食堂", True) in pieces
    assert line.startswith("…甲")
    assert line.endswith("乙…")
    assert "\n" not in line
    assert len(line) <= 112
    assert rules.snippet("短", ["长"]) == [("短", False)]


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=3), max_size=3))
def test_cutting_loses_and_adds_no_letter(text: str, asked: list[str]) -> None:
    words = [word for each in asked for word in rules.words_of(each)]
    assert "".join(piece for piece, _ in rules.marked(text, words)) == text


@given(st.text(max_size=40), st.text(max_size=4), st.text(max_size=40))
def test_a_scan_by_hand_finds_what_was_put_in(before: str, word: str, after: str) -> None:
    whole = f"{rules.fold(before)} {rules.fold(word)} {rules.fold(after)}"
    assert rules.answers(rules.words_of(rules.fold(word)), whole)
