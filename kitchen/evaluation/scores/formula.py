"""The arithmetic of 稿分: what goes in, by which weights, and each line of what comes out. Pure.

    points = base(genre) × quality(grade) × mobile-first
             + k·ln(1 + reads / baseline), at most a cap
             + the highest tier that took it up
             + on time − faults

Decimal throughout, rounded once: half up to hundredths, at the end. Every line adds its ``amount``,
so that the lines come to the points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import median
from typing import Any

from kitchen.evaluation.pickups.rules import Tier
from kitchen.evaluation.scores.rules import UNGRADED, Fault, Genre, Grade, Role

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the formula: what it is until somebody sets it, and its bounds."""

    default: str
    most: str


def _each(prefix: str, most: str, **defaults: str) -> dict[str, Parameter]:
    return {f"{prefix}_{name}": Parameter(told, most) for name, told in defaults.items()}


PARAMETERS: Mapping[str, Parameter] = {
    **_each("base", "1000", reprint="2", brief="5", news="10", feature="30"),
    **_each("base", "1000", photo="12", video="20", live="30"),
    **_each("quality", "10", a="2.0", b="1.5", c="1.0", d="0.6"),
    "mobile_first": Parameter("1.1", "10"),
    "reach_factor": Parameter("3", "1000"),
    "reach_cap": Parameter("10", "1000"),
    **_each("pickup", "1000", district="1", city="3", province="5", central="10"),
    "on_time": Parameter("1", "1000"),
    **_each("fault", "1000", fact="10", wording="2", overdue="2", missed="5"),
    **_each("share", "100", writing="60", camera="20", editing="10"),
    **_each("share", "100", making="5", proofreading="5"),
    "duty_points": Parameter("2", "1000"),
    "yuan_per_point": Parameter("5", "1000"),
    "appeal_days": Parameter("5", "60"),
}
"""What a version of the formula sets. ``reach_factor`` is k; ``share_…`` is the weight by which an
unsaid share is proposed; ``duty_points`` are for a shift that was stood; ``yuan_per_point`` holds
above and below the quota; ``appeal_days`` are working days.
"""
Weights = Mapping[str, Decimal]
AS_SHIPPED: Weights = {name: Decimal(each.default) for name, each in PARAMETERS.items()}


def weights_from(kept: Mapping[str, Any]) -> Weights:
    """The weights of a version; a number that it does not know yet is as shipped."""
    return {**AS_SHIPPED, **{name: Decimal(kept[name]) for name in PARAMETERS if name in kept}}


class Silence(StrEnum):
    """Why there is no bonus for reach."""

    NO_READS = "no_reads"
    """Nobody told how it was read, neither after 7 days nor after 72 hours."""
    NO_BASELINE = "no_baseline"
    """Too few pieces of the account are known at this age to compare with."""
    DOUBTED = "doubted"
    """Doubted: :attr:`kitchen.evaluation.figures.models.PieceFigures.oddity`."""


BASELINE_LEAST = 3
"""Pieces with known reads that a baseline needs: less is chance."""


def baseline_of(reads: Sequence[int]) -> Decimal | None:
    """The median of what the account's pieces had; ``None`` of too few. Never below one read."""
    if len(reads) < BASELINE_LEAST:
        return None
    return max(Decimal(str(median(reads))), Decimal(1))


@dataclass(frozen=True, slots=True)
class Reach:
    """How one piece was read, against its account at the same age."""

    piece: str = ""
    """The uid of the publication."""
    account: str = ""
    age: int = 0
    """Hours at which it was read off."""
    reads: int | None = None
    baseline: str = ""
    """A decimal; empty: not known."""
    silence: str = ""
    """A :class:`Silence`, or empty."""

    def bonus(self, weights: Weights) -> Decimal:
        """k·ln(1 + reads / baseline), at most the cap; nought where something is not known."""
        if self.silence or self.reads is None or not self.baseline:
            return Decimal(0)
        grown = (1 + Decimal(self.reads) / Decimal(self.baseline)).ln()
        return min(weights["reach_factor"] * grown, weights["reach_cap"])


@dataclass(frozen=True, slots=True)
class Taken:
    """The pick-up of the highest tier."""

    tier: str
    outlet: str
    url: str


@dataclass(frozen=True, slots=True)
class Task:
    """Whether its assignment was kept."""

    assignment: str
    on_time: bool


@dataclass(frozen=True, slots=True)
class Blame:
    """A fault that counts, by the uid of its entry."""

    kind: str
    entry: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Writing:
    """Who wrote how much of a text by the log of its steps, as lines of credits.

    It holds while the text has this version and the story this author.
    """

    text_version: int
    author_id: int | None
    lines: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a story's points follow from, beside its grade. Kept with the points."""

    genre: str = Genre.NEWS
    mobile_first: bool = False
    channel: str = ""
    """Where it came out first."""
    reach: Sequence[Reach] = ()
    """Of every piece; the best counts, so that sending to many accounts is no virtue of its own."""
    pickup: Taken | None = None
    task: Task | None = None
    blames: Sequence[Blame] = field(default=())
    writing: Writing | None = None
    """Kept for the shares of a story whose credits name nobody."""

    @property
    def late(self) -> bool:
        """Whether its task was handed in late, which takes points off by itself."""
        return self.task is not None and not self.task.on_time

    def as_json(self) -> dict[str, Any]:
        """As a column keeps it: equal to what is read back."""
        told = asdict(self)
        return {**told, "reach": list(told["reach"]), "blames": list(told["blames"])}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Inputs:
        """What was kept by :meth:`as_json`."""
        told = dict(kept)
        told["reach"] = tuple(Reach(**each) for each in told.get("reach", ()))
        told["blames"] = tuple(Blame(**each) for each in told.get("blames", ()))
        told["pickup"] = Taken(**told["pickup"]) if told.get("pickup") else None
        told["task"] = Task(**told["task"]) if told.get("task") else None
        told["writing"] = Writing(**told["writing"]) if told.get("writing") else None
        return cls(**told)


class Key(StrEnum):
    """What a line of the score is about."""

    BASE = "base"
    QUALITY = "quality"
    MOBILE_FIRST = "mobile_first"
    REACH = "reach"
    PICKUP = "pickup"
    TASK = "task"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a score: ``amount`` is what it adds, ``factor`` by what it multiplies."""

    key: Key
    amount: Decimal
    factor: Decimal | None = None
    what: str = ""
    """The genre, grade, tier or fault; of reach its :class:`Silence`."""
    evidence: Reach | Taken | Task | Blame | None = None

    @property
    def shown(self) -> str:
        """The amount to hundredths, with its sign."""
        return f"{hundredths(self.amount) / Decimal(100):+.2f}"


def lines_of(inputs: Inputs, grade: Grade | None, weights: Weights) -> list[Line]:
    """Every line of a score, in the order of the formula."""
    lines = [*_made(inputs, grade, weights), *_bonuses(inputs, weights)]
    return [*lines, *_faults(inputs, weights, sum((each.amount for each in lines), Decimal(0)))]


def _made(inputs: Inputs, grade: Grade | None, weights: Weights) -> list[Line]:
    """Base × quality × mobile-first: each factor's line adds what it changes."""
    base = weights[f"base_{inputs.genre}"]
    quality = weights[f"quality_{grade or UNGRADED}"]
    first = weights["mobile_first"] if inputs.mobile_first else Decimal(1)
    graded = base * quality
    return [
        Line(Key.BASE, base, what=inputs.genre),
        Line(Key.QUALITY, graded - base, quality, what=grade or ""),
        Line(Key.MOBILE_FIRST, graded * first - graded, first, what=inputs.channel),
    ]


def _bonuses(inputs: Inputs, weights: Weights) -> list[Line]:
    lines = []
    best = max(inputs.reach, key=lambda each: each.bonus(weights), default=None)
    silence = best.silence if best else Silence.NO_READS
    lines.append(
        Line(Key.REACH, best.bonus(weights) if best else Decimal(0), what=silence, evidence=best)
    )
    if inputs.pickup is not None:
        worth = weights.get(f"pickup_{inputs.pickup.tier}", Decimal(0))
        lines.append(Line(Key.PICKUP, worth, what=inputs.pickup.tier, evidence=inputs.pickup))
    if inputs.task is not None and inputs.task.on_time:
        lines.append(Line(Key.TASK, weights["on_time"], evidence=inputs.task))
    return lines


def _faults(inputs: Inputs, weights: Weights, gained: Decimal) -> list[Line]:
    """What is taken off. A veto takes all that there is; nothing is taken off beside it."""
    veto = next((each for each in inputs.blames if each.kind == Fault.ORIENTATION), None)
    if veto is not None:
        return [Line(Key.FAULT, -gained, what=veto.kind, evidence=veto)]
    lines = []
    if inputs.late:
        worth = -weights["fault_overdue"]
        lines.append(Line(Key.FAULT, worth, what=Fault.OVERDUE, evidence=inputs.task))
    for each in inputs.blames:
        if each.kind == Fault.OVERDUE and inputs.late:
            continue  # somebody noted it before the task told: it is one lateness
        lines.append(Line(Key.FAULT, -weights[f"fault_{each.kind}"], what=each.kind, evidence=each))
    return lines


def late_points(
    kinds: Sequence[Fault], left: int, weights: Weights, *, vetoed: bool = False
) -> list[int]:
    """Hundredths that faults of one story take off once its month is over, each on its own.

    As within the month: a veto takes all that is ``left``, and nothing is taken off beside it, nor
    after one that took it earlier (``vetoed``).
    """
    if vetoed:
        return [0] * len(kinds)
    if Fault.ORIENTATION in kinds:
        veto = kinds.index(Fault.ORIENTATION)
        return [-max(left, 0) if at == veto else 0 for at in range(len(kinds))]
    return [-hundredths(weights[f"fault_{kind}"]) for kind in kinds]


def hundredths(amount: Decimal) -> int:
    """An amount in hundredths, half of one rounded away from nought (四舍五入)."""
    return int((amount / CENT).quantize(Decimal(1), ROUND_HALF_UP))


def whole(points: int) -> int:
    """Hundredths in whole points, half of one rounded away from nought as well."""
    return int((points * CENT).quantize(Decimal(1), ROUND_HALF_UP))


def points_of(inputs: Inputs, grade: Grade | None, weights: Weights) -> int:
    """A story's points in hundredths."""
    lines = lines_of(inputs, grade, weights)
    return hundredths(sum((each.amount for each in lines), Decimal(0)))


def highest(tiers: Sequence[str]) -> str | None:
    """The highest tier that counts; ``None`` where none does."""
    order = (Tier.CENTRAL, Tier.PROVINCE, Tier.CITY, Tier.DISTRICT)
    return next((tier for tier in order if tier in tiers), None)


def shares_by_weight(roles: Sequence[Role], weights: Weights) -> list[int]:
    """The weight of each of these people, so that those of one role part that role's weight.

    :func:`kitchen.evaluation.scores.rules.parted` makes percents of them.
    """
    return [int(weights[f"share_{role}"] * 10_000) // roles.count(role) for role in roles]


def amount_of(total: int, quota: int, weights: Weights) -> int:
    """Yuan in hundredths for what is above the quota, less than nought below it."""
    return hundredths(weights["yuan_per_point"] * (Decimal(total) - Decimal(quota)) / 100)
