"""A text as its passages: each block with its place, its words and what stands in it.

Comparing, pointing at words and replacing them all need the same view of a document: a flat list of
blocks in reading order, each named by the way that leads to it. It knows only what a block is, not
which blocks there are, so that the schema may grow without it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kitchen.stories.models import Story, Version
from kitchen.stories.spelling import Doc

TITLE, DIGEST = "title", "digest"
"""Paths of the two passages that stand outside the document."""
_TEXTBLOCKS = frozenset({"paragraph", "heading"})
_PURPOSES = {"blockquote": "quote", "bullet_list": "bullet", "ordered_list": "number"}

Key = tuple[str, str, tuple[tuple[int, int, str], ...]]


@dataclass(frozen=True, slots=True)
class Passage:
    """One block. ``path`` names it: :data:`TITLE`, or places from the document down (``3.0.1``)."""

    path: str
    kind: str
    words: str
    """What can be read in it; a forced line break is one ``\\n``. Of a picture, its caption."""
    marks: tuple[tuple[int, int, str], ...] = ()
    """(from, to, name) of every stretch that is bold, slanted or linked."""
    attrs: Mapping[str, Any] | None = None
    """Of a thing that stands in the text without being text, such as a picture."""

    @property
    def key(self) -> Key:
        """What must be equal for two passages to count as the same one."""
        thing = "" if self.attrs is None else _thing(self.attrs)
        return self.kind, self.words + thing, self.marks


def passages_of(piece: Story | Version) -> list[Passage]:
    """Title, digest and text of a story as it stands, or of one of its versions."""
    digest = piece.digest if isinstance(piece, Story) else piece.fields.get("digest", "")
    outside = [Passage(TITLE, TITLE, piece.title), Passage(DIGEST, DIGEST, digest)]
    return [*(it for it in outside if it.words), *passages(piece.doc)]


def passages(doc: Doc) -> list[Passage]:
    """The blocks of a document in reading order; empty lines are none."""
    return list(_below(doc, "", ""))


def _below(node: Doc, path: str, purpose: str) -> Iterator[Passage]:
    for at, child in enumerate(node.get("content", ())):
        here = f"{path}.{at}" if path else str(at)
        kind = str(child["type"])
        if is_textblock(child):
            words = words_of(child)
            if words.strip():
                yield Passage(here, _kind(child, purpose), words, tuple(_marks(child)))
        elif "content" in child:
            yield from _below(child, here, _PURPOSES.get(kind, purpose))
        else:
            attrs = child.get("attrs", {})
            yield Passage(here, kind, str(attrs.get("caption", "")), attrs=attrs)


def is_textblock(node: Doc) -> bool:
    """Whether the node holds words directly."""
    held = node.get("content", ())
    return node["type"] in _TEXTBLOCKS or any(child["type"] == "text" for child in held)


def _kind(node: Doc, purpose: str) -> str:
    if node["type"] == "heading":
        return f"heading{node.get('attrs', {}).get('level', 2)}"
    return purpose or str(node["type"])


def words_of(block: Doc) -> str:
    """The words of one block; a forced line break, or whatever else is no text, is one ``\\n``."""
    return "".join(_words(child) for child in block.get("content", ()))


def _words(inline: Doc) -> str:
    return str(inline["text"]) if inline["type"] == "text" else "\n"


def _marks(block: Doc) -> Iterator[tuple[int, int, str]]:
    at = 0
    for child in block.get("content", ()):
        end = at + len(_words(child))
        for mark in child.get("marks", ()):
            href = str(mark.get("attrs", {}).get("href", ""))
            yield at, end, f"{mark['type']} {href}".strip()
        at = end


def _thing(attrs: Mapping[str, Any]) -> str:
    """What a picture is; under which address the editor showed it does not matter."""
    return json.dumps({k: v for k, v in attrs.items() if k != "src"}, sort_keys=True)


def replaced(doc: Doc, path: str, start: int, end: int, words: str) -> dict[str, Any]:
    """The document with ``words`` instead of what stands from ``start`` to ``end`` of a block.

    What comes in looks like the first character that it replaces; everything around stays.
    Raises ``LookupError`` where no block of words stands at ``path``.
    """
    way = [int(step) for step in path.split(".")]
    return _descend(doc, way, start, end, words)


def _descend(node: Doc, way: Sequence[int], start: int, end: int, words: str) -> dict[str, Any]:
    if not way:
        if not is_textblock(node):
            raise LookupError(node["type"])
        return with_content(node, _spliced(node.get("content", ()), start, end, words))
    content = list(node["content"])
    content[way[0]] = _descend(content[way[0]], way[1:], start, end, words)
    return {**node, "content": content}


def with_content(node: Doc, content: Sequence[Doc]) -> dict[str, Any]:
    """The node with other children; none at all are left out, as the schema writes it."""
    bare = {name: value for name, value in node.items() if name != "content"}
    return {**bare, "content": list(content)} if content else bare


def _spliced(inline: Sequence[Doc], start: int, end: int, words: str) -> list[Doc]:
    before, inside, after = [], [], []
    at = 0
    for child in inline:
        length = len(_words(child))
        before += _cut(child, 0, start - at)
        inside += _cut(child, start - at, end - at)
        after += _cut(child, end - at, length)
        at += length
    if not words:
        return _joined([*before, *after])
    like = next((it for it in [*inside, *reversed(before), *after] if it["type"] == "text"), {})
    fresh: dict[str, Any] = {"type": "text", "text": words}
    if like.get("marks"):
        fresh["marks"] = like["marks"]
    return _joined([*before, fresh, *after])


def _joined(inline: Sequence[Doc]) -> list[Doc]:
    """Neighbours that look the same as one stretch of text, as the editor keeps them."""
    joined: list[Doc] = []
    for child in inline:
        last = joined[-1] if joined else None
        if last and last["type"] == child["type"] == "text" and _looks(last) == _looks(child):
            joined[-1] = {**last, "text": last["text"] + child["text"]}
        else:
            joined.append(child)
    return joined


def _looks(text: Doc) -> Any:
    return text.get("marks") or []


def _cut(child: Doc, start: int, end: int) -> list[Doc]:
    """What of an inline child lies between two places counted from its beginning."""
    length = len(_words(child))
    start, end = max(start, 0), min(end, length)
    if start >= end:
        return []
    return [{**child, "text": child["text"][start:end]}] if child["type"] == "text" else [child]
