"""Fitting text into a platform's fields: counting, and cutting where a reader would pause.

A cut prefers the end of a clause, never splits a Latin word, a number with its unit, or a link,
and does not leave a bracket or quotation mark open when it can be helped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence

URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
HASHTAG = re.compile(r"[#＃]([^#＃\n]+)[#＃]")  # noqa: RUF001

_ATOM = re.compile(
    r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"
    r"|[A-Za-z0-9]+(?:[.,:/·'’_-][A-Za-z0-9]+)*[%％‰℃]?[十百千万亿余多]*[年月日号时分秒岁元个名人次米里吨亩]?"
)
_STOPS = "。！？；，、：…— \n\t.!?;,"  # noqa: RUF001
_TRAILING = "，、；：—·-,;: \n\t"  # noqa: RUF001
_OPEN, _CLOSE = "（《〈「『【“‘([", "）》〉」』】”’)]"  # noqa: RUF001

Measure = Callable[[str], float]


def weibo_weight(text: str) -> int:
    """Length as Weibo counts it: two half-width characters are one, any link is ten."""
    plain = URL.sub("x" * 20, text)
    return math.ceil(sum(1 if ord(char) > 0x7F else 0.5 for char in plain))


def fit(text: str, limit: float, *, measure: Measure = len, ellipsis: str = "") -> str:
    """``text`` on one line if it fits ``limit``, else its best beginning and ``ellipsis``.

    A headline takes no ellipsis (the reader must not think that something failed); a digest does.
    """
    text = " ".join(text.split())
    if measure(text) <= limit:
        return text
    head = _head(text, limit - measure(ellipsis), measure)
    return head + ellipsis if head else ""


def without_hashtags(text: str) -> str:
    """``#话题#`` as plain words, for platforms that refuse topics."""
    return HASHTAG.sub(r"\1", text)


def hashtags(tags: Iterable[str], most: int = 5) -> str:
    """Tags as ``#甲 #乙``: no blanks or marks inside, no repetition, at most ``most``."""
    cleaned = (re.sub(r"[\s#＃@]", "", tag) for tag in tags)  # noqa: RUF001
    return " ".join(f"#{tag}" for tag in list(dict.fromkeys(filter(None, cleaned)))[:most])


def squeezed(text: str) -> str:
    """Without any blanks and links: what is left of a text after platforms reshaped it."""
    return re.sub(r"\s", "", URL.sub("", text))


def _head(text: str, room: float, measure: Measure) -> str:
    fitting = _fitting(text, room, measure)
    if not fitting:
        return ""
    whole = [at for at in fitting if not _splits_atom(text, at)] or fitting[-1:]
    closed = [at for at in whole if _balanced(text[:at])] or whole
    clauses = [at for at in closed if text[at - 1] in _STOPS or text[at] in _STOPS]
    at = clauses[-1] if clauses and clauses[-1] * 2 >= closed[-1] else closed[-1]
    return text[:at].rstrip(_TRAILING)


def _fitting(text: str, room: float, measure: Measure) -> Sequence[int]:
    """The places at which the text could be cut and still fit."""
    fitting = []
    for at in range(1, len(text)):
        if measure(text[:at].rstrip(_TRAILING)) > room:
            break
        if text[at] not in _CLOSE and text[at - 1] not in _OPEN:
            fitting.append(at)
    return fitting


def _splits_atom(text: str, at: int) -> bool:
    return any(atom.start() < at < atom.end() for atom in _ATOM.finditer(text))


def _balanced(text: str) -> bool:
    return all(
        text.count(opening) == text.count(closing)
        for opening, closing in zip(_OPEN, _CLOSE, strict=True)
    )
