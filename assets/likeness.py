"""How a picture looks, in 64 bits: two that look alike differ in few of them.

A difference hash: the picture in grey, nine pixels wide and eight high, and for each pair of
neighbours in a row whether it brightens to the right. Scaling, recompressing, and a change of
light or colour turn few bits; a cut picture is another one. A plain surface has no likeness:
rounding alone would decide its bits.
"""

from __future__ import annotations

from typing import Final

from PIL import Image

BITS: Final = 64
NEAR: Final = 7
"""Bits by which two pictures may differ and still be taken for the same one.

By the four bands of :func:`bands`, none that differs in no more than this is overlooked.
"""

_WIDTH, _HEIGHT = 9, 8
_PLAIN = 8


def fingerprint(pixels: Image.Image) -> int | None:
    """The 64 bits, as a signed number that any database can keep; none of a plain surface."""
    tiny = pixels.reduce(max(1, min(pixels.size) // 32))
    grey = tiny.convert("L").resize((_WIDTH, _HEIGHT), Image.Resampling.BOX)
    low, high = grey.getextrema()
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    if high - low < _PLAIN:
        return None
    levels = grey.tobytes()
    bits = 0
    for row in range(_HEIGHT):
        for column in range(_WIDTH - 1):
            at = row * _WIDTH + column
            bits = bits << 1 | (levels[at] < levels[at + 1])
    return bits - (1 << BITS) if bits >> (BITS - 1) else bits


def distance(one: int, other: int) -> int:
    """In how many bits two pictures differ."""
    return ((one ^ other) & (1 << BITS) - 1).bit_count()


def bands(bits: int) -> tuple[int, int, int, int]:
    """The likeness in four pieces of sixteen bits.

    Where two differ in seven bits or fewer, one of the pieces differs in one bit at most.
    """
    return bits >> 48 & 0xFFFF, bits >> 32 & 0xFFFF, bits >> 16 & 0xFFFF, bits & 0xFFFF


def nearly(band: int) -> list[int]:
    """The sixteen bits themselves, and all that differ in one."""
    return [band, *(band ^ 1 << bit for bit in range(16))]
