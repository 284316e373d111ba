"""Where words of a text stand in its document, as the editor counts places.

A place counts what the editor's tree counts: one for each edge of a block, and one for each UTF-16
unit of its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from prosemirror.model import Node
from prosemirror.transform import Transform

from kitchen.stories.doc import as_node, to_text
from kitchen.stories.spelling import LEADING, SOURCE_SIGN, Doc


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
    for line in _told(as_node(doc)):
        if starts:
            # the line's end, which no character of the document is
            starts.append(ends[-1])
            ends.append(line[0][1])
        starts += [start for _, start, _ in line]
        ends += [end for _, _, end in line]
    return Places(starts, ends)


def with_words(doc: Doc, start: int, end: int, words: str) -> dict[str, Any]:
    """The document with ``words`` in place of ``text[start:end]``, dressed as what stood there.

    Raises ``LookupError`` where those words do not stand by themselves in the document, such as
    the dash before a source, or cannot be exchanged alone.
    """
    root, text = as_node(doc), to_text(doc)
    begins, ends = places_of(doc).of(start, end)
    if begins == ends:
        raise LookupError(text[start:end])
    marks = root.resolve(begins + 1).marks()
    changed = Transform(root).replace_with(begins, ends, root.type.schema.text(words, marks))
    after = dict(changed.doc.to_json())
    if to_text(after) != text[:start] + words + text[end:]:
        raise LookupError(text[start:end])
    return after


Letter = tuple[str, int, int]
"""A character, its place, and where it ends; one that the house puts in ends where it begins."""


def _told(root: Node) -> Iterator[list[Letter]]:
    """The lines that say something, without the blanks around them."""
    for line in _lines(root, 0):
        letters = list(line)
        while letters and letters[0][0].isspace():
            letters.pop(0)
        while letters and letters[-1][0].isspace():
            letters.pop()
        if letters:
            yield letters


def _lines(node: Node, place: int) -> Iterator[Iterable[Letter]]:
    """The lines as :func:`kitchen.stories.spelling.lines_of` writes them.

    ``place`` is where the node's content begins.
    """
    kind, parts = node.type.name, list(_parts(node, place))
    if kind == "data_card":
        figure, unit, words = (list(_letters(*part)) for part in parts)
        yield figure + unit
        yield words
    elif kind == "pull_source":
        said = list(_letters(node, place))
        while said and said[0][0] in LEADING:
            said.pop(0)
        yield [*_put_in(SOURCE_SIGN, place), *said] if said else []
    elif kind == "qr_code":
        yield _put_in(f"{node.attrs.get('words', '')} {node.attrs['address']}", place)
    elif kind == "table_row":
        yield _row(parts, place)
    elif node.is_textblock:
        yield _letters(node, place)
    else:
        for part, inside in parts:
            yield from _lines(part, inside)


def _parts(node: Node, place: int) -> Iterator[tuple[Node, int]]:
    """The children, each with the place where its content begins."""
    for number in range(node.child_count):
        child = node.child(number)
        yield child, place + 1
        place += child.node_size


def _row(cells: Sequence[tuple[Node, int]], place: int) -> list[Letter]:
    """A row of a table in one line."""
    row: list[Letter] = []
    for number, (cell, inside) in enumerate(cells):
        said = [
            (" " if it == "\n" else it, start, end) for it, start, end in _letters(cell, inside)
        ]
        while said and said[0][0].isspace():
            said.pop(0)
        while said and said[-1][0].isspace():
            said.pop()
        row += [*_put_in("  ", row[-1][2] if row else place), *said] if number else said
    return row


def _put_in(words: str, place: int) -> list[Letter]:
    return [(letter, place, place) for letter in words]


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
