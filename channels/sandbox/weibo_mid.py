"""Weibo's two spellings of a post's number: decimal in the API, base 62 in addresses.

The decimal is cut from the right into groups of seven digits, each written in base 62; all but
the leftmost are padded to four.
"""

from __future__ import annotations

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_GROUP, _WIDTH = 10**7, 4


def _encode(number: int) -> str:
    letters = ""
    while number:
        number, digit = divmod(number, 62)
        letters = ALPHABET[digit] + letters
    return letters or "0"


def base62_of(mid: int) -> str:
    """``3501756485200075`` -> ``z0JH2lOMb``."""
    head, group = divmod(mid, _GROUP)
    return base62_of(head) + _encode(group).rjust(_WIDTH, "0") if head else _encode(group)


def mid_of(base62: str) -> int:
    """``z0JH2lOMb`` -> ``3501756485200075``. Raises ``ValueError`` on a foreign letter."""
    mid = 0
    first = len(base62) % _WIDTH or _WIDTH
    cuts = [0, *range(first, len(base62) + 1, _WIDTH)]
    for start, stop in zip(cuts, cuts[1:], strict=False):
        group = 0
        for letter in base62[start:stop]:
            group = group * 62 + ALPHABET.index(letter)
        mid = mid * _GROUP + group
    return mid
