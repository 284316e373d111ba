"""Several counts as one question: each keeps its number, and what is known is not asked."""

from __future__ import annotations

from sqlalchemy import bindparam, event, func, select

from kitchen.core import counting
from kitchen.core.db import Database
from kitchen.people.models import Unit
from kitchen.people.rules import Level

DISTRICTS = select(func.count(Unit.id)).where(Unit.level == Level.DISTRICT)
NAMED = select(func.count(Unit.id)).where(Unit.name == bindparam("name"))


def test_each_number_comes_back_in_its_place(database: Database) -> None:
    asked: list[str] = []
    with database.unit() as session:
        session.add_all([Unit(name=name, level=Level.DISTRICT) for name in ("青禾区", "云溪区")])
        session.flush()
        event.listen(
            database.engine, "before_cursor_execute", lambda *given: asked.append(given[2])
        )
        counts = [NAMED, 7, DISTRICTS, 0]
        assert counting.told(session, counts, {"name": "云溪区"}) == [1, 7, 2, 0]
        assert counting.told(session, counts, {"name": "荷塘区"}) == [0, 7, 2, 0]
        assert counting.told(session, [3, 0], {}) == [3, 0]
    assert len(asked) == 2
