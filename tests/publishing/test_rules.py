"""The rules of delivery as tables."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from kitchen.publishing.rules import (
    AT_REST,
    BACKOFF_MOST,
    BY_KIND,
    IN_DOUBT,
    MACHINE,
    SETTLED,
    UNSENT,
    Hold,
    Kind,
    Look,
    May,
    Standing,
    State,
    Verdict,
    backoff,
    hold_of,
    in_quiet,
    is_failing,
    poll_pause,
    verdict,
)

NOON = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)
AT_EASE: dict[str, Any] = {"kind": Kind.PUBLISH, "now": NOON, "clock": time(12, 0)}
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("difference", "held"),
    [
        ({}, None),
        ({"not_before": NOON + HOUR}, Hold.SLOT),
        ({"not_before": NOON}, None),
        ({"enabled": False}, Hold.RETIRED),
        ({"sending": False}, Hold.SWITCH),
        ({"circuit": Hold.AUTH}, Hold.AUTH),
        ({"circuit": Hold.CIRCUIT}, Hold.CIRCUIT),
        ({"quiet_from": time(11), "quiet_until": time(13)}, Hold.QUIET),
        ({"quiet_from": time(13), "quiet_until": time(11)}, None),
        ({"earlier": True}, Hold.EARLIER),
        ({"earlier": True, "sending": False}, Hold.EARLIER),
        ({"revised": True}, Hold.REVISED),
        ({"stopped": True}, Hold.STOPPED),
        ({"kind": Kind.CORRECT, "enabled": False}, None),
        ({"kind": Kind.CORRECT, "quiet_from": time(11), "quiet_until": time(13)}, None),
        ({"kind": Kind.CORRECT, "sending": False}, Hold.SWITCH),
        ({"kind": Kind.CORRECT, "revised": True}, Hold.REVISED),
        ({"kind": Kind.CORRECT, "earlier": True}, Hold.EARLIER),
        ({"kind": Kind.RECALL, "revised": True, "stopped": True}, None),
        ({"kind": Kind.RECALL, "sending": False}, None),
        ({"kind": Kind.RECALL, "enabled": False}, None),
        ({"kind": Kind.RECALL, "circuit": Hold.CIRCUIT}, None),
        ({"kind": Kind.RECALL, "circuit": Hold.AUTH}, Hold.AUTH),
        ({"kind": Kind.RECALL, "earlier": True}, Hold.EARLIER),
        ({"kind": Kind.RECALL, "quiet_from": time(0), "quiet_until": time(23)}, None),
    ],
)
def test_what_holds_a_delivery_back(difference: dict[str, Any], held: Hold | None) -> None:
    assert hold_of(Standing(**{**AT_EASE, **difference})) is held


@pytest.mark.parametrize(
    ("clock", "start", "end", "quiet"),
    [
        ("12:00", None, None, False),
        ("12:00", "12:00", None, False),
        ("12:00", "12:00", "12:00", False),
        ("12:00", "12:00", "13:00", True),
        ("12:59", "12:00", "13:00", True),
        ("13:00", "12:00", "13:00", False),
        ("23:30", "23:00", "06:00", True),
        ("05:59", "23:00", "06:00", True),
        ("06:00", "23:00", "06:00", False),
        ("22:59", "23:00", "06:00", False),
        ("00:00", "23:00", "06:00", True),
    ],
)
def test_quiet_hours(clock: str, start: str | None, end: str | None, quiet: bool) -> None:
    at, first, last = (time.fromisoformat(it) if it else None for it in (clock, start, end))
    assert at is not None
    assert in_quiet(at, first, last) is quiet


def _look(**difference: Any) -> Look:
    usual: dict[str, Any] = {
        "complete": True,
        "authoritative": True,
        "hopeless": False,
        "began_at": NOON + timedelta(seconds=31),
        "unknown_since": NOON,
        "settle_window": timedelta(seconds=30),
        "attempts": 1,
    }
    return Look(**{**usual, **difference})


@pytest.mark.parametrize(
    ("difference", "after", "expected"),
    [
        ({}, 32, Verdict.NOT_SENT),
        ({"began_at": NOON + timedelta(seconds=29)}, 60, Verdict.LOOK_AGAIN),
        ({"began_at": NOON + timedelta(seconds=30)}, 31, Verdict.NOT_SENT),
        ({"complete": False}, 32, Verdict.LOOK_AGAIN),
        ({"authoritative": False}, 32, Verdict.LOOK_AGAIN),
        ({"authoritative": False}, 900, Verdict.ASK),
        ({"complete": False}, 901, Verdict.ASK),
        ({"hopeless": True}, 1, Verdict.ASK),
        ({"hopeless": True, "complete": True}, 1, Verdict.ASK),
        ({"attempts": 2}, 32, Verdict.NOT_SENT),
        ({"attempts": 3}, 32, Verdict.ASK),
    ],
)
def test_absence_is_believed_only_on_evidence(
    difference: dict[str, Any], after: int, expected: Verdict
) -> None:
    assert verdict(_look(**difference), NOON + timedelta(seconds=after)) is expected


@pytest.mark.parametrize("refusals", [0, 1, 5, 20, 1000])
def test_back_off_is_spread_over_all_of_its_span(refusals: int) -> None:
    dice = random.Random(7)  # noqa: S311 - repeatable
    ceiling = min(BACKOFF_MOST, timedelta(seconds=5) * 2 ** min(refusals, 12))
    pauses = [backoff(refusals, spread=dice) for _ in range(500)]
    assert min(pauses) < ceiling * 0.1
    assert ceiling * 0.9 < max(pauses) <= ceiling


def test_what_the_platform_tells_wins() -> None:
    assert backoff(5, timedelta(seconds=42)) == timedelta(seconds=42)


def test_polling_slows_down_to_five_minutes() -> None:
    pauses = [poll_pause(looks) for looks in range(30)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=0.2), timedelta(minutes=5))


def test_every_state_has_a_place() -> None:
    assert not UNSENT & IN_DOUBT
    assert not IN_DOUBT & AT_REST
    assert set(State) == UNSENT | IN_DOUBT | AT_REST


def test_only_people_send_again_what_may_have_been_sent() -> None:
    """From a possible send back to sending there is no way but evidence or people."""
    back = {
        name
        for name, move in MACHINE.moves.items()
        if move.sources & (IN_DOUBT - {State.ARMED}) and move.target in UNSENT
    }
    assert back == {"put_off", "send_again", "replace"}
    assert {MACHINE.moves[name].may for name in ("send_again", "replace")} == {May.OPERATE}


def test_nothing_armed_is_ever_simply_let_go() -> None:
    assert State.ARMED not in MACHINE.moves["let_go"].sources
    assert State.ARMED not in MACHINE.moves["cancel"].sources
    assert State.ARMED not in MACHINE.moves["expire"].sources


@pytest.mark.parametrize("kind", list(Kind))
def test_every_move_is_sensible_for_some_kind(kind: Kind) -> None:
    assert set(MACHINE.moves) == frozenset().union(*BY_KIND.values())
    assert BY_KIND[kind] < set(MACHINE.moves)


def test_a_settled_one_moves_only_by_removal_correction_a_second_try_or_proof() -> None:
    out = {name for name, move in MACHINE.moves.items() if move.sources & SETTLED}
    assert out == {"vanish", "supersede", "overtake", "try_again", "surface", "reopen"}


@pytest.mark.parametrize(
    ("answers", "failing"),
    [
        ("", False),
        ("xxxx", False),
        ("xxxxx", True),
        (".xx?xx", True),
        ("xxxx.x", False),
        ("x.x.x.x.x", False),
        ("x.x.x.x.x.", True),
        ("x.x.x.x.x..", False),
        ("." * 9 + "xxxx.xxxx.x", False),
        ("." * 9 + "xx.xxx.xxxx", False),
        ("." * 8 + "xx.xxxx.xxxx", True),
    ],
)
def test_an_account_is_left_alone_after_five_failures_in_a_row_or_when_half_the_answers_are(
    answers: str, failing: bool
) -> None:
    assert is_failing(answers) is failing
