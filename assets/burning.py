"""What is burnt into the pixels of a rendition: that a machine made it, and whose it is.

GB 45438-2025 asks of a picture that the words be legible and no lower than a twentieth of its
shorter side. They stand in the lower right corner on a plate of their own, so that they can be
read on any picture; the watermark stands in the lower left without one.
"""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageDraw

from assets.presets import Marks
from assets.typesetting import drawable, typeface

SHARE: Final = 0.05
"""Height of the words at least, as a share of the picture's shorter side."""

SMALLEST: Final = 12
"""Pixels below which Chinese cannot be read; kept where the words still fit the width."""

_PLATE = (0, 0, 0, 150)
_WORDS = (255, 255, 255, 255)
_NAME = (255, 255, 255, 170)
_SHADOW = (0, 0, 0, 110)


def marked(picture: Image.Image, marks: Marks, preset: str) -> Image.Image:
    """The picture with what the marks burn in; itself where they burn nothing."""
    owner = marks.owner if preset in marks.owned else ""
    if not marks.shown and not owner:
        return picture
    layer = Image.new("RGBA", picture.size)
    if marks.shown:
        _plate(layer, marks.shown)
    if owner:
        _name(layer, owner)
    burnt = picture.copy()
    burnt.paste(layer, mask=layer.getchannel("A"))
    return burnt


def words_height(size: tuple[int, int]) -> int:
    """How many pixels high the words are on a picture of that size."""
    return max(SMALLEST, -(-min(size) * 6 // 100))


def _plate(layer: Image.Image, words: str) -> None:
    brush, words = ImageDraw.Draw(layer), drawable(words)
    pad = words_height(layer.size) // 3
    font = typeface(_em(layer.size))
    room = (layer.width - 4 * pad) / max(1.0, font.getlength(words))
    if room < 1:
        font = typeface(max(6, int(font.size * room)))
    box = brush.textbbox((0, 0), words, font=font)
    right, bottom = layer.width - pad, layer.height - pad
    left, top = right - (box[2] - box[0]) - 2 * pad, bottom - (box[3] - box[1]) - 2 * pad
    brush.rounded_rectangle((left, top, right, bottom), radius=pad, fill=_PLATE)
    brush.text((left + pad - box[0], top + pad - box[1]), words, font=font, fill=_WORDS)


def _name(layer: Image.Image, owner: str) -> None:
    brush, height = ImageDraw.Draw(layer), words_height(layer.size)
    font = typeface(max(SMALLEST, _em(layer.size) * 3 // 4))
    at = (height // 2, layer.height - height // 2)
    edge = max(1, height // 14)
    brush.text(
        at,
        drawable(owner),
        font=font,
        fill=_NAME,
        anchor="ls",
        stroke_width=edge,
        stroke_fill=_SHADOW,
    )


def _em(size: tuple[int, int]) -> int:
    """The size of type whose Chinese characters are as high as :func:`words_height` asks.

    A character of the typeface fills nine tenths of its square.
    """
    return -(-words_height(size) * 10 // 9)
