"""Pictures drawn by the house itself: quiet landscapes in its own colours, and title cards.

They show no person and pretend to be no photograph; their credit says that they were drawn.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw

from assets.typesetting import Ink, draw_lines, line_height, wrapped

SIZE = (1600, 1000)
CREDIT = "青禾区融媒体中心 制图"
_FINE = 2
"""Drawn this many times larger and shrunk, so that slopes have no steps."""

SKY, SUN, FAR, NEAR, WATER, EARTH, ROOF = (
    *("#cfe3f2", "#f6d9a8", "#7ea3b8", "#4f7d6b"),
    *("#a9cfe0", "#d9c7a3", "#b4654a"),
)
PAPER, INK, ACCENT = "#f4f1ea", "#17304a", "#1450a0"

Brush = ImageDraw.ImageDraw
Scene = Callable[[Brush, random.Random, int, int], None]


def draw(scene: str, seed: int = 0) -> bytes:
    """A landscape as JPEG; the same scene and seed give the same bytes."""
    width, height = SIZE[0] * _FINE, SIZE[1] * _FINE
    canvas = Image.new("RGB", (width, height), SKY)
    brush, dice = ImageDraw.Draw(canvas), random.Random(f"{scene}{seed}")  # noqa: S311
    _sun(brush, dice, width, height)
    SCENES[scene](brush, dice, width, height)
    return _encoded(canvas.resize(SIZE, Image.Resampling.LANCZOS))


def title_card(title: str) -> bytes:
    """The title of a piece, set large on paper, for a story that came without a picture."""
    canvas = Image.new("RGB", SIZE, PAPER)
    brush, dice = ImageDraw.Draw(canvas), random.Random(title)  # noqa: S311
    width, height = SIZE
    _hills(brush, dice, width, height, (0.86, FAR), (0.92, NEAR))
    brush.rectangle((width * 0.46, height * 0.16, width * 0.54, height * 0.17), fill=ACCENT)
    size = 104
    lines = wrapped(title, size, width * 0.8, most_lines=4)
    top = int(height * 0.46 - len(lines) * line_height(size) / 2)
    draw_lines(canvas, lines, size, top, Ink(INK, PAPER))
    draw_lines(canvas, ["青禾区融媒体中心"], 36, int(height * 0.76), Ink(FAR, PAPER))
    return _encoded(canvas)


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def _sun(brush: Brush, dice: random.Random, width: int, height: int) -> None:
    x, y, r = width * dice.uniform(0.6, 0.85), height * dice.uniform(0.15, 0.28), height * 0.09
    brush.ellipse((x - r, y - r, x + r, y + r), fill=SUN)


def _hills(
    brush: Brush, dice: random.Random, width: int, height: int, *ridges: tuple[float, str]
) -> None:
    """Ridges from back to front, each at its share of the height."""
    for level, colour in ridges:
        phase, waves = dice.uniform(0, math.tau), dice.uniform(1.2, 2.6)
        swing = height * 0.05
        line = [
            (x, level * height + swing * math.sin(phase + waves * math.tau * x / width))
            for x in range(0, width + 40, 40)
        ]
        brush.polygon([*line, (width, height), (0, height)], fill=colour)


def _field(brush: Brush, dice: random.Random, width: int, height: int) -> None:
    _hills(brush, dice, width, height, (0.5, FAR), (0.62, NEAR))
    centre = width * dice.uniform(0.35, 0.65)
    for row in range(-14, 15):
        foot = centre + row * width * 0.09
        brush.line((centre + row * 30, height * 0.7, foot, height), fill=EARTH, width=14)


def _river(brush: Brush, dice: random.Random, width: int, height: int) -> None:
    _hills(brush, dice, width, height, (0.46, FAR), (0.56, NEAR))
    brush.rectangle((0, height * 0.64, width, height), fill=WATER)
    for _ in range(26):
        x, y = dice.uniform(0, width), dice.uniform(height * 0.7, height * 0.97)
        brush.line((x, y, x + dice.uniform(80, 260), y), fill=SKY, width=8)


def _bridge(brush: Brush, dice: random.Random, width: int, height: int) -> None:
    _river(brush, dice, width, height)
    deck = height * 0.55
    for pier in range(5):
        x = width * (pier + 0.5) / 5
        box = (x - width * 0.085, deck, x + width * 0.085, deck + height * 0.24)
        brush.arc(box, 180, 360, fill=PAPER, width=34)
    brush.rectangle((0, deck - 46, width, deck), fill=PAPER)
    brush.rectangle((0, deck - 62, width, deck - 46), fill=ROOF)


def _street(brush: Brush, dice: random.Random, width: int, height: int) -> None:
    _hills(brush, dice, width, height, (0.5, FAR))
    x = 0.0
    while x < width:
        wide, top = width * dice.uniform(0.09, 0.15), height * dice.uniform(0.3, 0.5)
        brush.rectangle((x, top, x + wide - 16, height * 0.84), fill=dice.choice((PAPER, EARTH)))
        brush.rectangle((x, top - 30, x + wide - 16, top), fill=dice.choice((ROOF, NEAR)))
        _windows(brush, x + 50, top + 60, x + wide - 90, height * 0.76)
        x += wide
    brush.rectangle((0, height * 0.84, width, height), fill=FAR)


def _windows(brush: Brush, left: float, top: float, right: float, foot: float) -> None:
    y = top
    while y < foot:
        x = left
        while x < right:
            brush.rectangle((x, y, x + 44, y + 60), fill=WATER)
            x += 100
        y += 120


def _rain(brush: Brush, dice: random.Random, width: int, height: int) -> None:
    _river(brush, dice, width, height)
    for _ in range(240):
        x, y = dice.uniform(0, width), dice.uniform(0, height)
        brush.line((x, y, x - 24, y + 96), fill=PAPER, width=5)


def _books(brush: Brush, dice: random.Random, width: int, height: int) -> None:
    brush.rectangle((0, 0, width, height), fill=PAPER)
    for shelf in range(4):
        foot = height * (shelf + 1) / 4 - 40
        x = 60.0
        while x < width - 160:
            wide, tall = dice.uniform(50, 130), dice.uniform(0.13, 0.2) * height
            colour = dice.choice((FAR, NEAR, ROOF, SUN, WATER, EARTH, ACCENT))
            brush.rectangle((x, foot - tall, x + wide, foot), fill=colour)
            x += wide + dice.choice((8, 8, 8, 90))
        brush.rectangle((0, foot, width, foot + 26), fill=EARTH)


SCENES: dict[str, Scene] = {
    "field": _field,
    "river": _river,
    "bridge": _bridge,
    "street": _street,
    "rain": _rain,
    "books": _books,
}
