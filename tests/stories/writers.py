"""Writers without a browser: the client's side of writing together, as its scripts do it.

``receive`` is prosemirror-collab's, word for word; :meth:`Writer.copy` and :meth:`Writer.resumed`
are what ``frontend/src/editor/together.js`` keeps on the device and goes on with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from prosemirror.model import Node
from prosemirror.transform import Step, StepMap, Transform

from kitchen.stories import doc as text
from kitchen.stories.together import Batch


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step of ours that the server does not have yet, and how to undo it."""

    step: Step
    inverted: Step


@dataclass
class Writer:
    """One open editor."""

    client: str
    base: Node
    version: int
    confirmed: int = 0
    waiting: list[Waiting] = field(default_factory=list)
    branches: list[Node] = field(default_factory=list)
    """Texts that were put aside because something in them found no place."""

    def __post_init__(self) -> None:
        self.doc = self.base

    @classmethod
    def opened(cls, client: str, doc: dict[str, Any], version: int) -> Writer:
        return cls(client, node_of(doc), version)

    @property
    def text(self) -> str:
        return words(self.doc)

    def do(self, change: Transform) -> None:
        """Take over what was done to ``self.doc``."""
        for step, before in zip(change.steps, change.docs, strict=True):
            self.waiting.append(Waiting(step, step.invert(before)))
        self.doc = change.doc

    def type(self, typed: str, at: int | None = None) -> None:
        """Type into the last block, or at a place."""
        place = self.doc.content.size - 1 if at is None else at
        self.do(Transform(self.doc).insert(place, text.schema().text(typed)))

    def batch(self, most: int = 200) -> Batch:
        sent = [dict(it.step.to_json()) for it in self.waiting[:most]]
        return Batch(self.version, self.client, self.confirmed + 1, sent)

    def landed(self, count: int) -> None:
        """The server took our first ``count`` steps as they were sent."""
        self.receive([it.step for it in self.waiting[:count]], [self.client] * count)

    def hear(self, news: dict[str, Any]) -> None:
        """Take in what the server told."""
        given = [Step.from_json(text.schema(), it["step"]) for it in news["steps"]]
        before, lost = self.doc, self.receive(given, [it["client"] for it in news["steps"]])
        if lost:
            self.branches.append(before)

    def receive(self, given: Sequence[Step], clients: Sequence[str]) -> bool:
        """Put steps of the common order under ours; whether words of ours found no place."""
        ours = next((at for at, it in enumerate(clients) if it != self.client), len(clients))
        self.confirmed += ours
        self.version += len(given)
        others, waiting = given[ours:], self.waiting[ours:]
        for step in given:
            after = step.apply(self.base).doc
            assert after is not None
            self.base = after
        self.waiting = waiting
        if not others:
            return False
        change = Transform(self.doc)
        self.waiting = _rebased(waiting, others, change)
        self.doc = change.doc
        if swallowed(others, [it.step.get_map() for it in self.waiting]):
            self.branches.append(self.base)
        wordy = any(getattr(it.step, "slice", None) and it.step.slice.size for it in waiting)
        return len(self.waiting) < len(waiting) and wordy

    def copy(self) -> dict[str, Any]:
        """What lies on the device."""
        return {
            "client": self.client,
            "confirmed": self.confirmed,
            "version": self.version,
            "doc": self.base.to_json(),
            "steps": [it.step.to_json() for it in self.waiting],
        }

    @classmethod
    def resumed(cls, copy: dict[str, Any]) -> Writer:
        """The editor after a reload: it goes on as the same client."""
        writer = cls(copy["client"], node_of(copy["doc"]), copy["version"], copy["confirmed"])
        change = Transform(writer.doc)
        for step in copy["steps"]:
            change.step(Step.from_json(text.schema(), step))
        writer.do(change)
        return writer


def _rebased(waiting: Sequence[Waiting], over: Sequence[Step], change: Transform) -> list[Waiting]:
    for it in reversed(waiting):
        change.step(it.inverted)
    for step in over:
        change.step(step)
    kept = []
    back = len(waiting)
    for it in waiting:
        mapped = it.step.map(change.mapping.slice(back))
        back -= 1
        if mapped and not change.maybe_step(mapped).failed:
            change.mapping.set_mirror(back, len(change.steps) - 1)
            kept.append(Waiting(mapped, mapped.invert(change.docs[-1])))
    return kept


def swallowed(others: Sequence[Step], waiting: Sequence[StepMap]) -> bool:
    """Whether something that others put in lies in what ours delete."""
    maps = [it.get_map() for it in others]
    for at, each in enumerate(maps):
        found: list[tuple[int, int]] = []
        each.for_each(lambda _from, _to, start, stop, found=found: found.append((start, stop)))
        for put_in in found:
            start, stop = _narrowed(maps[at + 1 :], *put_in)
            low, high = _narrowed(waiting, start, stop)
            if start < stop and high - low < stop - start:
                return True
    return False


def _narrowed(maps: Sequence[StepMap], start: int, stop: int) -> tuple[int, int]:
    for each in maps:
        start, stop = each.map(start, 1), each.map(stop, -1)
    return start, stop


def node_of(doc: dict[str, Any]) -> Node:
    return Node.from_json(text.schema(), doc)


def words(doc: Node) -> str:
    return doc.text_between(0, doc.content.size, "\n")
