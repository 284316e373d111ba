"""Writers without a browser: the client's side of writing together, as its scripts do it.

``_rebased`` is prosemirror-collab's, word for word; :meth:`Writer.copy` and :meth:`Writer.resumed`
are what ``frontend/src/editor/together.js`` keeps on the device and goes on with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from prosemirror.model import Node
from prosemirror.transform import Step, Transform

from kitchen.stories import doc as text
from kitchen.stories.moving import swallowed
from kitchen.stories.together import Batch


class LostGround(Exception):
    """The server holds something else of ours than we do: the page begins anew."""


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
        return Batch(self.version, self.client, self.confirmed + 1, sent, movable=True)

    def landed(self, count: int, news: Sequence[Any] = ()) -> None:
        """The server took our first ``count`` steps as they were sent, or as the news has them."""
        if news:
            self.hear({"steps": news})
        else:
            self.holds([it.step for it in self.waiting[:count]])

    def hear(self, news: dict[str, Any]) -> None:
        """Take in what the server told. Raises :class:`LostGround`."""
        for own, run in groupby(news["steps"], lambda it: it["client"] == self.client):
            given = [Step.from_json(text.schema(), it["step"]) for it in run]
            if own:
                self.holds(given)
            else:
                self.receive(given)

    def holds(self, own: Sequence[Step]) -> None:
        """The server has as many of our steps, as these."""
        ours = [it.step for it in self.waiting[: len(own)]]
        made = _after(self.base, own)
        if len(ours) < len(own) or not made.eq(_after(self.base, ours)):
            raise LostGround
        self.base = made
        self.version += len(own)
        self.confirmed += len(own)
        self.waiting = self.waiting[len(own) :]

    def receive(self, others: Sequence[Step]) -> None:
        """Put steps of others under ours; what finds no place by that is put aside."""
        before, waiting, change = self.doc, self.waiting, Transform(self.doc)
        self.base = _after(self.base, others)
        self.version += len(others)
        try:
            self.waiting = _rebased(waiting, others, change)
            self.doc = change.doc
        except ValueError:  # no room for what waits
            self.waiting, self.doc = [], self.base
            self.branches.append(before)
            return
        if swallowed([it.get_map() for it in others], [it.step.get_map() for it in self.waiting]):
            self.branches.append(self.base)
        wordy = any(getattr(it.step, "slice", None) and it.step.slice.size for it in waiting)
        if len(self.waiting) < len(waiting) and wordy:
            self.branches.append(before)

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


def _after(doc: Node, given: Sequence[Step]) -> Node:
    for step in given:
        made = step.apply(doc).doc
        assert made is not None
        doc = made
    return doc


def node_of(doc: dict[str, Any]) -> Node:
    return Node.from_json(text.schema(), doc)


def words(doc: Node) -> str:
    return doc.text_between(0, doc.content.size, "\n")
