"""The audit cannot be changed quietly: alter, delete, reorder, insert and cut are all found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor
from kitchen.core.db import Database

WRITER = Actor(id=None, uid="writer", name="记录者")
LIFT = {
    "sqlite": ["DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"],
    "postgresql": ["DROP TRIGGER audit_entry_append_only ON audit_entry"],
}
INSERT = """INSERT INTO audit_entry (at, actor_uid, actor_name, action, subject_type, subject_uid,
    "before", "after", note, request_id, prev_hash, hash) SELECT at, actor_uid, actor_name, action,
    subject_type, subject_uid, "before", "after", note, request_id, prev_hash, 'forged'
    FROM audit_entry WHERE note = 'act 2'"""


def _filled(database: Database) -> None:
    for number in range(5):
        with database.unit() as session:
            audit.record(session, WRITER, "act", "house", note=f"act {number}")


def _verify(database: Database, anchor: str | None = None) -> audit.Chain:
    with database.unit(write=False) as session:
        return audit.verify(session, anchor=anchor)


def test_an_untouched_chain_is_whole(database: Database) -> None:
    _filled(database)
    chain = _verify(database)
    assert (chain.entries, chain.broken_at) == (5, None)


def test_several_acts_of_one_unit_are_chained_in_order(database: Database) -> None:
    with database.unit() as session:
        for number in range(3):
            audit.record(session, WRITER, "act", "house", after={"number": number})
    assert _verify(database).entries == 3


def test_an_undone_unit_leaves_no_entry(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.unit() as session:
        audit.record(session, WRITER, "act", "house")
        _ = 1 / 0
    assert _verify(database).entries == 0


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET note = 'other'", "DELETE FROM audit_entry"],
    ids=["alter", "delete"],
)
def test_the_table_refuses_to_be_changed(database: Database, statement: str) -> None:
    _filled(database)
    with database.unit() as session:
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()
    assert _verify(database).entries == 5


def _swap(session: Session) -> None:
    session.execute(text("UPDATE audit_entry SET note = 'x' WHERE note = 'act 1'"))
    session.execute(text("UPDATE audit_entry SET note = 'act 1' WHERE note = 'act 3'"))


@pytest.mark.parametrize(
    "tamper",
    [
        lambda session: session.execute(
            text("UPDATE audit_entry SET actor_name = '别人' WHERE note = 'act 2'")
        ),
        lambda session: session.execute(text("DELETE FROM audit_entry WHERE note = 'act 2'")),
        lambda session: session.execute(text(INSERT)),
        _swap,
    ],
    ids=["alter", "delete", "insert", "reorder"],
)
def test_tampering_by_the_databases_owner_is_found(
    database: Database, tamper: Callable[[Session], object]
) -> None:
    _filled(database)
    with database.unit() as session:
        for statement in LIFT[database.engine.dialect.name]:
            session.execute(text(statement))
        tamper(session)
    assert _verify(database).broken_at is not None


def test_a_cut_off_tail_is_found_by_its_anchor(database: Database) -> None:
    _filled(database)
    anchor = _verify(database).head
    with database.unit() as session:
        for statement in LIFT[database.engine.dialect.name]:
            session.execute(text(statement))
        session.execute(text("DELETE FROM audit_entry WHERE note = 'act 4'"))
    assert _verify(database).broken_at is None
    assert _verify(database, anchor).broken_at is not None
