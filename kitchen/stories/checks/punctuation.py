"""Marks and widths: what is opened is closed, and Chinese text keeps Chinese marks (GB/T 15834).

The standard leaves room, so that everything here is advice and nothing keeps a piece back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kitchen.core.errors import N_
from kitchen.stories.checks.report import Hit, Level, Piece, Where

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
_HALF_MARK = re.compile(
    r"(?<=[\u4e00-\u9fff”》）])(?:[,;:?!]|\.(?!\.))(?=[\u4e00-\u9fff“《（]|$)", re.MULTILINE
)
_HALF_BRACKETS = re.compile(r"\(([^()\n]{0,40}[\u4e00-\u9fff][^()\n]{0,40})\)")
_WIDE = re.compile(r"[０-９Ａ-Ｚａ-ｚ％]+")
_TWICE = re.compile(r"([，。、；：])\1+|([？！])\2{3,}")
_MIXED = re.compile(r"[，、；：][。，、；：？！]|。[，、；：？！]")
_BESIDE = re.compile(r"(?<=[》”])、(?=[《“])")
_DOTS = re.compile(r"\.{3,}|。{3,}|(?<!…)…(?!…)|…{3,}|·{3,}")
_DASH = re.compile(r"(?<=[\u4e00-\u9fff”》）])(?:--+|－－+|———+)(?=[\u4e00-\u9fff“《（])")
_AND_SO_ON = re.compile(r"……等(?![待候到级])|等[等]?……")
_NESTED = re.compile(r"《([^《》\n]*(?:《[^《》\n]*》[^《》\n]*)+)》")
_INNER = str.maketrans("《》", "〈〉")
_TITLE_END = re.compile(r"[。，、；：,.;:]+$")
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。"}


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


def nested_titles(piece: Piece) -> Iterator[Hit]:
    """Within 《》 stands 〈〉."""
    advice = N_("书名号里面再用书名号，里面一层用“〈〉”。")
    for where, words in piece.prose():
        for found in _NESTED.finditer(words):
            right = f"《{found[1].translate(_INNER)}》"
            yield _hit("nested_title", where, found, advice, right)


def half_width(piece: Piece) -> Iterator[Hit]:
    advice = N_("中文里用了半角“%(quote)s”，请改成全角“%(right)s”。")
    for where, words in piece.prose():
        for found in _HALF_MARK.finditer(words):
            yield _hit("half_width", where, found, advice, _FULL[found[0]])
        for found in _HALF_BRACKETS.finditer(words):
            yield _hit("half_width", where, found, advice, f"（{found[1]}）")


def full_width(piece: Piece) -> Iterator[Hit]:
    advice = N_("“%(quote)s”是全角数字或字母，请改成半角。")
    for where, words in piece.prose():
        for found in _WIDE.finditer(words):
            narrow = "".join(chr(ord(it) - 0xFEE0) for it in found[0])
            yield _hit("full_width", where, found, advice, narrow)


def doubled_marks(piece: Piece) -> Iterator[Hit]:
    advice = N_("标点“%(quote)s”重复了。")
    for where, words in piece.prose():
        for found in _TWICE.finditer(words):
            if found[0] != "。" * len(found[0]) or len(found[0]) == 2:
                yield _hit("mark_twice", where, found, advice, found[0][:1], Level.WARN)
        for found in _MIXED.finditer(words):
            if found[0][0] != found[0][1]:
                yield _hit("mark_twice", where, found, advice, level=Level.WARN)


def beside_each_other(piece: Piece) -> Iterator[Hit]:
    """Between 》 and 《, and between ” and “, nothing is needed."""
    advice = N_("并列的书名号或引号之间通常不用顿号。")
    for where, words in piece.prose():
        for found in _BESIDE.finditer(words):
            yield _hit("list_comma", where, found, advice)


def long_marks(piece: Piece) -> Iterator[Hit]:
    """An ellipsis is ……, a dash is ——, and …… already says 等."""
    dots = N_("省略号要写成“……”，占两个字。")
    dash = N_("破折号要写成“——”，占两个字。")
    for where, words in piece.prose():
        for found in _DOTS.finditer(words):
            yield _hit("ellipsis", where, found, dots, "……")
        for found in _DASH.finditer(words):
            yield _hit("dash", where, found, dash, "——")
        for found in _AND_SO_ON.finditer(words):
            yield _hit("ellipsis", where, found, N_("“……”和“等”意思重复，留一个就够。"))


def end_of_title(piece: Piece) -> Iterator[Hit]:
    advice = N_("标题末尾一般不用“%(quote)s”，请删掉。")
    if (found := _TITLE_END.search(piece.title)) is not None:
        yield _hit("title_end", Where.TITLE, found, advice)


def _hit(
    rule: str,
    where: Where,
    found: re.Match[str],
    advice: str,
    right: str = "",
    level: Level = Level.HINT,
) -> Hit:
    told = {"quote": found[0], "right": right}
    return Hit(rule, level, where, found[0], found.start(), advice, told, right)
