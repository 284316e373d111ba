"""Findings on their way: ordered, mended, looked at again, dismissed, late; samples."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest
from sqlalchemy import select

from kitchen.core import calendar
from kitchen.core.calendar import CalendarDay
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.notifications.models import Notice
from kitchen.patrols import findings, queries, sampling
from kitchen.patrols.models import Finding, Sample
from kitchen.patrols.rules import Kind, Severity, drawn
from tests.patrols.conftest import MONDAY, Patrolled


@pytest.fixture
def stale(patrolled: Patrolled) -> str:
    """The uid of a finding: eight days of silence."""
    patrolled.tell(last_post_at=MONDAY - timedelta(days=8))
    patrolled.round()
    return patrolled.found()[0].uid


def the(patrolled: Patrolled) -> Finding:
    return patrolled.found()[0]


def told(patrolled: Patrolled, words: str) -> set[int]:
    with patrolled.database.unit(write=False) as session:
        return {each.staff_id for each in session.scalars(select(Notice)) if words in each.text}


def test_it_is_ordered_mended_looked_at_again_and_closed(patrolled: Patrolled, stale: str) -> None:
    inspector, operator = patrolled.newsroom.inspector, patrolled.newsroom.operator
    patrolled.do("order", inspector, stale, "请尽快更新")
    assert the(patrolled).due_on == date(2026, 3, 9)
    assert operator.id in told(patrolled, "请按期整改")
    patrolled.do("report", operator, stale, "已恢复日更")
    assert told(patrolled, "请复查") == {inspector.id}
    with pytest.raises(WrongState) as refused:
        patrolled.do("close", inspector, stale)
    assert refused.value.reason == "still_there"
    patrolled.tell(last_post_at=patrolled.now())
    patrolled.do("close", inspector, stale, "已更新")
    finding = the(patrolled)
    assert (finding.state, finding.verdict) == ("closed", "已更新")
    assert finding.evidence[-1].seen["struck"] is False


def test_a_second_look_in_vain_begins_a_new_term(patrolled: Patrolled, stale: str) -> None:
    inspector, operator = patrolled.newsroom.inspector, patrolled.newsroom.operator
    patrolled.do("order", inspector, stale)
    patrolled.do("report", operator, stale, "已整改")
    patrolled.later(days=3)
    with pytest.raises(Invalid):
        patrolled.do("reopen", inspector, stale, " ")
    patrolled.do("reopen", inspector, stale, "没有看到新内容")
    assert (the(patrolled).state, the(patrolled).due_on) == ("mending", date(2026, 3, 12))


def test_only_those_who_may_move_it_and_no_move_is_made_twice(
    patrolled: Patrolled, stale: str
) -> None:
    newsroom = patrolled.newsroom
    for verb, actor in (("order", newsroom.operator), ("dismiss", newsroom.editor)):
        with pytest.raises(Forbidden):
            patrolled.do(verb, actor, stale, "理由")
    patrolled.do("order", newsroom.inspector, stale)
    with pytest.raises(WrongState):
        patrolled.do("order", newsroom.inspector, stale)
    with pytest.raises(Forbidden):
        patrolled.do("report", newsroom.town_editor, stale, "不是我的号")
    with pytest.raises(Invalid):
        patrolled.do("report", newsroom.operator, stale, "")


def test_a_false_alarm_wants_a_reason_is_not_raised_again_and_can_be_taken_back(
    patrolled: Patrolled, stale: str
) -> None:
    inspector = patrolled.newsroom.inspector
    with pytest.raises(Invalid):
        patrolled.do("dismiss", inspector, stale, "")
    patrolled.do("dismiss", inspector, stale, "节目停播公告已报备")
    patrolled.later(days=10)
    patrolled.round()
    assert [each.state for each in patrolled.found()] == ["false_alarm"]
    assert the(patrolled).severity == "warn"
    patrolled.do("revive", inspector, stale)
    patrolled.round()
    assert the(patrolled).state == "open"


def test_what_is_closed_may_be_found_again(patrolled: Patrolled) -> None:
    inspector, operator = patrolled.newsroom.inspector, patrolled.newsroom.operator
    patrolled.tell(waiting=1, waiting_since=MONDAY - timedelta(days=2))
    patrolled.round()
    uid = the(patrolled).uid
    patrolled.do("order", inspector, uid)
    patrolled.do("report", operator, uid, "已答复")
    patrolled.tell(waiting=0)
    patrolled.do("close", inspector, uid)
    patrolled.tell(waiting=1, waiting_since=MONDAY - timedelta(days=2))
    patrolled.later(days=1)
    patrolled.round()
    assert [each.state for each in patrolled.found()] == ["closed", "open"]


def test_a_term_runs_over_no_holiday_and_ends_with_its_day(
    patrolled: Patrolled, stale: str
) -> None:
    with patrolled.database.unit() as session:
        for day, working in ((3, False), (4, False), (7, True)):
            session.add(CalendarDay(day=date(2026, 3, day), working=working))
    patrolled.do("order", patrolled.newsroom.inspector, stale)
    assert the(patrolled).due_on == date(2026, 3, 10)
    last_minute = calendar.end_of(date(2026, 3, 10)) - timedelta(minutes=1)
    patrolled.at(last_minute.astimezone(UTC))
    findings.call_late(patrolled.database)
    assert told(patrolled, "已经逾期") == set()
    patrolled.later(minutes=2)
    for _ in range(2):
        findings.call_late(patrolled.database)
    heard = told(patrolled, "已经逾期")
    newsroom = patrolled.newsroom
    assert {newsroom.operator.id, newsroom.inspector.id} <= heard
    with patrolled.database.unit(write=False) as session:
        late = queries.page_of_findings(session, state="late").items
        calls = [each for each in session.scalars(select(Notice)) if "已经逾期" in each.text]
        assert ([each.uid for each in late], len(calls)) == ([stale], len(heard))


def test_what_a_person_finds_wants_words_and_only_risks_that_people_name(
    patrolled: Patrolled,
) -> None:
    inspector, account = patrolled.newsroom.inspector, patrolled.accounts["青禾发布"]
    for kind, words, field in ((Kind.STALE, "不更新", "kind"), (Kind.ERRORS, " ", "words")):
        with patrolled.database.unit() as session, pytest.raises(Invalid) as refused:
            findings.note_by_hand(
                session, inspector, account, kind=kind, severity=Severity.WARN, words=words
            )
        assert field in refused.value.fields


# --- samples ---


def draw(patrolled: Patrolled, size: int = 1, channel: str = "") -> Sample:
    with patrolled.database.unit() as session:
        made = sampling.draw(
            session, patrolled.newsroom.inspector, size=size, channel=channel, note="季度抽查"
        )
    with patrolled.database.unit(write=False) as session:
        return queries.the_sample(session, made.uid)


def test_a_sample_says_how_it_was_drawn_so_that_anybody_can_draw_it_again(
    patrolled: Patrolled,
) -> None:
    sample = draw(patrolled)
    uids = sorted(each.uid for each in patrolled.accounts.values())
    assert sample.population == 2
    assert [each.account.uid for each in sample.looks] == drawn(sample.seed, uids, 1)
    assert draw(patrolled).seed != sample.seed


def test_a_sample_of_nothing_or_of_too_much_is_refused(patrolled: Patrolled) -> None:
    for size, channel, field in ((0, "", "size"), (501, "", "size"), (1, "weibo", "channel")):
        with pytest.raises(Invalid) as refused:
            draw(patrolled, size, channel)
        assert field in refused.value.fields
    with patrolled.database.unit() as session, pytest.raises(Forbidden):
        sampling.draw(session, patrolled.newsroom.reporter, size=1)


def test_nobody_draws_accounts_that_they_may_not_inspect(patrolled: Patrolled) -> None:
    newsroom = patrolled.newsroom
    newsroom.inspector.grants["patrols.inspect"] = frozenset({newsroom.units["云溪街道"].id})
    sample = draw(patrolled, 2)
    assert sample.population == 1
    assert [each.account.name for each in sample.looks] == ["云溪街道"]


def test_a_look_is_noted_once_and_what_is_wrong_becomes_a_finding(patrolled: Patrolled) -> None:
    inspector = patrolled.newsroom.inspector
    with patrolled.database.unit() as session:
        for account in ("青禾发布", "云溪街道"):
            account_row = patrolled.accounts[account]
            sample = sampling.draw(session, inspector, size=2)
            look = queries.the_look(queries.the_sample(session, sample.uid), account_row.uid)
            kind = Kind.SELF_TALK if account == "青禾发布" else None
            found = sampling.note_look(session, inspector, look, note="只有自己点赞", kind=kind)
            assert (found is not None) is (kind is not None)
            with pytest.raises(WrongState):
                sampling.note_look(session, inspector, look)
    (finding,) = patrolled.found()
    assert (finding.kind, finding.found_by_id) == ("self_talk", inspector.id)
    assert finding.evidence[0].seen["words"] == "只有自己点赞"
