"""Standing still: by a person's word, and by itself after the database was put back."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from channels.base import Outcome, Receipt
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.core.errors import Duplicate, Forbidden, Invalid, WrongState
from kitchen.publishing import epoch, jobs, queries, resolve, schedule, standstill
from kitchen.publishing.models import Attempt, Epoch, Publication, PublicationCase, ReceiptRow
from kitchen.publishing.standstill import HOUSE_WIDE, RESTORED
from tests.publishing.conftest import Outside, Recalling, after, handed


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


class TestPutBackBeforeItsSlot:
    """Planned for the evening when the backup was made; somebody may have sent it at once."""

    @pytest.fixture
    def planned(self, outside: Outside, tmp_path: Path) -> Outside:
        epoch.beat(outside.database, tmp_path)
        with outside.database.unit(write=False) as session:
            slot = clock.fresh(session) + timedelta(hours=48)
        outside.approve(not_before=slot)
        return outside

    def _put_back(self, outside: Outside, home: Path, *, sent: bool) -> None:
        backup = _dump(outside.database)
        if sent:
            with outside.database.unit() as session:
                row = queries.the_publication(session, outside.row().uid)
                schedule.send_now(session, outside.newsroom.operator, row)
            outside.carry()
        epoch.beat(outside.database, home)
        _restore(outside.database, backup)
        assert (outside.row().state, outside.row().hold_reason) == ("held", "slot")
        assert epoch.look(outside.database, home)

    def _lifted(self, outside: Outside) -> None:
        _lift(outside, "operator", RESTORED)
        assert _lift(outside, "duty", RESTORED)

    def test_what_was_sent_at_once_is_not_sent_in_its_slot_again(
        self, planned: Outside, tmp_path: Path
    ) -> None:
        self._put_back(planned, tmp_path, sent=True)
        planned.recover()
        assert planned.row().state == "live"
        self._lifted(planned)
        planned.later(hours=48)
        planned.recover(2)
        assert planned.platform.copies.total() == 1

    def test_what_was_not_sent_waits_for_its_slot(self, planned: Outside, tmp_path: Path) -> None:
        self._put_back(planned, tmp_path, sent=False)
        planned.recover()
        self._lifted(planned)
        planned.recover()
        assert (planned.row().state, planned.row().hold_reason) == ("held", "slot")
        planned.later(hours=48)
        planned.recover(2)
        assert planned.row().state == "live"
        assert planned.platform.copies.total() == 1

    def test_two_who_looked_shorten_nothing_of_its_life(
        self, planned: Outside, tmp_path: Path
    ) -> None:
        self._put_back(planned, tmp_path, sent=False)
        planned.platform.finds.extend([RuntimeError("cannot be told")] * 60)
        planned.recover()
        assert planned.row().state == "needs_human"
        for who in ("operator", "duty"):
            with planned.database.unit() as session:
                row = queries.the_publication(session, planned.row().uid)
                seen = clock.now(session)
                resolve.say_not_there(session, planned.newsroom.actors[who], row, seen)
        self._lifted(planned)
        planned.later(hours=48)
        planned.recover(2)
        assert planned.row().state == "live"

    def test_what_people_publish_is_handed_over_in_its_slot(
        self, planned: Outside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._put_back(planned, tmp_path, sent=False)
        monkeypatch.setattr(Recalling, "find", lambda *_asked: Receipt(Outcome.HANDED))
        planned.recover()
        assert planned.row().state == "held"
        self._lifted(planned)
        planned.platform.play(planned.accounts[0].uid, handed)
        planned.later(hours=48)
        planned.recover(2)
        assert planned.row().state == "awaiting_hand"


class TestTheCount:
    def test_put_back_under_running_processes_it_stands_still_at_the_next_beat(
        self, outside: Outside, tmp_path: Path
    ) -> None:
        epoch.beat(outside.database, tmp_path)
        outside.approve()
        backup = _dump(outside.database)
        outside.carry()
        for _ in range(3):
            epoch.beat(outside.database, tmp_path)
        _restore(outside.database, backup)
        epoch.beat(outside.database, tmp_path)
        assert json.loads((tmp_path / epoch.FILE).read_text())["number"] == 5
        assert outside.states() == ["unknown"]
        with outside.database.unit(write=False) as session:
            assert [it.scope for it in standstill.standing(session)] == [RESTORED]

    def test_of_two_timetables_the_slower_sets_nothing_back(
        self, outside: Outside, tmp_path: Path
    ) -> None:
        epoch.beat(outside.database, tmp_path)
        kept = json.loads((tmp_path / epoch.FILE).read_text())
        epoch._write(tmp_path / epoch.FILE, kept["house"], 7)
        epoch._write(tmp_path / epoch.FILE, kept["house"], 6)
        assert json.loads((tmp_path / epoch.FILE).read_text())["number"] == 7

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
