"""Proposing topics and deciding on them at the daily meeting, the unhappy ways included."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy.orm import Session

from kitchen.core import bus, clock
from kitchen.core.access import Actor
from kitchen.core.errors import Forbidden, Invalid, Stale, WrongState
from kitchen.leads import queries as lead_queries
from kitchen.leads import service as leads
from kitchen.leads.rules import State as LeadState
from kitchen.papers import as_docx
from kitchen.topics import meeting, minutes, queries, service
from kitchen.topics.events import TopicApproved, TopicDecided
from kitchen.topics.models import Meeting, Topic
from kitchen.topics.rules import MACHINE, MEETING, Decision, MeetingState, Risk, State
from tests.fixtures.newsroom import Newsroom
from tests.topics.conftest import take_back


def _propose(session: Session, actor: Actor, title: str = "雨后道路抢修", **more: object) -> Topic:
    given = {"sources": [], "angle": "从居民出行看", "planned_on": None, **more}
    return service.propose(
        session, actor, title=title, forms=["text"], channels=["wechat"], **given
    )


def _open_meeting(session: Session, newsroom: Newsroom) -> Meeting:
    convened = meeting.convene(session, newsroom.chief, clock.today(session))
    for member in (newsroom.committee, newsroom.chief, newsroom.deputy):
        meeting.attend(session, member, convened)
    meeting.open_meeting(session, newsroom.chief, convened)
    return queries.the_meeting(session, convened.day)


def test_the_machines_leave_no_state_unreached() -> None:
    assert MACHINE.reachable() == {str(state) for state in State}
    assert MEETING.reachable() == {str(state) for state in MeetingState}


def test_a_topic_made_from_leads_takes_them_up(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        told = [
            leads.report(session, newsroom.reporter, title=f"积水{n}", body="路口积水。")
            for n in range(2)
        ]
        topic = _propose(session, newsroom.reporter, sources=told)
        uid = topic.uid
    with newsroom.database.unit(write=False) as session:
        topic = queries.the_topic(session, uid)
        assert topic.state == State.PROPOSED
        assert [lead.state for lead in topic.leads] == [LeadState.ADOPTED] * 2


def test_a_dropped_lead_makes_no_topic_and_nothing_stays(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        lead = leads.report(session, newsroom.reporter, title="积水", body="路口积水。")
        leads.drop(session, newsroom.editor, lead, "重复")
        uid = lead.uid
    with newsroom.database.unit() as session:
        with pytest.raises(WrongState):
            _propose(session, newsroom.reporter, sources=[lead_queries.the_lead(session, uid)])
        session.rollback()
    with newsroom.database.unit(write=False) as session:
        assert session.query(Topic).count() == 0


def test_only_the_proposer_and_the_committee_change_a_topic(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        topic = _propose(session, newsroom.reporter, as_draft=True)
        with pytest.raises(Forbidden):
            service.file(session, newsroom.second_reporter, topic)
        service.file(session, newsroom.reporter, topic)
        with pytest.raises(WrongState):
            service.revise(session, newsroom.reporter, topic, {"title": "改名"}, topic.version)


def test_a_stale_change_shows_what_stands_now(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        topic = _propose(session, newsroom.reporter, as_draft=True)
        seen = topic.version
        service.revise(session, newsroom.reporter, topic, {"title": "先改的"}, seen)
        with pytest.raises(Stale) as refused:
            service.revise(session, newsroom.chief, topic, {"title": "后改的"}, seen)
        assert refused.value.theirs == {"title": "先改的"}


def test_no_decision_without_a_quorum(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        _propose(session, newsroom.reporter)
        convened = meeting.convene(session, newsroom.chief, clock.today(session))
        meeting.attend(session, newsroom.chief, convened)
        with pytest.raises(WrongState) as refused:
            meeting.open_meeting(session, newsroom.chief, convened)
        assert refused.value.reason == "no_quorum"


@pytest.mark.parametrize(
    ("decision", "reason", "state"),
    [
        (Decision.APPROVE, "", State.APPROVED),
        (Decision.RETURN, "角度太大", State.RETURNED),
        (Decision.REJECT, "上周做过", State.REJECTED),
        (Decision.DEFER, "等数据", State.DEFERRED),
    ],
)
def test_the_committees_word_moves_the_topic(
    newsroom: Newsroom, decision: Decision, reason: str, state: State
) -> None:
    with newsroom.database.unit() as session:
        topic = _propose(session, newsroom.reporter)
        sitting = _open_meeting(session, newsroom)
        meeting.decide(
            session, newsroom.committee, sitting, topic, decision, reason=reason, risk=Risk.MAJOR
        )
        assert (topic.state, topic.reason, topic.risk) == (state, reason, Risk.MAJOR)
        assert TopicDecided(topic.id, decision, reason) in bus.emitted(session)
        approved = TopicApproved(topic.id) in bus.emitted(session)
        assert approved is (decision is Decision.APPROVE)


@pytest.mark.parametrize("decision", [Decision.RETURN, Decision.REJECT, Decision.DEFER])
def test_a_refusal_needs_its_reason(newsroom: Newsroom, decision: Decision) -> None:
    with newsroom.database.unit() as session:
        topic = _propose(session, newsroom.reporter)
        sitting = _open_meeting(session, newsroom)
        with pytest.raises(Invalid):
            meeting.decide(session, newsroom.committee, sitting, topic, decision, reason=" ")


def test_merging_names_another_open_topic(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        one = _propose(session, newsroom.reporter, "抢修一")
        two = _propose(session, newsroom.second_reporter, "抢修二")
        sitting = _open_meeting(session, newsroom)
        with pytest.raises(Invalid):
            meeting.decide(session, newsroom.committee, sitting, one, Decision.MERGE)
        meeting.decide(session, newsroom.committee, sitting, one, Decision.MERGE, merge_into=two)
        assert (one.state, one.merged_into_id) == (State.MERGED, two.id)


def test_nobody_decides_on_their_own_topic(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        topic = _propose(session, newsroom.committee)
        sitting = _open_meeting(session, newsroom)
        with pytest.raises(Forbidden):
            meeting.decide(session, newsroom.committee, sitting, topic, Decision.APPROVE)


def test_a_topic_is_decided_once_and_the_last_word_can_be_undone(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        topic = _propose(session, newsroom.reporter)
        sitting = _open_meeting(session, newsroom)
        meeting.decide(session, newsroom.committee, sitting, topic, Decision.APPROVE)
        with pytest.raises(WrongState):
            meeting.decide(session, newsroom.deputy, sitting, topic, Decision.APPROVE)
        taken = topic.uid, clock.now(session)
        meeting.undo_last(session, newsroom.deputy, sitting, *taken)
        assert topic.state == State.PROPOSED
        with pytest.raises(WrongState):
            meeting.undo_last(session, newsroom.deputy, sitting, *taken)


def test_only_members_who_are_there_decide_and_undo(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        topic = _propose(session, newsroom.reporter)
        sitting = _open_meeting(session, newsroom)
        with pytest.raises(Forbidden, match="到会的编委"):
            meeting.decide(session, newsroom.head, sitting, topic, Decision.APPROVE)
        meeting.decide(session, newsroom.committee, sitting, topic, Decision.APPROVE)
        with pytest.raises(Forbidden, match="到会的编委"):
            take_back(session, newsroom.head, sitting)


def test_nobody_undoes_the_decision_on_their_own_topic(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        topic = _propose(session, newsroom.committee)
        sitting = _open_meeting(session, newsroom)
        meeting.decide(session, newsroom.chief, sitting, topic, Decision.REJECT, reason="做过")
        with pytest.raises(Forbidden, match="自己报的"):
            take_back(session, newsroom.committee, sitting)
        take_back(session, newsroom.deputy, sitting)


def test_what_was_put_off_comes_back_to_the_next_agenda(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        topic = _propose(session, newsroom.reporter)
        sitting = _open_meeting(session, newsroom)
        meeting.decide(session, newsroom.committee, sitting, topic, Decision.DEFER, reason="等数据")
        meeting.close(session, newsroom.chief, sitting)
        session.info["shift"] = timedelta(days=1)
        session.info.pop("moment")
        tomorrow = meeting.convene(session, newsroom.chief, clock.today(session))
        assert [item.topic_id for item in tomorrow.items] == [topic.id]


def test_who_has_not_filed_by_the_cut_off_is_named(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        today = clock.today(session)
        session.info["now"] = queries.cut_off_of(today) - timedelta(minutes=1)
        session.info.pop("moment", None)
        _propose(session, newsroom.reporter)
        missing = {staff.username for staff in queries.who_has_not_filed(session, today)}
        assert missing == {"second_reporter"}


def test_the_minutes_write_themselves(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        topic = _propose(session, newsroom.reporter)
        _propose(session, newsroom.reporter, "没来得及议的选题")
        sitting = _open_meeting(session, newsroom)
        meeting.decide(
            session, newsroom.committee, sitting, topic, Decision.REJECT, reason="上周做过"
        )
        meeting.close(session, newsroom.chief, sitting)
        sitting = queries.the_meeting(session, sitting.day)
        yesterday = queries.yesterday_of(session, sitting.day)
        text = minutes.as_text(sitting, yesterday, str)
        assert "雨后道路抢修（测试reporter）：不做。上周做过" in text
        assert "没来得及议的选题" in text
        document = Document(BytesIO(as_docx(minutes.paper(sitting, yesterday, str))))
        assert any("上周做过" in paragraph.text for paragraph in document.paragraphs)


def test_two_members_deciding_at_once_leave_one_decision(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        uid = _propose(session, newsroom.reporter).uid
        day = _open_meeting(session, newsroom).day
    with newsroom.database.unit() as session:
        meeting.decide(
            session,
            newsroom.committee,
            queries.the_meeting(session, day),
            queries.the_topic(session, uid),
            Decision.APPROVE,
        )
    with newsroom.database.unit() as session, pytest.raises(WrongState):
        meeting.decide(
            session,
            newsroom.deputy,
            queries.the_meeting(session, day),
            queries.the_topic(session, uid),
            Decision.REJECT,
            reason="晚了一步",
        )
