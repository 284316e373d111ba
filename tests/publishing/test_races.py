"""Two who reach for the same: exactly one gets it, and the other writes nothing."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from channels.base import Receipt
from kitchen.publishing import (
    announce,
    deliver,
    invariants,
    jobs,
    outbox,
    receipts,
    reconcile,
    rounds,
    sweep,
)
from kitchen.publishing.models import Publication
from kitchen.publishing.outbox import LostRace
from kitchen.publishing.rounds import Ended
from kitchen.publishing.rules import MACHINE, Source, State
from tests.publishing.conftest import Outside, after, before


def test_four_workers_at_once_deliver_each_post_once(outside: Outside) -> None:
    outside.approve(accounts=24)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(jobs.carry_due, outside.database) for _ in range(4)]:
            done.result()
    assert outside.states() == ["live"] * 24
    assert set(outside.platform.copies.values()) == {1}
    assert outside.platform.calls["publish"] == 24


def test_a_claim_makes_every_older_hold_worthless(outside: Outside) -> None:
    outside.approve()
    with outside.database.unit() as session:
        stale = outbox.hand_of(session.query(Publication).one())
        outbox.claim(session, stale)
    for move in MACHINE.moves:
        with pytest.raises(LostRace), outside.database.unit() as session:
            outbox.shift(session, stale, move)


@pytest.mark.parametrize("name", sorted(MACHINE.moves))
def test_no_move_leads_out_of_a_state_that_the_table_does_not_name(
    outside: Outside, name: str
) -> None:
    outside.approve()
    move = MACHINE.moves[name]
    foreign = sorted(set(State) - move.sources)
    for state in foreign:
        with outside.database.unit() as session:
            session.execute(update(Publication).values(state=state))
        with pytest.raises(LostRace), outside.database.unit() as session:
            outbox.shift(session, outbox.hand_of(session.query(Publication).one()), name)


def test_a_slow_reconciler_acts_on_nothing_once_the_next_attempt_has_begun(
    outside: Outside,
) -> None:
    """The ABA case: it looked after attempt one, and speaks while attempt two is unclear."""
    outside.approve()
    account = outside.accounts[0].uid
    outside.platform.play(account, before, after)
    outside.carry()
    outside.later(seconds=60)
    with outside.database.unit() as session:
        (slow,) = reconcile.claim(session, 10, {})
    absent = slow.go()
    outside.later(seconds=60)
    jobs.look_at_unknown(outside.database)
    outside.carry()
    assert outside.row().attempt_no == 2
    assert outside.row().state == "unknown"
    with pytest.raises(LostRace), outside.database.unit() as session:
        slow.end(session, Ended(absent))
    outside.recover()
    assert outside.row().state == "live"
    assert outside.platform.copies.total() == 1


def test_a_worker_that_lost_its_lease_arms_nothing(outside: Outside) -> None:
    outside.approve()

    def stall() -> None:
        outside.platform.on_prepare = lambda: None
        outside.later(minutes=10)
        sweep.sweep(outside.database)
        jobs.carry_due(outside.database)

    outside.platform.on_prepare = stall
    outside.carry()
    assert outside.row().state == "live"
    assert outside.platform.calls["publish"] == outside.platform.copies.total() == 1


def test_an_answer_that_comes_after_its_lease_is_still_believed(outside: Outside) -> None:
    outside.approve()

    def stall() -> None:
        outside.later(minutes=10)
        sweep.sweep(outside.database)

    outside.platform.on_publish = stall
    outside.carry()
    assert outside.row().state == "live"
    with outside.database.unit(write=False) as session:
        assert invariants.broken(session) == {}


@pytest.mark.parametrize("delay", [None, 0.0, 0.002, 0.005, 0.01, 0.02, 0.04])
def test_of_a_revocation_and_a_send_exactly_one_comes_first(
    outside: Outside, delay: float | None
) -> None:
    """Either nothing was sent and all is cancelled, or whatever was sent is recalled."""
    story = outside.approve(accounts=4)
    start = threading.Event()

    def revoke() -> None:
        start.wait(5)
        if delay is not None:
            threading.Event().wait(delay)
        outside.revoke(story)

    outside.platform.on_prepare = start.set
    with ThreadPoolExecutor(2) as pool:
        revoking, carrying = pool.submit(revoke), pool.submit(outside.carry)
        carrying.result()
        revoking.result()
    jobs.carry_recalls(outside.database)
    outside.recover()
    with outside.database.unit(write=False) as session:
        assert invariants.broken(session) == {}
    assert set(outside.states()) <= {"cancelled", "gone", "removed"}
    assert outside.platform.copies.total() == 0


def test_what_loses_the_race_is_noted_and_the_rest_of_the_pass_stands(outside: Outside) -> None:
    outside.approve(accounts=2)
    platform = outside.platform
    once: list[Any] = [None]

    def steal() -> None:
        if once:
            once.clear()
            with outside.database.unit() as session:
                session.execute(
                    update(Publication)
                    .where(Publication.account_id == outside.accounts[0].id)
                    .values(fence=Publication.fence + 1)
                )

    platform.on_publish = steal
    outside.carry()
    assert outside.states() == ["armed", "live"]
    outside.recover()
    assert outside.states() == ["live", "live"]
    assert set(platform.copies.values()) == {1}


def test_the_slower_of_two_announcers_harms_nothing(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both saw the story approved; when the second loads it, the first has published it."""
    story = outside.approve()
    outside.carry()
    monkeypatch.setattr(announce, "_published", lambda _session, _ids: [story.id])
    announce.announce(outside.database)


def test_a_receipt_is_taken_in_once(outside: Outside) -> None:
    outside.approve()
    outside.carry()
    with outside.database.unit() as session:
        hand = outbox.hand_of(session.query(Publication).one())
        with pytest.raises(LostRace):
            receipts.settle(session, hand, Receipt("live", "x"), Source.POLL)  # type: ignore[arg-type]


def test_a_lease_runs_out_by_the_clock_of_the_database(outside: Outside) -> None:
    outside.approve()
    with outside.database.unit() as session:
        outbox.claim(session, outbox.hand_of(session.query(Publication).one()))
    outside.later(seconds=59)
    sweep.sweep(outside.database)
    assert outside.row().state == "claimed"
    outside.later(seconds=2)
    sweep.sweep(outside.database)
    assert outside.row().state == "ready"
    assert outside.row().attempt_no == 0
    assert timedelta(0) <= outside.row().since - outside.row().created_at


def test_who_stood_still_after_arming_may_no_longer_send(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped and continued: the right to send has lapsed by the process's own clock."""
    outside.approve()
    monkeypatch.setattr(deliver, "ARM_LEASE", timedelta(seconds=-1))
    outside.carry()
    assert (outside.row().state, outside.row().code) == ("backoff", "lapsed")
    assert outside.platform.calls["publish"] == 0
    monkeypatch.undo()
    outside.recover()
    assert outside.row().state == "live"


def test_a_slow_upload_keeps_its_lease_while_its_worker_lives(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.approve()
    leases: list[object] = []
    monkeypatch.setattr(rounds, "RENEW_SECONDS", 0.05)

    def slow() -> None:
        leases.append(outside.row().lease_until)
        time.sleep(0.3)
        leases.append(outside.row().lease_until)

    outside.platform.on_prepare = slow
    outside.carry()
    assert leases[0] < leases[1]
    assert outside.row().state == "live"
