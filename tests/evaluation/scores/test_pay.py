"""Quotas, duty and pay: who is on a month's sheet, what they owe, and what the pay office gets."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kitchen.core import audit
from kitchen.core.access import Actor
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.evaluation.scores import pay, queries
from kitchen.evaluation.scores.models import PointsQuota
from kitchen.people.models import Staff
from kitchen.roster.models import DutyLine, DutyShift
from tests.evaluation.scores.conftest import JUNE_5, MAY_20, Counted

JUNE, MAY = date(2026, 6, 1), date(2026, 5, 1)


def quota(counted: Counted, valid_from: date = MAY, **given: Any) -> None:
    with counted.database.unit() as session:
        person = given.pop("person", None)
        pay.set_quota(
            session,
            counted.newsroom.head,
            valid_from=valid_from,
            person=session.get_one(Staff, person.id) if person else None,
            **{"quota": 1000, "fixed": 0, **given},
        )


def test_ones_own_quota_goes_before_that_of_the_role(counted: Counted) -> None:
    counted.story()
    counted.count()
    assert counted.sum_of(counted.newsroom.reporter).amount is None
    quota(counted, role="reporter", quota=2000)
    assert counted.sum_of(counted.newsroom.reporter).amount == -4500  # 11 − 20, five yuan each
    quota(counted, person=counted.newsroom.reporter, quota=1000, fixed=200)
    own = counted.sum_of(counted.newsroom.reporter)
    assert (own.total, own.quota, own.amount) == (1300, 1000, 1500)
    quota(counted, JUNE, person=counted.newsroom.reporter, quota=9000)
    assert counted.sum_of(counted.newsroom.reporter).quota == 1000


def test_a_quota_is_of_one_role_or_one_person_and_not_for_a_locked_month(
    counted: Counted,
) -> None:
    with pytest.raises(Invalid):
        quota(counted)
    with pytest.raises(Invalid):
        quota(counted, role="reporter", person=counted.newsroom.reporter)
    with pytest.raises(Forbidden), counted.database.unit() as session:
        given: dict[str, Any] = {"valid_from": MAY, "quota": 1, "fixed": 0, "role": "reporter"}
        pay.set_quota(session, counted.newsroom.committee, **given)
    counted.story()
    counted.publish()
    counted.lock()
    with pytest.raises(Invalid, match="标红"):
        quota(counted, role="reporter")
    with counted.database.unit(write=False) as session:
        assert session.query(PointsQuota).count() == 0


def stood(counted: Counted, unit: str, *days: int, actor: Actor | None = None) -> None:
    """Shifts of a unit's line that were stood on these days of May, by whoever is on duty."""
    newsroom = counted.newsroom
    stand = actor or newsroom.duty
    with counted.database.unit() as session:
        line = DutyLine(
            name=f"{unit}值班",
            unit_id=newsroom.units[unit].id,
            begins=MAY_20.time(),
            ends=JUNE_5.time(),
        )
        session.add(line)
        session.flush()
        for day in days:
            at = MAY_20.replace(day=day)
            shift = DutyShift(
                line_id=line.id,
                a_id=stand.id,
                b_id=newsroom.second_editor.id,
                starts_at=at,
                ends_at=at.replace(hour=10),
                stand_id=stand.id,
            )
            session.add(shift)


def test_shifts_that_were_stood_bring_points(counted: Counted) -> None:
    counted.count()
    stood(counted, "采编部", 3, 4)
    own = counted.sum_of(counted.newsroom.duty)
    assert (own.shifts, own.duty, own.total) == (2, 400, 400)


def test_a_shift_that_nobody_stood_brings_none(counted: Counted) -> None:
    counted.count()
    stood(counted, "采编部", 5)
    with counted.database.unit() as session:
        session.scalars(select(DutyShift)).one().stand_id = None
    assert counted.sum_of(counted.newsroom.duty).shifts == 0


def test_shifts_of_a_towns_own_line_are_the_towns(counted: Counted) -> None:
    counted.count()
    stood(counted, "云溪街道", 3, actor=counted.newsroom.town_editor)
    assert names(counted) == []
    assert counted.sum_of(counted.newsroom.town_editor).duty == 0


def names(counted: Counted) -> list[str]:
    """The sign-in names of everyone on May's sheet, the most points first."""
    with counted.database.unit(write=False) as session:
        found = pay.people(session, queries.the_month(session, "2026-05"))
        uids = [each.staff.uid for each in found]
    return [next(n for n, it in counted.newsroom.actors.items() if it.uid == uid) for uid in uids]


def test_whoever_owes_points_is_on_the_sheet_without_a_story(counted: Counted) -> None:
    newsroom = counted.newsroom
    counted.story()
    quota(counted, role="reporter", quota=2000)
    quota(counted, person=newsroom.second_editor, quota=0, fixed=3000)
    counted.publish()
    assert names(counted) == ["second_editor", "reporter", "second_reporter"]
    before = [counted.sum_of(it) for it in (newsroom.second_reporter, newsroom.second_editor)]
    assert [each.amount for each in before] == [-10000, 15000]
    counted.lock()
    after = [counted.sum_of(it) for it in (newsroom.second_reporter, newsroom.second_editor)]
    assert after == before


def test_a_role_outside_the_centre_owes_the_centre_nothing(counted: Counted) -> None:
    counted.count()
    quota(counted, role="editor")
    assert names(counted) == ["editor", "second_editor"]
    assert counted.sum_of(counted.newsroom.town_editor).quota is None
    quota(counted, person=counted.newsroom.town_editor)  # who is named owes, wherever they work
    assert set(names(counted)) == {"editor", "second_editor", "town_editor"}


def test_whoever_left_or_came_later_owes_nothing_for_a_month_without_them(
    counted: Counted,
) -> None:
    counted.count()
    quota(counted, role="reporter")
    with counted.database.unit() as session:
        session.get_one(Staff, counted.newsroom.reporter.id).active = False
        session.get_one(Staff, counted.newsroom.second_reporter.id).created_at = JUNE_5
    assert names(counted) == []
    assert counted.sum_of(counted.newsroom.second_reporter).amount is None


def test_the_pay_office_gets_locked_months_only_and_that_is_recorded(counted: Counted) -> None:
    counted.story()
    quota(counted, role="reporter")
    counted.publish()
    head, committee = counted.newsroom.head, counted.newsroom.committee
    with pytest.raises(WrongState), counted.database.unit() as session:
        pay.for_the_pay_office(session, head, queries.the_month(session, "2026-05"))
    counted.lock()
    with pytest.raises(Forbidden), counted.database.unit() as session:
        pay.for_the_pay_office(session, committee, queries.the_month(session, "2026-05"))
    quota(counted, JUNE, role="reporter", quota=5)
    with counted.database.unit() as session:
        rows = pay.for_the_pay_office(session, head, queries.the_month(session, "2026-05"))
        assert [(it.sum.total, it.sum.amount) for it in rows] == [(1100, 500), (0, -5000)]
    with counted.database.unit(write=False) as session:
        month = queries.the_month(session, "2026-05")
        assert [each.action for each in audit.history(session, month)][0] == "export_pay"
