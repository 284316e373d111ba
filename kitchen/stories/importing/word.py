"""A Word file (.docx) as blocks: styles become headings, quotations, lists and captions.

Of tracked changes the accepted text is read, as if somebody had said yes to all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from kitchen.stories.importing import nodes
from kitchen.stories.importing.nodes import Cell, Draft, Item, Node
from kitchen.stories.importing.package import Package, attribute, child, name_of
from kitchen.stories.importing.styles import Meaning, Role, Styles, is_on

CAPTION_MOST: Final = 60
"""字 of a centred line under a picture that may be its caption."""
_WRAPPERS: Final = frozenset(
    {"sdt", "sdtContent", "customXml", "smartTag", "fldSimple", "bdo", "dir", "ins", "moveTo"}
)
"""What stands around text and is none itself; an insertion is accepted."""
_GONE: Final = frozenset({"del", "moveFrom"})
_CHANGES: Final = _GONE | {"ins", "moveTo"}
_STRONG: Final = frozenset({"strong", "要点"})
_EMPHASIS: Final = frozenset({"emphasis", "强调"})
_LEFT: Final = {
    "commentReference": "comments",
    "footnoteReference": "notes",
    "endnoteReference": "notes",
    "oMath": "shapes",
    "oMathPara": "shapes",
}


@dataclass(slots=True)
class _Paragraph:
    """What a paragraph holds: words, pictures by number, and boxes with paragraphs of their own."""

    inline: list[Node] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)


def read(path: Path) -> Draft:
    """The text in the file at ``path``. Raises :class:`Fault`."""
    package = Package(path)
    document = package.xml(package.main)
    reader = _Reader(package)
    body = child(document, "body")
    blocks = list(reader.blocks(body)) if body is not None else []
    reader.draft.content = nodes.merged(_entitled(_captioned(blocks)))
    return reader.draft


@dataclass(frozen=True, slots=True)
class _Block:
    """A block with what its paragraph was meant to be; tables and pictures mean nothing."""

    node: Node | Item
    meaning: Meaning = field(default_factory=Meaning)

    @property
    def words(self) -> str:
        return nodes.words_of(self.node.get("content", ())) if isinstance(self.node, dict) else ""

    @property
    def is_paragraph(self) -> bool:
        return isinstance(self.node, dict) and self.node["type"] == "paragraph"

    @property
    def is_picture(self) -> bool:
        return isinstance(self.node, dict) and self.node["type"] == "picture"


class _Reader:
    def __init__(self, package: Package) -> None:
        self.draft = Draft()
        self._package = package
        self._styles = Styles(package)
        self._targets = package.targets()
        self._numbers: dict[str, int] = {}

    def blocks(self, element: Element) -> Iterator[_Block]:
        for each in element:
            name = name_of(each)
            if name == "p":
                yield from self._paragraph(each)
            elif name == "tbl":
                yield from self._table(each)
            elif name in _WRAPPERS:
                yield from self.blocks(each)

    def _paragraph(self, element: Element) -> Iterator[_Block]:
        meaning = self._styles.meaning(element)
        found = _Paragraph()
        self._inline(element, found, ())
        if inline := nodes.trimmed(found.inline):
            yield _Block(_shaped(meaning, inline), meaning)
        for number in found.pictures:
            yield _Block(nodes.picture(number))
        for box in found.boxes:
            yield from self.blocks(box)

    def _inline(self, element: Element, found: _Paragraph, marks: Sequence[Node]) -> None:
        for each in element:
            name = name_of(each)
            if name in _CHANGES:
                self.draft.told.add("changes")
            if name == "r":
                self._run(each, found, marks)
            elif name == "hyperlink":
                self._inline(each, found, [*marks, *self._link(each)])
            elif name in _WRAPPERS:
                self._inline(each, found, marks)
            elif name in _LEFT:
                self.draft.told.add(_LEFT[name])

    def _link(self, element: Element) -> list[Node]:
        address, outside = self._targets.get(attribute(element, "id"), ("", False))
        return [nodes.link(address)] if outside else []

    def _run(self, run: Element, found: _Paragraph, marks: Sequence[Node]) -> None:
        properties = child(run, "rPr")
        if is_on(properties, "vanish"):
            return
        marks = [*marks, *self._emphasis(properties)]
        for each in run:
            name = name_of(each)
            if name == "t":
                found.inline += nodes.text(each.text or "", marks)
            elif name == "tab":
                found.inline += nodes.text(" ", marks)
            elif name == "noBreakHyphen":
                found.inline += nodes.text("-", marks)
            elif name in {"br", "cr"} and attribute(each, "type") not in {"page", "column"}:
                found.inline.append(nodes.hard_break())
            elif name == "ruby":
                for base in _parts(each, "rubyBase"):
                    self._inline(base, found, marks)
            elif name in _LEFT:
                self.draft.told.add(_LEFT[name])
            else:
                self._drawn(each, found)

    def _emphasis(self, properties: Element | None) -> Iterator[Node]:
        style = self._styles.named(attribute(child(properties, "rStyle"), "val"))
        if is_on(properties, "i") or style in _EMPHASIS:
            yield {"type": "em"}
        if is_on(properties, "b") or style in _STRONG:
            yield {"type": "strong"}

    def _drawn(self, element: Element, found: _Paragraph) -> None:
        """Pictures and text boxes; of two ways to draw the same, the first is taken."""
        name = name_of(element)
        if name == "AlternateContent":
            choice = next(iter(element), None)
            for each in choice if choice is not None else ():
                self._drawn(each, found)
        elif name in {"drawing", "pict", "object"} and not self._look_into(element, found):
            self.draft.told.add("shapes")

    def _look_into(self, element: Element, found: _Paragraph) -> bool:
        """Whether anything in there is a picture or a text box."""
        something = False
        for each in element:
            name = name_of(each)
            if name == "txbxContent":
                found.boxes.append(each)
            elif name == "blip":
                self._picture(attribute(each, "embed") or attribute(each, "link"), found)
            elif name == "imagedata":
                self._picture(attribute(each, "id"), found)
            elif name == "Fallback" or not self._look_into(each, found):
                continue
            something = True
        return something

    def _picture(self, relation: str, found: _Paragraph) -> None:
        target, outside = self._targets.get(relation, ("", True))
        if outside:
            self.draft.told.add("remote")
        elif self._package.has(target):
            found.pictures.append(self._numbers.setdefault(target, len(self._numbers)))
            if len(self._numbers) > len(self.draft.pictures):
                self.draft.pictures.append(target)

    def _table(self, element: Element) -> Iterator[_Block]:
        grid, drawn = _Grid(), list[int]()
        for row in _parts(element, "tr"):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                self.draft.told.add("changes")
                continue
            grid.begin_row(head=is_on(properties, "tblHeader"))
            for cell in _parts(row, "tc"):
                grid.put(self._cell(cell, drawn), child(cell, "tcPr"))
        yield from (_Block(node) for node in nodes.table(grid.rows))
        yield from (_Block(nodes.picture(number)) for number in drawn)

    def _cell(self, cell: Element, drawn: list[int]) -> list[Node]:
        """What a cell says, a line for each paragraph; its pictures are put down beside it."""
        lines = list[list[Node]]()
        for block in self.blocks(cell):
            node = block.node
            if isinstance(node, dict) and node["type"] == "picture":
                drawn.append(node["number"])
            else:
                lines.append(nodes.inline_of(node))
        return nodes.joined(lines)


class _Grid:
    """The rows of a table. A cell that only goes on with the one above makes that one longer."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self._above: dict[int, Cell] = {}
        """By column, the cell that may go on."""
        self._column = 0
        self._head = False

    def begin_row(self, *, head: bool) -> None:
        self.rows.append([])
        self._column, self._head = 0, head

    def put(self, inline: list[Node], properties: Element | None) -> None:
        given = attribute(child(properties, "gridSpan"), "val")
        across = max(1, int(given)) if given.isascii() and given.isdigit() else 1
        merge = child(properties, "vMerge")
        above = self._above.get(self._column)
        goes_on = merge is not None and attribute(merge, "val") != "restart"
        if goes_on and above is not None and above.across == across:
            above.down += 1
        else:
            cell = Cell(inline, self._head, across)
            self.rows[-1].append(cell)
            self._above[self._column] = cell
        self._column += across


def _parts(element: Element, name: str) -> Iterator[Element]:
    """The children of that name, also inside content controls: rows of a table, cells of a row."""
    for each in element:
        if name_of(each) == name:
            yield each
        elif name_of(each) in _WRAPPERS:
            yield from _parts(each, name)


def _shaped(meaning: Meaning, inline: list[Node]) -> Node | Item:
    match meaning.role:
        case Role.TITLE:
            return nodes.heading(2, inline)
        case Role.HEADING:
            return nodes.heading(meaning.level, inline)
        case Role.QUOTE:
            return nodes.quote(inline)
        case Role.BULLET | Role.NUMBER:
            return Item(meaning.role is Role.NUMBER, meaning.level, inline)
        case _:
            return nodes.paragraph(inline)


def _captioned(blocks: Sequence[_Block]) -> Iterator[_Block]:
    """A caption goes into the picture that stands right above it."""
    waiting: _Block | None = None
    for block in blocks:
        if waiting is not None and _is_caption(block):
            assert isinstance(waiting.node, dict)
            yield _Block({**waiting.node, "caption": block.words})
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        waiting = block if block.is_picture else None
        if waiting is None:
            yield block
    if waiting is not None:
        yield waiting


def _is_caption(block: _Block) -> bool:
    if not block.is_paragraph:
        return False
    small = block.meaning.centred and len(block.words) <= CAPTION_MOST
    return small or block.meaning.role is Role.CAPTION


def _entitled(blocks: Iterator[_Block]) -> Iterator[Node | Item]:
    """A short centred line at the very top is the title, whatever style it was given."""
    for at, block in enumerate(blocks):
        top = at == 0 and block.is_paragraph and block.meaning.centred
        if top and nodes.reads_like_a_title(block.words):
            assert isinstance(block.node, dict)
            yield nodes.heading(2, block.node["content"])
        else:
            yield block.node
