"""Measures: graded, decided by other eyes, served, appealed against once, ending in a closing."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy.exc import IntegrityError

from kitchen.core.errors import Duplicate, Forbidden, Invalid, WrongState
from kitchen.matrix.models import Account
from kitchen.matrix.registry import library
from kitchen.papers import Paper, as_docx
from kitchen.sanctions import documents, queries, service
from kitchen.sanctions.events import ClosingOrdered
from kitchen.sanctions.models import Sanction
from kitchen.sanctions.queries import Period
from kitchen.sanctions.rules import LADDER, Cause, Measure, State, leaps, next_measure
from tests.sanctions.conftest import Judged


@pytest.mark.parametrize(
    ("former", "following"),
    [
        ([], Measure.TALK),
        ([Measure.TALK], Measure.WARNING),
        ([Measure.TALK, Measure.WARNING], Measure.CRITICISM),
        ([Measure.WARNING, Measure.TALK], Measure.CRITICISM),
        ([Measure.CRITICISM], Measure.CLOSING),
        ([Measure.CLOSING], Measure.CLOSING),
    ],
)
def test_measures_are_raised_grade_by_grade(former: list[str], following: Measure) -> None:
    assert next_measure(former) is following
    graver = LADDER[LADDER.index(following) + 1 :]
    assert [leaps(each, former) for each in LADDER] == [each in graver for each in LADDER]


def test_a_grade_is_passed_over_only_with_a_reason_and_former_ones_are_forgotten(
    judged: Judged,
) -> None:
    with pytest.raises(Invalid) as refused:
        judged.propose(Measure.WARNING)
    assert "leap_reason" in refused.value.fields
    judged.taken(Measure.TALK)
    judged.taken(Measure.WARNING)
    judged.later(days=370)
    with pytest.raises(Invalid):
        judged.propose(Measure.CRITICISM)
    uid = judged.propose(Measure.CRITICISM, leap_reason="造成恶劣影响")
    assert judged.the(uid).leap_reason == "造成恶劣影响"


def test_a_measure_goes_from_its_finding_to_the_end_of_its_file(judged: Judged) -> None:
    finding = judged.finding()
    uid = judged.propose(findings=[finding])
    assert judged.found()[0].state == "escalated"
    head, inspector, operator = (
        judged.newsroom.head,
        judged.newsroom.inspector,
        judged.newsroom.operator,
    )
    judged.act("decide", head, uid, "同意")
    with pytest.raises(Invalid):
        judged.act("serve", inspector, uid, " ")
    judged.act("serve", inspector, uid, "青网信〔2026〕3号")
    assert judged.the(uid).appeal_until == date(2026, 3, 9)
    judged.act("receive", operator, uid)
    judged.act("accept", operator, uid)
    done = judged.the(uid)
    assert (done.state, done.received_by_id) == ("in_force", operator.id)
    judged.act("finish", inspector, uid, "已恢复更新")
    assert judged.the(uid).state == "done"
    assert judged.found()[0].state == "closed"


def test_one_measure_at_a_time(judged: Judged) -> None:
    judged.propose()
    with pytest.raises(Duplicate):
        judged.propose()
    with pytest.raises(IntegrityError), judged.database.unit() as session:
        account = judged.accounts["青禾发布"]
        session.add(
            Sanction(
                account_id=account.id,
                unit_id=account.unit_id,
                measure=Measure.TALK,
                cause=Cause.NO_DUTY,
                clause="",
                facts="",
            )
        )


def test_whoever_proposed_never_decides_and_the_unit_never_does(judged: Judged) -> None:
    uid = judged.propose()
    both = judged.newsroom.inspector
    both.grants.update(judged.newsroom.head.grants)
    with pytest.raises(Forbidden):
        judged.act("decide", both, uid)
    for actor in (judged.newsroom.operator, judged.newsroom.chief, judged.newsroom.editor):
        with pytest.raises(Forbidden):
            judged.act("decide", actor, uid)


def test_a_closing_takes_two_persons_who_may_order_one(judged: Judged) -> None:
    head, leader, deputy = (judged.newsroom.head, judged.newsroom.leader, judged.newsroom.deputy)
    talk = judged.propose()
    with pytest.raises(WrongState):
        judged.act("agree", leader, talk)
    judged.act("withdraw", judged.newsroom.inspector, talk)
    uid = judged.propose(Measure.CLOSING, leap_reason="停更一年")
    with pytest.raises(WrongState):
        judged.act("decide", head, uid)
    judged.act("agree", leader, uid)
    with pytest.raises(WrongState):
        judged.act("agree", head, uid)
    with pytest.raises(Forbidden):
        judged.act("decide", leader, uid)
    with pytest.raises(Forbidden):
        judged.act("decide", deputy, uid)
    judged.act("decide", head, uid)
    assert judged.the(uid).state == State.DECIDED


def test_what_is_not_decided_gives_its_findings_back(judged: Judged) -> None:
    finding = judged.finding()
    uid = judged.propose(findings=[finding])
    with pytest.raises(Invalid):
        judged.act("refuse", judged.newsroom.deputy, uid, "")
    judged.act("refuse", judged.newsroom.deputy, uid, "先约谈负责人再说")
    assert judged.found()[0].state == "open"
    again = judged.propose(findings=[finding])
    judged.act("withdraw", judged.newsroom.inspector, again)
    assert judged.found()[0].state == "open"


def test_a_finding_of_another_account_or_a_settled_one_is_no_ground(judged: Judged) -> None:
    finding = judged.finding()
    judged.do("dismiss", judged.newsroom.inspector, finding, "已报备停更")
    with pytest.raises(Invalid) as refused:
        judged.propose(findings=[finding])
    assert "findings" in refused.value.fields


def test_an_appeal_is_made_once_in_time_and_ruled_on_by_fresh_eyes(judged: Judged) -> None:
    newsroom = judged.newsroom
    uid = judged.served()
    with pytest.raises(Forbidden):
        judged.act("appeal", newsroom.town_editor, uid, "不服")
    with pytest.raises(Invalid):
        judged.act("appeal", newsroom.operator, uid, "")
    judged.act("appeal", newsroom.operator, uid, "停更期间正在迁移平台")
    with pytest.raises(Forbidden):
        judged.act("uphold", newsroom.head, uid, "理由不成立")
    judged.act("uphold", newsroom.deputy, uid, "迁移也应公告")
    assert judged.the(uid).state == "in_force"
    with pytest.raises(WrongState):
        judged.act("appeal", newsroom.operator, uid, "再次申诉")


def test_an_appeal_that_is_granted_takes_the_measure_back_and_it_does_not_count(
    judged: Judged,
) -> None:
    uid = judged.served()
    judged.act("appeal", judged.newsroom.operator, uid, "事实有出入")
    judged.act("revoke", judged.newsroom.deputy, uid, "申诉成立")
    with pytest.raises(Invalid):
        judged.propose(Measure.WARNING)
    assert judged.propose(Measure.TALK)


def test_a_term_that_ends_in_silence_puts_it_into_force_once(judged: Judged) -> None:
    uid = judged.served()
    judged.later(days=7)
    service.lapse(judged.database)
    assert judged.the(uid).state == "served"
    judged.later(days=1)
    with pytest.raises(WrongState):
        judged.act("appeal", judged.newsroom.operator, uid, "来晚了")
    for _ in range(2):
        service.lapse(judged.database)
    assert judged.the(uid).state == "in_force"


def test_the_last_measure_orders_the_closing_when_appeals_are_over(judged: Judged) -> None:
    newsroom = judged.newsroom
    uid = judged.served(Measure.CLOSING, leap_reason="停更一年")
    judged.act("appeal", newsroom.operator, uid, "正在整改")
    events = judged.act("uphold", newsroom.deputy, uid, "多次整改无效")
    account = judged.accounts["青禾发布"]
    told = judged.the(uid)
    ordered = ClosingOrdered(told.id, account.id, "青网信〔2026〕3号", told.clause)
    assert ordered in events
    with pytest.raises(WrongState):
        judged.act("finish", newsroom.inspector, uid, "已关停")
    with judged.database.unit() as session:
        session.get_one(Account, account.id).enabled = False
    judged.act("finish", newsroom.inspector, uid, "已关停")
    assert judged.the(uid).state == "done"


def _paragraphs(paper: Paper) -> list[str]:
    return [each.text for each in Document(BytesIO(as_docx(paper))).paragraphs]


def test_the_report_of_a_period_counts_what_lies_within_it(judged: Judged) -> None:
    finding = judged.finding()
    judged.taken(Measure.TALK, findings=[finding])
    judged.later(days=40)
    judged.served(Measure.WARNING)
    with judged.database.unit(write=False) as session:
        march = queries.report(session, Period(date(2026, 3, 1), date(2026, 3, 31)))
        april = queries.report(session, Period(date(2026, 4, 1), date(2026, 4, 30)))
    assert (march.looks, march.by_kind, march.by_state) == (2, {"stale": 1}, {"closed": 1})
    assert (march.by_measure, march.by_cause) == ({"talk": 1}, {"no_control": 1})
    assert march.by_unit == [("青禾区融媒体中心", 1)]
    assert (april.by_kind, april.by_measure) == ({}, {})
    written = _paragraphs(documents.report(march, str))
    assert "按规则查看账号 2 次，人工抽查 0 个账号。" in written
    assert "约谈：1 个" in written
    assert any("青禾发布" in line and "青网信〔2026〕3号" in line for line in written)


def test_the_notice_says_what_for_by_which_clause_and_until_when_to_appeal(
    judged: Judged,
) -> None:
    uid = judged.served(findings=[judged.finding()])
    written = "\n".join(_paragraphs(documents.notice(judged.the(uid), str)))
    for words in ("约谈通知书", "青网信〔2026〕3号", "管理不到位", "长期不更新", "2026-03-09"):
        assert words in written


def test_a_measure_cites_the_library_and_keeps_what_the_clause_said(judged: Judged) -> None:
    uid = judged.propose()
    with judged.database.unit() as session:
        library.publish(
            session,
            judged.newsroom.cyberspace,
            title="青禾区新媒体管理暂行办法",
            text="第二条 改过了。",
            in_force_from=date(2026, 6, 1),
        )
    judged.act("withdraw", judged.newsroom.inspector, uid)
    told = judged.the(uid)
    assert told.clause == "《青禾区新媒体管理暂行办法》第二条"
    assert told.clause_words.startswith("对管理不到位的账号")
    assert told.cited is not None
    written = "\n".join(_paragraphs(documents.notice(told, str)))
    assert told.clause_words in written
    with pytest.raises(Invalid):  # that edition was overtaken
        judged.propose()


def test_a_period_begins_and_ends_at_the_newsrooms_midnight(judged: Judged) -> None:
    judged.at(judged.now().replace(hour=16, minute=30) + timedelta(days=29))  # 1 April, 00:30
    judged.finding()
    with judged.database.unit(write=False) as session:
        april = queries.report(session, Period(date(2026, 4, 1), date(2026, 4, 1)))
        march = queries.report(session, Period(date(2026, 3, 31), date(2026, 3, 31)))
    assert (april.by_kind, march.by_kind) == ({"stale": 1}, {})
