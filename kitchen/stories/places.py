"""Where words of a text stand in its document, as the editor counts places.

A place counts what the editor's tree counts: one for each edge of a block, and one for each UTF-16
unit of its words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from prosemirror.model import Node
from prosemirror.transform import Transform

from kitchen.stories.doc import as_node
from kitchen.stories.spelling import Doc

_LINES = frozenset({"paragraph", "heading"})


@dataclass(frozen=True, slots=True)
class Places:
    """The place of each character of :func:`kitchen.stories.doc.to_text`, and where it ends."""

    starts: list[int]
    ends: list[int]

    def of(self, start: int, end: int) -> tuple[int, int]:
        """(from, to) in the document of ``text[start:end]``, which must not be empty."""
        return self.starts[start], self.ends[end - 1]


def places_of(doc: Doc) -> Places:
    """The places of a whole text."""
    starts: list[int] = []
    ends: list[int] = []
    for line in _lines(as_node(doc)):
        if starts:
            # the line's end, which no character of the document is
            starts.append(ends[-1])
            ends.append(line[0][1])
        starts += [start for _, start, _ in line]
        ends += [end for _, _, end in line]
    return Places(starts, ends)


def with_words(doc: Doc, start: int, end: int, words: str) -> dict[str, Any]:
    """The document with ``words`` in place of ``text[start:end]``, dressed as what stood there."""
    root = as_node(doc)
    begins, ends = places_of(doc).of(start, end)
    marks = root.resolve(begins + 1).marks()
    changed = Transform(root).replace_with(begins, ends, root.type.schema.text(words, marks))
    return dict(changed.doc.to_json())


Letter = tuple[str, int, int]
"""A character, its place, and where it ends."""


def _lines(root: Node) -> Iterator[list[Letter]]:
    """The lines that say something, without the blanks around them."""
    blocks: list[tuple[Node, int]] = []

    def look(node: Node, place: int, *_around: object) -> bool:
        if node.type.name in _LINES:
            blocks.append((node, place + 1))
        return True

    root.descendants(look)
    for block, place in blocks:
        letters = list(_letters(block, place))
        while letters and letters[0][0].isspace():
            letters.pop(0)
        while letters and letters[-1][0].isspace():
            letters.pop()
        if letters:
            yield letters


def _letters(block: Node, place: int) -> Iterator[Letter]:
    for number in range(block.child_count):
        child = block.child(number)
        if child.is_text:
            at = place
            for letter in child.text or "":
                size = 2 if ord(letter) > 0xFFFF else 1
                yield letter, at, at + size
                at += size
        elif child.type.name == "hard_break":
            yield "\n", place, place + 1
        place += child.node_size
