"""Whose reports a person sends and whose letters they read: those of their own units."""

from __future__ import annotations

from typing import Any

import pytest

from kitchen.core.access import HOUSE
from kitchen.core.errors import Forbidden
from kitchen.evaluation.reports import rights, service
from kitchen.evaluation.reports.models import Report, ReportLetter, ReportSchedule
from kitchen.evaluation.reports.rules import Kind
from kitchen.people.models import Post
from tests.evaluation.reports.conftest import LATER, WEEK, Pressroom
from tests.fixtures.newsroom import Door, Visitor


@pytest.fixture
def townsman(sign_in: Door, busy_week: Pressroom) -> Visitor:
    """Somebody who makes the reports of the town, and of nobody else."""
    with busy_week.database.unit() as session:
        session.add(
            Post(
                staff_id=busy_week.newsroom.town_editor.id,
                unit_id=busy_week.unit("云溪街道").id,
                role="committee",
                title="",
            )
        )
    return sign_in("town_editor")


def scheduled(room: Pressroom, unit: str | None, recipient: str) -> str:
    with room.database.unit() as session:
        row = ReportSchedule(
            kind=Kind.WEEK,
            unit_id=room.unit(unit).id if unit else None,
            day=1,
            hour=9,
            recipients=[recipient],
            sent_for=WEEK.first,
            asked_by_id=room.newsroom.chief.id,
        )
        session.add(row)
    return row.uid


def letter(room: Pressroom, report: Report, recipient: str) -> None:
    with room.database.unit() as session:
        session.add(
            ReportLetter(
                report_id=report.id,
                recipient=recipient,
                asked_by_id=room.newsroom.chief.id,
                sent_at=LATER,
            )
        )


def recipients(visitor: Visitor) -> list[str]:
    items = visitor.get("/api/v1/report_schedules").json["items"]
    return sorted(address for each in items for address in each["recipients"])


def test_schedules_are_shown_to_those_who_may_make_the_report(
    busy_week: Pressroom, sign_in: Door, townsman: Visitor
) -> None:
    uids = {
        name: scheduled(busy_week, unit, f"{name}@example.org")
        for name, unit in (("house", None), ("section", "采编部"), ("town", "云溪街道"))
    }
    assert recipients(townsman) == ["town@example.org"]
    assert recipients(sign_in("chief")) == ["house@example.org", "section@example.org"]
    assert townsman.get("/reports/schedules").text.count("/reports/schedules/") == 1
    change = {"day": 1, "hour": 9, "recipients": ["x@example.org"], "active": True}
    for name, status in (("house", 403), ("section", 403), ("town", 200)):
        assert townsman.get(f"/reports/schedules/{uids[name]}").status_code == status
        url, seen = f"/api/v1/report_schedules/{uids[name]}", {"If-Match": '"1"'}
        put = townsman.call("PUT", url, change, headers=seen)
        assert put.status_code == status


def test_letters_are_shown_to_those_who_may_make_the_report(
    busy_week: Pressroom, sign_in: Door, townsman: Visitor
) -> None:
    of_house, of_town = busy_week.make(), _of_town(busy_week)
    letter(busy_week, of_house, "house@example.org")
    letter(busy_week, of_town, "town@example.org")
    town = busy_week.unit("云溪街道").uid
    assert townsman.get(f"/api/v1/reports/{of_house.uid}/letters").status_code == 403
    told: Any = townsman.get(f"/api/v1/reports/{of_town.uid}/letters").json
    assert [each["recipient"] for each in told["items"]] == ["town@example.org"]
    page = "/reports/week/2026-03-01"
    assert "house@example.org" not in townsman.get(page).text
    assert "town@example.org" in townsman.get(f"{page}?unit={town}").text
    assert "house@example.org" in sign_in("chief").get(page).text
    assert "town@example.org" not in sign_in("chief").get(f"{page}?unit={town}").text


def _of_town(room: Pressroom) -> Report:
    with room.database.unit() as session:
        unit = session.merge(room.unit("云溪街道"))
        return service.make(session, HOUSE, WEEK, unit)


def test_the_report_of_the_house_takes_the_right_over_the_centre(
    busy_week: Pressroom, townsman: Visitor
) -> None:
    assert (
        townsman.call("POST", "/api/v1/reports", {"kind": "week", "day": "2026-03-03"}).status_code
        == 403
    )
    with busy_week.database.unit(write=False) as session:
        assert rights.may(session, busy_week.newsroom.chief, None)
        with pytest.raises(Forbidden):
            rights.demand(session, busy_week.newsroom.reporter, None)
