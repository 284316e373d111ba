"""Recurring plans: the dates as a table, and the one draft that each date makes."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kitchen.core import clock
from kitchen.core.errors import Forbidden, Stale
from kitchen.timetable import TIMETABLE
from kitchen.topics import plans, queries
from kitchen.topics.models import Topic
from kitchen.topics.recurrence import Recurrence, Rhythm
from kitchen.topics.rules import State
from tests.fixtures.newsroom import Door, Newsroom

YEARLY, MONTHLY, WEEKLY = Rhythm.YEARLY, Rhythm.MONTHLY, Rhythm.WEEKLY


@pytest.mark.parametrize(
    ("recurrence", "first", "last", "dates"),
    [
        (Recurrence(WEEKLY, weekday=0), "2026-11-26", "2026-12-08", ["2026-11-30", "2026-12-07"]),
        (Recurrence(WEEKLY, weekday=3), "2026-11-26", "2026-11-26", ["2026-11-26"]),
        (Recurrence(WEEKLY, weekday=2), "2026-11-26", "2026-12-01", []),
        (Recurrence(WEEKLY, weekday=6), "2026-12-27", "2027-01-03", ["2026-12-27", "2027-01-03"]),
        (Recurrence(MONTHLY, day=5), "2026-11-26", "2027-01-05", ["2026-12-05", "2027-01-05"]),
        (
            Recurrence(MONTHLY, day=31),
            "2027-01-31",
            "2027-04-30",
            ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"],
        ),
        (Recurrence(MONTHLY, day=30), "2028-02-01", "2028-03-01", ["2028-02-29"]),
        (Recurrence(MONTHLY, day=1), "2026-11-02", "2026-11-30", []),
        (Recurrence(YEARLY, month=10, day=1), "2026-11-26", "2027-10-01", ["2027-10-01"]),
        (Recurrence(YEARLY, month=12, day=31), "2026-12-31", "2026-12-31", ["2026-12-31"]),
        (
            Recurrence(YEARLY, month=2, day=29),
            "2027-01-01",
            "2029-03-01",
            ["2027-02-28", "2028-02-29", "2029-02-28"],
        ),
        (Recurrence(YEARLY, month=2, day=29), "2100-02-01", "2100-03-01", ["2100-02-28"]),
        (Recurrence(YEARLY, month=1, day=1), "2026-12-25", "2027-01-08", ["2027-01-01"]),
        (Recurrence(MONTHLY, day=10), "2026-11-12", "2026-11-11", []),
    ],
)
def test_dates_come_back(recurrence: Recurrence, first: str, last: str, dates: list[str]) -> None:
    found = recurrence.between(date.fromisoformat(first), date.fromisoformat(last))
    assert [day.isoformat() for day in found] == dates


PLAN = {
    "title": "国庆升旗",
    "angle": "广场上的清晨",
    "forms": ["photo"],
    "channels": ["outlet"],
    "column": "要闻",
    "rhythm": YEARLY,
    "month": 10,
    "day": 1,
    "lead_days": 10,
}


def _on(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), clock.CENTRE)


def _plan(newsroom: Newsroom, **changes: object) -> int:
    with newsroom.database.unit() as session:
        return plans.lay_down(session, newsroom.chief, **{**PLAN, **changes}).id


def _tick(newsroom: Newsroom, day: str) -> None:
    newsroom.database.info["now"] = _on(day)
    plans.file_all_due(newsroom.database)


def _drafts(newsroom: Newsroom) -> list[Topic]:
    with newsroom.database.unit(write=False) as session:
        return session.query(Topic).order_by(Topic.planned_on).all()


def test_a_draft_is_made_so_many_days_ahead_and_once(newsroom: Newsroom) -> None:
    _plan(newsroom)
    _tick(newsroom, "2027-09-20")
    assert _drafts(newsroom) == []
    for day in ("2027-09-21", "2027-09-21", "2027-09-25", "2027-10-01", "2027-10-02"):
        _tick(newsroom, day)
    (draft,) = _drafts(newsroom)
    assert (draft.title, draft.column, draft.state) == ("国庆升旗", "要闻", State.DRAFT)
    assert draft.planned_on == date(2027, 10, 1)
    with newsroom.database.unit(write=False) as session:
        assert [topic.id for topic in queries.own_returned(session, newsroom.chief.id)] == [
            draft.id
        ]


def test_after_days_away_what_is_past_makes_none_and_what_is_due_does(newsroom: Newsroom) -> None:
    _plan(newsroom, rhythm=WEEKLY, weekday=4, lead_days=7)
    _tick(newsroom, "2026-11-26")
    _tick(newsroom, "2026-12-16")
    assert [str(draft.planned_on) for draft in _drafts(newsroom)] == ["2026-11-27", "2026-12-18"]


def test_a_second_timetable_makes_none(newsroom: Newsroom) -> None:
    plan_id = _plan(newsroom)
    newsroom.database.info["now"] = _on("2027-09-25")
    with newsroom.database.unit() as session:
        assert len(plans.file_due(session, plan_id)) == 1
    with newsroom.database.unit() as session:
        assert plans.file_due(session, plan_id) == []


def test_a_plan_that_was_stopped_rests_and_keeps_what_it_made(newsroom: Newsroom) -> None:
    plan_id = _plan(newsroom)
    _tick(newsroom, "2027-09-25")
    with newsroom.database.unit() as session:
        (plan,) = queries.plans(session)
        plans.change(session, newsroom.chief, plan, {"active": False}, plan.version)
    _tick(newsroom, "2028-09-25")
    assert len(_drafts(newsroom)) == 1
    with newsroom.database.unit() as session:
        assert plans.file_due(session, plan_id) == []


def test_of_two_who_change_a_plan_the_second_is_told(newsroom: Newsroom) -> None:
    _plan(newsroom)
    with newsroom.database.unit() as session:
        (plan,) = queries.plans(session)
        seen = plan.version
        plans.change(session, newsroom.chief, plan, {"day": 2}, seen)
        with pytest.raises(Stale):
            plans.change(session, newsroom.committee, plan, {"day": 3}, seen)


def test_a_reporter_lays_down_no_plan(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session, pytest.raises(Forbidden):
        plans.lay_down(session, newsroom.reporter, **PLAN)


def test_plans_on_their_page_and_by_the_api(sign_in: Door) -> None:
    chief = sign_in("chief")
    assert "还没有周期计划" in chief.get("/topics/plans").text
    fields = {**PLAN, "rhythm": "yearly", "month": "10", "day": "1", "lead_days": "10"}
    refused = chief.post_form("/topics/plans/new", {**fields, "lead_days": "91"})
    assert refused.status_code == 422
    assert "不能大于 90" in refused.text
    assert "国庆升旗" in refused.text
    assert chief.post_form("/topics/plans/new", fields).status_code == 302
    (plan,) = chief.get("/api/v1/plans").json["items"]
    assert "10月1日" in chief.get("/topics/plans").text
    url = f"/topics/plans/{plan['uid']}"
    stopped = chief.post_form(url, {**fields, "version": str(plan["version"])})
    assert stopped.status_code == 302
    assert chief.get("/api/v1/plans").json["items"][0]["active"] is False
    assert chief.post_form(url, {**fields, "version": str(plan["version"])}).status_code == 409
    assert sign_in("reporter").get("/topics/plans").status_code == 200
    assert sign_in("reporter").get("/topics/plans/new").status_code == 403


def test_the_timetable_drafts_what_is_planned() -> None:
    assert "draft_planned_topics" in {each.name for each in TIMETABLE}
