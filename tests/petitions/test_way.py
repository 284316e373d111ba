"""The way of a question: its receipt at any hour, the answer, a second round, and no third."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.clock import CENTRE
from kitchen.core.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from kitchen.notifications.models import Notice
from kitchen.petitions import asking, handling, late, queries, service
from kitchen.petitions.asking import Question
from kitchen.petitions.models import Petition, Rating
from kitchen.petitions.rules import Handling, State, Step
from tests.petitions.conftest import QUESTION, REPLY, TRAFFIC, Office

MONDAY = datetime(2026, 11, 23, 10, tzinfo=CENTRE)


@pytest.fixture(autouse=True)
def monday(office: Office) -> None:
    office.at(MONDAY)


def _heard(office: Office, role: str) -> list[str]:
    """What somebody was told, by the words before they are filled in."""
    with office.unit() as session:
        who = office.newsroom.actors[role].id
        return list(session.scalars(select(Notice.text).where(Notice.staff_id == who)))


def test_a_question_is_handed_out_answered_reviewed_and_rated(office: Office) -> None:
    code = office.ask()
    assert "新的问政：“%(title)s”" in _heard(office, "duty")
    petition = office.hand(code)
    assert petition.state == State.HANDED
    assert petition.due_at == datetime(2026, 11, 30, 18, tzinfo=CENTRE)
    assert "请答复问政“%(title)s”" in _heard(office, "clerk")
    assert _heard(office, "stranger") == []
    office.reply(code)
    answered = office.do(
        code, lambda session, it: handling.pass_reply(session, office.newsroom.deputy, it)
    )
    assert (answered.state, answered.due_at, answered.call_at) == (State.ANSWERED, None, None)
    office.do(code, lambda session, it: asking.rate(session, it, 5, "修得快"))
    with office.unit() as session:
        told = [(step.step, step.words) for step in asking.way_of(session, answered)]
    assert (Step.ANSWERED, REPLY) in told
    assert (Step.RATED, "5 · 修得快") in told
    assert Step.REPLIED not in {step for step, _ in told}  # nobody reads it before its review


def test_a_second_round_and_no_third(office: Office) -> None:
    code = office.ask()
    office.answer(code)
    with pytest.raises(WrongState):
        office.do(code, lambda session, it: asking.ask_again(session, it, "还没有亮"))
    office.do(code, lambda session, it: asking.rate(session, it, 2, ""))
    again = office.do(code, lambda session, it: asking.ask_again(session, it, "还有三盏没有亮"))
    assert (again.state, again.round) == (State.HANDED, 2)
    office.do(
        code, lambda session, it: asking.ask_again(session, it, "还有三盏没有亮")
    )  # sent twice
    office.reply(code, "剩下三盏今天已经换好，请再看看。")
    office.do(code, lambda session, it: handling.pass_reply(session, office.newsroom.deputy, it))
    office.do(code, lambda session, it: asking.rate(session, it, 1, ""))
    with pytest.raises(WrongState):
        office.do(code, lambda session, it: asking.ask_again(session, it, "第三轮"))
    with office.unit() as session:
        scores = session.execute(select(Rating.round, Rating.score).order_by(Rating.round))
        assert [(one, score) for one, score in scores] == [(1, 2), (2, 1)]


def test_a_content_petitioner_has_no_second_round(office: Office) -> None:
    code = office.ask()
    office.answer(code)
    office.do(code, lambda session, it: asking.rate(session, it, 3, ""))
    with pytest.raises(WrongState):
        office.do(code, lambda session, it: asking.ask_again(session, it, "还想问"))


def test_a_unit_gives_a_petition_back_once(office: Office) -> None:
    code = office.ask()
    office.hand(code)
    back = office.do(
        code, lambda session, it: handling.send_back(session, office.clerk, it, "归交通局管")
    )
    assert (back.state, back.returns) == (State.ACCEPTED, 1)
    with office.unit() as session, pytest.raises(NotFound):
        queries.the_petition(session, office.clerk, back.uid)
    with office.unit() as session:
        traffic = queries.the_department(session, office.newsroom.units[TRAFFIC].uid)
        found = asking.find(session, code)
        service.hand(session, office.newsroom.duty, found, traffic)
    with pytest.raises(WrongState, match="退回过"):
        office.do(
            code, lambda session, it: handling.send_back(session, office.stranger, it, "不归我")
        )


def test_a_return_says_why(office: Office) -> None:
    code = office.ask()
    office.hand(code)
    with pytest.raises(Invalid):
        office.do(code, lambda session, it: handling.send_back(session, office.clerk, it, "  "))


def test_of_two_who_reply_at_once_the_second_sees_the_first(office: Office) -> None:
    code = office.ask()
    seen = office.hand(code).transfers[0].version
    office.do(code, lambda session, it: handling.reply(session, office.clerk, it, REPLY, seen))
    with pytest.raises(Stale) as refused:
        office.do(
            code,
            lambda session, it: handling.reply(
                session, office.second_clerk, it, "另一种答复", seen
            ),
        )
    assert refused.value.theirs == {"reply": REPLY}


def test_nobody_reviews_their_own_reply(office: Office) -> None:
    """Who sorts at the centre may answer for it, and holds no review; a leader who does both may
    not do both here.
    """
    code = office.ask()
    office.hand(code, "青禾区融媒体中心")
    both = office.newsroom.deputy
    grants = {**both.grants, "petitions.reply": both.grants["petitions.review"]}
    author = replace(both, grants=grants)
    office.do(code, lambda session, it: handling.reply(session, author, it, REPLY))
    for act in (handling.pass_reply, lambda s, a, p: handling.rework(s, a, p, "不清楚")):
        with pytest.raises(Forbidden):
            office.do(code, lambda session, it, act=act: act(session, author, it))
    office.do(code, lambda session, it: handling.pass_reply(session, office.newsroom.committee, it))


def test_a_reply_comes_back_with_what_is_missing(office: Office) -> None:
    code = office.ask()
    first = office.hand(code).transfers[0].due_at
    office.later(days=6)  # a Sunday: the term ends tomorrow
    office.reply(code)
    deputy = office.newsroom.deputy
    back = office.do(code, lambda session, it: handling.rework(session, deputy, it, "没写谁负责"))
    assert back.transfers[0].state == Handling.OPEN
    assert back.transfers[0].note == "没写谁负责"
    assert back.due_at == datetime(2026, 12, 1, 18, tzinfo=CENTRE) > first
    office.reply(code)
    office.do(code, lambda session, it: handling.retract(session, office.second_clerk, it))
    assert office.reply(code).state == State.REVIEWING


def test_more_time_once_and_only_while_the_term_runs(office: Office) -> None:
    code = office.ask()
    office.hand(code)
    for days in (0, 6):
        with pytest.raises(Invalid) as refused:
            office.do(
                code,
                lambda session, it, days=days: handling.ask_for_time(
                    session, office.clerk, it, days, "要定材料"
                ),
            )
        assert set(refused.value.fields) == {"days"}

    def ask(session: Session, petition: Petition) -> None:
        handling.ask_for_time(session, office.clerk, petition, 5, "要定材料")

    office.do(code, ask)
    duty = office.newsroom.duty
    granted = office.do(code, lambda session, it: handling.grant_time(session, duty, it))
    assert granted.due_at == datetime(2026, 12, 7, 18, tzinfo=CENTRE) == granted.transfers[0].due_at
    with pytest.raises(WrongState, match="只能申请一次"):
        office.do(code, ask)
    other = office.ask(Question("公交站牌倒了", "云溪路公交站牌倒了三天没有人管。"))
    office.hand(other)
    office.later(days=30)
    with pytest.raises(WrongState, match="期限已过"):
        office.do(other, ask)


def test_a_unit_sees_its_own_only_and_no_inside(office: Office) -> None:
    mine, other = office.hand(office.ask()), office.hand(office.ask(), TRAFFIC)
    waiting = office.ask()
    with office.unit() as session:
        page = queries.page_of_petitions(session, office.clerk)
        assert [each.uid for each in page.items] == [mine.uid]
        for uid in (other.uid, asking.find(session, waiting).uid):
            with pytest.raises(NotFound):
                queries.the_petition(session, office.clerk, uid)
        found = queries.the_petition(session, office.clerk, mine.uid)
        with pytest.raises(Forbidden):
            service.refuse(session, office.clerk, found, "不想办")
        with pytest.raises(Forbidden):
            handling.pass_reply(session, office.clerk, found)
        service.urge(session, office.newsroom.duty, found)
        steps = {step.step for step in queries.steps_of(session, found, office.clerk)}
        assert Step.HANDED in steps
        assert Step.URGED not in steps
    with office.unit() as session, pytest.raises(Forbidden):
        found = session.get_one(Petition, other.id)
        handling.reply(session, office.clerk, found, REPLY)


def test_a_call_back_hides_it_from_its_unit(office: Office) -> None:
    code = office.ask()
    uid = office.hand(code).uid
    duty = office.newsroom.duty
    back = office.do(code, lambda session, it: service.call_back(session, duty, it, "交错了"))
    assert back.transfers[0].state == Handling.CALLED_BACK
    with office.unit() as session, pytest.raises(NotFound):
        queries.the_petition(session, office.clerk, uid)


def test_refusing_says_why_and_can_be_undone(office: Office) -> None:
    code = office.ask()
    duty = office.newsroom.duty
    with pytest.raises(Invalid):
        office.do(code, lambda session, it: service.refuse(session, duty, it, ""))
    refused = office.do(code, lambda session, it: service.refuse(session, duty, it, "属法院管辖"))
    assert (refused.state, refused.call_at) == (State.REFUSED, None)
    with pytest.raises(WrongState):
        office.do(code, lambda session, it: asking.add(session, it, "再说几句"))
    anew = office.do(code, lambda session, it: service.reconsider(session, duty, it))
    assert (anew.state, anew.reason) == (State.RECEIVED, "")
    assert anew.call_at is not None


def test_who_asked_the_same_reads_the_same_answer(office: Office) -> None:
    first, same = office.ask(), office.ask(Question("路灯坏了", "青禾大道北段路灯坏了很久，不亮。"))
    with office.unit() as session:
        into, merged = asking.find(session, first), asking.find(session, same)
        assert into.id in {each.id for each, _ in queries.resembling(session, merged)}
        with pytest.raises(Invalid):
            service.merge(session, office.newsroom.duty, into, into)
        service.merge(session, office.newsroom.duty, merged, into)
    office.do(first, lambda session, it: asking.add(session, it, "我住三号楼"))
    office.answer(first)
    with office.unit() as session:
        told = [step.words for step in asking.way_of(session, asking.find(session, same))]
    assert REPLY in told
    assert "我住三号楼" not in told  # that is the other's


def test_whoever_must_act_is_called_before_at_and_after_the_term(office: Office) -> None:
    """Hours, then days: the keeper, then the desk, then the leaders; each once."""
    database = office.newsroom.database
    office.hand(office.ask())  # due on Monday at 18:00
    soon, over = "快到期了：问政“%(title)s”", "已超时：问政“%(title)s”"
    office.at(datetime(2026, 11, 30, 13, 59, tzinfo=CENTRE))
    assert late.call(database) == 0
    office.at(datetime(2026, 11, 30, 14, 0, tzinfo=CENTRE))
    assert late.call(database) == 1
    assert late.call(database) == 0
    assert soon in _heard(office, "clerk")
    assert soon not in _heard(office, "duty")
    office.at(datetime(2026, 11, 30, 18, 0, tzinfo=CENTRE))
    assert late.call(database) == 1
    assert over in _heard(office, "duty")
    assert over not in _heard(office, "head")
    office.at(datetime(2026, 12, 1, 18, 0, tzinfo=CENTRE))
    assert late.call(database) == 1
    assert "超时很久没有办：问政“%(title)s”" in _heard(office, "head")
    office.later(days=90)
    assert late.call(database) == 0


def test_who_asks_is_sealed_and_each_look_is_recorded(office: Office) -> None:
    code = office.ask(
        Question("井盖松了", "云溪路口的井盖松了，骑车危险。", contact="13800138000 王")
    )
    with office.unit() as session:
        petition = asking.find(session, code)
        assert "13800138000" not in petition.contact_sealed
        for who in (office.clerk, office.newsroom.chief, office.newsroom.deputy):
            with pytest.raises(Forbidden):
                service.read_contact(session, who, petition)
        assert service.read_contact(session, office.newsroom.duty, petition) == "13800138000 王"
    with office.unit() as session:
        looks = [entry.action for entry in audit.history(session, petition)]
    assert looks[0] == "read_contact"


def test_a_question_is_received_at_midnight_on_a_holiday(office: Office) -> None:
    office.at(datetime(2026, 10, 1, 0, 0, tzinfo=CENTRE))
    code = office.ask()
    with office.unit() as session:
        petition = asking.find(session, code)
    assert petition.created_at + timedelta(hours=24) == petition.due_at
    assert QUESTION.title == petition.title
    assert petition.unit_id == office.newsroom.units["青禾区融媒体中心"].id
