"""Plain text: which encoding it is in, and its lines as paragraphs."""

from __future__ import annotations

import codecs
import re

from kitchen.stories.importing import nodes
from kitchen.stories.importing.faults import Fault
from kitchen.stories.importing.nodes import Draft

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_IN_BRACKETS = re.compile(r"[【\[](?P<words>[^】\]]{1,30})[】\]]")
_BLANKS = ("\t", "\n", "\r", "\f", "\x0b")


def read(data: bytes) -> Draft:
    """The text, a line a paragraph; a first line that reads like a title is a heading."""
    lines = [line.strip() for line in decoded(data).splitlines()]
    lines = [line for line in lines if line]
    content = [_block(line) for line in lines]
    if len(lines) > 1 and nodes.reads_like_a_title(lines[0]):
        content[0] = nodes.heading(2, nodes.text(lines[0]))
    return Draft(content)


def _block(line: str) -> nodes.Node:
    found = _IN_BRACKETS.fullmatch(line)
    return nodes.heading(2, nodes.text(found["words"])) if found else _paragraph(line)


def _paragraph(line: str) -> nodes.Node:
    return nodes.paragraph(nodes.text(line))


def decoded(data: bytes) -> str:
    """The bytes as text: by their mark, else UTF-8, UTF-16 or GB18030, whichever they are.

    Raises :class:`Fault` ``not_text``.
    """
    for encoding in _candidates(data):
        try:
            found = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(letter < " " and letter not in _BLANKS for letter in found):
            return found
    raise Fault("not_text")


def _candidates(data: bytes) -> list[str]:
    marked = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    if marked:
        return [marked]
    if b"\0" in data:
        return [_wide(data)]
    return ["utf-8", "gb18030"]


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: blanks and digits have their zero byte before or after them."""
    return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
