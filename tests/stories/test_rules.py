"""How a story lives, who may write in it, how its characters are counted."""

from __future__ import annotations

import pytest

from kitchen.stories.diff import changed, compare
from kitchen.stories.facts import (
    read_credits,
    read_sources,
    read_tags,
    write_credits,
    write_sources,
)
from kitchen.stories.rules import MACHINE, State, count_characters, fingerprint, may_change


@pytest.mark.parametrize(
    ("state", "open_moves"),
    [
        (State.DRAFT, ["submit"]),
        (State.RETURNED, ["submit"]),
        (State.IN_REVIEW, ["take_back", "return_to_author", "approve"]),
        (State.APPROVED, ["revoke", "publish", "correct", "withdraw"]),
        (State.PUBLISHED, ["correct", "withdraw"]),
        (State.CORRECTING, ["submit", "revoke", "drop_correction"]),
        (State.WITHDRAWN, []),
    ],
)
def test_what_may_happen_next(state: State, open_moves: list[str]) -> None:
    assert [move.name for move in MACHINE.open_moves(state)] == open_moves


@pytest.mark.parametrize("name", ["return_to_author", "revoke", "correct", "withdraw"])
def test_what_sends_a_story_back_needs_a_reason(name: str) -> None:
    assert MACHINE.moves[name].needs_reason


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("青禾大桥", 4), ("全长1280米", 4), ("5G 时代，AI 来了。", 6), ("𠮷野家", 3)],
)
def test_characters_are_counted_as_newsrooms_count(text: str, count: int) -> None:
    assert count_characters(text) == count


@pytest.mark.parametrize(
    ("actor", "crew", "edits", "may"),
    [
        (1, (), False, True),
        (2, (2,), False, True),
        (2, (), True, True),
        (2, (3,), False, False),
        (None, (), False, False),
    ],
)
def test_author_crew_and_editors_may_write(
    actor: int | None, crew: tuple[int, ...], edits: bool, may: bool
) -> None:
    assert may_change(actor, 1, crew, edits=edits) is may


def test_the_fingerprint_knows_every_change_and_no_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})


def test_sources_read_as_they_were_written() -> None:
    typed = "区政府办 | https://a.example/x | 电话核实\n群众\n乙 |  | 只有备注"
    assert write_sources(read_sources(typed)) == typed


@pytest.mark.parametrize("typed", ["甲 | javascript:alert(1)", "甲 | ftp://a.example", "甲\n" * 21])
def test_sources_that_cannot_be_kept_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_sources(typed)


def test_credits_read_as_they_were_written() -> None:
    typed = "记者：林晓禾、赵青 60%\n编辑：王禾"
    assert write_credits(read_credits(typed)) == typed


@pytest.mark.parametrize("typed", ["没有角色", "记者：甲 101%", "：甲"])
def test_credits_that_say_nothing_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_credits(typed)


def test_tags_are_told_apart_however_they_are_typed() -> None:
    assert read_tags("#大桥# 交通，民生、大桥") == ["大桥", "交通", "民生"]


def test_a_changed_sentence_is_shown_by_its_characters() -> None:
    parts = compare("大桥昨日合龙。年底通车。", "大桥今日合龙。年底通车。")
    assert parts == [
        ("same", "大桥"),
        ("gone", "昨"),
        ("new", "今"),
        ("same", "日合龙。年底通车。"),
    ]


@pytest.mark.parametrize(("before", "after"), [("", ""), ("甲。乙。", "甲。乙。")])
def test_equal_texts_do_not_differ(before: str, after: str) -> None:
    assert not changed(compare(before, after))


@pytest.mark.parametrize(("before", "after"), [("甲。", ""), ("", "甲。"), ("甲。乙。", "丙丁。")])
def test_both_texts_can_be_read_back_from_what_changed(before: str, after: str) -> None:
    parts = compare(before, after)
    assert "".join(text for kind, text in parts if kind != "new") == before
    assert "".join(text for kind, text in parts if kind != "gone") == after
