"""The guards taken out one by one: each time something is sent twice, so that the tests can fail.

A guard whose loss these scenarios did not show would be proved by nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from kitchen.publishing import arm, jobs, outbox, receipts, reconcile, rounds, rules, sweep
from kitchen.publishing.models import Publication
from kitchen.publishing.outbox import Hand
from kitchen.publishing.rounds import Ended
from kitchen.publishing.rules import Look, State, Verdict
from tests.publishing.conftest import Outside, after, before


def _late(outside: Outside) -> None:
    """The answer is lost; the platform shows the piece only after the first look."""
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, before)
    outside.carry()
    outside.later(seconds=3)
    jobs.look_at_unknown(outside.database)
    outside.platform.copies[f"post{outside.row().story_id}x{outside.accounts[0].id}"] += 1
    outside.recover()


def _overtaken(outside: Outside) -> None:
    """A reconciler speaks of attempt one when attempt two is on its way, and unclear."""
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, before, after)
    outside.carry()
    outside.later(seconds=60)
    with outside.database.unit() as session:
        (slow,) = reconcile.claim(session, 10, {})
    absent = slow.go()
    outside.later(minutes=5)  # two unclear endings closer than that would open the circuit
    jobs.look_at_unknown(outside.database)
    outside.carry()
    with outside.database.unit() as session:
        rounds._end(session, slow, Ended(absent))
    outside.carry()
    outside.recover()


def _unanswered(outside: Outside) -> None:
    """The platform takes the piece, and its answer is lost."""
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, after)
    outside.carry()
    outside.recover()


def _slow(outside: Outside) -> None:
    """A call takes half a minute; meanwhile everybody else is at work."""
    outside.approve()

    def stall() -> None:
        outside.platform.on_publish = lambda: None
        for _ in range(3):
            outside.later(seconds=12)
            sweep.sweep(outside.database)
            jobs.look_at_unknown(outside.database)
            jobs.carry_due(outside.database)

    outside.platform.on_publish = stall
    outside.carry()
    outside.recover()


def _revoked(outside: Outside) -> None:
    """The approval is taken back while the piece is prepared."""
    story = outside.approve()
    outside.platform.on_prepare = lambda: outside.revoke(story)
    outside.carry()


def _no_settle_window(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reconcile, "verdict", lambda look, now: Verdict.NOT_SENT)


def _short_settle_window(patch: pytest.MonkeyPatch) -> None:
    """Two seconds, where the platform needs ten."""

    def hasty(look: Look, now: datetime) -> Verdict:
        return rules.verdict(replace(look, settle_window=timedelta(seconds=2)), now)

    patch.setattr(reconcile, "verdict", hasty)


def _blind_retry(patch: pytest.MonkeyPatch) -> None:
    """Whatever has no answer is sent again, as a queue's own retry would."""

    def again(session: Session, hand: Hand, code: str, words: str) -> State:
        return receipts.put_off(session, hand, code, words)

    patch.setattr(receipts, "lose_sight", again)


def _no_lease(patch: pytest.MonkeyPatch) -> None:
    """Whatever is in hand counts as left behind, however freshly it was taken up."""

    def in_hand(session: Session, state: State) -> list[Publication]:
        return session.query(Publication).filter_by(state=state).all()

    patch.setattr(sweep, "_lapsed", in_hand)


def _no_fence(patch: pytest.MonkeyPatch) -> None:
    def unfenced(sources: frozenset[str], names: tuple[str, ...]) -> Any:
        row = cast(Table, Publication.__table__)
        return (
            update(row)
            .where(row.c.id == bindparam("at_id"), row.c.state.in_(sorted(sources)))
            .values({name: bindparam(f"to_{name}") for name in names})
        )

    patch.setattr(outbox, "_fenced", unfenced)


def _no_look_at_approvals(patch: pytest.MonkeyPatch) -> None:
    """Neither the approval is asked for, nor the state that its revocation left behind."""

    def whatever(session: Session, frozen_post_id: int) -> str:
        return session.query(Publication).one().payload_hash

    patch.setattr(arm, "approved_hash", whatever)
    patch.setattr(outbox, "_fenced", _any_state)


def _any_state(sources: frozenset[str], names: tuple[str, ...]) -> Any:
    row = cast(Table, Publication.__table__)
    return (
        update(row)
        .where(row.c.id == bindparam("at_id"), row.c.fence == bindparam("at_fence"))
        .values({name: bindparam(f"to_{name}") for name in names})
    )


SCENARIOS = {
    "settle window": (_late, _no_settle_window, 1),
    "settle window's length": (_late, _short_settle_window, 1),
    "look before resending": (_unanswered, _blind_retry, 1),
    "lease": (_slow, _no_lease, 1),
    "fence": (_overtaken, _no_fence, 1),
    "approval": (_revoked, _no_look_at_approvals, 0),
}
Scenario = Callable[[Outside], None]
Mutate = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.parametrize(("scenario", "mutate", "copies"), SCENARIOS.values(), ids=SCENARIOS)
def test_with_its_guard_the_scenario_ends_well(
    outside: Outside, scenario: Scenario, mutate: Mutate, copies: int
) -> None:
    scenario(outside)
    assert outside.platform.copies.total() == copies


@pytest.mark.wrong_books("without its guard the house does wrong")
@pytest.mark.parametrize(("scenario", "mutate", "copies"), SCENARIOS.values(), ids=SCENARIOS)
def test_without_its_guard_one_copy_too_many_goes_out(
    outside: Outside,
    monkeypatch: pytest.MonkeyPatch,
    scenario: Scenario,
    mutate: Mutate,
    copies: int,
) -> None:
    mutate(monkeypatch)
    scenario(outside)
    assert outside.platform.copies.total() > copies
