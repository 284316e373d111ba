"""A story's text: checked against the one schema, and asked for its HTML, words and files.

The schema is ``static/editor-schema.json``, which the editor in the browser reads as well. What
comes from outside is rebuilt node by node, so that nothing that the schema does not know is ever
stored, and no link leads anywhere but to ``http``, ``https`` or ``mailto``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prosemirror.model import Node, Schema

from channels.markup import plain_text
from kitchen.core.errors import N_, Invalid, TooLarge
from kitchen.stories.rules import COLUMNS_MAX, ROWS_MAX, TEXT_MAX
from kitchen.stories.spelling import Doc, Name, html_of, lines_of

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
_FILES = {
    "figure": N_("有一张图片不是从素材库放进来的，请删掉后重新选图。"),
    "film": N_("有一段视频不是从素材库放进来的，请删掉后重新选。"),
    "qr_code": N_("有一个二维码不是在这里生成的，请删掉后重新插入。"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, a film or a drawn code that stands in a text."""

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
    return _kept(_node(data))


def checked_node(node: Node) -> dict[str, Any]:
    """As :func:`checked`, of a tree of the schema's own nodes: it is not read a second time."""
    _measure(node.to_json())
    return _kept(_node(node))


def _kept(node: Node) -> dict[str, Any]:
    for sentence, told in _faults(node):
        raise Invalid(sentence, fields=None, code="bad_text", **told)
    kept = dict(node.to_json())
    if len(films(kept)) > 1:
        raise Invalid(N_("正文里只放得下一段视频，别的请放进“本稿素材”。"), code="bad_text")
    return kept


def to_html(doc: Doc, name: Name = lambda uid, sha256: sha256) -> str:
    """Clean semantic HTML. Each figure carries ``data-sha256`` (by ``name``) and ``data-uid``."""
    return html_of(_node(doc), name, safe_link)


def to_text(doc: Doc) -> str:
    """The words, one block a line; captions are not part of them."""
    lines = (line.strip() for line in lines_of(doc))
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
    return _pictures(doc, "figure", "caption")


def codes(doc: Doc) -> list[Figure]:
    """The drawn QR codes, each once; what stands under one is its caption."""
    return _pictures(doc, "qr_code", "words")


def films(doc: Doc) -> list[Figure]:
    """The films that stand in the text, each once."""
    return _pictures(doc, "film", "caption")


def files(doc: Doc) -> list[Figure]:
    """All that the text shows from the asset store: pictures, films, codes."""
    return [*figures(doc), *films(doc), *codes(doc)]


def _pictures(doc: Doc, kind: str, words: str) -> list[Figure]:
    found: dict[str, Figure] = {}
    for node in _walk(doc):
        if node.get("type") == kind:
            attrs = node["attrs"]
            said = (str(attrs.get(key, "")) for key in (words, "credit", "alt"))
            found.setdefault(attrs["asset"], Figure(attrs["asset"], attrs["sha256"], *said))
    return list(found.values())


def links(doc: Doc) -> list[str]:
    """Every address to which the text leads, by a link or by a code, each once."""
    found = []
    for node in _walk(doc):
        marks = node.get("marks", ())
        found += [mark["attrs"]["href"] for mark in marks if mark["type"] == "link"]
        if node.get("type") == "qr_code":
            found.append(node["attrs"]["address"])
    return list(dict.fromkeys(found))


def with_text(doc: Doc, text: str) -> dict[str, Any]:
    """``text`` as typed where there is no script; the same words leave the document as it is.

    Where the words differ, pictures and films stay, behind the paragraph after which they stood.
    """
    if to_text(from_text(text)) == to_text(doc):
        return dict(doc)
    fresh = from_text(text)["content"]
    for at, block in enumerate(doc.get("content", ())):
        if block.get("type") in _FILES:
            fresh.insert(min(at, len(fresh)), block)
    return {"type": "doc", "content": fresh}


def is_plain(doc: Doc) -> bool:
    """Whether a text is what can be typed without a script: paragraphs of bare words, and files."""
    return all(
        block["type"] in _FILES
        or (
            block["type"] == "paragraph"
            and all(it["type"] == "text" and not it.get("marks") for it in _children(block))
        )
        for block in _children(doc)
    )


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
        node = data if isinstance(data, Node) else Node.from_json(_schema(), data)
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


def _faults(root: Node) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the schema cannot say: levels of headings, kinds of links, names of files, sizes."""
    problems: list[tuple[str, dict[str, Any]]] = []

    def look(node: Node, *_place: object) -> bool:
        problems.extend(_fault(node))
        return True

    root.descendants(look)
    yield from problems


def _fault(node: Node) -> Iterator[tuple[str, dict[str, Any]]]:
    attrs: Mapping[str, Any] = node.attrs
    kind = node.type.name
    if kind == "heading" and attrs["level"] not in LEVELS:
        yield N_("小标题只有两级，请改成其中一级。"), {}
    if any(isinstance(value, float) for value in attrs.values()):
        yield N_("级别、编号和表格里的跨度要用整数。"), {}
    if kind in _FILES and not (
        _SHA256.fullmatch(attrs["sha256"]) and _UID.fullmatch(attrs["asset"])
    ):
        yield _FILES[kind], {}
    if kind == "qr_code":
        yield from _leads_astray(attrs["address"])
    if kind == "table" and not _fits(node):
        told = {"columns": COLUMNS_MAX, "rows": ROWS_MAX}
        yield N_("表格最多 %(columns)s 列、%(rows)s 行，至少有一格，请拆成几张。"), told
    for mark in node.marks:
        if mark.type.name == "link":
            yield from _leads_astray(mark.attrs["href"])


def _leads_astray(href: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if not safe_link(str(href)):
        told = {"href": str(href)[:60]}
        yield (
            N_("链接“%(href)s”不能用：请以 http://、https:// 或 mailto: 开头，写完整的网址。"),
            told,
        )


def _fits(table: Node) -> bool:
    """Whether a table has cells, and no more of them, spans counted, than can be read."""
    rows = [[_spans(cell) for cell in row.content.content] for row in table.content.content]
    across = [sum(columns for columns, _ in row) for row in rows]
    return (
        len(rows) <= ROWS_MAX
        and 1 <= max(across) <= COLUMNS_MAX
        and all(columns >= 1 and 1 <= down <= ROWS_MAX for row in rows for columns, down in row)
    )


def _spans(cell: Node) -> tuple[int, int]:
    attrs: Mapping[str, Any] = cell.attrs
    return int(attrs["colspan"]), int(attrs["rowspan"])


def safe_link(href: str) -> bool:
    """Whether an address may stand in a piece: of a kind that may, and one that can be read."""
    if _LINK.fullmatch(href) is None:
        return False
    try:
        parts = urlsplit(href)
        return parts.scheme == "mailto" or bool(parts.hostname)
    except ValueError:
        return False


def _walk(doc: Doc) -> Iterator[Doc]:
    """Every node, in the order of the text."""
    waiting = [doc]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(_children(node)))


def plain_of_html(html: str) -> str:
    """The words of an article's clean HTML, or of plain text, for people to compare."""
    return plain_text(html) if "<" in html else html
