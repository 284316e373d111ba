"""What the house counts: which stories, what they are worth, who shares, what went wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from kitchen.core.errors import Forbidden, Invalid, Stale, WrongState
from kitchen.evaluation.figures.rules import Age
from kitchen.evaluation.pickups.rules import Standing, Tier
from kitchen.evaluation.scores import faults, jobs, queries, sharing
from kitchen.evaluation.scores.formula import Inputs
from kitchen.evaluation.scores.models import ScoreFault, ScoreMonth, StoryScore
from kitchen.evaluation.scores.rules import Fault, Genre, Grade
from kitchen.people.models import Staff
from kitchen.publishing.models import Publication
from tests.evaluation.scores.conftest import JUNE_5, MAY_20, Counted


def inputs(counted: Counted, uid: str) -> Inputs:
    return Inputs.from_json(counted.score(uid).inputs)


def test_a_story_counts_in_the_month_in_which_readers_first_saw_it(counted: Counted) -> None:
    may = counted.story()
    counted.story("四月的", day=30, month=4)
    counted.story("区里的", unit_id=counted.newsroom.units["云溪街道"].id)
    assert counted.count() == 2
    assert counted.points(may) == 11.0  # 10 × C × mobile-first, nothing known of its reads
    with counted.database.unit(write=False) as session:
        april = queries.the_month(session, "2026-04")
        assert queries.progress(session, april).stories == 1
        assert session.scalar(select(func.count(ScoreMonth.id))) == 2


def test_counting_again_changes_nothing_and_rings_once_a_day(counted: Counted) -> None:
    uid = counted.story()
    counted.newsroom.bell.rung.clear()
    jobs.ring_if_due(counted.database)
    counted.count()
    before = counted.score(uid).version
    jobs.ring_if_due(counted.database)
    assert counted.newsroom.bell.rung == [(jobs.BELL, 0)]
    counted.count()
    assert counted.score(uid).version == before
    counted.later(days=1)
    jobs.ring_if_due(counted.database)
    assert len(counted.newsroom.bell.rung) == 2


def test_without_a_media_centre_nothing_is_counted(counted: Counted) -> None:
    with counted.database.unit() as session:
        centre = counted.newsroom.units["青禾区融媒体中心"]
        session.merge(centre).closed_at = MAY_20
    assert counted.count() == 0


def test_a_month_without_stories_is_counted(counted: Counted) -> None:
    assert counted.count() == 0
    assert counted.month().counted_at is not None


@pytest.mark.parametrize(
    ("told", "reads", "silence"),
    [
        ({Age.WEEK: 300, Age.THREE_DAYS: 200}, 300, ""),
        ({Age.THREE_DAYS: 200}, 200, "no_baseline"),  # the peers are known after a week only
        ({Age.WEEK: None, Age.THREE_DAYS: 200}, 200, "no_baseline"),
        ({Age.DAY: 900}, None, "no_reads"),
        ({}, None, "no_reads"),
    ],
)
def test_reads_count_after_a_week_else_after_three_days(
    counted: Counted, told: dict[Age, int | None], reads: int | None, silence: str
) -> None:
    counted.baseline(100)
    uid = counted.story(channels=("wechat",))
    for age, number in told.items():
        counted.read(uid, number, age=age)
    counted.count()
    (reach,) = inputs(counted, uid).reach
    assert (reach.reads, reach.silence) == (reads, silence)


def test_whatever_accounts_a_story_went_to_besides_it_has_the_accounts_baseline(
    counted: Counted,
) -> None:
    counted.baseline(100)
    uid = counted.story(channels=("outlet", "toutiao", "wechat"))
    with counted.database.unit() as session:
        piece = session.scalars(select(Publication).where(Publication.channel == "wechat")).all()[
            -1
        ]
        piece.position = 7  # its place among the accounts of its own story
    counted.read(uid, 100)
    counted.count()
    reach = next(it for it in inputs(counted, uid).reach if it.account == "青禾wechat")
    assert (reach.baseline, reach.silence) == ("100", "")


def test_the_bonus_compares_with_the_same_age_of_the_account(counted: Counted) -> None:
    counted.baseline(100)
    uid = counted.story(channels=("wechat",))
    counted.read(uid, 100)
    counted.count()
    (reach,) = inputs(counted, uid).reach
    assert (reach.baseline, reach.account) == ("100", "青禾wechat")
    assert counted.points(uid) == 13.08  # 11 + 3·ln 2


def test_doubted_reads_give_no_bonus_and_are_no_peers(counted: Counted) -> None:
    counted.baseline(100)
    uid = counted.story(channels=("wechat",))
    counted.read(uid, 90_000, oddity="linear")
    other = counted.story("后一篇", day=12, channels=("wechat",))
    counted.read(other, 50)
    counted.count()
    assert inputs(counted, uid).reach[0].silence == "doubted"
    assert counted.points(uid) == 11.0
    assert inputs(counted, other).reach[0].baseline == "100"


def test_what_was_read_long_ago_or_later_is_no_baseline(counted: Counted) -> None:
    counted.baseline(100)
    uid = counted.story(day=1, month=6, channels=("wechat",))
    counted.read(uid, 100)
    counted.at(datetime(2026, 6, 20, tzinfo=UTC))
    counted.count()
    assert inputs_in(counted, uid, "2026-06").reach[0].silence == ""  # the second of May is in
    late = counted.story(day=3, month=6, channels=("wechat",))
    counted.read(late, 100)
    counted.count()
    assert inputs_in(counted, late, "2026-06").reach[0].silence == "no_baseline"


def inputs_in(counted: Counted, uid: str, month: str) -> Inputs:
    return Inputs.from_json(counted.score(uid, month).inputs)


def test_only_the_highest_confirmed_pick_up_counts(counted: Counted) -> None:
    uid = counted.story()
    counted.picked_up(uid, Tier.DISTRICT)
    counted.picked_up(uid, Tier.PROVINCE)
    counted.picked_up(uid, Tier.CENTRAL, Standing.PROPOSED)
    counted.picked_up(uid, Tier.COMMERCIAL)
    counted.count()
    assert counted.points(uid) == 16.0
    pickup = inputs(counted, uid).pickup
    assert pickup is not None
    assert pickup.tier == "province"


def test_toutiao_first_is_no_mobile_first(counted: Counted) -> None:
    uid = counted.story(channels=("toutiao", "outlet"))
    counted.count()
    assert counted.points(uid) == 10.0


def test_shares_come_from_the_credits_and_strangers_are_shown_unpaid(counted: Counted) -> None:
    uid = counted.story(
        credits=[
            {"role": "记者", "names": "测试reporter", "share": 70},
            {"role": "通讯员", "names": "村里的人", "share": 30},
        ]
    )
    counted.count()
    shares = counted.score(uid).shares
    assert [(each.name, each.percent, each.points) for each in shares] == [
        ("测试reporter", 70, 770),
        ("村里的人", 30, 330),
    ]
    assert shares[1].staff_id is None
    assert counted.sum_of(counted.newsroom.reporter).shared == 770


def test_without_credits_the_author_has_all_and_keeps_it_after_leaving(counted: Counted) -> None:
    counted.story()
    counted.count()
    with counted.database.unit() as session:
        reporter = session.get_one(Staff, counted.newsroom.reporter.id)
        reporter.active = False
    counted.count()
    assert counted.sum_of(counted.newsroom.reporter).shared == 1100


def test_the_author_of_what_was_adopted_keeps_the_share_agreed_on(counted: Counted) -> None:
    origin = counted.story("原稿", author=counted.newsroom.town_editor)
    with counted.database.unit() as session:
        origin_id = counted._story(session, origin).id
    uid = counted.story("改写", adopted_from_id=origin_id, adopted_share=40)
    counted.count()
    assert [(each.name, each.percent) for each in counted.score(uid).shares] == [
        ("测试town_editor", 40),
        ("测试reporter", 60),
    ]


def test_shares_set_by_hand_stay_and_must_come_to_a_hundred(counted: Counted) -> None:
    uid = counted.story()
    counted.count()
    lines = [
        {"role": "采写", "names": "测试reporter", "share": 50},
        {"role": "编辑", "names": "editor", "share": 50},  # by the sign-in name
    ]
    committee = counted.newsroom.committee
    with pytest.raises(Invalid):
        counted.act(sharing.set_by_hand, committee, uid, lines[:1])
    with pytest.raises(Forbidden):
        counted.act(sharing.set_by_hand, counted.newsroom.reporter, uid, lines)
    seen = counted.score(uid).version
    counted.act(sharing.set_by_hand, committee, uid, lines, seen)
    with pytest.raises(Stale):
        counted.act(sharing.set_by_hand, committee, uid, lines, seen)
    counted.count()
    assert [(each.name, each.points) for each in counted.score(uid).shares] == [
        ("测试reporter", 550),
        ("测试editor", 550),
    ]
    counted.at(JUNE_5)
    counted.publish()
    with pytest.raises(WrongState):
        counted.act(sharing.set_by_hand, committee, uid, lines)


def test_whoever_shares_in_a_story_never_grades_it(counted: Counted) -> None:
    own = counted.story(
        credits=[{"role": "编辑", "names": "测试committee", "share": 100}],
    )
    counted.count()
    with pytest.raises(Forbidden):
        counted.grade(own, "a")
    with pytest.raises(Forbidden):
        counted.grade(own, "a", counted.newsroom.editor)  # no grader at all
    counted.grade(own, "a", counted.newsroom.chief, genre=Genre.FEATURE)
    assert counted.points(own) == 66.0
    counted.count()
    score = counted.score(own)
    assert (score.genre, score.grade, score.points) == (Genre.FEATURE, Grade.A, 6600)


def test_a_grade_on_an_old_version_is_refused(counted: Counted) -> None:
    uid = counted.story()
    counted.count()
    seen = counted.score(uid).version
    counted.grade(uid, "b", seen=seen)
    with pytest.raises(Stale):
        counted.grade(uid, "a", seen=seen)


def test_a_correction_counts_as_a_wrong_fact_until_it_is_struck(counted: Counted) -> None:
    uid = counted.story()
    counted.corrected(uid)
    counted.count()
    counted.count()  # noted once
    assert counted.points(uid) == 1.0
    with counted.database.unit() as session:
        (fault,) = queries.page_of_faults(session, queries.the_month(session, "2026-05")).items
        with pytest.raises(Invalid):
            faults.strike(session, counted.newsroom.committee, fault, " ")
        faults.strike(session, counted.newsroom.committee, fault, "只是补充了图片说明")
        with pytest.raises(WrongState):
            faults.strike(session, counted.newsroom.committee, fault, "再来一次")
    assert counted.points(uid) == 11.0
    counted.count()
    assert counted.points(uid) == 11.0


def test_a_veto_leaves_nothing_and_needs_evidence(counted: Counted) -> None:
    uid = counted.story()
    counted.count()
    committee, url = counted.newsroom.committee, "/stories/x"
    with pytest.raises(Invalid) as refused:
        counted.act(faults.note, committee, uid, Fault.ORIENTATION, words="", url="")
    assert set(refused.value.fields) == {"note", "url"}
    with pytest.raises(Forbidden):
        counted.act(faults.note, counted.newsroom.editor, uid, Fault.FACT, words="错", url=url)
    with pytest.raises(Invalid):
        counted.act(faults.note, committee, uid, Fault.MISSED, words="漏", url=url)
    counted.act(faults.note, committee, uid, Fault.ORIENTATION, words="表述错误", url=url)
    assert counted.points(uid) == 0.0
    counted.grade(uid, "a")
    assert counted.points(uid) == 0.0


def test_missed_news_falls_on_a_person(counted: Counted) -> None:
    counted.count()
    reporter, month = counted.newsroom.reporter, "2026-05"
    with counted.database.unit() as session:
        person = session.get_one(Staff, reporter.id)
        given = {"words": "没有报昨晚的火情", "url": "https://example.com/fire"}
        may = queries.the_month(session, month)
        faults.miss(session, counted.newsroom.committee, may, person, **given)
        own = session.get_one(Staff, counted.newsroom.committee.id)
        with pytest.raises(Forbidden):
            faults.miss(session, counted.newsroom.committee, may, own, **given)
    assert counted.sum_of(reporter).total == -500


def test_the_number_of_queries_does_not_grow_with_the_stories(
    counted: Counted, statements: list[str]
) -> None:
    def reads() -> int:
        del statements[:]
        counted.count()
        return sum(each.lstrip().upper().startswith("SELECT") for each in statements)

    named = {"credits": [{"role": "记者", "names": "测试reporter", "share": 100}]}
    for _ in range(2):
        counted.story(**named)
    counted.count()
    few = reads()
    for _ in range(8):
        counted.story(**named)
    counted.count()
    assert reads() == few
    with counted.database.unit(write=False) as session:
        assert session.scalar(select(func.count(StoryScore.id))) == 10
        assert session.scalar(select(func.count(ScoreFault.id))) == 0
