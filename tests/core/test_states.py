"""A table of moves that makes no sense does not become a machine."""

from __future__ import annotations

from enum import StrEnum

import pytest

from kitchen.core.states import Machine, Move, move


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    DARK = "dark"


GO = move("go", {Light.RED}, Light.GREEN, "may", "走")
FAIL = move("fail", {Light.RED, Light.GREEN}, None, "may", "坏", targets={Light.DARK, Light.RED})


def test_a_machine_tells_what_may_be_done_where() -> None:
    machine = Machine(Light, Light.RED, GO, FAIL)
    assert [each.name for each in machine.open_moves("red")] == ["go", "fail"]
    assert machine.is_final("dark")
    assert machine.reachable() == {"red", "green", "dark"}


@pytest.mark.parametrize(
    "moves",
    [
        [GO],
        [GO, GO, FAIL],
        [GO, move("fly", {"blue"}, Light.DARK, "may", "飞")],
        [GO, move("fly", {Light.RED}, "blue", "may", "飞")],
    ],
    ids=["a state is never reached", "a move is named twice", "strange source", "strange target"],
)
def test_a_table_with_a_fault_is_refused(moves: list[Move]) -> None:
    with pytest.raises(ValueError, match="Light"):
        Machine(Light, Light.RED, *moves)


def test_the_diagram_shows_every_move() -> None:
    drawn = Machine(Light, Light.RED, GO, FAIL).mermaid()
    assert "[*] --> red" in drawn
    assert "green --> dark: fail" in drawn
