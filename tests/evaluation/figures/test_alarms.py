"""Targets and doubts: whom they reach, that they are told once, and what a look at them changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from kitchen.core.errors import Duplicate, Forbidden, Invalid, Stale, WrongState
from kitchen.evaluation.figures import queries, service, targets
from kitchen.evaluation.figures.models import FiguresAlarm, PieceTurn, ReadTarget
from kitchen.evaluation.figures.rules import Age, AlarmState, Goal, Measure, Scope, Told
from kitchen.evaluation.figures.targets import Standing
from kitchen.notifications.models import Notice
from kitchen.planning.service import add_piece, begin_campaign
from kitchen.stories.models import Story
from kitchen.topics.models import Topic
from tests.evaluation.figures.conftest import MONDAY, Counted


def aim(counted: Counted, **wish: Any) -> ReadTarget:
    given: dict[str, Any] = {
        "scope": Scope.ALL,
        "measure": Measure.ITEM,
        "subject": "",
        "age": Age.DAY,
        "reads": 1000,
    }
    with counted.database.unit() as session:
        return targets.add(session, counted.newsroom.admin, **(given | wish))


def grown(counted: Counted, story: Story, age: Age, reads: int | None) -> None:
    counted.at(MONDAY + age.span)
    counted.tell(story, reads=reads, likes=1)
    counted.collect()


def notices(counted: Counted) -> list[Notice]:
    with counted.database.unit(write=False) as session:
        about = Notice.url.startswith("/insight/")
        return list(session.query(Notice).filter(about).order_by(Notice.staff_id))


@pytest.mark.parametrize(
    ("row", "asked", "goal"),
    [
        (None, ("城市印象", "a1", "t1"), None),
        ((Scope.ALL, ""), ("", "", ""), Goal(Measure.ITEM, Age.DAY, 5)),
        ((Scope.COLUMN, "城市印象"), ("城市印象", "", ""), Goal(Measure.ITEM, Age.DAY, 5)),
        ((Scope.COLUMN, "城市印象"), ("城市文化", "", ""), None),
        ((Scope.ACCOUNT, "a1"), ("", "a1", ""), Goal(Measure.ITEM, Age.DAY, 5)),
        ((Scope.CAMPAIGN, "t1"), ("城市印象", "a1", "t1"), Goal(Measure.ITEM, Age.DAY, 5)),
    ],
)
def test_the_narrowest_target_holds(
    row: tuple[Scope, str] | None, asked: tuple[str, str, str], goal: Goal | None
) -> None:
    rows = []
    if row is not None:
        scope, subject = row
        rows = [
            ReadTarget(scope=scope, subject=subject, measure=Measure.ITEM, age=Age.DAY, reads=5)
        ]
    assert Standing(rows).for_piece(*asked) == goal


def test_a_campaign_goes_before_an_account_and_that_before_a_column() -> None:
    rows = [
        ReadTarget(scope=scope, subject=subject, measure=Measure.ITEM, age=Age.DAY, reads=reads)
        for reads, (scope, subject) in enumerate(
            [(Scope.COLUMN, "c"), (Scope.ACCOUNT, "a"), (Scope.CAMPAIGN, "t")], start=1
        )
    ]
    held = Standing(rows)
    asked = [("c", "a", "t"), ("c", "a", ""), ("c", "", "")]
    goals = [held.for_piece(*each) for each in asked]
    assert [goal and goal.reads for goal in goals] == [3, 2, 1]


def test_as_shipped_pieces_of_campaigns_and_means_of_accounts_have_targets_and_nothing_else() -> (
    None
):
    """S35 and S36 ask two different things."""
    held = Standing([])
    assert held.for_piece("城市印象", "a1", "t1") is None
    each = Goal(Measure.ITEM, Age.WEEK, 2000)
    assert held.for_piece("城市印象", "a1", "t1", in_campaign=True) == each
    assert held.for_account("a1") == Goal(Measure.MEAN, Age.WEEK, 1000)


def test_what_is_set_for_all_campaigns_goes_before_an_account_and_after_a_topic() -> None:
    rows = [
        ReadTarget(scope=scope, subject=subject, measure=Measure.ITEM, age=Age.DAY, reads=reads)
        for reads, (scope, subject) in enumerate(
            [(Scope.ALL, ""), (Scope.ACCOUNT, "a"), (Scope.CAMPAIGN, ""), (Scope.CAMPAIGN, "t")], 1
        )
    ]
    held = Standing(rows)
    goals = [
        held.for_piece("", "a", "t", in_campaign=True),
        held.for_piece("", "a", "", in_campaign=True),
        held.for_piece("", "a", ""),
        held.for_piece("", "", ""),
    ]
    assert [goal and goal.reads for goal in goals] == [4, 3, 2, 1]


def in_campaign(counted: Counted, story: Story) -> None:
    with counted.database.unit() as session:
        operator = counted.newsroom.operator
        campaign = begin_campaign(session, operator, name="荷花节")
        add_piece(session, operator, campaign, session.get_one(Story, story.id))


def test_an_account_on_its_mean_raises_no_alarm_for_its_pieces(counted: Counted) -> None:
    story = counted.publish(counted.account())
    grown(counted, story, Age.WEEK, 1000)
    assert (counted.alarms(), notices(counted)) == ([], [])


def test_a_missed_target_is_told_once_to_the_writer_and_the_desk(counted: Counted) -> None:
    story = counted.publish(counted.account())
    in_campaign(counted, story)
    grown(counted, story, Age.THREE_DAYS, 10)
    assert counted.alarms() == []
    grown(counted, story, Age.WEEK, 1999)
    assert counted.concerns() == [("below_target", 168)]
    told = notices(counted)
    people = counted.newsroom
    assert {notice.staff_id for notice in told} == {people.reporter.id, people.chief.id}
    assert told[0].params == {
        "title": "荷塘整治完成",
        "account": "青禾发布",
        "reads": 1999,
        "target": 2000,
    }
    grown(counted, story, Age.MONTH, 2000)
    assert len(notices(counted)) == 2


@pytest.mark.parametrize("reads", [2000, None], ids=["met", "unknown"])
def test_met_or_unknown_misses_nothing(counted: Counted, reads: int | None) -> None:
    story = counted.publish(counted.account())
    in_campaign(counted, story)
    grown(counted, story, Age.WEEK, reads)
    assert counted.alarms() == []


def test_a_target_of_a_column_an_account_or_a_topic_holds_for_its_stories(
    counted: Counted,
) -> None:
    account = counted.account()
    with counted.database.unit() as session:
        topic = Topic(title="荷塘", forms=[], channels=[], proposer_id=counted.newsroom.reporter.id)
        session.add(topic)
    aim(counted, scope=Scope.CAMPAIGN, subject=topic.uid, reads=50)
    aim(counted, scope=Scope.COLUMN, subject="城市印象", reads=10)
    plain = counted.publish(account)
    in_column = counted.publish(account, column="城市印象")
    of_topic = counted.publish(account, column="城市印象", topic_id=topic.id)
    for story in (plain, in_column, of_topic):
        counted.tell(story, reads=20)
    counted.later(days=1)
    counted.collect()
    (alarm,) = counted.alarms()
    assert (alarm.publication_id, alarm.seen["target"]) == (
        counted.turn(of_topic).publication_id,
        50,
    )


def test_targets_are_set_changed_and_dropped_by_who_defines(counted: Counted) -> None:
    admin, reporter = counted.newsroom.admin, counted.newsroom.reporter
    target = aim(counted, reads=1000)
    every = (Scope.ALL, Measure.ITEM)
    with pytest.raises(Duplicate):
        aim(counted, reads=2000)
    with counted.database.unit() as session:
        row = targets.the_target(session, target.uid)
        targets.change(session, admin, row, age=Age.WEEK, reads=3000, seen=row.version)
    with counted.database.unit() as session, pytest.raises(Stale):
        row = targets.the_target(session, target.uid)
        targets.change(session, admin, row, age=Age.DAY, reads=1, seen=target.version)
    with counted.database.unit(write=False) as session:
        assert targets.standing(session).general(*every) == Goal(Measure.ITEM, Age.WEEK, 3000)
    with counted.database.unit() as session, pytest.raises(Forbidden):
        targets.drop(session, reporter, targets.the_target(session, target.uid))
    with counted.database.unit() as session:
        targets.drop(session, admin, targets.the_target(session, target.uid))
    with counted.database.unit(write=False) as session:
        assert targets.standing(session).general(*every) is None


@pytest.mark.parametrize(
    ("wish", "blamed"),
    [
        ({"scope": Scope.ALL, "subject": "城市印象"}, "subject"),
        ({"scope": Scope.COLUMN, "subject": ""}, "subject"),
        ({"scope": Scope.ACCOUNT, "subject": "nobody"}, "subject"),
        ({"scope": Scope.CAMPAIGN, "subject": "nothing"}, "subject"),
        ({"scope": Scope.COLUMN, "subject": "城市印象", "measure": Measure.MEAN}, "scope"),
    ],
)
def test_a_target_for_nothing_is_refused(
    counted: Counted, wish: dict[str, Any], blamed: str
) -> None:
    with pytest.raises(Invalid) as refused:
        aim(counted, **wish)
    assert set(refused.value.fields) == {blamed}


def doubted(counted: Counted) -> tuple[Story, FiguresAlarm]:
    """A piece that shrank."""
    story = counted.publish(counted.account())
    grown(counted, story, Age.HOUR, 100)
    grown(counted, story, Age.SIX_HOURS, 90)
    (alarm,) = counted.alarms()
    return story, alarm


def judge(counted: Counted, verb: str, alarm: FiguresAlarm, reason: str, role: str) -> None:
    with counted.database.unit() as session:
        found = queries.the_alarm(session, alarm.uid)
        getattr(service, verb)(session, counted.newsroom.actors[role], found, reason)


def test_a_doubt_that_is_dismissed_is_lifted_and_not_raised_again(counted: Counted) -> None:
    story, alarm = doubted(counted)
    judge(counted, "dismiss", alarm, "平台清理了重复计数", "operator")
    (settled,) = counted.alarms()
    assert (settled.state, settled.reason) == (AlarmState.DISMISSED, "平台清理了重复计数")
    assert counted.row(story, 6).oddity == ""
    grown(counted, story, Age.DAY, 120)
    assert counted.concerns() == [("shrunk", 6)]
    assert counted.row(story, 6).oddity == ""


def test_a_doubt_that_is_upheld_stays_and_may_be_thought_better_of(counted: Counted) -> None:
    story, alarm = doubted(counted)
    judge(counted, "uphold", alarm, "刷量", "operator")
    assert counted.row(story, 6).oddity == "shrunk"
    judge(counted, "dismiss", alarm, "已与平台核实", "operator")
    assert counted.row(story, 6).oddity == ""
    with pytest.raises(WrongState):
        judge(counted, "dismiss", alarm, "再一次", "operator")


def by_hand(counted: Counted, story: Story, age: Age, reads: int, likes: int) -> None:
    with counted.database.unit() as session:
        piece = queries.the_piece(session, counted.piece(story))
        told = Told(reads=reads, likes=likes)
        service.enter(session, counted.newsroom.operator, piece, age, told)


def test_a_doubt_that_is_dismissed_leaves_another_of_the_same_figures(counted: Counted) -> None:
    story = counted.publish(counted.account("shandian"))
    counted.later(days=1)
    by_hand(counted, story, Age.SIX_HOURS, 9500, 1)
    by_hand(counted, story, Age.HOUR, 9600, 20)
    few_likes, shrunk = counted.alarms()
    assert counted.concerns() == [("few_likes", 6), ("shrunk", 6)]
    assert counted.row(story, 6).oddity == "shrunk"
    judge(counted, "uphold", few_likes, "刷量", "operator")
    assert counted.row(story, 6).oddity == "shrunk"
    judge(counted, "dismiss", shrunk, "平台清理了重复计数", "operator")
    assert counted.row(story, 6).oddity == "few_likes"
    judge(counted, "dismiss", few_likes, "已与平台核实", "operator")
    assert counted.row(story, 6).oddity == ""
    judge(counted, "uphold", shrunk, "再想想不对", "operator")
    assert counted.row(story, 6).oddity == "shrunk"


def test_behind_a_dismissed_doubt_the_next_is_told(counted: Counted) -> None:
    story = counted.publish(counted.account())
    for age, reads, likes in ((Age.HOUR, 9000, 20), (Age.SIX_HOURS, 8000, 1)):
        counted.at(MONDAY + age.span)
        counted.tell(story, reads=reads, likes=likes)
        counted.collect()
    (shrunk,) = counted.alarms()
    judge(counted, "dismiss", shrunk, "平台清理了重复计数", "operator")
    assert counted.concerns() == [("shrunk", 6), ("few_likes", 6)]
    assert counted.row(story, 6).oddity == "few_likes"
    judge(counted, "dismiss", counted.alarms()[1], "已与平台核实", "operator")
    assert counted.concerns() == [("shrunk", 6), ("few_likes", 6)]
    assert counted.row(story, 6).oddity == ""


def test_a_look_needs_a_reason_and_a_right(counted: Counted) -> None:
    _story, alarm = doubted(counted)
    with pytest.raises(Invalid):
        judge(counted, "dismiss", alarm, "  ", "operator")
    with pytest.raises(Forbidden):
        judge(counted, "dismiss", alarm, "没事", "reporter")


def test_heat_compares_with_the_accounts_own_pieces_of_the_month_before(
    counted: Counted,
) -> None:
    account, other = counted.account(), counted.account(name="青禾文旅")
    for reads in (400, 500, 600):
        counted.tell(counted.publish(account), reads=reads)
    counted.tell(counted.publish(other), reads=1)
    counted.later(days=1)
    counted.collect()
    counted.at(MONDAY + timedelta(days=20))
    warm = counted.publish(account)
    with counted.database.unit() as session:  # it was the fifth of that story's accounts
        session.execute(update(PieceTurn).where(PieceTurn.story_id == warm.id).values(position=4))
    counted.tell(warm, reads=900)
    counted.later(days=1)
    counted.collect()
    counted.at(MONDAY + timedelta(days=40))
    late = counted.publish(account)
    counted.tell(late, reads=900)
    counted.later(days=1)
    counted.collect()
    with counted.database.unit(write=False) as session:
        pieces = [*queries.pieces_of(session, warm), *queries.pieces_of(session, late)]
        heats = queries.heats_of(session, pieces)
    assert heats == {(pieces[0].publication_id, age): 1.8 for age in (24, 168)}
