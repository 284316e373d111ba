"""Slots: moved while a delivery waits, refused once it has left, and never a way to send twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.publishing import invariants, outbox, queries, schedule, sweep
from kitchen.publishing.events import PublicationMoved, PublicationsDue
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import LIFETIME
from tests.publishing.conftest import Outside

HOUR = timedelta(hours=1)


def now(outside: Outside) -> datetime:
    with outside.database.unit(write=False) as session:
        return clock.fresh(session).replace(second=0, microsecond=0)


def move(outside: Outside, when: datetime, actor: Actor | None = None) -> list[object]:
    with outside.database.unit() as session:
        publication = queries.the_publication(session, outside.row().uid)
        schedule.reschedule(session, actor or outside.newsroom.operator, publication, when)
        return bus.emitted(session)


def send(outside: Outside) -> tuple[Any, list[object]]:
    with outside.database.unit() as session:
        publication = queries.the_publication(session, outside.row().uid)
        hold = schedule.send_now(session, outside.newsroom.operator, publication)
        return hold, bus.emitted(session)


def test_a_held_delivery_gets_another_slot_and_a_life_after_it(outside: Outside) -> None:
    start = now(outside)
    outside.approve(not_before=start + HOUR)
    events = move(outside, start + 30 * HOUR)
    row = outside.row()
    assert (row.state, row.hold_reason) == ("held", "slot")
    assert row.not_before == start + 30 * HOUR
    assert row.deadline == start + 30 * HOUR + LIFETIME
    assert any(isinstance(event, PublicationMoved) for event in events)
    with outside.database.unit(write=False) as session:
        entry = audit.history(session, row)[0]
        assert (entry.action, entry.actor_uid) == ("reschedule", outside.newsroom.operator.uid)
        assert entry.before["not_before"] != entry.after["not_before"]
        assert invariants.broken(session) == {}


def test_what_was_about_to_leave_waits_and_then_leaves(outside: Outside) -> None:
    outside.approve()
    assert outside.row().state == "ready"
    move(outside, now(outside) + 2 * HOUR)
    outside.carry()
    assert outside.row().state == "held"
    assert outside.platform.calls["publish"] == 0
    outside.later(hours=3)
    outside.recover(1)
    assert outside.row().state == "live"
    assert outside.platform.copies.total() == 1


@pytest.mark.parametrize("shift", [timedelta(minutes=-1), timedelta(days=366), 9000 * 365 * HOUR])
def test_a_slot_in_the_past_or_far_away_is_refused(outside: Outside, shift: timedelta) -> None:
    outside.approve(not_before=now(outside) + HOUR)
    before = outside.row().not_before
    with pytest.raises(Invalid) as refused:
        move(outside, now(outside) + shift)
    assert "not_before" in refused.value.fields
    assert outside.row().not_before == before


def test_what_a_worker_has_in_hand_is_no_longer_moved(outside: Outside) -> None:
    outside.approve()
    with outside.database.unit() as session:
        outbox.claim(session, outbox.hand_of(session.query(Publication).one()))
    with pytest.raises(WrongState, match="已经在发送"):
        move(outside, now(outside) + HOUR)
    assert outside.row().state == "claimed"


def test_who_loses_the_race_to_a_worker_writes_nothing(outside: Outside) -> None:
    """The page was read before the claim, the move comes after it."""
    outside.approve()
    with outside.database.unit(write=False) as session:
        seen = queries.the_publication(session, outside.row().uid)
        session.expunge_all()
    with outside.database.unit() as session:
        outbox.claim(session, outbox.hand_of(session.query(Publication).one()))
    with pytest.raises(WrongState, match="已经在发送"), outside.database.unit() as session:
        session.add(seen)
        schedule.reschedule(session, outside.newsroom.operator, seen, now(outside) + HOUR)
    row = outside.row()
    assert (row.state, row.not_before) == ("claimed", None)
    outside.recover()
    assert outside.row().state == "live"
    assert outside.platform.copies.total() == 1


@pytest.mark.parametrize("verb", ["move", "send"])
def test_nothing_that_was_revoked_is_moved_or_sent(outside: Outside, verb: str) -> None:
    start = now(outside)
    story = outside.approve(not_before=start + HOUR)
    outside.revoke(story)
    with pytest.raises(WrongState):
        move(outside, start + 2 * HOUR) if verb == "move" else send(outside)
    assert outside.row().state == "cancelled"


@pytest.mark.parametrize("role", ["reporter", "leader", "inspector"])
def test_only_operators_move_slots(outside: Outside, role: str) -> None:
    start = now(outside)
    outside.approve(not_before=start + HOUR)
    with pytest.raises(Forbidden):
        move(outside, start + 2 * HOUR, outside.newsroom.actors[role])


def test_a_withdrawal_has_no_slot(outside: Outside) -> None:
    story = outside.approve()
    outside.carry()
    outside.revoke(story)
    recall = outside.rows()[-1]
    assert (recall.kind, recall.state) == ("recall", "ready")
    with outside.database.unit() as session, pytest.raises(WrongState):
        publication = queries.the_publication(session, recall.uid)
        later = clock.now(session) + HOUR
        schedule.reschedule(session, outside.newsroom.operator, publication, later)


def test_sent_at_once_it_leaves_without_its_slot(outside: Outside) -> None:
    outside.approve(not_before=now(outside) + 5 * HOUR)
    hold, events = send(outside)
    assert hold is None
    assert any(isinstance(event, PublicationsDue) for event in events)
    outside.carry()
    row = outside.row()
    assert (row.state, row.not_before) == ("live", None)


def test_sent_at_once_it_still_waits_for_whatever_else_holds_it(outside: Outside) -> None:
    outside.approve(not_before=now(outside) + 5 * HOUR)
    outside.halt()
    hold, events = send(outside)
    assert hold == "switch"
    assert any(isinstance(event, PublicationMoved) for event in events)
    sweep.sweep(outside.database)
    assert (outside.row().state, outside.row().hold_reason) == ("held", "switch")


def test_what_leaves_anyway_is_not_hurried(outside: Outside) -> None:
    outside.approve()
    with pytest.raises(WrongState, match="马上"):
        send(outside)
