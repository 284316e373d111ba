"""How each node of a text is spelled: as clean HTML for the channels, and as plain words.

The HTML is that of :class:`channels.base.Master`. A house block is an ordinary element that says
in ``data-block`` which block it is, so that it still reads well where nobody knows the name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from prosemirror.model import DOMSerializer, Mark, Node

Doc = Mapping[str, Any]
SOURCE_SIGN, LEADING = "——", "—-– 　"  # noqa: RUF001
"""What stands before a quotation's source, and what people type there themselves."""
Name = Callable[[str, str], str]
"""(asset uid, SHA-256 of its original) -> the SHA-256 under which a file is to be written."""

_NODES: dict[str, Callable[[Node], Any]] = {
    "text": lambda node: node.text or "",
    "paragraph": lambda node: ["p", 0],
    "heading": lambda node: [f"h{node.attrs['level']}", 0],
    "lead": lambda node: ["p", {"data-block": "lead"}, 0],
    "blockquote": lambda node: ["blockquote", 0],
    "bullet_list": lambda node: ["ul", 0],
    "ordered_list": lambda node: _ordered(node),
    "list_item": lambda node: ["li", 0],
    "pull_quote": lambda node: ["blockquote", {"data-block": "pull"}, 0],
    "pull_words": lambda node: ["p", {"data-block": "words"}, 0],
    "pull_source": lambda node: _said("source", _led(SOURCE_SIGN, node.text_content)),
    "data_card": lambda node: _card(node),
    "fact_box": lambda node: ["section", {"data-block": "box"}, 0],
    "box_title": lambda node: _said("title", ["strong", node.text_content]),
    "author_note": lambda node: ["p", {"data-block": "author"}, 0],
    "source_note": lambda node: ["p", {"data-block": "origin"}, 0],
    "table": lambda node: ["table", ["tbody", 0]],
    "table_row": lambda node: ["tr", 0],
    "table_cell": lambda node: ["td", _spans(node), 0],
    "table_header": lambda node: ["th", _spans(node), 0],
    "horizontal_rule": lambda node: ["hr"],
    "hard_break": lambda node: ["br"],
}
_MARKS: dict[str, Callable[[Mark, bool], Any]] = {
    "em": lambda mark, inline: ["em", 0],
    "strong": lambda mark, inline: ["strong", 0],
}


def html_of(root: Node, name: Name, safe_link: Callable[[str], bool]) -> str:
    """Clean semantic HTML. Each file carries its hash (by ``name``) and ``data-uid``."""

    def link(mark: Mark, _inline: bool) -> Any:
        href = str(mark.attrs["href"])
        return ["a", {"href": href}, 0] if safe_link(href) else ["span", 0]

    files = {
        "figure": lambda node: _figure(node, name),
        "film": lambda node: _film(node, name),
        "qr_code": lambda node: _code(node, name),
    }
    writer = DOMSerializer({**_NODES, **files}, {**_MARKS, "link": link})
    return str(writer.serialize_fragment(root.content))


def lines_of(node: Doc) -> Iterator[str]:
    """The words block by block; captions are not part of them."""
    kind = node["type"]
    if kind == "data_card":
        figure, unit, words = (_words(part) for part in _children(node))
        yield figure + unit
        yield words
    elif kind == "pull_source":
        yield _led(SOURCE_SIGN, _words(node))
    elif kind == "qr_code":
        yield f"{node['attrs'].get('words', '')} {node['attrs']['address']}"
    elif kind == "table_row":
        yield "  ".join(_words(cell).replace("\n", " ").strip() for cell in _children(node))
    elif any(child["type"] in {"text", "hard_break"} for child in _children(node)):
        yield _words(node)
    else:
        for child in _children(node):
            yield from lines_of(child)


def _children(node: Doc) -> list[Doc]:
    return list(node.get("content", ()))


def _words(block: Doc) -> str:
    return "".join(
        "\n" if child["type"] == "hard_break" else str(child.get("text", ""))
        for child in _children(block)
    )


def _led(sign: str, words: str) -> str:
    """``words`` behind ``sign``, which nobody has to type and which is never there twice."""
    bare = words.lstrip(LEADING)
    return sign + bare if bare else ""


def _said(block: str, words: Any) -> Any:
    """A part of a house block; one that was left empty leaves nothing behind."""
    return ["p", {"data-block": block}, words] if words and words != ["strong", ""] else ""


def _card(node: Node) -> Any:
    figure, unit, words = (node.child(at).text_content for at in range(3))
    if not figure + unit + words:
        return ""
    number = ["p", {"data-block": "figure"}, ["strong", figure], *([unit] if unit else [])]
    return ["section", {"data-block": "data"}, number, *([["p", words]] if words else [])]


def _ordered(node: Node) -> Any:
    start: Any = node.attrs["order"]
    return ["ol", 0] if start == 1 else ["ol", {"start": str(start)}, 0]


def _spans(node: Node) -> dict[str, str]:
    return {name: str(count) for name, count in node.attrs.items() if count != 1}


def _figure(node: Node, name: Name) -> Any:
    uid, sha256, caption, credit = _attributes(node, "asset", "sha256", "caption", "credit")
    named = {"data-sha256": name(uid, sha256), "data-uid": uid}
    return _captioned(named, "　".join(filter(None, (caption, credit))))


def _film(node: Node, name: Name) -> Any:
    uid, sha256, caption = _attributes(node, "asset", "sha256", "caption")
    named = {"data-block": "film", "data-film": name(uid, sha256), "data-uid": uid}
    return _captioned(named, caption)


def _code(node: Node, name: Name) -> Any:
    uid, sha256, words = _attributes(node, "asset", "sha256", "words")
    named = {"data-block": "code", "data-sha256": name(uid, sha256), "data-uid": uid}
    return _captioned(named, words)


def _attributes(node: Node, *names: str) -> list[str]:
    given: Mapping[str, Any] = node.attrs
    return [str(given[name]) for name in names]


def _captioned(named: Mapping[str, str], words: str) -> Any:
    return ["figure", named, ["figcaption", words]] if words else ["figure", named]
