"""The nightly count over months and years: what it reads again, what it leaves, what it notes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, select

from channels.base import Outcome
from kitchen.core.access import Actor
from kitchen.evaluation.scores import faults, jobs, queries, service
from kitchen.evaluation.scores.models import ScoreMonth
from kitchen.evaluation.scores.rules import name_of
from kitchen.people.models import Staff
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.rules import Source
from kitchen.stories import step_log
from kitchen.stories.models import Story
from tests.evaluation.scores.conftest import JUNE_5, MAY_20, Counted


def words(*paragraphs: str) -> dict[str, Any]:
    return {
        "type": "doc",
        "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": each}]}
            for each in paragraphs
        ],
    }


def write(counted: Counted, uid: str, actor: Actor, *paragraphs: str) -> None:
    """Somebody changes a story's text to these paragraphs."""
    with counted.database.unit() as session:
        story = session.scalars(select(Story).where(Story.uid == uid)).one()
        step_log.rewrite(session, actor, story, words(*paragraphs))


def shares(counted: Counted, uid: str) -> dict[str, int]:
    return {each.name: each.percent for each in counted.score(uid).shares if each.staff_id}


def test_the_log_of_a_text_is_read_once_and_again_when_it_is_written_on(
    counted: Counted, statements: list[str]
) -> None:
    def read_anew() -> bool:
        del statements[:]
        counted.count()
        return any("story_step" in each for each in statements)

    newsroom = counted.newsroom
    uid = counted.story()
    write(counted, uid, newsroom.reporter, "大桥今天合龙了")
    assert read_anew()
    assert shares(counted, uid) == {"测试reporter": 100}
    before = counted.score(uid).version
    assert not read_anew()
    assert counted.score(uid).version == before
    write(counted, uid, newsroom.editor, "大桥今天合龙了", "工期比原来早七天")
    assert read_anew()
    assert set(shares(counted, uid)) == {"测试reporter", "测试editor"}
    assert not read_anew()


def test_a_writer_with_another_name_keeps_the_share(counted: Counted) -> None:
    uid = counted.story(author=counted.newsroom.editor)
    write(counted, uid, counted.newsroom.reporter, "大桥今天合龙了")
    counted.count()
    with counted.database.unit() as session:
        session.get_one(Staff, counted.newsroom.reporter.id).name = "改了名"
    counted.count()
    assert shares(counted, uid) == {"改了名": 100}


def counted_on(counted: Counted) -> dict[str, datetime]:
    with counted.database.unit(write=False) as session:
        rows = session.scalars(select(ScoreMonth)).all()
        return {name_of(each.month): each.counted_at for each in rows if each.counted_at}


def test_a_month_that_nobody_publishes_is_left_after_three_months(counted: Counted) -> None:
    jobs.go(counted.database)
    august, september = (datetime(2026, month, 20, 2, tzinfo=UTC) for month in (8, 9))
    counted.at(august)
    jobs.go(counted.database)
    assert counted_on(counted)["2026-05"] == august
    counted.at(september)
    jobs.go(counted.database)
    found = counted_on(counted)
    assert (found["2026-05"], found["2026-09"]) == (august, september)
    counted.newsroom.bell.rung.clear()
    jobs.ring_if_due(counted.database)
    assert counted.newsroom.bell.rung == []  # it does not wait to be counted any more
    counted.move("count", counted.newsroom.committee)
    assert counted_on(counted)["2026-05"] == september  # whoever wants it has it counted


def test_a_run_that_is_cut_short_begins_with_the_newest_and_goes_on_with_the_rest(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    real = jobs.count

    def count(session: Any, month: ScoreMonth) -> int:
        begun.append(name_of(month.month))
        if len(begun) == 2:
            raise TimeoutError
        return real(session, month)

    monkeypatch.setattr(jobs, "count", count)
    with pytest.raises(TimeoutError):
        jobs.go(counted.database)
    jobs.ring_if_due(counted.database)
    assert counted.newsroom.bell.rung[-1] == (jobs.BELL, 0)
    jobs.go(counted.database)
    jobs.go(counted.database)  # all of them are counted today
    assert begun == ["2026-05", "2026-04", "2026-04"]


def test_a_fault_that_nobody_has_seen_is_not_published(counted: Counted) -> None:
    uid = counted.story()
    counted.at(JUNE_5)
    counted.count()
    counted.grade_all()
    counted.move("finish")
    counted.corrected(uid)
    counted.move("publish")
    assert counted.points(uid) == 11.0
    counted.later(days=1)
    counted.count()
    assert counted.points(uid) == 11.0
    reporter = counted.newsroom.reporter
    assert counted.sum_of(reporter, "2026-06").carried == -1000
    with counted.database.unit() as session:
        (fault,) = queries.page_of_faults(session, queries.the_month(session, "2026-06")).items
        faults.strike(session, counted.newsroom.committee, fault, "只是补充了图片说明")
    assert counted.sum_of(reporter, "2026-06").carried == 0


def test_a_fault_that_somebody_could_see_is_published(counted: Counted) -> None:
    uid = counted.story()
    counted.at(JUNE_5)
    counted.count()
    counted.grade_all()
    counted.move("finish")
    counted.corrected(uid)
    with counted.database.unit() as session:
        month = queries.the_month(session, "2026-05")
        service.count(session, counted.newsroom.head, month)
    counted.move("publish")
    assert counted.points(uid) == 1.0


def test_a_late_fault_is_noted_in_the_next_open_month_not_in_one_before(counted: Counted) -> None:
    uid = counted.story()
    counted.count()  # begins April too, which nobody will ever publish
    counted.publish()
    counted.corrected(uid)
    counted.count()
    assert counted.sum_of(counted.newsroom.reporter, "2026-06").carried == -1000
    assert counted.sum_of(counted.newsroom.reporter, "2026-04").carried == 0


def test_an_old_piece_that_was_looked_at_again_is_no_peer(counted: Counted) -> None:
    for _ in range(3):
        old = counted.story("一月的", month=1, channels=("wechat",))
        counted.read(old, 100)
    uid = counted.story(channels=("wechat",))
    counted.read(uid, 100)
    with counted.database.unit() as session:
        for piece in session.scalars(select(Publication)):
            looked = ReceiptRow(
                publication_id=piece.id,
                attempt_no=1,
                source=Source.RESPONSE,
                outcome=Outcome.LIVE,
                observed_at=MAY_20.replace(day=9),
            )
            session.add(looked)
    counted.count()
    assert counted.score(uid).inputs["reach"][0]["silence"] == "no_baseline"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_an_accounts_receipts_only_those_of_the_time_are_read(counted: Counted) -> None:
    counted.story()
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, parameters: Any, *_more: object) -> None:
        if "FROM piece_figures" in statement and "receipt" in statement:
            asked.append((statement, parameters))

    event.listen(counted.database.engine, "before_cursor_execute", note)
    try:
        counted.count()
    finally:
        event.remove(counted.database.engine, "before_cursor_execute", note)
    assert asked
    with counted.database.engine.connect() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row[3] for row in plan if "ix_receipt_outcome_observed_at" in row[3]]
            assert steps
            assert all("observed_at>" in it for it in steps), steps
