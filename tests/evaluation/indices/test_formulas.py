"""Formulas against the published examples, and against the arithmetic written out by hand."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kitchen.cli import kitchen
from kitchen.evaluation.indices.formulas import (
    BadInput,
    Fault,
    Formula,
    Part,
    Term,
    as_json,
    flaws,
    from_json,
    value_of,
    work_out,
)
from kitchen.evaluation.indices.shipped import SHIPPED

WEEK = {
    "R": 70000,
    "Z": 560,
    "L": 840,
    "E": 1400,
    "n": 56,
    "d": 7,
    "Rt": 21000,
    "Zt": 210,
    "Lt": 315,
    "Et": 525,
    "Rmax": 8000,
    "Zmax": 80,
    "Lmax": 120,
    "Emax": 200,
}
"""A week with eight pieces a day."""


def _v2() -> float:
    """V2.0 as it is printed: totals and means with 1 added, likes not times ten."""

    def side(total: int, top: int) -> float:
        mean = total / WEEK["n"]
        return 0.4 * math.log(total + 1) + 0.45 * math.log(mean + 1) + 0.15 * math.log(top + 1)

    reads, likes = side(WEEK["R"], WEEK["Rmax"]), side(WEEK["Z"], WEEK["Zmax"])
    return float((0.8 * reads + 0.2 * likes) ** 2 * 10)


def _numbered(*values: int) -> dict[str, int]:
    return {f"X{at}": value for at, value in enumerate(values, 1)}


VECTORS = [
    ("wci-v2.0", WEEK, _v2()),
    ("wci-v12.0", WEEK, 599.701020789979),
    ("wci-v13.0", WEEK, 614.4252944387456),
    ("wci-v14.2a", WEEK, 827.5856190294178),
    ("wci-v14.2b", WEEK, 781.4941566673572),
    ("bci", _numbered(10, 8, 100, 50, 90, 45, 300), 630.95448687),
    ("bci-simple", {"X1": 10, "X3": 100, "X4": 50, "X7": 300}, 660.43831436),
    ("dci", _numbered(14, 5000, 300, 200, 150, 20000), 614.13739),
    ("mcci", {"wci-v14.2b": 800, "bci": 600, "dci": 500, "vci": 400}, 595.0),
]


@pytest.mark.parametrize(("name", "inputs", "value"), VECTORS)
def test_every_example(name: str, inputs: dict[str, Any], value: float) -> None:
    places = max(5, len(repr(value).partition(".")[2]))
    tolerance = max(1e-9, 0.5 * 10**-places)
    assert work_out(SHIPPED[name].formula, inputs).value == pytest.approx(value, abs=tolerance)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_is_sound_and_survives_being_kept(name: str) -> None:
    definition = SHIPPED[name]
    assert flaws(definition.formula) == []
    assert from_json(json.loads(json.dumps(as_json(definition.formula)))) == definition.formula
    asked = {} if definition.formula.mixes else dict.fromkeys(definition.formula.inputs)
    assert dict.fromkeys(definition.formula.sources) == asked
    assert definition.source


@pytest.mark.parametrize("name", [name for name in SHIPPED if name.startswith("wci")])
def test_a_window_without_pieces_counts_nought(name: str) -> None:
    working = work_out(SHIPPED[name].formula, {**WEEK, "n": 0})
    assert (working.value, working.silent) == (0, True)


def test_without_headlines_their_part_is_nought() -> None:
    bare = {**WEEK, "Rt": 0, "Zt": 0, "Lt": 0, "Et": 0}
    by_key = {step.part.key: step for step in work_out(SHIPPED["wci-v14.2b"].formula, bare).parts}
    assert by_key["H"].total == 0
    assert by_key["O"].total > 0


def test_the_steps_lead_to_the_value() -> None:
    formula = SHIPPED["wci-v14.2b"].formula
    working = work_out(formula, WEEK)
    shares = []
    for step in working.parts:
        for term in step.terms:
            assert term.share == pytest.approx(term.term.weight * math.log(term.inside + 1))
        assert step.total == pytest.approx(sum(term.share for term in step.terms))
        shares.append(step.part.weight * step.total)
    assert working.value == pytest.approx(sum(shares) ** 2 * 12)


@given(st.sampled_from(list(SHIPPED)), st.data())
def test_the_value_alone_is_the_one_to_which_the_steps_lead(name: str, data: st.DataObject) -> None:
    formula = SHIPPED[name].formula
    amounts = st.integers(0, 10**9) | st.floats(0, 1e9)
    inputs = {it: data.draw(amounts) for it in formula.inputs} | {"d": 7}
    assert value_of(formula, inputs) == work_out(formula, inputs).value


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ({"R": -1}, Fault.NEGATIVE),
        ({"R": "12"}, Fault.NOT_A_NUMBER),
        ({"R": True}, Fault.NOT_A_NUMBER),
        ({"R": None}, Fault.NOT_A_NUMBER),
        ({"R": math.nan}, Fault.NOT_A_NUMBER),
        ({"R": math.inf}, Fault.NOT_A_NUMBER),
        ({"R": 10**400}, Fault.NOT_A_NUMBER),
        ({"d": 0}, Fault.NO_DAYS),
    ],
)
def test_inputs_that_cannot_be_used_are_named(bad: dict[str, Any], fault: Fault) -> None:
    with pytest.raises(BadInput) as refused:
        work_out(SHIPPED["wci-v13.0"].formula, {**WEEK, **bad})
    assert (refused.value.name, refused.value.fault) == (next(iter(bad)), fault)
    with pytest.raises(BadInput, match=fault):
        value_of(SHIPPED["wci-v13.0"].formula, {**WEEK, **bad})


@given(st.dictionaries(st.sampled_from(list(WEEK)), st.integers(0, 10**9)))
def test_more_readers_never_lower_an_index(more: dict[str, int]) -> None:
    grown = {**WEEK, **{name: WEEK[name] + it for name, it in more.items() if name not in "nd"}}
    formula = SHIPPED["wci-v14.2b"].formula
    assert work_out(formula, grown).value >= work_out(formula, WEEK).value


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        ((Part("a", 1, (Term(1, "R"),)),), []),
        ((Part("a", 0.9, (Term(1, "R"),)),), [""]),
        ((Part("a", 1, (Term(0.5, "R"),)),), ["a"]),
        ((Part("a", 1, (Term(1.5, "R"), Term(-0.5, "Z"))),), ["a"]),
        ((Part("wci", 0.5), Part("bci", 0.4)), [""]),
        ((), [""]),
    ],
)
def test_weights_make_one(parts: tuple[Part, ...], wrong: list[str]) -> None:
    assert flaws(Formula(parts)) == wrong


# --- the command ---


@pytest.mark.parametrize(("name", "inputs", "value"), VECTORS)
def test_the_command_prints_the_number(name: str, inputs: dict[str, Any], value: float) -> None:
    answer = CliRunner().invoke(kitchen, ["index", name, "--json", json.dumps(inputs)])
    assert answer.exit_code == 0
    assert float(answer.stdout) == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "inputs", "told"),
    [
        ("wci-v99", "{}", "wci-v99"),
        ("wci-v13.0", json.dumps({"R": 1}), "d is missing"),
        ("wci-v13.0", json.dumps({**WEEK, "Rt": -3}), "Rt is negative"),
        ("wci-v13.0", json.dumps({**WEEK, "Zmax": "many"}), "Zmax is not a number"),
        ("bci", json.dumps({**_numbered(1, 1, 1, 1, 1, 1), "X7": float("nan")}), "X7"),
        ("wci-v13.0", "[1]", "JSON"),
        ("wci-v13.0", "{", "JSON"),
    ],
)
def test_the_command_names_what_is_wrong(name: str, inputs: str, told: str) -> None:
    answer = CliRunner().invoke(kitchen, ["index", name, "--json", inputs])
    assert answer.exit_code == 2
    assert told in answer.output
