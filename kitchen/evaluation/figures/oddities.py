"""Why figures of a piece are doubted: pure rules over what was told at its ages.

A rule accuses nobody. It says what no readership does by itself, and a person looks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

from kitchen.evaluation.figures.rules import FIELDS, Concern, Told

TAKEN_BACK_SHARE, TAKEN_BACK_LEAST = 0.1, 10
"""Readers take a like back and delete a comment: losing so large a share, or so few, is no doubt.
Nobody takes a read back.
"""
STEADY_LOOKS = 4
"""So many looks in a row, at the least, that lie on a straight line."""
STEADY_WITHIN = 0.1
"""How far each pace of them may be from their mean, as a share of it."""
STEADY_LEAST = 300
"""Reads gained on that line below which chance may have drawn it."""
FEW_LIKES_READS = 5_000
"""Reads from which on likes are asked for."""
READS_TO_A_LIKE = 1_000
"""More reads than this to one like are odd (domain: about two likes to a thousand reads)."""
NIGHT = (time(0), time(6))
"""When the district sleeps, by the newsroom's clock."""
BURST_LEAST, BURST_TIMES = 1_000, 3
"""Reads gained in a night that are a burst: so many, and so many times all that came before."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was told at one age; ``at`` is the moment on the newsroom's clock to which it belongs,
    ``hours`` how old the piece was then.
    """

    age: int
    at: datetime
    hours: float
    told: Told


def found(
    looks: Sequence[Look], dismissed: Mapping[int, Collection[Concern]] | None = None
) -> dict[int, Concern]:
    """The gravest doubt about each age, of the looks in the order of their ages.

    What somebody has ``dismissed`` at an age is no doubt there, and hides none that is less grave.
    """
    doubts: dict[int, Concern] = {}
    for number in range(1, len(looks) + 1):
        so_far = looks[:number]
        age = so_far[-1].age
        lifted = (dismissed or {}).get(age, ())
        asked = {each: odd for each, odd in RULES.items() if each not in lifted}
        concern = next((each for each, odd in asked.items() if odd(so_far)), None)
        if concern is not None:
            doubts[age] = concern
    return doubts


def gravest(concerns: Collection[Concern]) -> Concern | None:
    """The gravest of some doubts; ``None`` where there is none among them."""
    return next((each for each in RULES if each in concerns), None)


def _shrunk(looks: Sequence[Look]) -> bool:
    """Any figure below what was known last, by more than readers may have taken back."""
    return any(_lost(looks, name) > 0 for name in FIELDS)


def _lost(looks: Sequence[Look], name: str) -> float:
    """How much of a field is gone beyond what nobody wonders at."""
    now, known = getattr(looks[-1].told, name), [getattr(look.told, name) for look in looks[:-1]]
    before = next((value for value in reversed(known) if value is not None), None)
    if now is None or before is None:
        return 0
    taken_back = 0 if name == "reads" else max(TAKEN_BACK_LEAST, before * TAKEN_BACK_SHARE)
    return float(before - now - taken_back)


def _likes_over_reads(looks: Sequence[Look]) -> bool:
    told = looks[-1].told
    return told.reads is not None and told.likes is not None and told.likes > told.reads


def _steady(looks: Sequence[Look]) -> bool:
    """Reads an hour that are nearly the same between the latest looks."""
    line = [look for look in looks if look.told.reads is not None][-STEADY_LOOKS:]
    if len(line) < STEADY_LOOKS or line[-1] is not looks[-1]:
        return False
    gained = (line[-1].told.reads or 0) - (line[0].told.reads or 0)
    if gained < STEADY_LEAST or any(
        after.hours <= before.hours for before, after in pairwise(line)
    ):
        return False
    paces = [
        ((after.told.reads or 0) - (before.told.reads or 0)) / (after.hours - before.hours)
        for before, after in pairwise(line)
    ]
    mean = sum(paces) / len(paces)
    return all(abs(pace - mean) <= STEADY_WITHIN * mean for pace in paces)


def _few_likes(looks: Sequence[Look]) -> bool:
    reads, likes = looks[-1].told.reads, looks[-1].told.likes
    if reads is None or likes is None or reads < FEW_LIKES_READS:
        return False
    return likes * READS_TO_A_LIKE < reads


def _night_burst(looks: Sequence[Look]) -> bool:
    """Many times all earlier reads, gained between two looks of one night."""
    if len(looks) < 2:
        return False
    before, after = looks[-2:]
    if before.told.reads is None or after.told.reads is None:
        return False
    same_night = before.at.date() == after.at.date() and _asleep(before.at) and _asleep(after.at)
    gained = after.told.reads - before.told.reads
    return same_night and gained >= max(BURST_LEAST, BURST_TIMES * before.told.reads)


def _asleep(at: datetime) -> bool:
    return NIGHT[0] <= at.time() <= NIGHT[1]


RULES: Mapping[Concern, Callable[[Sequence[Look]], bool]] = {
    Concern.SHRUNK: _shrunk,
    Concern.LIKES_OVER_READS: _likes_over_reads,
    Concern.STEADY: _steady,
    Concern.FEW_LIKES: _few_likes,
    Concern.NIGHT_BURST: _night_burst,
}
"""The gravest first: of several the first is told."""
