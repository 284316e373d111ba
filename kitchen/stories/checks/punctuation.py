"""Marks and widths: what is opened is closed, and Chinese text keeps Chinese marks (GB/T 15834)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kitchen.core.errors import N_
from kitchen.stories.checks.report import Hit, Level, Piece

_CLOSERS = {
    "“": "”",
    "‘": "’",  # noqa: RUF001 - these are the marks themselves
    "《": "》",
    "〈": "〉",
    "（": "）",
    "【": "】",
    "「": "」",
    "『": "』",
}
_OPENERS = {closing: opening for opening, closing in _CLOSERS.items()}
_HALF_MARK = re.compile(r"(?<=[\u4e00-\u9fff])[,;:?!](?=[\u4e00-\u9fff]|$)", re.MULTILINE)
_WIDE = re.compile(r"[０-９Ａ-Ｚａ-ｚ％]+")
_TWICE = re.compile(r"([，。、；：？！])\1+")
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}


def pairs(piece: Piece) -> Iterator[Hit]:
    """Quotation marks, brackets and book-title marks come in pairs, line by line."""
    for where, words in piece.prose():
        offset = 0
        for line in words.split("\n"):
            for at, mark in _lonely(line):
                advice = N_("“%(mark)s”没有配对，请补上另一半或删掉。")
                yield Hit("pair", Level.WARN, where, mark, offset + at, advice, {"mark": mark})
            offset += len(line) + 1


def _lonely(line: str) -> list[tuple[int, str]]:
    waiting: list[tuple[int, str]] = []
    lonely: list[tuple[int, str]] = []
    for at, mark in enumerate(line):
        if mark in _CLOSERS:
            waiting.append((at, mark))
        elif mark in _OPENERS:
            if waiting and waiting[-1][1] == _OPENERS[mark]:
                waiting.pop()
            else:
                lonely.append((at, mark))
    return sorted(lonely + waiting)


def half_width(piece: Piece) -> Iterator[Hit]:
    advice = N_("中文里用了半角“%(mark)s”，请改成全角“%(right)s”。")
    for where, words in piece.prose():
        for found in _HALF_MARK.finditer(words):
            told = {"mark": found[0], "right": _FULL[found[0]]}
            yield Hit("half_width", Level.HINT, where, found[0], found.start(), advice, told)


def full_width(piece: Piece) -> Iterator[Hit]:
    advice = N_("“%(quote)s”是全角数字或字母，请改成半角。")
    for where, words in piece.prose():
        for found in _WIDE.finditer(words):
            yield Hit(
                "full_width",
                Level.HINT,
                where,
                found[0],
                found.start(),
                advice,
                {"quote": found[0]},
            )


def doubled_marks(piece: Piece) -> Iterator[Hit]:
    advice = N_("标点“%(quote)s”重复了。")
    for where, words in piece.prose():
        for found in _TWICE.finditer(words):
            told = {"quote": found[0]}
            yield Hit("mark_twice", Level.WARN, where, found[0], found.start(), advice, told)
