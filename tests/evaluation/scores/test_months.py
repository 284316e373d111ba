"""A month from the first count to the lock: published, appealed against, paid, unchanged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from kitchen.core.errors import Duplicate, Forbidden, Invalid, WrongState
from kitchen.evaluation.scores import appeals, faults, queries, service, versions
from kitchen.evaluation.scores.models import ScoreAppeal, ScoreShare
from kitchen.evaluation.scores.preview import preview
from kitchen.evaluation.scores.rules import Fault, Grade
from kitchen.notifications.models import Notice
from tests.evaluation.scores.conftest import JUNE_5, Counted

JUNE, MAY = date(2026, 6, 1), date(2026, 5, 1)


def test_a_month_is_not_graded_before_it_is_over_nor_with_a_grade_missing(
    counted: Counted,
) -> None:
    uid = counted.story()
    counted.count()
    with pytest.raises(WrongState, match="还没有过完"):
        counted.move("finish")
    counted.at(JUNE_5)
    counted.count()
    with pytest.raises(WrongState, match="还有 1 篇"):
        counted.move("finish")
    counted.grade(uid)
    with pytest.raises(Forbidden):
        counted.move("finish", counted.newsroom.reporter)
    counted.move("finish", counted.newsroom.committee)
    with pytest.raises(WrongState):
        counted.grade(uid, "a")
    with pytest.raises(Forbidden):
        counted.move("publish", counted.newsroom.committee)  # grades, does not settle
    with pytest.raises(Invalid):
        counted.move("reopen", counted.newsroom.committee, "")
    counted.move("reopen", counted.newsroom.committee, "漏评一篇")
    counted.grade(uid, "a")
    counted.move("finish")
    counted.move("publish")
    assert counted.month().appeal_until == date(2026, 6, 12)  # five working days after a Friday
    with pytest.raises(WrongState):
        counted.move("publish")


def test_everyone_who_shares_is_told_and_sees_their_own(counted: Counted) -> None:
    uid = counted.story()
    counted.publish()
    newsroom = counted.newsroom
    with counted.database.unit(write=False) as session:
        told = session.query(Notice).filter_by(staff_id=newsroom.reporter.id).all()
        assert [each.url for each in told] == ["/performance?month=2026-05"]
        score = queries.the_score(session, queries.the_month(session, "2026-05"), uid)
        assert service.may_see(newsroom.reporter, score)
        assert not service.may_see(newsroom.second_reporter, score)
        assert service.may_see(newsroom.leader, score)
        assert queries.latest_points(session, newsroom.reporter) == 11
        assert queries.latest_points(session, newsroom.editor) is None


@pytest.mark.parametrize(("points", "shown"), [(1049, 10), (1050, 11), (1150, 12), (-1050, -11)])
def test_half_a_point_is_rounded_away_from_nought(
    counted: Counted, points: int, shown: int
) -> None:
    counted.story()
    counted.publish()
    with counted.database.unit() as session:
        session.query(ScoreShare).one().points = points
        session.flush()
        assert queries.latest_points(session, counted.newsroom.reporter) == shown


def test_nobody_sees_their_points_before_they_are_published(counted: Counted) -> None:
    uid = counted.story()
    counted.count()
    assert not service.may_see(counted.newsroom.reporter, counted.score(uid))
    with pytest.raises(WrongState, match="还没有公布"):
        counted.act(appeals.make, counted.newsroom.reporter, uid, "分低了")


def test_an_appeal_is_made_once_in_time_by_whoever_shares(counted: Counted) -> None:
    uid = counted.story()
    counted.publish()
    newsroom = counted.newsroom
    with pytest.raises(Invalid):
        counted.act(appeals.make, newsroom.reporter, uid, "  ")
    with pytest.raises(Forbidden):
        counted.act(appeals.make, newsroom.second_reporter, uid, "替人申诉")
    counted.act(appeals.make, newsroom.reporter, uid, "独家，应评 B")
    with pytest.raises(Duplicate):
        counted.act(appeals.make, newsroom.reporter, uid, "再说一遍")
    with counted.database.unit(write=False) as session:
        assert queries.waiting(session, newsroom.committee) == 1
        assert queries.waiting(session, newsroom.reporter) == 0
        told = session.query(Notice).filter_by(staff_id=newsroom.committee.id).all()
        assert [each.url for each in told] == [f"/performance/2026-05/stories/{uid}"]


def test_the_second_of_two_appeals_at_once_is_refused_by_the_database(counted: Counted) -> None:
    uid = counted.story()
    counted.publish()
    counted.act(appeals.make, counted.newsroom.reporter, uid, "独家")
    score = counted.score(uid)
    with pytest.raises(IntegrityError), counted.database.unit() as session:
        session.add(
            ScoreAppeal(score_id=score.id, staff_id=counted.newsroom.reporter.id, reason="同时")
        )


def test_an_appeal_on_the_last_day_is_heard_and_on_the_next_too_late(counted: Counted) -> None:
    first, second = counted.story(), counted.story("另一篇")
    counted.publish()
    counted.later(days=7)
    counted.act(appeals.make, counted.newsroom.reporter, first, "应评 B")
    counted.later(days=1)
    with pytest.raises(WrongState, match="申诉期已过"):
        counted.act(appeals.make, counted.newsroom.reporter, second, "也应评 B")


def made(counted: Counted, uid: str) -> str:
    appeal: ScoreAppeal = counted.act(appeals.make, counted.newsroom.reporter, uid, "应评 B")
    return appeal.uid


def test_a_granted_appeal_gives_another_grade_and_an_answer(counted: Counted) -> None:
    uid = counted.story()
    counted.publish()
    appeal = made(counted, uid)
    committee = counted.newsroom.committee
    with pytest.raises(Invalid):
        counted.answer(appeals.grant, committee, appeal, "", grade=Grade.B)
    with pytest.raises(Forbidden):
        counted.answer(appeals.grant, counted.newsroom.reporter, appeal, "给自己")
    counted.answer(appeals.grant, committee, appeal, "确为独家", grade=Grade.B)
    assert counted.points(uid) == 16.5
    assert counted.sum_of(counted.newsroom.reporter).shared == 1650
    with pytest.raises(WrongState):
        counted.answer(appeals.refuse, committee, appeal, "改主意")
    with counted.database.unit(write=False) as session:
        told = session.query(Notice).filter_by(staff_id=counted.newsroom.reporter.id).all()
        assert any("申诉成立" in each.text for each in told)


def test_a_granted_appeal_strikes_a_fault_of_the_story_alone(counted: Counted) -> None:
    uid, other = counted.story(), counted.story("另一篇")
    counted.corrected(uid)
    counted.corrected(other)
    counted.publish()
    appeal = made(counted, uid)
    with counted.database.unit() as session:
        own = queries.faults_of(session, counted.score(uid))
        foreign = queries.faults_of(session, counted.score(other))
        found, committee = queries.the_appeal(session, appeal), counted.newsroom.committee
        with pytest.raises(Invalid):
            appeals.grant(session, committee, found, "不是差错", struck=foreign)
        appeals.grant(session, committee, found, "不是差错", struck=own)
    assert (counted.points(uid), counted.points(other)) == (11.0, 1.0)


def test_a_sharer_never_answers_an_appeal(counted: Counted) -> None:
    lines = [
        {"role": "记者", "names": "测试reporter", "share": 60},
        {"role": "编辑", "names": "测试committee", "share": 40},
    ]
    uid = counted.story(credits=lines)
    counted.at(JUNE_5)
    counted.count()
    counted.grade(uid, "c", counted.newsroom.chief)
    counted.move("finish")
    counted.move("publish")
    appeal = made(counted, uid)
    with pytest.raises(Forbidden):
        counted.answer(appeals.refuse, counted.newsroom.committee, appeal, "不成立")
    counted.answer(appeals.refuse, counted.newsroom.chief, appeal, "不成立")


def test_open_appeals_and_the_days_for_them_block_the_lock(counted: Counted) -> None:
    uid = counted.story()
    counted.publish()
    appeal = made(counted, uid)
    with pytest.raises(WrongState, match="2026-06-12"):
        counted.move("lock")
    counted.later(days=14)
    with pytest.raises(WrongState, match="还有 1 件申诉"):
        counted.move("lock")
    counted.answer(appeals.refuse, counted.newsroom.committee, appeal, "评级无误")
    with pytest.raises(Forbidden):
        counted.move("lock", counted.newsroom.committee)
    counted.move("lock")
    with pytest.raises(WrongState):
        counted.move("lock")


def test_after_the_lock_nothing_changes_and_late_faults_count_next_month(
    counted: Counted,
) -> None:
    uid = counted.story()
    counted.publish()
    counted.lock()
    before = counted.sum_of(counted.newsroom.reporter)
    counted.corrected(uid)
    counted.count()
    assert counted.points(uid) == 11.0
    assert counted.sum_of(counted.newsroom.reporter) == before
    assert counted.sum_of(counted.newsroom.reporter, "2026-06").carried == -1000
    committee = counted.newsroom.committee
    late = {"words": "导向有误", "url": "/stories/x"}
    counted.act(faults.note, committee, uid, Fault.ORIENTATION, **late)
    assert (
        counted.sum_of(counted.newsroom.reporter, "2026-06").carried == -1100
    )  # the veto finds 1 left
    assert counted.sum_of(counted.newsroom.reporter) == before
    with pytest.raises(WrongState), counted.database.unit() as session:
        service.count(session, committee, queries.the_month(session, "2026-05"))
    with pytest.raises(WrongState, match="锁定"):
        counted.act(appeals.make, counted.newsroom.reporter, uid, "晚了")


def test_a_late_fault_of_a_shared_story_is_parted_to_the_cent(counted: Counted) -> None:
    lines = [
        {"role": "记者", "names": "测试reporter", "share": 67},
        {"role": "编辑", "names": "测试editor", "share": 33},
    ]
    uid = counted.story(credits=lines)
    counted.publish()
    late = {"words": "别字", "url": "/stories/x"}
    counted.act(faults.note, counted.newsroom.committee, uid, Fault.WORDING, **late)
    newsroom = counted.newsroom
    parts = [counted.sum_of(it, "2026-06").carried for it in (newsroom.reporter, newsroom.editor)]
    assert parts == [-134, -66]


# --- versions of the formula ---


def change(counted: Counted, valid_from: date, **weights: str) -> None:
    with counted.database.unit() as session:
        told = {name: Decimal(number) for name, number in weights.items()}
        versions.change(session, counted.newsroom.head, valid_from, told, note="试行")


def test_a_change_holds_from_its_month_and_past_months_keep_theirs(counted: Counted) -> None:
    may = counted.story()
    counted.at(JUNE_5)
    june = counted.story(day=2, month=6)
    change(counted, JUNE, base_news="50")
    counted.count()
    assert counted.points(may) == 11.0
    assert counted.score(june, "2026-06").points == 5500
    with pytest.raises(Invalid) as refused:
        change(counted, MAY, base_news="99")
    assert "valid_from" in refused.value.fields


def test_the_newest_of_two_versions_of_a_month_holds(counted: Counted) -> None:
    uid = counted.story()
    change(counted, MAY, base_news="20")
    change(counted, MAY, mobile_first="1")
    counted.count()
    assert counted.points(uid) == 20.0  # what the second did not name stays


def test_a_published_month_keeps_its_formula_for_good(counted: Counted) -> None:
    uid = counted.story()
    change(counted, MAY, base_news="20")
    counted.publish()
    appeal = made(counted, uid)
    change(counted, JUNE, base_news="1", quality_a="9")
    counted.answer(appeals.grant, counted.newsroom.committee, appeal, "独家", grade=Grade.A)
    assert counted.points(uid) == 44.0


@pytest.mark.parametrize(
    ("weights", "field"),
    [
        ({"base_news": "-1"}, "base_news"),
        ({"quality_a": "11"}, "quality_a"),
        ({"reach_factor": "0.00001"}, "reach_factor"),
        ({"reach_factor": "NaN"}, "reach_factor"),
        ({"appeal_days": "2.5"}, "appeal_days"),
        ({"no_such": "1"}, "no_such"),
        (
            {f"share_{role}": "0" for role in ("writing", "camera", "editing", "making")}
            | {"share_proofreading": "0"},
            "share_writing",
        ),
    ],
)
def test_numbers_that_cannot_be_counted_with_are_refused(
    counted: Counted, weights: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        change(counted, JUNE, **weights)
    assert set(refused.value.fields) == {field}


def test_a_formula_is_tried_on_last_month_before_it_is_set(counted: Counted) -> None:
    counted.story()
    counted.at(JUNE_5)
    counted.count()
    with counted.database.unit(write=False) as session:
        weights = {**versions.weights_for(session, JUNE), "base_news": Decimal(20)}
        found = preview(session, counted.newsroom.head, weights)
        assert (found.stories, found.before, found.after) == (1, 1100, 2200)
        with pytest.raises(Forbidden):
            preview(session, counted.newsroom.committee, weights)
