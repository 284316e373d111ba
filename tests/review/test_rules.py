"""The law of review as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kitchen.review.rules import (
    CLAIM_LIMIT,
    LEAST,
    MINUTES,
    ROUND,
    ROUTES,
    STEP,
    LaneFault,
    Level,
    Obstacle,
    ProofObstacle,
    ProofStanding,
    RouteFault,
    StandInAsked,
    StandInFault,
    Standing,
    StepState,
    Stop,
    default_route,
    hash_of_shown,
    lane_fault,
    obstacle_of,
    proof_obstacle_of,
    route_fault,
    stand_in_fault,
)
from kitchen.topics.rules import Risk

NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)
FREE = Standing(
    reviewer_id=7,
    state=StepState.OPEN,
    writers={1, 2},
    signed={3},
    holds_post=True,
    claimed_by_id=None,
    claimed_at=None,
    now=NOON,
)
ROLES = {"editor", "chief", "deputy", "head", "leader"}


@pytest.mark.parametrize(
    ("risk", "levels", "last"),
    [
        (Risk.ROUTINE, 3, "deputy"),
        (Risk.IMPORTANT, 4, "head"),
        (Risk.MAJOR, 5, "leader"),
    ],
)
def test_a_risk_class_climbs_so_many_levels(risk: Risk, levels: int, last: str) -> None:
    route = default_route(risk)
    assert len(route) == LEAST[risk] == levels
    assert [stop.level for stop in route[:3]] == [Level.FIRST, Level.SECOND, Level.THIRD]
    assert route[-1].role == last


def test_every_risk_class_has_a_route_and_every_level_a_time() -> None:
    assert set(ROUTES) == set(Risk)
    assert set(MINUTES) == set(Level)


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        ({}, None),
        ({"state": StepState.WAITING}, Obstacle.NOT_ITS_TURN),
        ({"state": StepState.PASSED}, Obstacle.NOT_ITS_TURN),
        ({"state": StepState.SKIPPED}, Obstacle.NOT_ITS_TURN),
        ({"holds_post": False}, Obstacle.NO_POST),
        ({"reviewer_id": None}, Obstacle.NO_POST),
        ({"writers": {7}}, Obstacle.OWN),
        ({"signed": {7}}, Obstacle.TWICE),
        ({"writers": {7}, "signed": {7}}, Obstacle.OWN),
        ({"claimed_by_id": 8, "claimed_at": NOON}, Obstacle.CLAIMED),
        ({"claimed_by_id": 7, "claimed_at": NOON}, None),
        ({"claimed_by_id": 8, "claimed_at": NOON - CLAIM_LIMIT}, None),
        (
            {"claimed_by_id": 8, "claimed_at": NOON - CLAIM_LIMIT + timedelta(seconds=1)},
            Obstacle.CLAIMED,
        ),
    ],
)
def test_who_may_decide(change: dict[str, object], obstacle: Obstacle | None) -> None:
    assert obstacle_of(replace(FREE, **change)) is obstacle  # type: ignore[arg-type]


THREE = default_route("routine")


@pytest.mark.parametrize(
    ("risk", "stops", "fault"),
    [
        ("routine", THREE, None),
        ("routine", default_route("major"), None),
        ("routine", THREE[:2], RouteFault.TOO_SHORT),
        ("important", THREE, RouteFault.TOO_SHORT),
        ("major", default_route("important"), RouteFault.TOO_SHORT),
        ("routine", [*THREE[:2], THREE[1]], RouteFault.LEVEL_TWICE),
        ("routine", [*THREE[:2], Stop(Level.THIRD, "reporter", 60)], RouteFault.FOREIGN_ROLE),
        ("routine", [*THREE[:2], Stop(Level.THIRD, "deputy", 0)], RouteFault.BAD_TIME),
        ("routine", [*THREE[:2], Stop(Level.THIRD, "deputy", 99_999)], RouteFault.BAD_TIME),
        ("routine", [*THREE] * 3, RouteFault.TOO_LONG),
        ("routine", [THREE[0], Stop(Level.AGAIN, "editor", 60), *THREE[1:]], None),
        ("routine", [THREE[0], Stop(Level.SECOND, "editor", 60), THREE[2]], RouteFault.MISSING),
        ("routine", [*THREE[:2], Stop(Level.FINAL, "leader", 60)], RouteFault.MISSING),
        ("routine", [THREE[1], THREE[0], THREE[2]], RouteFault.MISSING),
    ],
)
def test_a_route_may_grow_and_never_shrink(
    risk: str, stops: list[Stop], fault: RouteFault | None
) -> None:
    assert route_fault(risk, stops, ROLES) is fault


def test_what_was_seen_does_not_depend_on_the_order_of_showing() -> None:
    assert hash_of_shown(["a", "b"]) == hash_of_shown(["b", "a"])
    assert hash_of_shown(["a", "b"]) != hash_of_shown(["a", "c"])
    assert hash_of_shown(["a", "b"]) != hash_of_shown(["a"])
    assert hash_of_shown(["a", "a"]) != hash_of_shown(["a"])


def test_a_decided_step_and_an_ended_round_stay_as_they_are() -> None:
    assert all(STEP.is_final(state) for state in ("passed", "returned", "skipped"))
    assert all(ROUND.is_final(state) for state in ("passed", "returned", "withdrawn"))


PROOF = ProofStanding(reader_id=7, number=2, signed_numbers={1}, writers={1}, readers={3})


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        ({}, None),
        ({"number": 1}, ProofObstacle.SIGNED),
        ({"number": 3}, ProofObstacle.NOT_ITS_TURN),
        ({"writers": {7}}, ProofObstacle.OWN),
        ({"reader_id": None}, ProofObstacle.OWN),
        ({"readers": {7}}, ProofObstacle.TWICE),
    ],
)
def test_who_may_sign_a_proof(change: dict[str, object], obstacle: ProofObstacle | None) -> None:
    assert proof_obstacle_of(replace(PROOF, **change)) is obstacle  # type: ignore[arg-type]


ASKED = StandInAsked(
    holder_id=7,
    stand_in_id=8,
    holder_reviews=True,
    stand_in_reviews=True,
    covers=True,
    starts_at=NOON,
    ends_at=NOON + timedelta(days=2),
    now=NOON,
)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"stand_in_id": 7}, StandInFault.ONESELF),
        ({"holder_reviews": False}, StandInFault.NO_LEVEL),
        ({"stand_in_reviews": False}, StandInFault.NO_REVIEWER),
        ({"covers": False}, StandInFault.OUT_OF_REACH),
        ({"ends_at": NOON}, StandInFault.BACKWARDS),
        ({"now": NOON + timedelta(days=2)}, StandInFault.PAST),
        ({"ends_at": NOON + timedelta(days=61)}, StandInFault.TOO_LONG),
        ({"ends_at": NOON + timedelta(days=60)}, None),
    ],
)
def test_who_may_stand_in_and_for_how_long(
    change: dict[str, object], fault: StandInFault | None
) -> None:
    assert stand_in_fault(replace(ASKED, **change)) is fault  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("actor_id", "state", "writers", "signed", "fault"),
    [
        (7, "open", {1}, {3}, None),
        (7, "open", {1}, {3, 7}, None),
        (7, "open", {1}, {7}, LaneFault.NOBODY_ELSE),
        (7, "open", {1}, set(), LaneFault.NOBODY_ELSE),
        (7, "open", {1, 3}, {3}, LaneFault.NOBODY_ELSE),
        (7, "open", {1, 3}, {3, 4}, None),
        (7, "open", {7}, {3}, LaneFault.OWN),
        (None, "open", {1}, {3}, LaneFault.OWN),
        (7, "after", {1}, {3}, LaneFault.NOT_OPEN),
        (7, "passed", {1}, {3}, LaneFault.NOT_OPEN),
    ],
)
def test_the_emergency_lane_is_never_taken_alone(
    actor_id: int | None, state: str, writers: set[int], signed: set[int], fault: LaneFault | None
) -> None:
    assert lane_fault(actor_id, state, writers, signed) is fault
