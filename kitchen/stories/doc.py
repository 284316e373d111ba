"""A story's text: checked against the one schema, and turned into HTML, words and figures.

The schema is ``static/editor-schema.json``, which the editor in the browser reads as well. What
comes from outside is rebuilt node by node, so that nothing that the schema does not know is ever
stored, and no link leads anywhere but to ``http``, ``https`` or ``mailto``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from prosemirror.model import DOMSerializer, Mark, Node, Schema

from channels.markup import plain_text
from kitchen.core.errors import N_, Invalid, TooLarge
from kitchen.stories.rules import TEXT_MAX

SCHEMA_FILE = Path(__file__).resolve().parents[2] / "static" / "editor-schema.json"
DEPTH_MAX = 24
"""Levels of nesting; a list in a list in a list has eight."""
NODES_MAX = 20_000
LEVELS = frozenset({2, 3})
_LINK = re.compile(r"(?:https?://[^\s/]|mailto:[^\s@]+@)[^\s\"<>]*", re.IGNORECASE)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNKEEPABLE = re.compile(r"(?<!\\)\\u0000|[\ud800-\udfff]")
"""A zero byte, or half of a character: no database keeps them."""
_UID = re.compile(r"[A-Za-z0-9]{1,22}")

Doc = Mapping[str, Any]
Name = Callable[[str, str], str]
"""(asset uid, SHA-256 of its original) -> the SHA-256 under which a figure is to be written."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture that stands in a text."""

    uid: str
    sha256: str
    caption: str
    credit: str
    alt: str


def empty() -> dict[str, Any]:
    """The text of a story of which nothing is written yet."""
    return {"type": "doc", "content": [{"type": "paragraph"}]}


def checked(data: Any) -> dict[str, Any]:
    """The text as it will be stored: known nodes, marks and attributes only.

    Raises :class:`Invalid` with a sentence that says what cannot be kept, or :class:`TooLarge`.
    """
    _measure(data)
    node = _node(data)
    for sentence, told in _faults(node):
        raise Invalid(sentence, fields=None, code="bad_text", **told)
    return dict(node.to_json())


def to_html(doc: Doc, name: Name = lambda uid, sha256: sha256) -> str:
    """Clean semantic HTML. Each figure carries ``data-sha256`` (by ``name``) and ``data-uid``."""
    return str(_writer(name).serialize_fragment(_node(doc).content))


def to_text(doc: Doc) -> str:
    """The words, one block a line; captions are not part of them."""
    lines = (_words(block).strip() for block in _textblocks(doc))
    return "\n".join(line for line in lines if line)


def from_text(text: str) -> dict[str, Any]:
    """Plain text as a document: each line that says something is a paragraph."""
    lines = [line.strip() for line in text.splitlines()]
    paragraphs = [
        {"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines if line
    ]
    return {"type": "doc", "content": paragraphs} if paragraphs else empty()


def figures(doc: Doc) -> list[Figure]:
    """The pictures in the order in which they stand, each once."""
    found: dict[str, Figure] = {}
    for node in _walk(doc):
        if node.get("type") == "figure":
            attrs = node["attrs"]
            figure = Figure(
                attrs["asset"],
                attrs["sha256"],
                *(str(attrs.get(key, "")) for key in ("caption", "credit", "alt")),
            )
            found.setdefault(figure.uid, figure)
    return list(found.values())


def links(doc: Doc) -> list[str]:
    """Every address to which the text links, each once."""
    marks = (mark for node in _walk(doc) for mark in node.get("marks", ()))
    return list(dict.fromkeys(mark["attrs"]["href"] for mark in marks if mark["type"] == "link"))


def with_text(doc: Doc, text: str) -> dict[str, Any]:
    """``text`` as typed where there is no script; the same words leave the document as it is.

    Where the words differ, figures stay: they follow the paragraph after which they stood.
    """
    if to_text(from_text(text)) == to_text(doc):
        return dict(doc)
    fresh = from_text(text)["content"]
    for at, block in enumerate(doc.get("content", ())):
        if block.get("type") == "figure":
            fresh.insert(min(at, len(fresh)), block)
    return {"type": "doc", "content": fresh}


def schema() -> Schema[Any, Any]:
    """The one schema, for what reads and applies steps."""
    return _schema()


def as_node(doc: Doc) -> Node:
    """A stored text as the editor's own tree, which knows places and steps."""
    return _node(doc)


@cache
def _schema() -> Schema[Any, Any]:
    return Schema(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def _measure(data: Any) -> None:
    """Refuse what is no document at all, or too deep or too large to be one, without recursion."""
    if not isinstance(data, dict) or data.get("type") != "doc":
        raise Invalid(N_("正文的格式不对，没有保存。请刷新页面再试。"), code="bad_text")
    level, seen, letters = [data], 0, 0
    for _depth in range(DEPTH_MAX):
        if not level:
            break
        seen += len(level)
        letters += sum(len(node["text"]) for node in level if isinstance(node.get("text"), str))
        level = [child for node in level for child in _children(node)]
    if _UNKEEPABLE.search(json.dumps(data, ensure_ascii=False)):
        raise Invalid(
            N_("正文里有看不见的控制字符，没有保存。请用“只保留文字”重新粘贴。"), code="bad_text"
        )
    if level or seen > NODES_MAX or letters > TEXT_MAX:
        raise TooLarge(N_("正文太长（最多 %(most)s 字），请分成几篇。"), most=TEXT_MAX)


def _children(node: Doc) -> list[dict[str, Any]]:
    content = node.get("content")
    if not isinstance(content, list):
        return []
    return [child for child in content if isinstance(child, dict)]


def _node(data: Any) -> Node:
    try:
        node = Node.from_json(_schema(), data)
        node.check()
    except ValueError as error:
        raise Invalid(
            N_("正文里有不认识的内容（%(what)s），没有保存。请去掉它再试。"),
            code="bad_text",
            what=str(error)[:80],
        ) from error
    except (TypeError, KeyError, AttributeError, IndexError) as error:
        raise Invalid(
            N_("正文的结构不完整，没有保存。请刷新页面再试。"), code="bad_text"
        ) from error
    return node


def _faults(root: Node) -> Iterator[tuple[str, dict[str, str]]]:
    """What the schema cannot say: levels of headings, kinds of links, names of pictures."""
    problems: list[tuple[str, dict[str, str]]] = []

    def look(node: Node, *_place: object) -> bool:
        problems.extend(_fault(node))
        return True

    root.descendants(look)
    yield from problems


def _fault(node: Node) -> Iterator[tuple[str, dict[str, str]]]:
    attrs: Mapping[str, Any] = node.attrs
    if node.type.name == "heading" and attrs["level"] not in LEVELS:
        yield N_("小标题只有两级，请改成其中一级。"), {}
    if any(isinstance(value, float) for value in attrs.values()):
        yield N_("小标题的级别和编号要用整数。"), {}
    if node.type.name == "figure" and not (
        _SHA256.fullmatch(attrs["sha256"]) and _UID.fullmatch(attrs["asset"])
    ):
        yield N_("有一张图片不是从素材库放进来的，请删掉后重新选图。"), {}
    for mark in node.marks:
        if mark.type.name == "link" and not safe_link(str(mark.attrs["href"])):
            told = {"href": str(mark.attrs["href"])[:60]}
            yield N_("链接“%(href)s”不能用：请以 http://、https:// 或 mailto: 开头。"), told


def safe_link(href: str) -> bool:
    """Whether an address may stand in a piece."""
    return _LINK.fullmatch(href) is not None


def _writer(name: Name) -> DOMSerializer:
    def figure(node: Node) -> Any:
        attrs: Mapping[str, Any] = node.attrs
        uid, sha256 = str(attrs["asset"]), str(attrs["sha256"])
        named = {"data-sha256": name(uid, sha256), "data-uid": uid}
        words = "　".join(filter(None, (str(attrs["caption"]), str(attrs["credit"]))))
        return ["figure", named, ["figcaption", words]] if words else ["figure", named]

    def link(mark: Mark, _inline: bool) -> Any:
        href = str(mark.attrs["href"])
        return ["a", {"href": href}, 0] if safe_link(href) else ["span", 0]

    return DOMSerializer({**_NODES, "figure": figure}, {**_MARKS, "link": link})


def _ordered(node: Node) -> Any:
    start: Any = node.attrs["order"]
    return ["ol", 0] if start == 1 else ["ol", {"start": str(start)}, 0]


_NODES: dict[str, Callable[[Node], Any]] = {
    "text": lambda node: node.text or "",
    "paragraph": lambda node: ["p", 0],
    "heading": lambda node: [f"h{node.attrs['level']}", 0],
    "blockquote": lambda node: ["blockquote", 0],
    "bullet_list": lambda node: ["ul", 0],
    "ordered_list": _ordered,
    "list_item": lambda node: ["li", 0],
    "horizontal_rule": lambda node: ["hr"],
    "hard_break": lambda node: ["br"],
}
_MARKS: dict[str, Callable[[Mark, bool], Any]] = {
    "em": lambda mark, inline: ["em", 0],
    "strong": lambda mark, inline: ["strong", 0],
}


def _walk(doc: Doc) -> Iterator[Doc]:
    """Every node, in the order of the text."""
    waiting = [doc]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(_children(node)))


def _textblocks(doc: Doc) -> Iterator[Doc]:
    return (node for node in _walk(doc) if node.get("type") in {"paragraph", "heading"})


def _words(block: Doc) -> str:
    return "".join(
        "\n" if child["type"] == "hard_break" else str(child.get("text", ""))
        for child in _children(block)
    )


def plain_of_html(html: str) -> str:
    """The words of an article's clean HTML, or of plain text, for people to compare."""
    return plain_text(html) if "<" in html else html
