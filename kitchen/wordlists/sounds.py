"""How characters sound, without tones: what sounds alike is what pinyin keyboards mistake."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from pypinyin.pinyin_dict import pinyin_dict

from kitchen.wordlists.normal import Table, table_of

_TONES = str.maketrans("", "", "\u0300\u0301\u0304\u030c")
_FIRST, _LAST = 0x4E00, 0x9FFF
_PRIVATE = 0xE000
"""Where codes begin that no text of ours holds: a sound is written as one of them."""


def alike(one: str, other: str) -> bool:
    """Whether two words of the same length could be read the same, character by character."""
    return len(one) == len(other) and all(
        mine == theirs or not set(_of(mine)).isdisjoint(_of(theirs))
        for mine, theirs in zip(one, other, strict=True)
    )


def _of(letter: str) -> Sequence[str]:
    return sounds().get(ord(letter), ())


def writing(names: Collection[str]) -> Table:
    """A translation of every character that sounds like one of ``names`` into its sound.

    Of a character with several of these sounds the most usual one counts.
    """
    heard = sorted({sound for name in names for letter in name for sound in _of(letter)[:1]})
    codes = {sound: _PRIVATE + number for number, sound in enumerate(heard)}
    return table_of(
        {
            code: next(codes[sound] for sound in spoken if sound in codes)
            for code, spoken in sounds().items()
            if not codes.keys().isdisjoint(spoken)
        }
    )


@cache
def sounds() -> Mapping[int, Sequence[str]]:
    """Every sound of a character, without tones, the most usual one first; by its code."""
    return {
        code: tuple(dict.fromkeys(_toneless(written).split(",")))
        for code, written in pinyin_dict.items()
        if _FIRST <= code <= _LAST
    }


def _toneless(written: str) -> str:
    plain = unicodedata.normalize("NFD", written).translate(_TONES)
    return unicodedata.normalize("NFC", plain)
