"""Marks that go on and off in one step, as an editor sends when a link that replaced another is
taken back.
"""

from __future__ import annotations

from typing import Any

import pytest
from prosemirror.model import Node
from prosemirror.transform import Step

from kitchen.core.errors import Invalid
from kitchen.stories import doc as text
from kitchen.stories import moving, steps
from kitchen.stories.mark_sets import MarkSetStep
from tests.stories.conftest import document, paragraph
from tests.stories.writers import node_of

OLD, NEW = "https://qinghe.example/old", "https://qinghe.example/new"


def link(kind: str, href: str, start: int, stop: int) -> dict[str, Any]:
    mark = {"type": "link", "attrs": {"href": href}}
    return {"stepType": kind, "mark": mark, "from": start, "to": stop}


def together(*given: dict[str, Any]) -> dict[str, Any]:
    return {"stepType": "markSet", "steps": list(given)}


UNDONE = together(link("removeMark", NEW, 1, 5), link("addMark", OLD, 1, 3))
"""A link over four letters goes, the one over two of them that it replaced comes back."""


def after(*given: Step) -> Node:
    node = node_of(document(paragraph("详见公告全文")))
    return text.schema().node_from_json(steps.applied(node.to_json(), given))


def links(node: Node) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def see(each: Node, *_place: Any) -> None:
        found.extend((each.text or "", str(mark.attrs["href"])) for mark in each.marks)

    node.descendants(see)
    return found


def test_a_replaced_link_comes_back_in_one_step() -> None:
    linked = steps.read(link("addMark", NEW, 1, 5))
    assert links(after(linked)) == [("详见公告", NEW)]
    assert links(after(linked, steps.read(UNDONE))) == [("详见", OLD)]


def test_it_is_told_on_as_it_came() -> None:
    assert steps.read(UNDONE).to_json() == UNDONE


def test_a_set_in_a_set_is_told_on_as_one() -> None:
    """Browsers send such sets when an undone set is done again, and read none of them."""
    nested = together(together(*UNDONE["steps"]), link("addMark", OLD, 4, 6))
    assert steps.read(nested).to_json() == together(*UNDONE["steps"], link("addMark", OLD, 4, 6))


def test_taken_back_the_text_is_as_before() -> None:
    linked = steps.read(link("addMark", NEW, 1, 5))
    undone = steps.read(UNDONE)
    assert links(after(linked, undone, undone.invert(after(linked)))) == [("详见公告", NEW)]


def test_it_moves_over_what_others_wrote_and_leaves_the_words_that_are_gone() -> None:
    written = steps.read(
        {
            "stepType": "replace",
            "from": 1,
            "to": 1,
            "slice": {"content": [{"type": "text", "text": "请"}]},
        }
    )
    deleted = steps.read({"stepType": "replace", "from": 1, "to": 3})
    found = moving.moved([steps.read(UNDONE)], [written])
    assert found is not None
    assert [it.to_json() for it in found.steps] == [
        together(link("removeMark", NEW, 2, 6), link("addMark", OLD, 2, 4))
    ]
    left = moving.moved([steps.read(UNDONE)], [deleted])
    assert left is not None
    assert [it.to_json() for it in left.steps] == [together(link("removeMark", NEW, 1, 3))]
    all_gone = steps.read({"stepType": "replace", "from": 1, "to": 7})
    assert moving.moved([steps.read(UNDONE)], [all_gone]) is None


@pytest.mark.parametrize(
    "given",
    [
        {"stepType": "markSet"},
        {"stepType": "markSet", "steps": "addMark"},
        {"stepType": "markSet", "steps": [None]},
        together({"stepType": "replace", "from": 1, "to": 3}),
        together({"stepType": "docAttr", "attr": "x", "value": 1}),
        together(link("addMark", OLD, 5, 1)),
        together(link("addMark", OLD, -1, 2)),
    ],
)
def test_a_forged_set_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        steps.read(given)
    assert refused.value.reason == "bad_step"


def test_a_set_beyond_the_text_does_not_fit() -> None:
    with pytest.raises(Invalid):
        after(steps.read(together(link("addMark", OLD, 1, 900))))


def test_an_empty_set_changes_nothing() -> None:
    assert after(steps.read(together())).eq(after())
    assert isinstance(steps.read(together()), MarkSetStep)
