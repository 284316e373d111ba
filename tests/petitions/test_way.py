"""The way of a question: from its receipt at any hour to the answer, a second round, and no third."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from kitchen.core import audit
from kitchen.core.clock import CENTRE
from kitchen.core.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from kitchen.notifications.models import Notice
from kitchen.petitions import asking, handling, late, queries, service
from kitchen.petitions.asking import Question
from kitchen.petitions.models import Petition, Rating
from kitchen.petitions.rules import Handling, State, Step
from tests.petitions.conftest import QUESTION, REPLY, TOWN, TRAFFIC, Desk

MONDAY = datetime(2026, 11, 23, 10, tzinfo=CENTRE)


@pytest.fixture(autouse=True)
def monday(desk: Desk) -> None:
    desk.at(MONDAY)


def _heard(desk: Desk, role: str) -> list[str]:
    """What somebody was told, by the words before they are filled in."""
    with desk.unit() as session:
        who = desk.newsroom.actors[role].id
        return list(session.scalars(select(Notice.text).where(Notice.staff_id == who)))


def test_a_question_is_handed_out_answered_reviewed_and_rated(desk: Desk) -> None:
    code = desk.ask()
    assert "新的问政：“%(title)s”" in _heard(desk, "duty")
    petition = desk.hand(code)
    assert petition.state == State.HANDED
    assert petition.due_at == datetime(2026, 11, 30, 18, tzinfo=CENTRE)
    assert "请答复问政“%(title)s”" in _heard(desk, "clerk")
    assert _heard(desk, "stranger") == []
    desk.reply(code)
    answered = desk.do(
        code, lambda session, it: handling.pass_reply(session, desk.newsroom.deputy, it)
    )
    assert (answered.state, answered.due_at, answered.call_at) == (State.ANSWERED, None, None)
    desk.do(code, lambda session, it: asking.rate(session, it, 5, "修得快"))
    with desk.unit() as session:
        told = [(step.step, step.words) for step in asking.way_of(session, answered)]
    assert (Step.ANSWERED, REPLY) in told
    assert (Step.RATED, "5 · 修得快") in told
    assert Step.REPLIED not in {step for step, _ in told}  # nobody reads it before its review


def test_a_second_round_and_no_third(desk: Desk) -> None:
    code = desk.ask()
    desk.answer(code)
    with pytest.raises(WrongState):
        desk.do(code, lambda session, it: asking.ask_again(session, it, "还没有亮"))
    desk.do(code, lambda session, it: asking.rate(session, it, 2, ""))
    again = desk.do(code, lambda session, it: asking.ask_again(session, it, "还有三盏没有亮"))
    assert (again.state, again.round) == (State.HANDED, 2)
    desk.do(code, lambda session, it: asking.ask_again(session, it, "还有三盏没有亮"))  # sent twice
    desk.reply(code, "剩下三盏今天已经换好，请再看看。")
    desk.do(code, lambda session, it: handling.pass_reply(session, desk.newsroom.deputy, it))
    desk.do(code, lambda session, it: asking.rate(session, it, 1, ""))
    with pytest.raises(WrongState):
        desk.do(code, lambda session, it: asking.ask_again(session, it, "第三轮"))
    with desk.unit() as session:
        scores = session.execute(select(Rating.round, Rating.score).order_by(Rating.round))
        assert [(one, score) for one, score in scores] == [(1, 2), (2, 1)]


def test_a_content_petitioner_has_no_second_round(desk: Desk) -> None:
    code = desk.ask()
    desk.answer(code)
    desk.do(code, lambda session, it: asking.rate(session, it, 3, ""))
    with pytest.raises(WrongState):
        desk.do(code, lambda session, it: asking.ask_again(session, it, "还想问"))


def test_a_unit_gives_a_petition_back_once(desk: Desk) -> None:
    code = desk.ask()
    desk.hand(code)
    back = desk.do(
        code, lambda session, it: handling.send_back(session, desk.clerk, it, "归交通局管")
    )
    assert (back.state, back.returns) == (State.ACCEPTED, 1)
    with desk.unit() as session, pytest.raises(NotFound):
        queries.the_petition(session, desk.clerk, back.uid)
    with desk.unit() as session:
        traffic = queries.the_department(session, desk.newsroom.units[TRAFFIC].uid)
        found = asking.find(session, code)
        service.hand(session, desk.newsroom.duty, found, traffic)
    with pytest.raises(WrongState, match="退回过"):
        desk.do(code, lambda session, it: handling.send_back(session, desk.stranger, it, "不归我"))


def test_a_return_says_why(desk: Desk) -> None:
    code = desk.ask()
    desk.hand(code)
    with pytest.raises(Invalid):
        desk.do(code, lambda session, it: handling.send_back(session, desk.clerk, it, "  "))


def test_of_two_who_reply_at_once_the_second_sees_the_first(desk: Desk) -> None:
    code = desk.ask()
    seen = desk.hand(code).transfers[0].version
    desk.do(code, lambda session, it: handling.reply(session, desk.clerk, it, REPLY, seen))
    with pytest.raises(Stale) as refused:
        desk.do(
            code,
            lambda session, it: handling.reply(session, desk.second_clerk, it, "另一种答复", seen),
        )
    assert refused.value.theirs == {"reply": REPLY}


def test_nobody_reviews_their_own_reply(desk: Desk) -> None:
    """Who sorts at the centre may answer for it, and holds no review; a leader who does both may
    not do both here.
    """
    code = desk.ask()
    desk.hand(code, "青禾区融媒体中心")
    both = desk.newsroom.deputy
    grants = {**both.grants, "petitions.reply": both.grants["petitions.review"]}
    author = type(both)(**{**{k: getattr(both, k) for k in both.__slots__}, "grants": grants})
    desk.do(code, lambda session, it: handling.reply(session, author, it, REPLY))
    for act in (handling.pass_reply, lambda s, a, p: handling.rework(s, a, p, "不清楚")):
        with pytest.raises(Forbidden):
            desk.do(code, lambda session, it, act=act: act(session, author, it))
    desk.do(code, lambda session, it: handling.pass_reply(session, desk.newsroom.committee, it))


def test_a_reply_comes_back_with_what_is_missing(desk: Desk) -> None:
    code = desk.ask()
    first = desk.hand(code).transfers[0].due_at
    desk.later(days=6)  # a Sunday: the term ends tomorrow
    desk.reply(code)
    deputy = desk.newsroom.deputy
    back = desk.do(code, lambda session, it: handling.rework(session, deputy, it, "没写谁负责"))
    assert back.transfers[0].state == Handling.OPEN
    assert back.transfers[0].note == "没写谁负责"
    assert back.due_at == datetime(2026, 12, 1, 18, tzinfo=CENTRE) > first
    desk.reply(code)
    desk.do(code, lambda session, it: handling.retract(session, desk.second_clerk, it))
    assert desk.reply(code).state == State.REVIEWING


def test_more_time_once_and_only_while_the_term_runs(desk: Desk) -> None:
    code = desk.ask()
    desk.hand(code)
    for days in (0, 6):
        with pytest.raises(Invalid) as refused:
            desk.do(
                code,
                lambda session, it, days=days: handling.ask_for_time(
                    session, desk.clerk, it, days, "要定材料"
                ),
            )
        assert set(refused.value.fields) == {"days"}
    ask = lambda session, it: handling.ask_for_time(session, desk.clerk, it, 5, "要定材料")  # noqa: E731
    desk.do(code, ask)
    duty = desk.newsroom.duty
    granted = desk.do(code, lambda session, it: handling.grant_time(session, duty, it))
    assert granted.due_at == datetime(2026, 12, 7, 18, tzinfo=CENTRE) == granted.transfers[0].due_at
    with pytest.raises(WrongState, match="只能申请一次"):
        desk.do(code, ask)
    other = desk.ask(Question("公交站牌倒了", "云溪路公交站牌倒了三天没有人管。"))
    desk.hand(other)
    desk.later(days=30)
    with pytest.raises(WrongState, match="期限已过"):
        desk.do(other, ask)


def test_a_unit_sees_its_own_only_and_no_inside(desk: Desk) -> None:
    mine, other = desk.hand(desk.ask()), desk.hand(desk.ask(), TRAFFIC)
    waiting = desk.ask()
    with desk.unit() as session:
        page = queries.page_of_petitions(session, desk.clerk)
        assert [each.uid for each in page.items] == [mine.uid]
        for uid in (other.uid, asking.find(session, waiting).uid):
            with pytest.raises(NotFound):
                queries.the_petition(session, desk.clerk, uid)
        found = queries.the_petition(session, desk.clerk, mine.uid)
        with pytest.raises(Forbidden):
            service.refuse(session, desk.clerk, found, "不想办")
        with pytest.raises(Forbidden):
            handling.pass_reply(session, desk.clerk, found)
        service.urge(session, desk.newsroom.duty, found)
        steps = {step.step for step in queries.steps_of(session, found, desk.clerk)}
        assert Step.HANDED in steps
        assert Step.URGED not in steps
    with desk.unit() as session, pytest.raises(Forbidden):
        found = session.get_one(Petition, other.id)
        handling.reply(session, desk.clerk, found, REPLY)


def test_a_call_back_hides_it_from_its_unit(desk: Desk) -> None:
    code = desk.ask()
    uid = desk.hand(code).uid
    duty = desk.newsroom.duty
    back = desk.do(code, lambda session, it: service.call_back(session, duty, it, "交错了"))
    assert back.transfers[0].state == Handling.CALLED_BACK
    with desk.unit() as session, pytest.raises(NotFound):
        queries.the_petition(session, desk.clerk, uid)


def test_refusing_says_why_and_can_be_undone(desk: Desk) -> None:
    code = desk.ask()
    duty = desk.newsroom.duty
    with pytest.raises(Invalid):
        desk.do(code, lambda session, it: service.refuse(session, duty, it, ""))
    refused = desk.do(code, lambda session, it: service.refuse(session, duty, it, "属法院管辖"))
    assert (refused.state, refused.call_at) == (State.REFUSED, None)
    with pytest.raises(WrongState):
        desk.do(code, lambda session, it: asking.add(session, it, "再说几句"))
    anew = desk.do(code, lambda session, it: service.reconsider(session, duty, it))
    assert (anew.state, anew.reason) == (State.RECEIVED, "")
    assert anew.call_at is not None


def test_who_asked_the_same_reads_the_same_answer(desk: Desk) -> None:
    first, same = desk.ask(), desk.ask(Question("路灯坏了", "青禾大道北段路灯坏了很久，不亮。"))
    with desk.unit() as session:
        into, merged = asking.find(session, first), asking.find(session, same)
        assert into.id in {each.id for each, _ in queries.resembling(session, merged)}
        with pytest.raises(Invalid):
            service.merge(session, desk.newsroom.duty, into, into)
        service.merge(session, desk.newsroom.duty, merged, into)
    desk.do(first, lambda session, it: asking.add(session, it, "我住三号楼"))
    desk.answer(first)
    with desk.unit() as session:
        told = [step.words for step in asking.way_of(session, asking.find(session, same))]
    assert REPLY in told
    assert "我住三号楼" not in told  # that is the other's


def test_whoever_must_act_is_called_before_at_and_after_the_term(desk: Desk) -> None:
    """Hours, then days: the keeper, then the desk, then the leaders; each once."""
    database = desk.newsroom.database
    desk.hand(desk.ask())  # due on Monday at 18:00
    soon, over = "快到期了：问政“%(title)s”", "已超时：问政“%(title)s”"
    desk.at(datetime(2026, 11, 30, 13, 59, tzinfo=CENTRE))
    assert late.call(database) == 0
    desk.at(datetime(2026, 11, 30, 14, 0, tzinfo=CENTRE))
    assert late.call(database) == 1
    assert late.call(database) == 0
    assert soon in _heard(desk, "clerk")
    assert soon not in _heard(desk, "duty")
    desk.at(datetime(2026, 11, 30, 18, 0, tzinfo=CENTRE))
    assert late.call(database) == 1
    assert over in _heard(desk, "duty")
    assert over not in _heard(desk, "head")
    desk.at(datetime(2026, 12, 1, 18, 0, tzinfo=CENTRE))
    assert late.call(database) == 1
    assert "超时很久没有办：问政“%(title)s”" in _heard(desk, "head")
    desk.later(days=90)
    assert late.call(database) == 0


def test_who_asks_is_sealed_and_each_look_is_recorded(desk: Desk) -> None:
    code = desk.ask(
        Question("井盖松了", "云溪路口的井盖松了，骑车危险。", contact="13800138000 王")
    )
    with desk.unit() as session:
        petition = asking.find(session, code)
        assert "13800138000" not in petition.contact_sealed
        for who in (desk.clerk, desk.newsroom.chief, desk.newsroom.deputy):
            with pytest.raises(Forbidden):
                service.read_contact(session, who, petition)
        assert service.read_contact(session, desk.newsroom.duty, petition) == "13800138000 王"
    with desk.unit() as session:
        looks = [entry.action for entry in audit.history(session, petition)]
    assert looks[0] == "read_contact"


def test_a_question_is_received_at_midnight_on_a_holiday(desk: Desk) -> None:
    desk.at(datetime(2026, 10, 1, 0, 0, tzinfo=CENTRE))
    code = desk.ask()
    with desk.unit() as session:
        petition = asking.find(session, code)
    assert petition.created_at + timedelta(hours=24) == petition.due_at
    assert QUESTION.title == petition.title
    assert petition.unit_id == desk.newsroom.units["青禾区融媒体中心"].id
