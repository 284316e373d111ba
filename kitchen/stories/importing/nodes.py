"""The blocks of a text on its way into a story, as the editor's schema spells them.

A picture is a node ``{"type": "picture", "number", "caption"}`` until its bytes are in the
catalogue; all else is ProseMirror JSON from the start.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from kitchen.stories.rules import COLUMNS_MAX, ROWS_MAX

Node = dict[str, Any]

DEEPEST = 4
"""Levels to which lists are nested; what lies deeper stands on the last of them."""
CLOSING = "。，；：、！？…,;:!?"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\ufeff\ud800-\udfff]")
_SPACES = str.maketrans({"\xa0": " ", "\t": " ", "\n": " "})


@dataclass(slots=True)
class Draft:
    """What was read. ``pictures`` names them, by number; ``told`` are codes of what stayed out."""

    content: list[Node] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph that belongs to a list: its kind, how deep it stands, what it says."""

    ordered: bool
    level: int
    inline: Sequence[Node]


@dataclass(slots=True)
class Cell:
    """What a cell of a table says, whether it heads a row or column, and how far it reaches."""

    inline: list[Node] = field(default_factory=list)
    head: bool = False
    across: int = 1
    down: int = 1


def text(words: str, marks: Iterable[Mapping[str, Any]] = ()) -> list[Node]:
    """The words as a text node; nothing for none. No database keeps control characters."""
    kept = _CONTROL.sub("", words.translate(_SPACES))
    if not kept:
        return []
    node: Node = {"type": "text", "text": kept}
    if found := [dict(mark) for mark in marks]:
        node["marks"] = found
    return [node]


def link(href: str) -> Node:
    return {"type": "link", "attrs": {"href": href}}


def hard_break() -> Node:
    return {"type": "hard_break"}


def words_of(inline: Iterable[Mapping[str, Any]]) -> str:
    return "".join(str(node.get("text", "")) for node in inline)


def trimmed(inline: Sequence[Node]) -> list[Node]:
    """Without blanks and breaks at either end: the indent of a paragraph is no part of it.

    Neighbours with the same marks become one node.
    """
    joined: list[Node] = []
    for node in inline:
        last = joined[-1] if joined else {}
        if node["type"] == "text" == last.get("type") and node.get("marks") == last.get("marks"):
            joined[-1] = {**last, "text": last["text"] + node["text"]}
        else:
            joined.append(node)
    return _cut(_cut(joined, 0, str.lstrip), -1, str.rstrip)


def _cut(inline: list[Node], end: int, strip: Any) -> list[Node]:
    while inline:
        node = inline[end]
        if node["type"] == "text" and (kept := strip(node["text"])):
            inline[end] = {**node, "text": kept}
            return inline
        del inline[end]
    return inline


def paragraph(inline: Sequence[Node]) -> Node:
    return {"type": "paragraph", "content": list(inline)}


def heading(level: int, inline: Iterable[Node]) -> Node:
    """A heading of the schema's two levels; it is strong by itself."""
    plain = [{k: v for k, v in node.items() if k != "marks"} for node in inline]
    content = [node for node in plain if node["type"] == "text"]
    return {"type": "heading", "attrs": {"level": 2 if level <= 2 else 3}, "content": content}


def quote(inline: Sequence[Node]) -> Node:
    return {"type": "blockquote", "content": [paragraph(inline)]}


def rule() -> Node:
    return {"type": "horizontal_rule"}


def picture(number: int, caption: str = "") -> Node:
    return {"type": "picture", "number": number, "caption": caption}


def joined(lines: Iterable[Sequence[Node]]) -> list[Node]:
    """Several paragraphs where the schema wants one: a line each."""
    made: list[Node] = []
    for inline in lines:
        made += [hard_break(), *inline] if made and inline else inline
    return made


def inline_of(block: Node | Item) -> list[Node]:
    """What a block says, whatever it is made of, as the lines of one paragraph."""
    if isinstance(block, Item):
        return list(block.inline)
    content: list[Node] = block.get("content", [])
    if all(node["type"] in {"text", "hard_break"} for node in content):
        return content
    return joined(map(inline_of, content))


def table(rows: Iterable[Sequence[Cell]]) -> Iterator[Node]:
    """The rows as a table; nothing if no cell says anything.

    A single cell is a frame around paragraphs, and of a table wider than the schema allows each
    row is a paragraph, its cells divided by ｜. One that is too long goes on in the next.
    """
    kept = [list(row) for row in rows]
    if not any(cell.down > 1 for row in kept for cell in row):
        kept = [row for row in kept if any(cell.inline for cell in row)]
    if not any(cell.inline for row in kept for cell in row):
        return
    if [len(row) for row in kept] == [1]:
        yield from map(paragraph, _lines(kept[0][0].inline))
    elif max(sum(cell.across for cell in row) for row in kept) > COLUMNS_MAX:
        yield from map(paragraph, filter(None, map(_in_one_line, kept)))
    else:
        yield from _tables(kept)


def _tables(rows: list[list[Cell]]) -> Iterator[Node]:
    for start in range(0, len(rows), ROWS_MAX):
        part = rows[start : start + ROWS_MAX]
        lines = [_row(row, len(part) - number) for number, row in enumerate(part)]
        yield {"type": "table", "content": lines}


def _lines(inline: Iterable[Node]) -> Iterator[list[Node]]:
    for breaks, line in groupby(inline, lambda node: node["type"] == "hard_break"):
        if not breaks:
            yield list(line)


def _in_one_line(row: Iterable[Cell]) -> list[Node]:
    made: list[Node] = []
    for cell in row:
        if cell.inline:
            made += [*(text("｜") if made else []), *cell.inline]
    return trimmed(made)


def _row(row: Iterable[Cell], left: int) -> Node:
    """A row, below which stand ``left`` rows with it counted."""
    return {
        "type": "table_row",
        "content": [
            {
                "type": "table_header" if cell.head else "table_cell",
                "attrs": {"colspan": cell.across, "rowspan": min(cell.down, left)},
                "content": cell.inline,
            }
            for cell in row
        ],
    }


def listed(items: Sequence[Item]) -> Iterator[Node]:
    """Neighbouring items as lists, one in the other by their level."""
    at = 0
    while at < len(items):
        first = items[at]
        end = at + 1
        while end < len(items) and (
            items[end].level > first.level
            or (items[end].level == first.level and items[end].ordered == first.ordered)
        ):
            end += 1
        kind = "ordered_list" if first.ordered else "bullet_list"
        yield {"type": kind, "content": list(_entries(items[at:end], first.level))}
        at = end


def _entries(items: Sequence[Item], level: int) -> Iterator[Node]:
    at = 0
    while at < len(items):
        end = at + 1
        while end < len(items) and items[end].level > level:
            end += 1
        below = [
            Item(each.ordered, min(each.level, DEEPEST), each.inline)
            for each in items[at + 1 : end]
        ]
        nested = listed(below) if level < DEEPEST else map(_flat, below)
        yield {"type": "list_item", "content": [paragraph(items[at].inline), *nested]}
        at = end


def _flat(item: Item) -> Node:
    return paragraph(item.inline)


def merged(content: Iterable[Node | Item]) -> list[Node]:
    """Items gathered into their lists, quotations that follow each other into one."""
    made: list[Node] = []
    waiting: list[Item] = []
    for each in content:
        if isinstance(each, Item):
            waiting.append(each)
            continue
        made.extend(listed(waiting))
        waiting = []
        if made and each["type"] == "blockquote" == made[-1]["type"]:
            made[-1] = {**made[-1], "content": [*made[-1]["content"], *each["content"]]}
        else:
            made.append(each)
    made.extend(listed(waiting))
    return made


def reads_like_a_title(words: str, most: int = 64) -> bool:
    """Short, and no sentence nor a label such as “编者按：”."""
    return 0 < len(words) <= most and words[-1] not in CLOSING
