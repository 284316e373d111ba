"""Standing still: by a person's word, and by itself after the database was put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitchen.core.db import Database
from kitchen.core.errors import Duplicate, Forbidden, Invalid, WrongState
from kitchen.publishing import epoch, jobs, standstill
from kitchen.publishing.models import Attempt, Epoch, Publication, PublicationCase, ReceiptRow
from kitchen.publishing.standstill import HOUSE_WIDE, RESTORED
from tests.publishing.conftest import Outside, after


def _stop(outside: Outside, scope: str, reason: str = "重大差错") -> None:
    with outside.database.unit() as session:
        standstill.stop(session, outside.newsroom.duty, scope, reason)


def _lift(outside: Outside, who: str, scope: str) -> bool:
    with outside.database.unit() as session:
        return standstill.lift(session, outside.newsroom.actors[who], scope)


@pytest.mark.parametrize("scope", [HOUSE_WIDE, "channel:outlet"])
def test_what_is_stopped_sends_nothing_until_it_is_lifted(outside: Outside, scope: str) -> None:
    _stop(outside, scope)
    outside.approve(accounts=2)
    outside.carry()
    assert [row.hold_reason for row in outside.rows()] == ["stopped"] * 2
    assert outside.platform.calls["prepare"] == 0
    assert _lift(outside, "operator", scope)
    outside.recover(1)
    assert outside.states() == ["live", "live"]


def test_another_channel_goes_on(outside: Outside) -> None:
    _stop(outside, "channel:weibo")
    outside.approve()
    outside.carry()
    assert outside.states() == ["live"]


def test_stopped_between_preparing_and_sending_nothing_is_sent(outside: Outside) -> None:
    outside.approve()
    outside.platform.on_prepare = lambda: _stop(outside, HOUSE_WIDE)
    outside.carry()
    assert outside.row().hold_reason == "stopped"
    assert outside.platform.calls["publish"] == 0


def test_what_is_out_can_be_taken_back_all_the_same(outside: Outside) -> None:
    story = outside.approve()
    outside.carry()
    _stop(outside, HOUSE_WIDE)
    outside.revoke(story)
    jobs.carry_recalls(outside.database)
    assert outside.platform.copies.total() == 0


def test_refused_are_strangers_empty_reasons_and_doubles(outside: Outside) -> None:
    with pytest.raises(Forbidden), outside.database.unit() as session:
        standstill.stop(session, outside.newsroom.reporter, HOUSE_WIDE, "为什么")
    for scope, reason, error in [
        ("channel:nowhere", "重大差错", Invalid),
        (RESTORED, "重大差错", Invalid),
        (HOUSE_WIDE, "  ", Invalid),
    ]:
        with pytest.raises(error):
            _stop(outside, scope, reason)
    _stop(outside, HOUSE_WIDE)
    with pytest.raises(Duplicate):
        _stop(outside, HOUSE_WIDE)
    _lift(outside, "operator", HOUSE_WIDE)
    with pytest.raises(WrongState):
        _lift(outside, "operator", HOUSE_WIDE)


class TestPutBack:
    """The database of before the sends; the platform has seen them, and so has the file."""

    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        return tmp_path

    @pytest.fixture
    def put_back(self, outside: Outside, home: Path) -> Outside:
        """Five approved, the backup made, then four sent (of one the answer was lost)."""
        epoch.beat(outside.database, home)
        outside.approve(accounts=5)
        backup = _dump(outside.database)
        outside.platform.play(outside.accounts[3].uid, after)
        outside.platform.play(outside.accounts[4].uid, RuntimeError("never sent"))
        outside.carry()
        epoch.beat(outside.database, home)
        _restore(outside.database, backup)
        assert outside.states() == ["ready"] * 5
        return outside

    def test_it_boots_standing_still_and_sends_nothing_twice(
        self, put_back: Outside, home: Path
    ) -> None:
        assert epoch.look(put_back.database, home)
        put_back.recover()
        assert put_back.states() == ["live"] * 4 + ["held"]
        assert put_back.rows()[4].hold_reason == "stopped"
        assert set(put_back.platform.copies.values()) == {1}

    def test_two_persons_lift_it_once_all_was_looked_for(
        self, put_back: Outside, home: Path
    ) -> None:
        epoch.look(put_back.database, home)
        with pytest.raises(WrongState):
            _lift(put_back, "operator", RESTORED)
        put_back.recover()
        assert not _lift(put_back, "operator", RESTORED)
        with pytest.raises(Duplicate):
            _lift(put_back, "operator", RESTORED)
        assert _lift(put_back, "duty", RESTORED)
        put_back.recover(2)
        assert put_back.states() == ["live"] * 5
        assert set(put_back.platform.copies.values()) == {1}

    def test_booting_again_changes_nothing(self, put_back: Outside, home: Path) -> None:
        assert epoch.look(put_back.database, home)
        assert not epoch.look(put_back.database, home)


class TestTheCount:
    def test_one_that_is_level_or_ahead_boots_as_usual(
        self, outside: Outside, tmp_path: Path
    ) -> None:
        for _ in range(3):
            epoch.beat(outside.database, tmp_path)
        assert not epoch.look(outside.database, tmp_path)
        with outside.database.unit() as session:
            session.get_one(Epoch, 1).number += 1
        assert not epoch.look(outside.database, tmp_path)

    @pytest.mark.parametrize("words", ["", "{", '{"house": "other", "number": 99}', "[1]"])
    def test_a_file_that_is_not_of_this_database_says_nothing(
        self, outside: Outside, tmp_path: Path, words: str
    ) -> None:
        epoch.beat(outside.database, tmp_path)
        (tmp_path / epoch.FILE).write_text(words)
        assert not epoch.look(outside.database, tmp_path)


def _dump(database: Database) -> dict[str, list[dict[str, object]]]:
    """Every row of the outbox and of the count, as it stands."""
    with database.engine.connect() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(table.select())]
            for table in _TABLES
        }


def _restore(database: Database, backup: dict[str, list[dict[str, object]]]) -> None:
    with database.engine.begin() as connection:
        for table in reversed(_TABLES):
            connection.execute(table.delete())
        for table in _TABLES:
            if backup[table.name]:
                connection.execute(table.insert(), backup[table.name])


_TABLES = [model.__table__ for model in (Epoch, Publication, Attempt, ReceiptRow, PublicationCase)]
