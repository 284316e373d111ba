"""The indices, written out from their published words: nothing here comes from the house."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from tests.evaluation.month.ledger import FIELDS, Piece

Newest = Mapping[int, tuple[int | None, ...]]
"""What counts of each piece of a window, by its number."""


@dataclass(frozen=True)
class Term:
    """``weight · ln(inside + 1)``; ``words`` is how a page writes it."""

    weight: float
    words: str
    inside: float

    @property
    def log(self) -> float:
        return log(self.inside + 1)

    @property
    def share(self) -> float:
        return self.weight * self.log


@dataclass(frozen=True)
class Part:
    name: str
    weight: float
    terms: Sequence[Term]

    @property
    def total(self) -> float:
        return sum(it.share for it in self.terms)

    @property
    def share(self) -> float:
        return self.weight * self.total


@dataclass(frozen=True)
class Worked:
    """An index of one account in one window."""

    inputs: Mapping[str, int | None]
    parts: Sequence[Part]
    pieces: int
    unknown: int
    power: int
    factor: int
    whole: bool = True
    """Whether the house held the account all the time."""

    @property
    def total(self) -> float:
        return sum(it.share for it in self.parts)

    @property
    def value(self) -> float:
        return self.total**self.power * self.factor

    @property
    def certain(self) -> str:
        if self.unknown:
            return f"暂定：{self.unknown} / {self.pieces} 篇缺数"
        if None in self.inputs.values():
            return "暂定：缺粉丝数"
        if not self.whole:
            return "暂定：中途接入，之前的未知"
        return f"{self.pieces} 篇，数据齐全" if self.pieces else "没有发布"

    @property
    def provisional(self) -> bool:
        return bool(self.unknown) or None in self.inputs.values() or not self.whole


@dataclass(frozen=True)
class Counts:
    """What an account gathered in a window, as the formulas ask for it."""

    pieces: Sequence[Piece]
    newest: Newest
    days: int

    def _told(self, name: str, pieces: Sequence[Piece]) -> list[int]:
        at = FIELDS.index(name)
        told = [self.newest[it.number][at] for it in pieces if it.number in self.newest]
        return [it for it in told if it is not None]

    def all(self, name: str) -> int:
        return sum(self._told(name, self.pieces))

    def top(self, name: str) -> int:
        return max(self._told(name, self.pieces), default=0)

    def heads(self, name: str) -> int:
        """Of the first piece of each day."""
        first: dict[object, Piece] = {}
        for piece in sorted(self.pieces, key=lambda it: (it.at, it.number)):
            first.setdefault(piece.at.date(), piece)
        return sum(self._told(name, list(first.values())))


def wci(counts: Counts) -> Worked:
    """WCI V14.2: all 60 %, mean 20 %, headlines 10 %, top 10 %; squared, times twelve."""
    days, number = counts.days, len(counts.pieces)
    letters = {"R": "reads", "Z": "watching", "L": "likes", "E": "shares"}
    weights = {"R": (0.70, 1), "Z": (0.09, 10), "L": (0.06, 10), "E": (0.15, 10)}
    scopes: tuple[tuple[str, float, str, Callable[[str], int], str, int], ...] = (
        ("整体", 0.6, "", counts.all, "/d", days),
        ("篇均", 0.2, "", counts.all, "/n", number),
        ("头条", 0.1, "t", counts.heads, "/d", days),
        ("峰值", 0.1, "max", counts.top, "", 1),
    )
    inputs: dict[str, int | None] = {"d": days, "n": number}
    parts = []
    for name, weight, suffix, gathered, per, divided in scopes:
        terms = []
        for letter, figure in letters.items():
            amount = inputs[letter + suffix] = gathered(figure)
            own, times = weights[letter]
            words = f"ln({'10·' if times == 10 else ''}{letter}{suffix}{per} + 1)"
            terms.append(Term(own, words, times * amount / divided if number else 0.0))
        parts.append(Part(name, weight, terms))
    return Worked(inputs, parts, number, 0, 2, 12)


def bci(counts: Counts) -> Worked:
    """BCI: activity 20 %, spread 80 %; times 160. All that we post counts as original."""
    number = len(counts.pieces)
    shares, comments = counts.all("shares"), counts.all("comments")
    likes = counts.all("likes")
    given = (number, number, shares, comments, shares, comments, likes)
    inputs: dict[str, int | None] = {f"X{at}": value for at, value in enumerate(given, 1)}
    weights = (0.30, 0.70, 0.20, 0.20, 0.25, 0.25, 0.10)
    terms = [
        Term(weight, f"ln(X{at} + 1)", value)
        for at, (weight, value) in enumerate(zip(weights, given, strict=True), 1)
    ]
    parts = [Part("活跃", 0.2, terms[:2]), Part("传播", 0.8, terms[2:])]
    return Worked(inputs, parts, number, 0, 1, 160)


def bci_simple(counts: Counts) -> Worked:
    """BCI with a single figure for activity, and without the doubled ones."""
    number = len(counts.pieces)
    told = {name: counts.all(name) for name in ("shares", "comments", "likes")}
    inputs: dict[str, int | None] = dict(zip(("X3", "X4", "X7"), told.values(), strict=True))
    spread = [
        Term(weight, f"ln({name} + 1)", inputs[name] or 0)
        for name, weight in (("X3", 0.4), ("X4", 0.4), ("X7", 0.2))
    ]
    parts = [
        Part("活跃", 0.2, [Term(1, "ln(X1 + 1)", number)]),
        Part("传播", 0.8, spread),
    ]
    return Worked({"X1": number, **inputs}, parts, number, 0, 1, 160)


def dci(counts: Counts) -> Worked:
    """DCI: posts 10 %, interaction 76 %, coverage 14 %; times a hundred. Douyin tells our adapter
    no followers: they are not known, and counted as nought until they are.
    """
    number = len(counts.pieces)
    inputs: dict[str, int | None] = {
        "X1": number,
        "X2": counts.all("likes"),
        "X3": counts.all("comments"),
        "X4": counts.all("shares"),
        "X5": None,
        "X6": None,
    }
    weights = {"X2": 0.17, "X3": 0.37, "X4": 0.46, "X5": 0.11, "X6": 0.89}
    terms = {name: Term(it, f"ln({name} + 1)", inputs[name] or 0) for name, it in weights.items()}
    parts = [
        Part("发布", 0.1, [Term(1, "ln(X1 + 1)", number)]),
        Part("互动", 0.76, [terms[it] for it in ("X2", "X3", "X4")]),
        Part("覆盖", 0.14, [terms[it] for it in ("X5", "X6")]),
    ]
    return Worked(inputs, parts, number, 0, 1, 100)
