"""A formula as data, and the one interpreter that works it out.

Every index has the same shape: logarithms of the inputs are weighed into parts, the parts are
weighed into a total, and the total is raised to a power and stretched by a factor::

    value = (Σ weight · Σ weight · ln(times · input / per + 1)) ^ power · factor

A part without terms is another index, taken as it is: that is how indices are mixed into one.
Logarithms are natural. Nothing here knows a database.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

PIECES, DAYS = "n", "d"
"""The inputs by which others may be divided: pieces and days of the window."""
_EXACT = 2**53
"""Whole numbers below it are the same as floats."""
_CLOSE = 1e-6
"""How far weights may miss 1: what people type is rounded."""


@dataclass(frozen=True, slots=True)
class Term:
    """One logarithm: ``weight · ln(times · input / per + 1)``; ``per`` is ``n``, ``d`` or empty."""

    weight: float
    input: str
    per: str = ""
    times: float = 1


@dataclass(frozen=True, slots=True)
class Part:
    """Some terms that are weighed together; without terms, the index that ``key`` names."""

    key: str
    weight: float
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Formula:
    """The shape of an index with its weights.

    ``sources`` says where the house takes each input from, see
    :mod:`kitchen.evaluation.indices.tallies`; a mixture has none.
    """

    parts: tuple[Part, ...]
    power: int = 1
    factor: float = 1
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def mixes(self) -> bool:
        """Whether it is a mixture of other indices."""
        return not any(part.terms for part in self.parts)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of its inputs, in the order of their first use."""
        return tuple(dict.fromkeys(_names(self)))

    @property
    def weights(self) -> tuple[float, ...]:
        """Every weight: each part's, followed by those of its terms."""
        return tuple(
            weight
            for part in self.parts
            for weight in (part.weight, *(term.weight for term in part.terms))
        )

    def stretched(self, total: float) -> float:
        """The value to which the parts come that weigh so much together."""
        return total**self.power * self.factor

    def weighed(self, weights: Iterator[float]) -> Formula:
        """The same shape with other weights, in the order of :attr:`weights`."""
        return replace(self, parts=tuple(_weighed(part, weights) for part in self.parts))


def _names(formula: Formula) -> Iterator[str]:
    for part in formula.parts:
        if not part.terms:
            yield part.key
        for term in part.terms:
            yield term.input
            if term.per:
                yield term.per


def _weighed(part: Part, weights: Iterator[float]) -> Part:
    own = next(weights)
    return Part(part.key, own, tuple(replace(term, weight=next(weights)) for term in part.terms))


# --- what is wrong with a formula ---


def flaws(formula: Formula) -> list[str]:
    """The parts whose weights do not make 1, by key; the empty key is the sum of the parts."""
    wrong = [part.key for part in formula.parts if part.terms and not _sound(part.terms)]
    return wrong if _sound(formula.parts) else ["", *wrong]


def _sound(weighed: tuple[Part, ...] | tuple[Term, ...]) -> bool:
    weights = [each.weight for each in weighed]
    return min(weights, default=-1) >= 0 and math.isclose(sum(weights), 1, abs_tol=_CLOSE)


# --- working it out ---


class Fault(StrEnum):
    """What may be wrong with an input."""

    MISSING = "missing"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    NO_DAYS = "no_days"
    """A window has at least one day."""


class BadInput(ValueError):
    """An input cannot be used; ``name`` says which, ``fault`` why."""

    def __init__(self, name: str, fault: Fault) -> None:
        super().__init__(f"{name}: {fault}")
        self.name = name
        self.fault = fault


class TermStep(NamedTuple):
    """A term worked out: what stood in the logarithm before the 1 was added, and what it gave."""

    term: Term
    inside: float
    log: float
    share: float


class PartStep(NamedTuple):
    """A part worked out: the sum of its terms, and that sum by its weight."""

    part: Part
    terms: tuple[TermStep, ...]
    total: float
    share: float


@dataclass(frozen=True, slots=True)
class Working:
    """An index worked out step by step, so that it can be done again by hand."""

    parts: tuple[PartStep, ...]
    total: float
    value: float
    silent: bool
    """Nothing was published in the window, which counts nought whatever else was told."""


def work_out(formula: Formula, inputs: Mapping[str, Any]) -> Working:
    """The value and every step to it; other inputs are ignored. Raises :class:`BadInput`."""
    given, silent = _given(formula, inputs)
    parts = tuple(_part(part, given, silent=silent) for part in formula.parts)
    total = sum(step.share for step in parts)
    return Working(parts, total, formula.stretched(total), silent)


def value_of(formula: Formula, inputs: Mapping[str, Any]) -> float:
    """The value alone, as :func:`work_out` finds it, in less than half the time."""
    given, silent = _given(formula, inputs)
    totals = [part.weight * _total(part, given, silent=silent) for part in formula.parts]
    return formula.stretched(sum(totals))


def _given(formula: Formula, inputs: Mapping[str, Any]) -> tuple[Mapping[str, float], bool]:
    """The inputs as numbers, and whether nothing was published."""
    given = {name: _checked(name, inputs) for name in formula.inputs}
    if given.get(DAYS, 1) < 1:
        raise BadInput(DAYS, Fault.NO_DAYS)
    return given, given.get(PIECES) == 0


def _checked(name: str, inputs: Mapping[str, Any]) -> float:
    if name not in inputs:
        raise BadInput(name, Fault.MISSING)
    given = inputs[name]
    if type(given) is int and 0 <= given < _EXACT:  # nearly all are
        return given
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise BadInput(name, Fault.NOT_A_NUMBER)
    try:
        number = float(given)
    except OverflowError:
        raise BadInput(name, Fault.NOT_A_NUMBER) from None
    if not math.isfinite(number):
        raise BadInput(name, Fault.NOT_A_NUMBER)
    if number < 0:
        raise BadInput(name, Fault.NEGATIVE)
    return number


def _part(part: Part, given: Mapping[str, float], *, silent: bool) -> PartStep:
    steps = tuple([_term(term, given, silent=silent) for term in part.terms])
    total = _total(part, given, silent=silent)
    return PartStep(part, steps, total, part.weight * total)


def _term(term: Term, given: Mapping[str, float], *, silent: bool) -> TermStep:
    if silent:
        return TermStep(term, 0.0, 0.0, 0.0)
    inside = _inside(term, given)
    log = math.log(inside + 1)
    return TermStep(term, inside, log, term.weight * log)


def _total(part: Part, given: Mapping[str, float], *, silent: bool) -> float:
    if not part.terms:
        return given[part.key]
    if silent:
        return 0.0
    return sum([term.weight * math.log(_inside(term, given) + 1) for term in part.terms])


def _inside(term: Term, given: Mapping[str, float]) -> float:
    return term.times * given[term.input] / (given[term.per] if term.per else 1)


# --- as JSON ---


def as_json(formula: Formula) -> dict[str, Any]:
    """The formula as it is kept and shown."""
    return {
        "parts": [
            {
                "key": part.key,
                "weight": part.weight,
                "terms": [
                    {"weight": it.weight, "input": it.input, "per": it.per, "times": it.times}
                    for it in part.terms
                ],
            }
            for part in formula.parts
        ],
        "power": formula.power,
        "factor": formula.factor,
        "sources": dict(formula.sources),
    }


def from_json(kept: Mapping[str, Any]) -> Formula:
    """The formula that :func:`as_json` wrote."""
    parts = (
        Part(each["key"], each["weight"], tuple(Term(**term) for term in each["terms"]))
        for each in kept["parts"]
    )
    return Formula(tuple(parts), kept["power"], kept["factor"], kept["sources"])
