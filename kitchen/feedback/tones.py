"""How a message sounds, by words that the centre keeps (S27): no model, and every answer explained.

Each word that says that somebody is pleased, or is not, counts once where it stands; a negation
close before it turns it round. What counts more decides, and the words are shown with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kitchen.feedback.rules import Tone
from kitchen.wordlists.matching import Match, Words
from kitchen.wordlists.normal import APART, Plain
from kitchen.wordlists.rules import Kind, Setting

NEGATIONS = ("不", "没", "未", "别", "无", "非", "难以", "毫无", "并非", "谈不上", "称不上")
NEAR = 4
"""Characters before a word within which a negation turns it round, if no mark parts them."""
_TWICE = ("不得不", "不能不", "无不", "没有不", "并非不", "不是不")
"""Negations that take each other back."""
_LONGEST = 200
"""Characters of the words that are kept with a message."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The words that count, as they stand in the text, with the negation that turned them."""

    negative: Sequence[str]
    positive: Sequence[str]

    @property
    def tone(self) -> Tone:
        bad, good = len(self.negative), len(self.positive)
        if bad == good:
            return Tone.MIXED if bad else Tone.NONE
        return Tone.NEGATIVE if bad > good else Tone.POSITIVE

    @property
    def words(self) -> str:
        """The words of the side that counts more; of a mixed one those of both."""
        shown = {
            Tone.NEGATIVE: self.negative,
            Tone.POSITIVE: self.positive,
            Tone.MIXED: [*self.negative, *self.positive],
            Tone.NONE: (),
        }[self.tone]
        return "、".join(shown)[:_LONGEST]


def sound_of(text: str, words: Words, setting: Setting) -> Sound:
    """How a text sounds by the lists in force."""
    negative: list[str] = []
    positive: list[str] = []
    for match in _outermost(words.matches(Plain(text), setting)):
        turned = _negation_before(text, match.start)
        good = (match.entry.kind is Kind.PRAISE) is not bool(turned)
        said = turned + text[match.start : match.end]
        (positive if good else negative).append(said)
    return Sound(negative, positive)


def _outermost(matches: Sequence[Match]) -> list[Match]:
    """Of words that share characters the first, and of those that begin together the longest."""
    reached, found = 0, []
    for match in sorted(matches, key=lambda it: (it.start, -it.end)):
        if match.start >= reached:
            reached = match.end
            found.append(match)
    return found


def _negation_before(text: str, start: int) -> str:
    """The negation close before a place, with what stands between; empty where there is none."""
    near = text[max(0, start - NEAR) : start]
    near = APART.split(near)[-1]
    if any(each in near for each in _TWICE):
        return ""
    at = max((near.rfind(each) for each in NEGATIONS), default=-1)
    return near[at:] if at >= 0 else ""
