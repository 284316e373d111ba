"""A text typed as plain lines over a document that keeps everything that the lines do not change.

Where no editor runs, a piece is a field with one block a line. Blocks whose line stayed keep their
looks, changed ones keep what was not touched, pictures stay where they stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kitchen.stories import diff
from kitchen.stories import doc as text
from kitchen.stories.passages import (
    Passage,
    is_textblock,
    passages,
    replaced,
    with_content,
    words_of,
)
from kitchen.stories.spelling import Doc

_BREAK = "⏎"
"""How a forced line break is shown within a line."""


def lines_of(doc: Doc) -> str:
    """The words of a document, one block a line."""
    return "\n".join(_line(it) for it in passages(doc) if it.attrs is None)


def _line(passage: Passage) -> str:
    return passage.words.replace("\n", _BREAK)


def retyped(doc: Doc, lines: str) -> dict[str, Any]:
    """The document with the words of ``lines``, see :func:`lines_of`."""
    old = [it for it in passages(doc) if it.attrs is None]
    new = [Passage("", "paragraph", it.strip()) for it in lines.splitlines() if it.strip()]
    words, gone, added = dict[str, str](), set[str](), dict[int, list[str]]()
    last = -1
    for was, now in _pairs(old, new):
        if was is None and now is not None:
            added.setdefault(last, []).append(now.words)
        if was is not None:
            last = int(was.path.split(".")[0])
            if now is None:
                gone.add(was.path)
            else:
                words[was.path] = now.words.replace(_BREAK, "\n")
    return _rebuilt(doc, words, gone, added)


def _pairs(
    old: Sequence[Passage], new: Sequence[Passage]
) -> list[tuple[Passage | None, Passage | None]]:
    keys = [_line(it).strip() for it in old], [it.words for it in new]
    found: list[tuple[Passage | None, Passage | None]] = []
    for kind, *places in diff.operations(*keys):
        was, now = old[slice(*places[:2])], new[slice(*places[2:])]
        found += zip(was, now, strict=True) if kind == "equal" else diff.paired(was, now)
    return found


def _rebuilt(
    doc: Doc, words: Mapping[str, str], gone: set[str], added: Mapping[int, list[str]]
) -> dict[str, Any]:
    content = _fresh(added.get(-1, ()))
    for at, block in enumerate(doc.get("content", ())):
        content += _kept(block, str(at), words, gone)
        content += _fresh(added.get(at, ()))
    return {"type": "doc", "content": content} if content else text.empty()


def _fresh(lines: Sequence[str]) -> list[dict[str, Any]]:
    return [block for line in lines for block in text.from_text(line)["content"]]


def _kept(node: Doc, path: str, words: Mapping[str, str], gone: set[str]) -> list[dict[str, Any]]:
    """The node as it should be, or nothing where all its words are gone."""
    if path in gone:
        return []
    if path in words:
        return [_reworded(node, words[path])]
    if is_textblock(node) or "content" not in node:
        return [dict(node)]
    held = [
        kept
        for at, child in enumerate(node["content"])
        for kept in _kept(child, f"{path}.{at}", words, gone)
    ]
    return [with_content(node, held)] if held else []


def _reworded(block: Doc, words: str) -> dict[str, Any]:
    """The block with these words; from the first to the last character that differs is new."""
    lone: dict[str, Any] = {"type": "doc", "content": [block]}
    old = words_of(block)
    if old.strip() == words.strip():
        return dict(block)
    for kind, start, end, other_start, other_end in reversed(diff.operations(old, words)):
        if kind != "equal":
            fresh = words[other_start:other_end].replace("\n", "")
            lone = replaced(lone, "0", start, end, fresh)
    kept: dict[str, Any] = lone["content"][0]
    return kept
