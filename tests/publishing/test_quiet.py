"""Leaving in the night: two persons, each with a reason, for one delivery and its slot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from kitchen.core import audit, clock
from kitchen.core.errors import Duplicate, Forbidden, WrongState
from kitchen.matrix.models import Account
from kitchen.publishing import queries, quiet, schedule, sweep
from tests.fixtures.newsroom import Door
from tests.publishing.conftest import Outside

FLOOD = "暴雨红色预警，沿河三个村夜里要转移"


@pytest.fixture
def night(outside: Outside) -> Outside:
    """A piece that its account's quiet hours hold."""
    outside.approve()
    with outside.database.unit() as session:
        now = clock.local(clock.now(session))
        hours = {
            "quiet_from": (now - timedelta(hours=1)).time().replace(microsecond=0),
            "quiet_until": (now + timedelta(hours=5)).time().replace(microsecond=0),
        }
        session.execute(update(Account).values(hours))
    outside.carry()
    assert outside.row().hold_reason == "quiet"
    return outside


def says(outside: Outside, who: str, reason: str = FLOOD) -> bool:
    actor = getattr(outside.newsroom, who)
    with outside.database.unit() as session:
        publication = queries.the_publication(session, outside.row().uid)
        return quiet.let_pass(session, actor, publication, reason)


def test_two_persons_let_it_leave_and_both_reasons_are_kept(night: Outside) -> None:
    assert says(night, "operator") is False
    sweep.sweep(night.database)
    night.carry()
    assert night.row().state == "held"
    assert says(night, "duty", "已与区防指核实") is True
    night.carry()
    assert night.row().state == "live"
    with night.database.unit(write=False) as session:
        entries = audit.history(session, night.row())
        notes = {entry.action: entry.note for entry in entries if "quiet" in entry.action}
    assert notes == {"ask_for_quiet_hours": FLOOD, "pass_quiet_hours": "已与区防指核实"}


def test_the_same_person_twice_is_one_person(night: Outside) -> None:
    says(night, "operator")
    with pytest.raises(Duplicate):
        says(night, "operator")
    night.carry()
    assert night.row().state == "held"


def test_whoever_does_not_operate_the_account_has_no_say(night: Outside) -> None:
    with pytest.raises(Forbidden):
        says(night, "reporter")


def test_it_opens_nothing_but_the_night(night: Outside) -> None:
    says(night, "operator")
    night.halt()
    assert says(night, "duty") is True
    assert (night.row().state, night.row().hold_reason) == ("held", "switch")


def test_what_the_night_does_not_hold_needs_no_pass(outside: Outside) -> None:
    outside.approve()
    outside.halt()
    outside.carry()
    with pytest.raises(WrongState):
        says(outside, "operator")


def test_another_slot_needs_another_pass(night: Outside) -> None:
    says(night, "operator")
    night.halt()
    says(night, "duty")
    with night.database.unit() as session:
        publication = queries.the_publication(session, night.row().uid)
        slot = clock.now(session) + timedelta(hours=2)
        schedule.reschedule(session, night.newsroom.operator, publication, slot)
    assert night.row().quiet_waived is False
    assert says(night, "operator") is False


def test_on_the_page_the_second_person_reads_the_first_ones_reason(
    night: Outside, sign_in: Door
) -> None:
    place = f"/publish/{night.row().uid}"
    refused = sign_in("operator").post_form(f"{place}/pass_quiet_hours", {"note": ""})
    assert refused.status_code == 422
    sign_in("operator").post_form(f"{place}/pass_quiet_hours", {"note": FLOOD})
    page = sign_in("duty").get(place).get_data(as_text=True)
    assert FLOOD in page
    assert "同意夜间发出" in page
    sign_in("duty").post_form(f"{place}/pass_quiet_hours", {"note": "已核实"})
    assert night.row().state == "ready"
