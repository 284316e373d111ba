"""One unit of work: all or nothing, hooks only after the commit, readers that cannot write."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from kitchen.core import clock
from kitchen.core.db import Database, after_commit, before_commit
from kitchen.people.models import Unit
from kitchen.people.rules import Level


def _unit(name: str = "青禾区") -> Unit:
    return Unit(name=name, level=Level.DISTRICT)


def _count(database: Database) -> int:
    with database.unit(write=False) as session:
        return session.scalar(select(func.count(Unit.id))) or 0


def test_a_unit_that_raises_leaves_no_row_and_rings_no_bell(database: Database) -> None:
    rung: list[str] = []
    with pytest.raises(ZeroDivisionError), database.unit() as session:
        session.add(_unit())
        session.flush()
        after_commit(session, lambda: rung.append("rung"))
        _ = 1 / 0
    assert (_count(database), rung) == (0, [])


def test_what_waits_for_the_commit_comes_after_it(database: Database) -> None:
    seen: list[int] = []
    with database.unit() as session:
        session.add(_unit())
        after_commit(session, lambda: seen.append(_count(database)))
        assert seen == []
    assert seen == [1]


def test_a_hook_that_fails_after_the_commit_harms_nothing(database: Database) -> None:
    reached: list[str] = []

    def fail() -> None:
        raise RuntimeError("nobody answers the bell")

    with database.unit() as session:
        session.add(_unit())
        after_commit(session, fail)
        after_commit(session, lambda: reached.append("the next one"))
    assert (_count(database), reached) == (1, ["the next one"])


def test_a_hook_before_the_commit_can_still_refuse(database: Database) -> None:
    def refuse() -> None:
        raise PermissionError

    with pytest.raises(PermissionError), database.unit() as session:
        session.add(_unit())
        before_commit(session, refuse)
    assert _count(database) == 0


def test_a_reading_unit_cannot_write(database: Database) -> None:
    with pytest.raises(RuntimeError), database.unit(write=False) as session:
        session.add(_unit())
        session.flush()


def test_a_new_row_is_born_on_the_databases_clock(database: Database) -> None:
    with database.unit() as session:
        unit = _unit()
        session.add(unit)
        session.flush()
        assert unit.created_at.tzinfo is not None
        assert len(unit.uid) == 22


def test_rows_that_are_written_together_go_in_one_statement(database: Database) -> None:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    with database.unit() as session:
        units = [_unit(f"单位{number}") for number in range(20)]
        session.add_all(units)
        event.listen(database.engine, "before_cursor_execute", note)
        session.flush()
        event.remove(database.engine, "before_cursor_execute", note)
    assert len([it for it in sent if it.startswith("INSERT INTO unit")]) == 1
    with database.unit(write=False) as session:
        stored = {unit.id: unit.name for unit in session.scalars(select(Unit))}
    assert stored == {unit.id: unit.name for unit in units}


def test_the_moment_of_a_unit_stands_until_it_is_renewed(database: Database) -> None:
    with database.unit() as session:
        first = clock.now(session)
        session.info["shift"] = timedelta(minutes=1)  # so long it waited for a lock
        assert clock.now(session) == first
        clock.renew(session)
        assert clock.now(session) >= first + timedelta(minutes=1)


def test_many_writers_at_once_wait_for_their_turn(database: Database) -> None:
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with database.unit() as session:
                session.add(_unit(f"单位{number}"))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=[number]) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failures, _count(database)) == ([], 12)
