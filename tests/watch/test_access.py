"""Access is tried before it is needed, and people hear in time that it ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels.base import Unavailable
from kitchen.matrix import queries, service
from kitchen.matrix.models import Account
from kitchen.publishing.models import Circuit
from kitchen.watch import access
from tests.fixtures.newsroom import Door
from tests.watch.conftest import Watched, refused

ENDS = "到期，请提前"


def account(watched: Watched) -> Account:
    with watched.database.unit(write=False) as session:
        return queries.the_account(session, watched.accounts[0].uid)


def test_every_account_is_tried_once_a_day(watched: Watched) -> None:
    watched.publish()
    watched.try_access()
    watched.try_access(hours=2)
    assert len(watched.shelf.probed) == 1
    assert account(watched).check == "works"
    watched.try_access(hours=23)
    assert len(watched.shelf.probed) == 2


def test_ahead_of_something_due_it_is_tried_again(watched: Watched) -> None:
    watched.approve(not_before=watched.now() + timedelta(hours=8))
    watched.try_access()
    watched.try_access(hours=1.5)
    assert len(watched.shelf.probed) == 1
    watched.try_access(hours=1)
    watched.try_access(minutes=30)
    assert len(watched.shelf.probed) == 2


def test_a_refusal_opens_the_circuit_and_is_told_once(watched: Watched) -> None:
    watched.approve(not_before=watched.now() + timedelta(hours=3))
    watched.shelf.refuses = refused()
    watched.try_access()
    watched.try_access(hours=1.5)
    assert len(watched.shelf.probed) == 2
    assert account(watched).condition == "locked_out"
    with watched.database.unit(write=False) as session:
        circuit = session.get(Circuit, watched.accounts[0].id)
        assert circuit is not None
        assert (circuit.reason, circuit.words) == ("auth", "invalid token")
    heard = {each.staff_id for each in watched.told("授权已失效")}
    assert heard == {
        watched.newsroom.operator.id,
        watched.newsroom.duty.id,
        watched.newsroom.admin.id,
    }
    assert len(watched.told("授权已失效")) == len(heard)


def test_a_platform_that_is_away_alarms_nobody(watched: Watched) -> None:
    watched.publish()
    watched.shelf.refuses = Unavailable("busy", code="busy")
    watched.try_access()
    assert account(watched).check == "unavailable"
    assert watched.told("授权") == []


def test_a_broken_seal_keeps_nobody_else_from_being_watched(watched: Watched) -> None:
    watched.approve(accounts=2)
    with watched.database.unit() as session:
        row = queries.the_account(session, watched.accounts[0].uid)
        row.secrets_sealed = "not what was sealed"
    watched.try_access()
    watched.walk()
    assert account(watched).condition == "locked_out"
    assert watched.shelf.probed == [watched.accounts[1].uid]
    assert len(watched.shelf.asked_since) == 1


def test_what_was_found_of_former_credentials_is_not_written_down(watched: Watched) -> None:
    watched.publish()
    with watched.database.unit() as session:
        (trying,) = access.claim(session, 8)
    watched.shelf.refuses = refused()
    found = trying.go()
    with watched.database.unit() as session:
        row = queries.the_account(session, watched.accounts[0].uid)
        service.change_account(session, watched.newsroom.operator, row, None, name="新名字")
    with watched.database.unit() as session:
        trying.end(session, found)
    assert account(watched).check == ""
    with watched.database.unit(write=False) as session:
        assert session.get(Circuit, watched.accounts[0].id) is None


def test_a_trial_in_the_background_costs_nobody_what_they_are_typing(watched: Watched) -> None:
    watched.publish()
    before = account(watched).version
    watched.shelf.until = watched.now() + timedelta(days=5)
    watched.try_access()
    assert account(watched).version == before


def test_each_step_of_a_countdown_is_told_once(watched: Watched) -> None:
    watched.publish()
    watched.shelf.until = watched.now() + timedelta(days=16)
    steps: list[list[int]] = []
    for _ in range(17):
        watched.try_access(hours=25)
        days = [
            n.params["days"]
            for n in watched.told(ENDS)
            if n.staff_id == watched.newsroom.operator.id
        ]
        if not steps or days != steps[-1]:
            steps.append(days)
    assert steps == [[], [14], [14, 7], [14, 7, 2]]
    ended = [n for n in watched.told("授权已到期") if n.staff_id == watched.newsroom.admin.id]
    assert len(ended) == 1


def test_a_renewed_access_counts_down_anew(watched: Watched) -> None:
    watched.publish()
    watched.shelf.until = watched.now() + timedelta(days=6)
    watched.try_access()
    watched.shelf.until = watched.now() + timedelta(days=6, seconds=40)
    watched.try_access(hours=25)
    assert len({n.id for n in watched.told(ENDS)}) == 3  # operator, duty and admin, once each
    watched.shelf.until = watched.now() + timedelta(days=30)
    watched.try_access(hours=25)
    assert account(watched).access_told is None
    watched.shelf.until = watched.now() + timedelta(days=5)
    watched.try_access(hours=25)
    assert len(watched.told(ENDS)) == 6


def test_the_bell_rings_only_when_a_turn_has_come(watched: Watched) -> None:
    watched.publish()
    watched.newsroom.bell.rung.clear()
    access.ring_if_due(watched.database)
    watched.try_access()
    access.ring_if_due(watched.database)
    assert watched.newsroom.bell.rung == [("try_access", 0)]


def test_the_named_account_alone_is_tried_at_once(watched: Watched) -> None:
    watched.approve(accounts=2)
    access.try_due(watched.database, watched.accounts[1].id)
    assert watched.shelf.probed == [watched.accounts[1].uid]


def test_the_pages_show_how_long_an_access_holds(watched: Watched, sign_in: Door) -> None:
    watched.publish()
    ends = watched.now() + timedelta(days=6, hours=1)
    watched.shelf.until = ends
    watched.try_access()
    operator = sign_in("operator")
    assert "授权还有 6 天" in operator.get("/matrix/accounts").text
    page = operator.get(f"/matrix/accounts/{watched.accounts[0].uid}").text
    assert "授权还有 6 天" in page
    assert "授权到期" in page
    shown = operator.get(f"/api/v1/accounts/{watched.accounts[0].uid}").json
    assert datetime.fromisoformat(shown["access_until"]) == ends
