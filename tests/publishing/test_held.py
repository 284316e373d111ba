"""Many that are held: none keeps another from its turn, however many they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from kitchen.core import clock
from kitchen.matrix.models import Account
from kitchen.publishing import sweep
from kitchen.screens import vitals
from tests.publishing.conftest import Outside

MANY = 5


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """What two hundred are in the house are two here."""
    monkeypatch.setattr(sweep, "BATCH", 2)


def _held(outside: Outside) -> None:
    outside.approve(accounts=MANY)
    outside.halt()
    outside.carry()
    assert [row.hold_reason for row in outside.rows()] == ["switch"] * MANY


def _sweep(outside: Outside, times: int) -> None:
    for _ in range(times):
        sweep.sweep(outside.database)


def _planned(outside: Outside, hours: int, accounts: int = 1) -> None:
    with outside.database.unit(write=False) as session:
        slot = clock.fresh(session) + timedelta(hours=hours)
    outside.approve(accounts=accounts, not_before=slot)


def test_the_last_of_many_leaves_once_nothing_holds_it_any_more(outside: Outside) -> None:
    _held(outside)
    _sweep(outside, 4)
    with outside.database.unit() as session:
        last = outside.accounts[-1].id
        session.execute(update(Account).where(Account.id == last).values(sending=True))
    _sweep(outside, 3)
    assert outside.states() == ["held"] * (MANY - 1) + ["ready"]


def test_all_of_many_expire(outside: Outside) -> None:
    _held(outside)
    outside.later(hours=25)
    _sweep(outside, 3)
    assert outside.states() == ["expired"] * MANY


def test_a_slot_that_has_come_waits_for_none_that_is_held_otherwise(outside: Outside) -> None:
    _planned(outside, hours=2, accounts=MANY)
    outside.approve(accounts=MANY)
    outside.halt()
    outside.carry()
    with outside.database.unit() as session:
        planned = [it.id for it in outside.accounts[:MANY]]
        session.execute(update(Account).where(Account.id.in_(planned)).values(sending=True))
    _planned(outside, hours=1)
    _sweep(outside, 4)
    outside.later(minutes=61)
    _sweep(outside, 1)
    assert outside.states() == ["held"] * (2 * MANY) + ["ready"]


def test_a_slot_that_has_come_and_is_not_released_is_late(outside: Outside) -> None:
    _planned(outside, hours=1)
    outside.later(minutes=50)
    with outside.database.unit(write=False) as session:
        assert vitals.open_ages(session)["due"] is None
    outside.later(minutes=11)
    with outside.database.unit(write=False) as session:
        assert vitals.open_ages(session)["due"] == pytest.approx(60, abs=20)
    outside.later(hours=1)
    outside.halt()
    _sweep(outside, 1)
    with outside.database.unit(write=False) as session:
        assert vitals.open_ages(session)["due"] is None
    outside.later(hours=24)
    with outside.database.unit(write=False) as session:
        assert vitals.open_ages(session)["due"] == pytest.approx(61 * 60, abs=30)
