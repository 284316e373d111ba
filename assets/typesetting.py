"""Chinese text set in lines and drawn on pictures.

Lines break as GB/T 15834 and common typesetting practice ask: no line begins with a closing mark
or ends with an opening one, and a number or a Latin word stays whole. A character that the shipped
typeface lacks is never drawn as an empty box: a Han character becomes 〓, the typesetter's sign for
a missing sort, so that the gap is seen; anything else, such as an emoji, is left out.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from assets.fonts import TYPEFACE

NEVER_FIRST: Final = frozenset("，。、；：？！,.;:?!）)》〉」』】〕〗］]｝}”’…—～·%％‰℃°¢々ー")
NEVER_LAST: Final = frozenset("（(《〈「『【〔〖［[｛{“‘$￥¥£#＃@№")
MISSING_HAN: Final = "〓"
LEADING: Final = 1.4
"""Height of a line, in heights of the type."""

_WORD = re.compile(r"[0-9A-Za-z\u00c0-\u024f][0-9A-Za-z\u00c0-\u024f.,:/%&'+_-]*|\s+|.", re.S)
_PROBE_SIZE = 32
_NOT_A_CHARACTER = "\uffff"


@dataclass(frozen=True, slots=True)
class Ink:
    """How text looks: colour, colour and width in pixels of the edge that keeps it legible."""

    colour: str
    edge: str
    edge_width: int = 0


@functools.lru_cache(maxsize=32)
def typeface(size: int) -> ImageFont.FreeTypeFont:
    """The shipped typeface at `size` pixels."""
    return ImageFont.truetype(TYPEFACE, size, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=16384)
def can_draw(character: str) -> bool:
    """Whether the typeface holds the character, told by its drawing: a box is not a character."""
    if character.isspace():
        return True
    return _shape(character) != _shape(_NOT_A_CHARACTER)


def drawable(text: str) -> str:
    """The text with what the typeface lacks replaced or left out, and its spaces made plain."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(each if can_draw(each) else _substitute(each) for each in composed)
    return re.sub(r"\s+", " ", kept).strip()


def wrapped(text: str, size: int, width: float, *, most_lines: int) -> list[str]:
    """`text` in lines no wider than `width` pixels, evenly long; what is too much ends in ……."""
    font, units = typeface(size), list(_unbreakable(drawable(text)))
    lines = _filled(units, font, width)
    if len(lines) > most_lines:
        return _shortened(lines[:most_lines], font, width)
    return _filled(units, font, _narrowest(units, font, width, len(lines)))


def draw_lines(canvas: Image.Image, lines: Sequence[str], size: int, top: int, ink: Ink) -> int:
    """Draw lines centred from `top` downwards; answers where the next thing may begin."""
    brush, font = ImageDraw.Draw(canvas), typeface(size)
    for line in lines:
        brush.text(
            (canvas.width / 2, top),
            line,
            fill=ink.colour,
            font=font,
            anchor="ma",
            stroke_width=ink.edge_width,
            stroke_fill=ink.edge,
        )
        top += line_height(size)
    return top


def line_height(size: int) -> int:
    """Pixels from one line to the next."""
    return round(size * LEADING)


def _substitute(character: str) -> str:
    name = unicodedata.name(character, "")
    return MISSING_HAN if name.startswith("CJK ") else ""


def _shape(character: str) -> bytes:
    mask = typeface(_PROBE_SIZE).getmask(character)
    return bytes(mask) + repr(mask.size).encode()


def _unbreakable(text: str) -> Iterator[str]:
    """The text in pieces between which a line may break."""
    piece = ""
    for unit in _WORD.findall(text):
        if piece and not (unit[0] in NEVER_FIRST or piece[-1] in NEVER_LAST):
            yield piece
            piece = ""
        piece += unit
    if piece:
        yield piece


def _filled(units: Sequence[str], font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines = [""]
    for unit in units:
        for part in _parts(unit, font, width):
            if lines[-1] and font.getlength((lines[-1] + part).rstrip()) > width:
                lines.append("")
            lines[-1] += part if lines[-1] else part.lstrip()
    return [line.rstrip() for line in lines if line.strip()]


def _parts(unit: str, font: ImageFont.FreeTypeFont, width: float) -> Sequence[str]:
    """A piece wider than the line, such as a long address, is cut after all."""
    return unit if font.getlength(unit) > width else (unit,)


def _narrowest(
    units: Sequence[str], font: ImageFont.FreeTypeFont, width: float, lines: int
) -> float:
    """The least width that needs no more lines: no orphan on the last line."""
    low, high = width / max(1, lines) / 2, width
    while high - low > font.size / 4:
        middle = (low + high) / 2
        fits = len(_filled(units, font, middle)) <= lines
        low, high = (low, middle) if fits else (middle, high)
    return high


def _shortened(lines: list[str], font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    last = lines[-1]
    while last and font.getlength(last + "……") > width:
        last = last[:-1]
    return [*lines[:-1], last.rstrip("，、；：,;: ") + "……"]
