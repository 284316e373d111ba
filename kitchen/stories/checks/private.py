"""What names or finds a private person does not belong into a piece."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kitchen.core.errors import N_
from kitchen.stories.checks.report import Hit, Level, Piece

_MOBILE = re.compile(r"(?<![\d.-])1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?![\d.])")
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx](?![\dXx])")
_CARD = re.compile(r"(?<![\d.])[3-6]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)")
_PLATE = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"[A-HJ-NP-Z][·•\s]?(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[DF][A-HJ-NP-Z0-9]\d{4}|\d{5}[DF])(?![A-Z0-9])"
)
_HOME = re.compile(
    r"(?<![\d一二三四五六七八九十])(?:\d+|[一二三四五六七八九十]+)(?:号楼|号院|栋|幢|号)(?:\d+|[一二三四五六七八九十]+)单元(?:\d+|[一二三四五六七八九十]+)(?:室|号|户)"
    r"|(?:小区|花园|家园|公寓|新村|苑)\d+(?:号楼|栋|幢)\d+(?:室|号|户)"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def persons(piece: Piece) -> Iterator[Hit]:
    """Numbers and addresses by which a person can be found."""
    identity = N_("正文里有身份证号，属于个人信息，请删掉或打码。")
    mobile = N_("“%(quote)s”像是手机号。如果不是公开的服务电话，请删掉或打码。")
    card = N_("“%(quote)s”像是银行卡号，属于个人信息，请删掉或打码。")
    plate = N_("“%(quote)s”是车牌号，能找到车主。没有必要公开的，请打码。")
    home = N_("“%(quote)s”精确到了住户，属于个人信息，请写到小区为止。")
    for where, words in piece.prose():
        taken: list[tuple[int, int]] = []
        for rule, level, pattern, advice in (
            ("identity", Level.BLOCK, _IDENTITY, identity),
            ("bank_card", Level.WARN, _CARD, card),
            ("mobile", Level.WARN, _MOBILE, mobile),
            ("plate", Level.WARN, _PLATE, plate),
            ("home", Level.WARN, _HOME, home),
        ):
            for found in pattern.finditer(words):
                if _SOUND.get(rule, bool)(found[0]) and not _lies_in(taken, found):
                    taken.append(found.span())
                    told = {"quote": found[0]}
                    yield Hit(rule, level, where, found[0], found.start(), advice, told)


def _lies_in(taken: list[tuple[int, int]], found: re.Match[str]) -> bool:
    return any(start < found.end() and found.start() < end for start, end in taken)


def _is_identity(number: str) -> bool:
    """The check digit of GB 11643."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECK_DIGITS[total % 11] == number[-1].upper()


def _is_card(number: str) -> bool:
    """Luhn's check digit, which every bank card ends with."""
    digits = [int(each) for each in reversed(number) if each.isdigit()]
    doubled = [2 * each - 9 * (each > 4) for each in digits[1::2]]
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


_SOUND = {"identity": _is_identity, "bank_card": _is_card}
"""Numbers that carry a check digit, and how it is tried."""
