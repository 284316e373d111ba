"""A web page, or what was copied from one, as blocks: cleaned first, then read tag by tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Final

import nh3

from kitchen.stories.importing import nodes
from kitchen.stories.importing.nodes import Cell, Draft, Item, Node
from kitchen.stories.importing.plain import decoded
from kitchen.stories.rules import ROWS_MAX

_MARKS: Final = {"strong": "strong", "b": "strong", "em": "em", "i": "em"}
_HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 3, "h5": 3, "h6": 3}
_LISTS: Final = frozenset({"ul", "ol"})
_BLOCKS: Final = frozenset(
    {"p", "div", "section", "article", "header", "footer", "main", "aside", "figure", "pre"}
    | {"figcaption", "blockquote", "li", "td", "th", "tr", "table", "hr", "title", "dt", "dd"}
    | {*_LISTS, *_HEADINGS}
)
_TAGS: Final = {*_BLOCKS, *_MARKS, "a", "br", "img", "span", "thead", "tbody"} - {"title"}
_TABLE_PARTS: Final = frozenset({"tr", "td", "th"})
_SPANS: Final = {"colspan", "rowspan"}
_DROPPED: Final = {"script", "style", "iframe", "object", "svg", "math", "template", "title"}


def read(data: bytes) -> Draft:
    """The text as blocks. Raises :class:`Fault` for bytes that are no text."""
    html = nh3.clean(
        decoded(data),
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes={"a": {"href"}, "img": {"src"}, "td": _SPANS, "th": _SPANS},
        url_schemes={"http", "https", "mailto", "data", "file", "blob"},
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return Draft(nodes.merged(reader.content), told=reader.told)


class _Reader(HTMLParser):
    """Collects words until a block ends; what is open around them says what block it was."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.content: list[Node | Item] = []
        self.told: set[str] = set()
        self._open: list[tuple[str, str]] = []
        """Tags that are open, each with its address if it is a link."""
        self._inline: list[Node] = []
        self._rows: list[list[Cell]] = []
        """Of the table that is open; one within it adds its words to the cell around it."""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.told.add("remote")
        elif tag == "br":
            self._inline.append(nodes.hard_break())
        elif tag == "hr":
            self.end_block()
            self.content.append(nodes.rule())
        else:
            if tag in _BLOCKS:
                self.end_block()
            if tag in _TABLE_PARTS and self._tables == 1:
                self._grow(tag, dict(attrs))
            self._open.append((tag, dict(attrs).get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end_block()
        if tag == "table" and self._tables == 1:
            self.content.extend(nodes.table(self._rows))
            self._rows = []
        if tag in [name for name, _ in self._open]:
            while self._open.pop()[0] != tag:
                pass

    @property
    def _tables(self) -> int:
        return sum(name == "table" for name, _ in self._open)

    def _grow(self, tag: str, attrs: Mapping[str, str | None]) -> None:
        """A row or a cell more; a cell that stands in no row begins one."""
        if tag == "tr" or not self._rows:
            self._rows.append([])
        if tag != "tr":
            across, down = (_number(attrs.get(name)) for name in ("colspan", "rowspan"))
            self._rows[-1].append(Cell(head=tag == "th", across=across, down=down))

    def handle_data(self, data: str) -> None:
        self._inline += nodes.text(_one_line(data), self._marks())

    def _marks(self) -> list[Node]:
        kinds = {_MARKS[name] for name, _ in self._open if name in _MARKS}
        addresses = [href for name, href in self._open if name == "a" and href]
        links = [nodes.link(addresses[-1])] if addresses else []
        return [*links, *({"type": kind} for kind in sorted(kinds))]

    def end_block(self) -> None:
        """What was collected is a block of its own."""
        inline, self._inline = nodes.trimmed(self._inline), []
        if inline:
            self._put(inline)

    def _put(self, inline: list[Node]) -> None:
        names = [name for name, _ in self._open]
        if "table" in names and self._rows and self._rows[-1]:
            cell = self._rows[-1][-1]
            cell.inline = nodes.joined([cell.inline, inline])
        elif heading := next((name for name in names if name in _HEADINGS), ""):
            self.content.append(nodes.heading(_HEADINGS[heading], inline))
        elif "li" in names:
            lists = [name for name in names if name in _LISTS]
            ordered = bool(lists) and lists[-1] == "ol"
            self.content.append(Item(ordered, max(0, len(lists) - 1), inline))
        elif "blockquote" in names:
            self.content.append(nodes.quote(inline))
        else:
            self.content.append(nodes.paragraph(inline))


def _number(given: str | None) -> int:
    """How far a cell reaches; what is no sensible number is one."""
    found = int(given) if given and given.isascii() and given.isdigit() and len(given) < 4 else 1
    return min(max(found, 1), ROWS_MAX)


def _one_line(words: str) -> str:
    """White space of the source is one blank, as a browser shows it."""
    if not words.strip():
        return " " if words else ""
    blank = {True: " ", False: ""}
    return blank[words[0].isspace()] + " ".join(words.split()) + blank[words[-1].isspace()]
