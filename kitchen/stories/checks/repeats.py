"""What was most likely typed or pasted twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kitchen.core.errors import N_
from kitchen.stories.checks.report import Hit, Level, Piece

_DOUBLE = re.compile(
    "的的(?![确士])|(?<!不甚)(?<!草草)(?<!小时)了了(?![解结望然])|是是(?![非否])"
    "|(?<!实)(?<!处)在在(?![职建读编])|和和(?![气美平谐解])|与与(?!会)|及及(?!时)|将将(?![来军])"
    "|被被(?![告子])|(?<![没只拥具所])有有(?![效关利限益序机色线形力名所])|对对的"
    "|就就(?![业地近职医餐读任是])|把把(?!关)|从从(?![业事容前严])"
)
"""Each with the words in which the second one begins something else."""
_AGAIN = re.compile(r"([\u4e00-\u9fff]{3,10})\1(?!\1)")


def characters(piece: Piece) -> Iterator[Hit]:
    """Small words twice in a row."""
    advice = N_("“%(quote)s”像是多打了一个字。")
    for where, words in piece.prose():
        for found in _DOUBLE.finditer(words):
            quote = found[0]
            right = quote[0] + quote[2:]
            told = {"quote": quote}
            yield Hit("double", Level.WARN, where, quote, found.start(), advice, told, right)


def groups(piece: Piece) -> Iterator[Hit]:
    """Three or more characters twice in a row, as a paste leaves them."""
    advice = N_("“%(quote)s”连着写了两遍，请核对。")
    for where, words in piece.prose():
        for found in _AGAIN.finditer(words):
            if len(set(found[1])) > 1:
                told = {"quote": found[0]}
                right = found[1]
                yield Hit(
                    "repeated", Level.WARN, where, found[0], found.start(), advice, told, right
                )
