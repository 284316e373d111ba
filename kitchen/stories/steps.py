"""Steps of a text: read, applied to it, and made from the difference of two texts.

What comes from a browser is taken for forged until it has been read by the schema, applied to the
stored text and the outcome checked like any saved text. What is kept is what was understood, never
what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prosemirror.model import Node, Slice
from prosemirror.transform import AttrStep, ReplaceStep, Step

from kitchen.core.errors import N_, Invalid
from kitchen.stories import doc as text
from kitchen.stories.mark_sets import NAME as MARK_SET
from kitchen.stories.mark_sets import MarkSetStep, MarkStep, marked
from kitchen.stories.spelling import Doc

StepJson = Mapping[str, Any]
_FORGED = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
"""What the library raises for what is no step of ours."""
_PLACES = ("from", "gapFrom", "gapTo", "to")
"""The places of a step in the order in which they must stand."""


def applied(doc: Doc, given: Sequence[Step]) -> dict[str, Any]:
    """The text after these steps.

    Only the outcome is checked: a writer who takes back what cannot be kept sends both steps, and
    is free again. Raises :class:`Invalid` with a sentence, :class:`TooLarge`.
    """
    node = Node.from_json(text.schema(), doc)
    for step in given:
        node = _after(node, step)
    return text.checked_node(node)


def read(data: StepJson) -> Step:
    """One step. Raises :class:`Invalid` for what is none."""
    places = [data[name] for name in _PLACES if name in data]
    try:
        if data["stepType"] == MARK_SET:
            return _marked(data["steps"])
        step = Step.from_json(text.schema(), dict(data))
        if data["stepType"] == "docAttr":  # a text as a whole has no attributes
            raise _not_understood()
        if places == sorted(places) and all(place >= 0 for place in places):
            return step
    except _FORGED as error:
        raise _not_understood() from error
    raise _not_understood()


def _marked(given: Sequence[StepJson]) -> Step:
    steps = [read(each) for each in given]
    if all(isinstance(each, MarkStep | MarkSetStep) for each in steps):
        return marked(steps)
    raise _not_understood()


def _not_understood() -> Invalid:
    return Invalid(N_("有一步改动看不懂，没有保存。请刷新页面。"), code="bad_step")


def _after(node: Node, step: Step) -> Node:
    try:
        if isinstance(step, AttrStep) and not _has(node, step):
            raise _not_understood()
        result = step.apply(node)
    except _FORGED as error:
        raise _does_not_fit() from error
    if result.doc is None:
        raise _does_not_fit()
    return result.doc


def _has(node: Node, step: AttrStep) -> bool:
    """Whether the attribute that a step sets is one of that node's."""
    place = node.node_at(step.pos)
    return place is not None and step.attr in place.attrs


def _does_not_fit() -> Invalid:
    return Invalid(N_("有一步改动放不进正文，没有保存。请撤销这一步再试。"), code="bad_step")


def replacing(before: Doc, after: Doc) -> dict[str, Any] | None:
    """The one step that makes ``after`` of ``before``, no wider than it must be; ``None``: same."""
    old, new = (Node.from_json(text.schema(), doc) for doc in (before, after))
    start = old.content.find_diff_start(new.content)
    if start is None:
        return None
    end = old.content.find_diff_end(new.content)
    assert end is not None
    overlap = max(start - min(end["a"], end["b"]), 0)
    narrow = _cut(old, new, start, end["a"] + overlap, end["b"] + overlap)
    step = narrow or ReplaceStep(0, old.content.size, Slice(new.content, 0, 0))
    return dict(step.to_json())


def _cut(old: Node, new: Node, start: int, old_end: int, new_end: int) -> ReplaceStep | None:
    """The narrow step, unless it would cut a character in half or fits nowhere."""
    try:
        step = ReplaceStep(start, old_end, new.slice(start, new_end))
        made = step.apply(old)
    except _FORGED:
        return None
    return step if made.doc is not None and made.doc.eq(new) else None
