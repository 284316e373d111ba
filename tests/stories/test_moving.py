"""Steps that come late: what becomes of them, and which of them the server leaves to the editor."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prosemirror.model import Slice
from prosemirror.transform import ReplaceStep, Step, Transform

from kitchen.stories import doc as text
from kitchen.stories import moving
from tests.stories.conftest import document, paragraph
from tests.stories.edits import edited, fitting
from tests.stories.writers import Writer, node_of, words

Deed = Callable[[Transform], Any]
BASE = "甲乙丙丁戊己"


def puts(what: str, at: int) -> Deed:
    return lambda change: change.insert(at, text.schema().text(what))


def deletes(start: int, stop: int) -> Deed:
    return lambda change: change.delete(start, stop)


def writes_over(start: int, stop: int, what: str) -> Deed:
    return lambda change: change.replace_with(start, stop, text.schema().text(what))


def splits(at: int) -> Deed:
    return lambda change: change.split(at)


def bold(start: int, stop: int) -> Deed:
    return lambda change: change.add_mark(start, stop, text.schema().marks["strong"].create())


def steps_of(*deeds: Deed) -> list[Step]:
    change = Transform(node_of(document(paragraph(BASE))))
    for deed in deeds:
        deed(change)
    return change.steps


def read(given: list[Step]) -> str:
    doc = node_of(document(paragraph(BASE)))
    for step in given:
        made = step.apply(doc).doc
        assert made is not None
        doc = made
    return words(doc)


# A place is that of a caret: 1 before 甲, 7 after 己.
@pytest.mark.parametrize(
    ("mine", "missed", "read_as"),
    [
        ([puts("我", 7)], [puts("他", 1)], "他甲乙丙丁戊己我"),
        ([puts("我", 1)], [puts("他", 7)], "我甲乙丙丁戊己他"),
        ([puts("我", 3)], [puts("他", 3)], "甲乙他我丙丁戊己"),
        ([puts("我", 3)], [deletes(3, 5)], "甲乙我戊己"),
        ([puts("我", 5)], [deletes(3, 5)], "甲乙我戊己"),
        ([puts("我", 3), puts("们", 4)], [puts("他", 3)], "甲乙他我们丙丁戊己"),
        ([puts("我们", 3), deletes(3, 4)], [puts("他", 1)], "他甲乙们丙丁戊己"),
        ([puts("我们", 3), puts("和", 4)], [deletes(1, 3)], "我和们丙丁戊己"),
        ([deletes(3, 5)], [puts("他", 1)], "他甲乙戊己"),
        ([deletes(3, 5)], [puts("他", 3)], "甲乙他戊己"),
        ([deletes(3, 5)], [deletes(4, 6)], "甲乙己"),
        ([writes_over(3, 5, "我")], [puts("他", 7)], "甲乙我戊己他"),
        ([splits(4)], [puts("他", 1)], "他甲乙丙\n丁戊己"),
        ([puts("我", 7)], [splits(4)], "甲乙丙\n丁戊己我"),
        ([puts("我", 3)], [bold(1, 7)], "甲乙我丙丁戊己"),
    ],
)
def test_a_step_lands_where_its_writer_meant_it(
    mine: list[Deed], missed: list[Deed], read_as: str
) -> None:
    others = steps_of(*missed)
    found = moving.moved(steps_of(*mine), others)
    assert found is not None
    assert read([*others, *found.steps]) == read_as


@pytest.mark.parametrize(
    ("mine", "missed"),
    [
        ([puts("我", 4)], [deletes(2, 6)]),
        ([puts("我", 7), puts("我", 4)], [deletes(2, 6)]),
        ([deletes(3, 5)], [deletes(2, 6)]),
        ([writes_over(3, 5, "我")], [deletes(2, 6)]),
        ([bold(3, 5)], [deletes(2, 6)]),
        ([bold(3, 5)], [deletes(3, 6)]),
        ([deletes(2, 6)], [puts("他", 4)]),
        ([writes_over(2, 6, "我")], [puts("他", 4)]),
        ([deletes(2, 6)], [puts("他", 1), puts("她", 5)]),
        ([deletes(2, 4), deletes(2, 4)], [puts("他", 3)]),
    ],
)
def test_what_lost_its_place_or_would_take_others_words_is_left_to_the_editor(
    mine: list[Deed], missed: list[Deed]
) -> None:
    assert moving.moved(steps_of(*mine), steps_of(*missed)) is None


@pytest.mark.parametrize(("place", "now"), [(1, 1), (3, 3), (5, 7), (9, 11)])
def test_a_caret_goes_along(place: int, now: int) -> None:
    """甲乙|丙… became 甲乙他她|我丙…: what stands before one's own words stays before them."""
    found = moving.moved(steps_of(puts("我", 3)), steps_of(puts("他她", 3)))
    assert found is not None
    assert found.place(place) == now


def test_places_beyond_all_counting_move_without_harm() -> None:
    forged = ReplaceStep(0, 9_999_999, Slice.empty)
    assert moving.moved([forged], steps_of(puts("他", 4))) is None
    assert moving.moved([ReplaceStep(9_999_999, 9_999_999, Slice.empty)], steps_of(puts("他", 4)))


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_is_moved_is_what_the_editor_makes_of_it(seed: int) -> None:
    chance = Random(seed)
    base = node_of(document(paragraph("甲乙丙丁戊己"), paragraph("子丑寅卯")))
    writer = Writer("a" * 8, base, 0)
    writer.do(edited(chance, base, 4))
    missed = edited(chance, base, 4)
    found = moving.moved([it.step for it in writer.waiting], missed.steps)
    doc = fitting(missed.doc, found.steps) if found else None
    writer.receive(missed.steps)
    if found is None or doc is None:
        assert writer.doc.eq(missed.doc) or writer.waiting
        return
    assert [it.step.to_json() for it in writer.waiting] == [it.to_json() for it in found.steps]
    assert writer.doc.eq(doc)
    assert not writer.branches
