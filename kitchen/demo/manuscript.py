"""A text as it arrives from outside (txt, md, docx), read into a title and a story's document.

Nothing is dropped: what is no heading, list or quotation is a paragraph, and pictures that lie in
a docx come along.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import OpcError
from docx.table import Table

from channels.text import fit
from kitchen.core.errors import N_, Invalid, TooLarge
from kitchen.stories.rules import TITLE_MAX

MOST_BYTES = 20 * 1024 * 1024
"""The heaviest text that is read; the longest real pieces have a thousandth of it."""
_ENCODINGS = ("utf-8-sig", "gb18030")
_IN_BRACKETS = re.compile(r"[【\[](?P<words>[^】\]]{1,30})[】\]]")
_MARKDOWN = re.compile(
    r"(?P<hashes>#{1,6})\s+(?P<heading>.+?)\s*#*"
    r"|>\s?(?P<quote>.*)"
    r"|[-*+]\s+(?P<bullet>.+)"
    r"|\d+[.)]\s+(?P<number>.+)"
)
_INLINE = re.compile(
    r"\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*]+)\*"
    r"|\[(?P<words>[^\]]+)\]\((?P<href>(?:https?://|mailto:)[^\s)]+)\)"
)
_CLOSING = "。，；：、！？,;:!?"


class Kind(StrEnum):
    """What a block of the text is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    QUOTE = "blockquote"
    BULLET = "bullet_list"
    NUMBER = "ordered_list"


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its kind, its words, and for a heading its level (2 or 3)."""

    kind: Kind
    words: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What was read. ``pictures`` are files (name, bytes) that lay in the document itself."""

    title: str
    doc: dict[str, Any]
    text: str
    pictures: Sequence[tuple[str, bytes]] = field(default=(), repr=False)


def read(path: Path) -> Manuscript:
    """The text in ``path``. Raises :class:`Invalid` or :class:`TooLarge` with a sentence."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise Invalid(
            N_("“%(name)s”不是能读的文稿。请给 .txt、.md 或 .docx 文件。"), name=path.name
        )
    blocks, pictures = reader(path.name, bytes_of(path))
    if not any(block.words for block in blocks):
        raise Invalid(N_("“%(name)s”里没有文字。"), name=path.name)
    title, body = _entitled(blocks)
    text = "\n".join(block.words for block in body)
    return Manuscript(title, document(body, marked=path.suffix.lower() == ".md"), text, pictures)


def bytes_of(path: Path, most: int = MOST_BYTES) -> bytes:
    """The file's bytes. Raises :class:`Invalid` if it cannot be read, :class:`TooLarge`."""
    try:
        if path.stat().st_size > most:
            raise TooLarge(
                N_("“%(name)s”太大（最多 %(most)d MB）。"), name=path.name, most=most // 2**20
            )
        return path.read_bytes()
    except OSError as error:
        raise Invalid(
            N_("读不到文件“%(name)s”（%(why)s）。请核对路径。"), name=path, why=error.strerror
        ) from error


def document(blocks: Sequence[Block], *, marked: bool = False) -> dict[str, Any]:
    """Blocks as ProseMirror JSON; with ``marked``, emphasis and links are read out of the words."""

    def inline(words: str) -> list[dict[str, Any]]:
        return list(_inline(words)) if marked else [_text(words)]

    content = [
        node
        for kind, same in groupby(blocks, key=lambda block: block.kind)
        for node in _nodes(kind, list(same), inline)
    ]
    return {"type": "doc", "content": content or [{"type": "paragraph"}]}


Inline = Callable[[str], list[dict[str, Any]]]


def _nodes(kind: Kind, blocks: Sequence[Block], inline: Inline) -> Iterator[dict[str, Any]]:
    paragraphs = [{"type": "paragraph", "content": inline(block.words)} for block in blocks]
    if kind in {Kind.BULLET, Kind.NUMBER}:
        items = [{"type": "list_item", "content": [each]} for each in paragraphs]
        yield {"type": str(kind), "content": items}
    elif kind is Kind.QUOTE:
        yield {"type": str(kind), "content": paragraphs}
    elif kind is Kind.PARAGRAPH:
        yield from paragraphs
    else:
        for block in blocks:
            attrs = {"level": block.level}
            yield {"type": "heading", "attrs": attrs, "content": inline(block.words)}


def _inline(words: str) -> Iterator[dict[str, Any]]:
    end = 0
    for found in _INLINE.finditer(words):
        if found.start() > end:
            yield _text(words[end : found.start()])
        yield _marked(found)
        end = found.end()
    if end < len(words):
        yield _text(words[end:])


def _marked(found: re.Match[str]) -> dict[str, Any]:
    if found["href"]:
        return _text(found["words"], {"type": "link", "attrs": {"href": found["href"]}})
    name = "strong" if found["strong"] else "em"
    return _text(found[name], {"type": name})


def _text(words: str, *marks: dict[str, Any]) -> dict[str, Any]:
    node: dict[str, Any] = {"type": "text", "text": words}
    return {**node, "marks": list(marks)} if marks else node


def _entitled(blocks: Sequence[Block]) -> tuple[str, list[Block]]:
    """The title and the rest: a title that is marked as such, else the first line that reads like
    one, else the first heading. Failing all, the head of the text, which then stays in it as well.
    """
    candidates = [
        *(each for each in blocks if each.kind is Kind.TITLE),
        *(each for each in blocks if _reads_like_a_title(each)),
        *(each for each in blocks if each.kind is Kind.HEADING),
    ]
    if not candidates:
        return fit(blocks[0].words, TITLE_MAX), list(blocks)
    found = candidates[0]
    rest = [each for each in blocks if each is not found]
    plain = [Block(Kind.HEADING, each.words) if each.kind is Kind.TITLE else each for each in rest]
    return fit(found.words, TITLE_MAX), plain


def _reads_like_a_title(block: Block) -> bool:
    """Short, and no label such as “编者按：” nor a sentence."""
    words = block.words
    short = block.kind is Kind.PARAGRAPH and len(words) <= TITLE_MAX
    return short and words[-1] not in _CLOSING


Read = tuple[list[Block], list[tuple[str, bytes]]]


def _plain(name: str, data: bytes) -> Read:
    return [_plain_line(line) for line in _lines(name, data) if line], []


def _plain_line(line: str) -> Block:
    found = _IN_BRACKETS.fullmatch(line)
    return Block(Kind.HEADING, found["words"]) if found else Block(Kind.PARAGRAPH, line)


def _markdown(name: str, data: bytes) -> Read:
    """The everyday part of Markdown; lines of one paragraph are joined as Chinese is written."""
    blocks: list[Block] = []
    open_paragraph = False
    for line in _lines(name, data):
        block = _markdown_line(line) if line else None
        if block is None:
            open_paragraph = False
        elif block.kind is Kind.PARAGRAPH and open_paragraph:
            blocks[-1] = Block(Kind.PARAGRAPH, blocks[-1].words + _joint(blocks[-1]) + line)
        else:
            blocks.append(block)
            open_paragraph = block.kind is Kind.PARAGRAPH
    return blocks, []


def _joint(block: Block) -> str:
    return " " if block.words[-1].isascii() else ""


def _markdown_line(line: str) -> Block | None:
    found = _MARKDOWN.fullmatch(line)
    if found is None:
        return None if set(line) <= set("-*_#> ") else Block(Kind.PARAGRAPH, line)
    if found["hashes"]:
        level = len(found["hashes"])
        kind = Kind.TITLE if level == 1 else Kind.HEADING
        return Block(kind, found["heading"], 2 if level <= 2 else 3)
    kinds = {"quote": Kind.QUOTE, "bullet": Kind.BULLET, "number": Kind.NUMBER}
    kind, words = next((kinds[name], found[name]) for name in kinds if found[name] is not None)
    return Block(kind, words) if words else None


def _lines(name: str, data: bytes) -> list[str]:
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    for encoding in encodings:
        try:
            return [line.strip() for line in data.decode(encoding).splitlines()]
        except UnicodeDecodeError:
            continue
    raise Invalid(N_("“%(name)s”不是文本文件，或编码认不出。请另存为 UTF-8。"), name=name)


def _word(name: str, data: bytes) -> Read:
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = [block for part in document.iter_inner_content() for block in _word_blocks(part)]
        pictures = [
            (Path(str(each.target_part.partname)).name, each.target_part.blob)
            for each in document.part.rels.values()
            if each.reltype.endswith("/image") and not each.is_external
        ]
    except (OpcError, BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise Invalid(
            N_("“%(name)s”不是完好的 Word 文档。请用 Word 另存为 .docx 再试。"), name=name
        ) from error
    return blocks, pictures


def _word_blocks(part: Any) -> Iterator[Block]:
    if isinstance(part, Table):
        for row in part.rows:
            cells = dict.fromkeys(cell.text.strip() for cell in row.cells)
            if words := "　".join(filter(None, cells)):
                yield Block(Kind.PARAGRAPH, " ".join(words.split("\n")))
        return
    for line in filter(None, (line.strip() for line in part.text.splitlines())):
        yield _styled(part.style.name if part.style else "", line)


def _styled(style: str, words: str) -> Block:
    if style in {"Title", "标题"}:
        return Block(Kind.TITLE, words)
    if found := re.fullmatch(r"(?:Heading|标题) ?(\d)", style):
        level = int(found[1])
        return Block(Kind.TITLE if level == 1 else Kind.HEADING, words, 2 if level <= 2 else 3)
    if style.startswith("List Number"):
        return Block(Kind.NUMBER, words)
    if style.startswith("List"):
        return Block(Kind.BULLET, words)
    return Block(Kind.QUOTE if "Quote" in style else Kind.PARAGRAPH, words)


_READERS: dict[str, Callable[[str, bytes], Read]] = {
    ".txt": _plain,
    ".md": _markdown,
    ".markdown": _markdown,
    ".docx": _word,
}
