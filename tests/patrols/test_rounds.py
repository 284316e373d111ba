"""The automatic round: what it finds, finds once, finds graver, and how it goes in batches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from kitchen.core.errors import Forbidden, Invalid
from kitchen.matrix.models import Account
from kitchen.notifications.models import Notice
from kitchen.outlet.models import OutletLinkCheck
from kitchen.patrols import figures, queries, rounds, tuning
from kitchen.patrols.models import PatrolTurn
from kitchen.patrols.rules import digest
from tests.patrols.conftest import MONDAY, Patrolled


def test_a_silent_account_is_found_once_and_grows_graver_with_evidence_each_time(
    patrolled: Patrolled,
) -> None:
    patrolled.tell(last_post_at=MONDAY - timedelta(days=7))
    patrolled.round()
    (found,) = patrolled.found()
    assert (found.kind, found.severity, found.account.name) == ("stale", "warn", "青禾发布")
    patrolled.later(days=1)
    patrolled.round()
    assert [each.occasion for each in patrolled.found()[0].evidence] == ["found"]
    for days, severity in ((2, "fail"), (4, "veto")):
        patrolled.later(days=days)
        patrolled.round()
        (found,) = patrolled.found()
        assert found.severity == severity
    assert [each.occasion for each in found.evidence] == ["found", "graver", "graver"]
    assert [each.seen["allowed_days"] for each in found.evidence] == [7, 10, 14]
    assert all(digest(each.seen) == each.sha256 for each in found.evidence)


def test_every_kind_is_found_by_its_own_rule(
    patrolled: Patrolled, enter: Callable[..., Account]
) -> None:
    url = "https://broken.example/"
    broken = enter("断链号", "云溪街道", public_url=url)
    with patrolled.database.unit() as session:
        check = OutletLinkCheck(url=url, due_at=MONDAY, failures=3, words="timed out")
        session.add(check)
    patrolled.accounts["断链号"] = broken
    yesterday = patrolled.today() - timedelta(days=1)
    patrolled.tell("云溪街道", waiting=2, waiting_since=MONDAY - timedelta(hours=30))
    patrolled.tell(day=yesterday, followers=1000, reads=20)
    patrolled.tell(followers=2000, reads=5, interactions=0)
    patrolled.round()
    assert sorted(patrolled.kinds()) == ["bought_followers", "broken_link", "unanswered"]


def test_an_account_of_which_nobody_tells_is_counted_as_blind_and_not_accused(
    patrolled: Patrolled,
) -> None:
    patrolled.tell(last_post_at=MONDAY)
    assert patrolled.round() == 2
    assert patrolled.found() == []
    with patrolled.database.unit(write=False) as session:
        (day,) = queries.latest_days(session)
        assert (day.looked, day.blind, day.found) == (2, 1, 0)


def test_every_account_has_its_turn_once_a_day_and_retired_ones_are_passed_over(
    patrolled: Patrolled,
) -> None:
    with patrolled.database.unit() as session:
        session.get_one(Account, patrolled.accounts["云溪街道"].id).enabled = False

    def looks() -> list[int]:
        patrolled.round()
        with patrolled.database.unit(write=False) as session:
            return [each.looked for each in queries.latest_days(session)]

    assert looks() == [1]
    assert looks() == [1]
    patrolled.later(hours=24)
    assert looks() == [1, 1]


def test_an_account_that_its_unit_runs_is_looked_at_as_well(patrolled: Patrolled) -> None:
    with patrolled.database.unit() as session:
        account = session.get_one(Account, patrolled.accounts["云溪街道"].id)
        account.held = account.enabled = False
    assert patrolled.round() == 2
    with patrolled.database.unit(write=False) as session:
        assert [each.looked for each in queries.latest_days(session)] == [2]


def test_the_bell_rings_only_while_something_is_due(patrolled: Patrolled) -> None:
    bell = patrolled.newsroom.bell
    bell.rung.clear()
    rounds.ring_if_due(patrolled.database)
    assert bell.rung == [(rounds.BELL, 0)]
    patrolled.round()
    bell.rung.clear()
    rounds.ring_if_due(patrolled.database)
    assert bell.rung == []


def test_a_batch_is_bounded_and_costs_the_same_however_many_are_in_it(
    patrolled: Patrolled,
    enter: Callable[..., Account],
    count_queries: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "BATCH", 3)
    for number in range(5):
        enter(f"号{number}", "云溪街道")
    costs = []
    with patrolled.database.unit() as session:
        rounds._enlist(session)
    for expected in (3, 3, 1):
        before = count_queries()
        with patrolled.database.unit() as session:
            assert rounds.look_at_a_batch(session) == expected
        costs.append(count_queries() - before)
    assert max(costs) - min(costs) <= 1  # the day's row is written once and changed after
    with patrolled.database.unit(write=False) as session:
        assert session.scalar(select(PatrolTurn).where(PatrolTurn.looked_at.is_(None))) is None


def test_inspectors_hear_that_there_is_something_new_and_not_of_each(
    patrolled: Patrolled,
) -> None:
    for name in patrolled.accounts:
        patrolled.tell(name, last_post_at=MONDAY - timedelta(days=20))
    patrolled.round()
    with patrolled.database.unit(write=False) as session:
        (notice,) = session.scalars(select(Notice)).all()
    assert notice.staff_id == patrolled.newsroom.inspector.id
    assert notice.params == {"count": 2}


def test_a_parameter_is_set_within_its_bounds_and_holds_from_the_next_round(
    patrolled: Patrolled,
) -> None:
    patrolled.tell(last_post_at=MONDAY - timedelta(days=5))
    patrolled.round()
    assert patrolled.found() == []
    head, inspector = patrolled.newsroom.head, patrolled.newsroom.inspector
    with patrolled.database.unit() as session:
        with pytest.raises(Forbidden):
            tuning.change(session, inspector, {"stale_warn_days": 4})
        with pytest.raises(Invalid) as refused:
            tuning.change(session, head, {"stale_warn_days": 12})
        assert "stale_warn_days" in refused.value.fields
        with pytest.raises(Invalid):
            tuning.change(session, head, {"mend_days": 0})
        tuning.change(session, head, {"stale_warn_days": 4})
    patrolled.later(hours=24)
    patrolled.round()
    assert patrolled.kinds() == ["stale"]


def test_figures_are_told_by_those_who_may_and_never_of_tomorrow(patrolled: Patrolled) -> None:
    with pytest.raises(Invalid):
        patrolled.tell(day=patrolled.today() + timedelta(days=1), followers=1)
    patrolled.tell(followers=10, reads=3)
    patrolled.tell(followers=11)
    with patrolled.database.unit() as session:
        account = session.get_one(Account, patrolled.accounts["云溪街道"].id)
        with pytest.raises(Forbidden):
            figures.note_figures(
                session, patrolled.newsroom.operator, account, patrolled.today(), source="代填"
            )
