"""Accounts in a report: what nobody knows is not nought, and targets are those that were set."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from kitchen.core import audit
from kitchen.core.access import EVERYWHERE
from kitchen.core.clock import CENTRE
from kitchen.evaluation.figures import targets
from kitchen.evaluation.figures.rules import Age, Measure
from kitchen.evaluation.figures.rules import Scope as TargetScope
from kitchen.evaluation.indices import holding
from kitchen.evaluation.reports.output import accounts
from kitchen.evaluation.reports.rules import Kind, Period
from kitchen.evaluation.reports.scope import scope_of
from kitchen.evaluation.rules import May
from kitchen.matrix.models import Account
from kitchen.matrix.registry.rules import Standing
from tests.evaluation.reports.conftest import BEFORE, LATER, WEEK, Pressroom, noon


def listed(room: Pressroom, unit: str | None = None, period: Period = WEEK) -> dict[Any, Any]:
    """Each account's row by its name, as a mapping by column."""
    with room.database.unit(write=False) as session:
        scope = scope_of(session, period, room.unit(unit).id if unit else None)
        table = accounts(session, scope).table("targets")
    return {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}


def change(room: Pressroom, name: str, **values: Any) -> None:
    with room.database.unit() as session:
        session.query(Account).filter_by(name=name).update(values)


def test_what_an_account_published_that_its_unit_runs_by_itself_nobody_knows(
    busy_week: Pressroom,
) -> None:
    busy_week.at(BEFORE)
    busy_week.account("青禾抖音", "douyin")
    busy_week.account("青禾客户端", "app")
    busy_week.account("青禾快讯", "toutiao")
    busy_week.at(LATER)
    change(busy_week, "青禾抖音", held=False, enabled=False)
    found = listed(busy_week)
    for name in ("青禾抖音", "青禾客户端"):
        told = found[name]
        assert (told["pieces"], told["per_day"], told["mean_reads"]) == (None, None, None)
        assert told["target_per_day"] == 8
    assert (found["青禾快讯"]["pieces"], found["青禾快讯"]["per_day"]) == (0, 0.0)


def hold_since(room: Pressroom, name: str, moment: datetime) -> None:
    """An account that its unit ran until then is taken over."""
    room.at(moment)
    with room.database.unit() as session:
        account = session.query(Account).filter_by(name=name).one()
        audit.record(session, room.newsroom.admin, holding.TAKEN, account)
    room.at(LATER)


@pytest.mark.parametrize(
    ("since", "pieces", "per_day"),
    [
        (datetime(2026, 3, 1, 0, tzinfo=CENTRE), 0, 0.0),
        (datetime(2026, 3, 7, 23, 59, tzinfo=CENTRE), 0, 0.0),
        (datetime(2026, 3, 8, 0, tzinfo=CENTRE), None, None),
    ],
)
def test_what_was_published_before_the_house_held_the_account_is_not_nought(
    busy_week: Pressroom, since: datetime, pieces: int | None, per_day: float | None
) -> None:
    busy_week.account("青禾快讯", "toutiao")
    hold_since(busy_week, "青禾快讯", since)
    told = listed(busy_week)["青禾快讯"]
    assert (told["pieces"], told["per_day"]) == (pieces, per_day)


def test_an_account_taken_over_within_the_week_has_the_pace_of_its_days_with_the_house(
    busy_week: Pressroom,
) -> None:
    hold_since(busy_week, "青禾发布", datetime(2026, 3, 4, 8, tzinfo=CENTRE))
    assert listed(busy_week)["青禾发布"]["per_day"] == 0.5


@pytest.mark.parametrize("end", [{"state": Standing.CLOSED}, {"enabled": False}, {"held": False}])
def test_an_account_that_ended_later_keeps_the_pieces_that_it_put_out(
    busy_week: Pressroom, end: dict[str, Any]
) -> None:
    before = listed(busy_week)
    change(busy_week, "青禾发布", **end)
    assert listed(busy_week) == before
    assert before["青禾发布"]["pieces"] == 2
    change(busy_week, "云溪在线", state=Standing.MERGED)
    silent = Period(Kind.WEEK, date(2026, 2, 1))
    assert "云溪在线" not in listed(busy_week, period=silent)


def test_a_running_week_is_divided_by_the_days_that_have_begun(busy_week: Pressroom) -> None:
    busy_week.at(datetime(2026, 3, 2, 9, tzinfo=CENTRE))
    assert listed(busy_week)["青禾微博"]["per_day"] == 0.5
    busy_week.at(datetime(2026, 2, 27, 9, tzinfo=CENTRE))
    assert listed(busy_week)["青禾微博"]["per_day"] is None


def test_the_mean_stands_beside_the_target_that_was_set_at_the_age_of_that_target(
    busy_week: Pressroom,
) -> None:
    head = busy_week.newsroom.head
    head.grants[May.DEFINE] = EVERYWHERE
    with busy_week.database.unit() as session:
        for scope, subject, age, reads in (
            (TargetScope.ACCOUNT, busy_week.accounts["青禾微博"].uid, Age.DAY, 300),
            (TargetScope.ALL, "", Age.WEEK, 1200),
        ):
            targets.add(
                *(session, head),
                scope=scope,
                measure=Measure.MEAN,
                subject=subject,
                age=age,
                reads=reads,
            )
    found = listed(busy_week)
    assert (found["青禾微博"]["mean_reads"], found["青禾微博"]["target_reads"]) == (100.0, 300)
    assert (found["青禾发布"]["mean_reads"], found["青禾发布"]["target_reads"]) == (1100.0, 1200)
    assert found["青禾发布"]["pieces"] == 2
    assert found["云溪在线"]["mean_reads"] is None
    late = busy_week.write("周六的稿件")
    busy_week.send(late, "青禾微博", noon(7), reads={24: 200})
    assert listed(busy_week)["青禾微博"]["mean_reads"] == 150.0
