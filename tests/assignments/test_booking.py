"""Kit and vehicles: never booked twice, whoever asks at once; handed out and brought back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from kitchen.assignments import booking, queries, service
from kitchen.assignments.models import Booking
from kitchen.assignments.rules import GEAR, GearKind, GearState, Role
from kitchen.core import clock
from kitchen.core.errors import Duplicate, Forbidden, Invalid, NotFound, WrongState
from kitchen.people.models import Unit
from tests.assignments.conftest import Send, drafted, gear, staff
from tests.fixtures.newsroom import Newsroom


def test_every_state_of_gear_can_be_reached() -> None:
    assert GEAR.reachable() == {str(state) for state in GearState}


def test_what_is_booked_is_not_booked_again_at_that_time(
    newsroom: Newsroom, send: Send, car: str
) -> None:
    with newsroom.database.unit() as session:
        it = gear(session, car)
        first = send(session, newsroom.reporter, gear=[it])
        with pytest.raises(Duplicate, match="采访车一号"):
            send(session, newsroom.second_reporter, gear=[it])
        after = send(session, newsroom.second_reporter, begin=first.due_at, gear=[it])
        assert [each.gear for each in after.bookings] == [it]


def test_a_task_that_moves_takes_its_car_along_or_stays(
    newsroom: Newsroom, send: Send, car: str
) -> None:
    with newsroom.database.unit() as session:
        it = gear(session, car)
        first = send(session, newsroom.reporter, gear=[it])
        begin, later = first.starts_at, first.due_at + timedelta(hours=1)
        uid = send(session, newsroom.second_reporter, begin=later, gear=[it]).uid
    with pytest.raises(Duplicate), newsroom.database.unit() as session:
        task = queries.the_assignment(session, uid)
        service.replan(session, newsroom.editor, task, starts_at=begin)
    with newsroom.database.unit() as session:
        task = queries.the_assignment(session, uid)
        assert task.starts_at == task.bookings[0].starts_at == later
        evening = later + timedelta(hours=3)
        service.replan(session, newsroom.editor, task, starts_at=evening)
        assert task.bookings[0].starts_at == evening


def test_of_two_who_book_at_once_one_wins_and_the_other_is_told(
    newsroom: Newsroom, car: str
) -> None:
    with newsroom.database.unit() as session:
        uids = [drafted(session, newsroom, title).uid for title in ("甲", "乙")]
    both = Barrier(2)

    def book(uid: str) -> str:
        both.wait()
        try:
            with newsroom.database.unit() as session:
                task = queries.the_assignment(session, uid)
                now = clock.now(session)
                (who,) = staff(session, newsroom.reporter)
                service.dispatch(
                    session,
                    newsroom.editor,
                    task,
                    crew=[(who, Role.TEXT)],
                    starts_at=now,
                    due_at=now + timedelta(hours=1),
                    gear=[gear(session, car)],
                )
        except Duplicate as refusal:
            return str(refusal)
        return "booked"

    with ThreadPoolExecutor(2) as desks:
        told = sorted(desks.map(book, uids))
    assert told[0] == "booked"
    assert "已经被" in told[1]
    with newsroom.database.unit() as session:
        assert session.query(Booking).count() == 1


def test_gear_goes_out_to_the_crew_and_comes_back(newsroom: Newsroom, send: Send, car: str) -> None:
    with newsroom.database.unit() as session:
        it = gear(session, car)
        task = send(session, newsroom.reporter, gear=[it])
        (booked,) = task.bookings
        mine, other = staff(session, newsroom.reporter, newsroom.second_reporter)
        with pytest.raises(WrongState):
            booking.take_back(session, newsroom.editor, booked)
        with pytest.raises(Invalid):
            booking.hand_out(session, newsroom.editor, booked, other)
        booking.hand_out(session, newsroom.editor, booked, mine)
        assert it.state == GearState.OUT
        with pytest.raises(Forbidden):
            booking.book(session, task, [])
        booking.take_back(session, newsroom.editor, booked)
        assert it.state == GearState.IN
        assert send(session, newsroom.second_reporter, gear=[it]).bookings, "free again at once"


def test_what_is_in_repair_is_not_booked(newsroom: Newsroom, send: Send, car: str) -> None:
    with newsroom.database.unit() as session:
        it = gear(session, car)
        booking.tend(session, newsroom.editor, it, "send_to_repair")
        with pytest.raises(Invalid):
            send(session, newsroom.reporter, gear=[it])
        booking.tend(session, newsroom.editor, it, "repaired")
        with pytest.raises(NotFound):
            booking.tend(session, newsroom.editor, it, "hand_out")
        with pytest.raises(Invalid):
            booking.tend(session, newsroom.editor, it, "retire", "")
        booking.tend(session, newsroom.editor, it, "retire", "报废")
        assert it.state == GearState.RETIRED


def test_a_cancelled_task_lets_its_car_go(newsroom: Newsroom, send: Send, car: str) -> None:
    with newsroom.database.unit() as session:
        it = gear(session, car)
        task = send(session, newsroom.reporter, gear=[it])
        service.cancel(session, newsroom.editor, task, "活动取消")
        assert send(session, newsroom.second_reporter, gear=[it]).bookings


def test_a_unit_keeps_its_own_list(newsroom: Newsroom, car: str) -> None:
    with newsroom.database.unit() as session:
        centre = session.get_one(Unit, newsroom.units["青禾区融媒体中心"].id)
        named = {"name": "采访车一号", "kind": GearKind.VEHICLE, "unit": centre}
        with pytest.raises(Duplicate):
            booking.keep(session, newsroom.editor, **named)
    with newsroom.database.unit() as session:
        centre = session.get_one(Unit, newsroom.units["青禾区融媒体中心"].id)
        with pytest.raises(Forbidden):
            booking.keep(
                session, newsroom.town_editor, name="无人机", kind=GearKind.DRONE, unit=centre
            )
