"""Marks put on and taken off in one step, as browsers send when such a change is undone.

``prosemirror-transform`` has this step since 1.12 (``MarkSetStep``), the Python library not yet: a
link that replaced another is taken back as one step, which puts the old one in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from prosemirror.model import Node
from prosemirror.transform import Step, StepResult
from prosemirror.transform.map import Mappable
from prosemirror.transform.mark_step import AddMarkStep, RemoveMarkStep

NAME = "markSet"
MarkStep = AddMarkStep | RemoveMarkStep


class MarkSetStep(Step):
    """Steps of marks that go together, one after the other; the text keeps its length."""

    json_id = NAME

    def __init__(self, steps: Sequence[MarkStep]) -> None:
        self.steps = tuple(steps)

    def apply(self, doc: Node) -> StepResult:
        for each in self.steps:
            result = each.apply(doc)
            if result.doc is None:
                return result
            doc = result.doc
        return StepResult.ok(doc)

    def invert(self, doc: Node) -> Step:
        """What takes the set back: its steps taken back, the last first."""
        return marked(each.invert(doc) for each in reversed(self.steps))

    def map(self, mapping: Mappable) -> Step | None:
        """The set as it fits a later text, without the marks whose words are gone."""
        left = marked(each.map(mapping) for each in self.steps)
        return left if left.steps else None

    def to_json(self) -> dict[str, Any]:
        return {"stepType": NAME, "steps": [each.to_json() for each in self.steps]}


def marked(steps: Iterable[Step | None]) -> MarkSetStep:
    """The steps of marks among these as one, sets taken apart, without those that mark no words."""
    found: list[MarkStep] = []
    for each in steps:
        if isinstance(each, MarkSetStep):
            found += each.steps
        elif isinstance(each, MarkStep) and each.from_ < each.to:
            found.append(each)
    return MarkSetStep(found)
