"""The everyday part of Markdown: headings, quotations, lists, rules, tables, emphasis, links.

HTML inside it stays the text that it is, and a picture, which lies somewhere on the net, is told
to the writer instead of fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kitchen.stories.importing import nodes
from kitchen.stories.importing.nodes import Cell, Draft, Item, Node
from kitchen.stories.importing.plain import decoded

_FRONT = re.compile(r"---\n(?P<head>.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:\s*[\"']?(?P<title>.+?)[\"']?\s*$", re.MULTILINE)
_LINE = re.compile(
    r"(?P<hashes>\#{1,6})[ \t]+(?P<heading>.+?)[ \t]*\#*"
    r"|>[ \t]?(?P<quote>.*)"
    r"|(?P<rule>(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})"
    r"|(?P<indent>[ \t]*)(?:[-*+]|(?P<number>\d{1,9})[.)])[ \t]+(?P<item>.+)"
)
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*")
_DIVIDER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_FENCE = re.compile(r"(?:```|~~~)")
_INLINE = re.compile(
    r"\\(?P<escaped>[\\`*_{}\[\]()#+.!|>~-])"
    r"|`(?P<code>[^`]+)`"
    r"|(?P<image>!\[[^\]]*\]\([^)]*\))"
    r"|\[(?P<words>[^\]]+)\]\((?P<href>[^\s()]+)(?:[ \t]+\"[^\"]*\")?\)"
    r"|<(?P<auto>https?://[^\s>]+)>"
    r"|(?P<mark>\*\*|__)(?P<strong>(?=\S).+?(?<=\S))(?P=mark)"
    r"|(?P<sign>[*_])(?P<em>(?=\S)[^*_]+?(?<=\S))(?P=sign)"
)


def read(data: bytes) -> Draft:
    """The text as blocks. Raises :class:`Fault` for bytes that are no text."""
    source = decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    reader = _Reader()
    if front := _FRONT.match(source):
        source = source[front.end() :]
        if title := _FRONT_TITLE.search(front["head"]):
            reader.content.append(nodes.heading(2, nodes.text(title["title"])))
    reader.read(source.split("\n"))
    return Draft(nodes.merged(reader.content), told=reader.told)


@dataclass(slots=True)
class _Reader:
    content: list[Node | Item] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    waiting: list[str] = field(default_factory=list)
    """Lines of the paragraph that is being read."""

    def read(self, lines: Sequence[str]) -> None:
        at = 0
        while at < len(lines):
            at += self._taken(lines, at)
        self._end_paragraph()

    def _taken(self, lines: Sequence[str], at: int) -> int:
        """Read on from a line; answers how many were taken."""
        line = lines[at]
        if not line.strip():
            self._end_paragraph()
        elif _FENCE.match(line.lstrip()):
            return self._code(lines, at)
        elif self.waiting and _UNDERLINE.fullmatch(line):
            words, self.waiting = _joined(self.waiting), []
            self.content.append(nodes.heading(2 if line[0] == "=" else 3, self._inline(words)))
        elif "|" in line and at + 1 < len(lines) and _DIVIDER.fullmatch(lines[at + 1].strip()):
            return self._table(lines, at)
        elif found := _LINE.fullmatch(line.rstrip()):
            self._end_paragraph()
            self._block(found)
        else:
            self.waiting.append(line.strip())
        return 1

    def _end_paragraph(self) -> None:
        if self.waiting:
            words, self.waiting = _joined(self.waiting), []
            if inline := nodes.trimmed(self._inline(words)):
                self.content.append(nodes.paragraph(inline))

    def _block(self, found: re.Match[str]) -> None:
        if found["hashes"]:
            self.content.append(nodes.heading(len(found["hashes"]), self._inline(found["heading"])))
        elif found["quote"] is not None:
            if inline := nodes.trimmed(self._inline(found["quote"])):
                self.content.append(nodes.quote(inline))
        elif found["rule"]:
            self.content.append(nodes.rule())
        else:
            level = len(found["indent"].expandtabs(4)) // 2
            inline = nodes.trimmed(self._inline(found["item"]))
            self.content.append(Item(found["number"] is not None, level, inline))

    def _code(self, lines: Sequence[str], at: int) -> int:
        """A fenced block: each line as it stands, a paragraph."""
        self._end_paragraph()
        end = at + 1
        while end < len(lines) and not _FENCE.match(lines[end].lstrip()):
            if inline := nodes.text(lines[end]):
                self.content.append(nodes.paragraph(inline))
            end += 1
        return end + 1 - at

    def _table(self, lines: Sequence[str], at: int) -> int:
        self._end_paragraph()
        end = at + 2
        while end < len(lines) and "|" in lines[end]:
            end += 1
        rows = [self._row(lines[at], head=True)]
        rows += [self._row(line) for line in lines[at + 2 : end]]
        self.content.extend(nodes.table(rows))
        return end - at

    def _row(self, line: str, *, head: bool = False) -> list[Cell]:
        words = line.strip().strip("|").split("|")
        return [Cell(nodes.trimmed(self._inline(each)), head) for each in words]

    def _inline(self, words: str, marks: Sequence[Node] = ()) -> list[Node]:
        return list(self._pieces(words, marks))

    def _pieces(self, words: str, marks: Sequence[Node]) -> Iterator[Node]:
        end = 0
        for found in _INLINE.finditer(words):
            yield from nodes.text(words[end : found.start()], marks)
            yield from self._piece(found, marks)
            end = found.end()
        yield from nodes.text(words[end:], marks)

    def _piece(self, found: re.Match[str], marks: Sequence[Node]) -> list[Node]:
        if found["image"]:
            self.told.add("remote")
            return []
        if found["href"]:
            return self._inline(found["words"], [nodes.link(found["href"]), *marks])
        if found["auto"]:
            return nodes.text(found["auto"], [nodes.link(found["auto"]), *marks])
        if found["strong"]:
            return self._inline(found["strong"], [*marks, {"type": "strong"}])
        if found["em"]:
            return self._inline(found["em"], [*marks, {"type": "em"}])
        return nodes.text(found["escaped"] or found["code"], marks)


def _joined(lines: Sequence[str]) -> str:
    """Lines of one paragraph: Chinese is joined as it is, Latin words by a space."""
    words = lines[0]
    for line in lines[1:]:
        words += (" " if words[-1].isascii() and line[0].isascii() else "") + line
    return words
