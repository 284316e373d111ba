"""Terms over holidays, make-up days and midnight; parameters."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kitchen.core.calendar import CalendarDay
from kitchen.core.clock import CENTRE
from kitchen.core.errors import Invalid
from kitchen.core.workdays import Workdays
from kitchen.petitions import service, timing
from tests.petitions.conftest import Office

HOLIDAY = {date(2026, 10, day): False for day in range(1, 8)}
CALENDAR = Workdays({**HOLIDAY, date(2026, 9, 27): True, date(2026, 10, 10): True})
"""A week free from the first of October, worked for on two days of weekends."""


@pytest.mark.parametrize(
    ("begins", "days", "closes", "ends"),
    [
        ("2026-11-23 10:00", 5, 18, "2026-11-30 18:00"),  # over a weekend
        ("2026-11-23 10:00", 1, 24, "2026-11-25 00:00"),  # to midnight of the next day
        ("2026-11-27 23:59", 1, 18, "2026-11-30 18:00"),  # the last minute of a Friday
        ("2026-11-28 00:00", 1, 18, "2026-11-30 18:00"),  # the first of a Saturday
        ("2026-11-29 23:59", 1, 18, "2026-11-30 18:00"),
        ("2026-11-30 00:00", 1, 18, "2026-12-01 18:00"),  # the day itself is not counted
        ("2026-09-30 17:00", 1, 18, "2026-10-08 18:00"),  # over the holiday
        ("2026-10-03 12:00", 3, 18, "2026-10-10 18:00"),  # within it, to a Saturday that is worked
        ("2026-09-25 09:00", 1, 18, "2026-09-27 18:00"),  # to a Sunday that is worked
        ("2026-12-31 22:00", 2, 18, "2027-01-04 18:00"),  # nothing was said of the next year
    ],
)
def test_a_term_ends_on_a_working_day(begins: str, days: int, closes: int, ends: str) -> None:
    moment = datetime.fromisoformat(begins).replace(tzinfo=CENTRE)
    due = timing.due(CALENDAR, moment.astimezone(UTC), days, closes)
    assert f"{due:%Y-%m-%d %H:%M}" == ends


def test_the_calendar_of_the_house_is_followed(office: Office) -> None:
    with office.unit() as session:
        session.add(CalendarDay(day=date(2026, 11, 24), working=False, name="演练"))
        session.add(CalendarDay(day=date(2026, 11, 28), working=True))
    office.at(datetime(2026, 11, 23, 10, tzinfo=CENTRE))
    assert office.hand(office.ask()).due_at == datetime(2026, 11, 30, 18, tzinfo=CENTRE)


@pytest.mark.parametrize(
    ("name", "value"),
    [("reply_days", 0), ("closes_at", 25), ("most_returns", -1), ("reply_days", 10**20), ("x", 1)],
)
def test_a_parameter_out_of_bounds_is_refused(office: Office, name: str, value: int) -> None:
    with office.unit() as session, pytest.raises(Invalid) as refused:
        service.set_parameters(session, office.newsroom.head, {name: value})
    assert set(refused.value.fields) == {name}


def test_a_changed_term_holds_for_what_begins_later(office: Office) -> None:
    office.at(datetime(2026, 11, 23, 10, tzinfo=CENTRE))
    before = office.hand(office.ask())
    with office.unit() as session:
        service.set_parameters(session, office.newsroom.head, {"reply_days": 2, "closes_at": 24})
    after = office.hand(office.ask())
    assert before.due_at == datetime(2026, 11, 30, 18, tzinfo=CENTRE)
    assert after.due_at == datetime(2026, 11, 26, 0, tzinfo=CENTRE)
