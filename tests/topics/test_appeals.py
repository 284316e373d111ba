"""Appeals: once, in time, with a reason; decided again on the next agenda, and that is final."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from kitchen.core import bus, clock
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.topics import appeals, meeting, minutes, queries, service
from kitchen.topics.events import TopicAppealed
from kitchen.topics.models import Meeting, Topic
from kitchen.topics.rules import Decision, State, in_time
from tests.fixtures.newsroom import Door, Newsroom
from tests.topics.conftest import Sitting, take_back, topic_called


def _decided(sitting: Sitting, decision: Decision, reason: str = "近期做过") -> None:
    with sitting.unit() as (session, found):
        topic = topic_called(session, "选题一")
        meeting.decide(session, sitting.newsroom.chief, found, topic, decision, reason=reason)


def _later(session: Session, **span: int) -> None:
    session.info["shift"] = timedelta(**span)
    session.info.pop("moment", None)


def _next_meeting(session: Session, newsroom: Newsroom) -> Meeting:
    _later(session, days=1)
    convened = meeting.convene(session, newsroom.chief, clock.today(session))
    for member in (newsroom.committee, newsroom.chief, newsroom.deputy):
        meeting.attend(session, member, convened)
    meeting.open_meeting(session, newsroom.chief, convened)
    return queries.the_meeting(session, convened.day)


def _appealed(sitting: Sitting, reason: str = "有新的一手材料") -> None:
    with sitting.unit() as (session, _):
        topic = topic_called(session, "选题一")
        appeals.appeal(session, sitting.newsroom.reporter, topic, reason)


@pytest.mark.parametrize("decision", [Decision.REJECT, Decision.RETURN])
def test_an_appeal_comes_onto_the_next_agenda_marked(sitting: Sitting, decision: Decision) -> None:
    _decided(sitting, decision)
    _appealed(sitting)
    with sitting.unit() as (session, found):
        topic = topic_called(session, "选题一")
        assert topic.state == State.PROPOSED
        with pytest.raises(WrongState, match="已经定过"):
            meeting.decide(session, sitting.newsroom.chief, found, topic, Decision.APPROVE)
        tomorrow = _next_meeting(session, sitting.newsroom)
        assert "选题一" in [item.topic.title for item in tomorrow.items if item.topic.appeal]
        assert topic.appeal is not None
        assert topic.appeal.first_reason == "近期做过"


def test_the_second_word_is_final_and_recorded(sitting: Sitting) -> None:
    _decided(sitting, Decision.REJECT)
    _appealed(sitting)
    with sitting.unit() as (session, _):
        tomorrow, topic = _next_meeting(session, sitting.newsroom), topic_called(session, "选题一")
        meeting.decide(
            session, sitting.newsroom.chief, tomorrow, topic, Decision.REJECT, reason="维持原议"
        )
        assert topic.appeal is not None
        assert topic.appeal.outcome == Decision.REJECT
        with pytest.raises(WrongState, match="申诉过一次"):
            appeals.appeal(session, sitting.newsroom.reporter, topic, "再来")
        figures = queries.yesterday_of(session, tomorrow.day)
        assert "申诉再议，不做" in minutes.as_text(tomorrow, figures, str)


def test_a_first_word_stays_what_it_was_when_it_is_appealed(
    sign_in: Door, sitting: Sitting
) -> None:
    _decided(sitting, Decision.REJECT)
    _appealed(sitting)
    with sitting.unit() as (session, found):
        figures, day = queries.yesterday_of(session, found.day), found.day
        text = minutes.as_text(found, figures, str)
    assert "选题一（测试reporter）：不做。近期做过" in text
    page = sign_in("chief").get(f"/meetings/{day}").text
    assert "近期做过" in page
    assert "有新的一手材料" not in page
    assert sign_in("chief").call("GET", f"/api/v1/meetings/{day}").json["agenda"][0]["appeal"] == ""


def test_the_next_agenda_shows_the_appeal_and_then_the_last_word_with_it(
    sign_in: Door, sitting: Sitting
) -> None:
    _decided(sitting, Decision.REJECT)
    _appealed(sitting)
    with sitting.unit() as (session, _):
        day = _next_meeting(session, sitting.newsroom).day
        uid = topic_called(session, "选题一").uid
    for path in ("", "/present", "/remote"):
        page = sign_in("chief").get(f"/meetings/{day}{path}?topic={uid}").text
        assert "申诉" in page
    with sitting.unit() as (session, _):
        _later(session, days=1)
        found, topic = queries.the_meeting(session, day), topic_called(session, "选题一")
        meeting.decide(
            session, sitting.newsroom.chief, found, topic, Decision.REJECT, reason="维持原议"
        )
    page = sign_in("chief").get(f"/meetings/{day}").text
    assert "申诉：有新的一手材料" in page
    assert "维持原议" in page


def test_the_second_word_taken_back_leaves_the_appeal_waiting(sitting: Sitting) -> None:
    _decided(sitting, Decision.REJECT)
    _appealed(sitting)
    with sitting.unit() as (session, _):
        tomorrow, topic = _next_meeting(session, sitting.newsroom), topic_called(session, "选题一")
        meeting.decide(session, sitting.newsroom.chief, tomorrow, topic, Decision.APPROVE)
        take_back(session, sitting.newsroom.chief, tomorrow)
        assert appeals.is_open(topic)


@pytest.mark.parametrize(
    ("days", "seconds", "may"), [(0, 0, True), (7, 0, True), (7, 1, False), (30, 0, False)]
)
def test_the_period(newsroom: Newsroom, days: int, seconds: int, may: bool) -> None:
    with newsroom.database.unit(write=False) as session:
        moment = clock.now(session)
    assert in_time(moment, moment + timedelta(days=days, seconds=seconds)) is may


def test_a_late_appeal_is_refused(sitting: Sitting) -> None:
    _decided(sitting, Decision.REJECT)
    with sitting.unit() as (session, _):
        _later(session, days=8)
        topic = topic_called(session, "选题一")
        assert not appeals.may_appeal(topic, sitting.newsroom.reporter, clock.now(session))
        with pytest.raises(WrongState, match="7 天"):
            appeals.appeal(session, sitting.newsroom.reporter, topic, "晚了")


@pytest.mark.parametrize("decision", [Decision.APPROVE, Decision.DEFER])
def test_what_was_not_refused_cannot_be_appealed(sitting: Sitting, decision: Decision) -> None:
    _decided(sitting, decision)
    with pytest.raises(WrongState):
        _appealed(sitting)


def test_an_appeal_says_why(sitting: Sitting) -> None:
    _decided(sitting, Decision.REJECT)
    with pytest.raises(Invalid):
        _appealed(sitting, "  ")
    with sitting.unit() as (session, _):
        assert session.get_one(Topic, 1).appeal is None


def test_only_the_proposer_appeals(sitting: Sitting) -> None:
    _decided(sitting, Decision.REJECT)
    with sitting.unit() as (session, _), pytest.raises(Forbidden):
        topic = topic_called(session, "选题一")
        appeals.appeal(session, sitting.newsroom.second_reporter, topic, "替他说")


def test_a_topic_under_appeal_is_not_withdrawn(sitting: Sitting) -> None:
    _decided(sitting, Decision.REJECT)
    _appealed(sitting)
    with sitting.unit() as (session, _), pytest.raises(WrongState, match="申诉中"):
        service.withdraw(session, sitting.newsroom.reporter, topic_called(session, "选题一"))


def test_a_word_that_was_appealed_is_not_taken_back(sitting: Sitting) -> None:
    _decided(sitting, Decision.REJECT)
    _appealed(sitting)
    with sitting.unit() as (session, found), pytest.raises(WrongState):
        take_back(session, sitting.newsroom.chief, found)


def test_the_committee_hears_of_it(sitting: Sitting) -> None:
    _decided(sitting, Decision.REJECT)
    with sitting.unit() as (session, _):
        topic = topic_called(session, "选题一")
        appeals.appeal(session, sitting.newsroom.reporter, topic, "有新材料")
        assert TopicAppealed(topic.id) in bus.emitted(session)


def test_an_appeal_by_the_page_and_by_the_api(sign_in: Door, sitting: Sitting) -> None:
    _decided(sitting, Decision.REJECT)
    with sitting.unit() as (session, _):
        uid = topic_called(session, "选题一").uid
    assert "可以申诉一次" in sign_in("reporter").get(f"/topics/{uid}").text
    assert "可以申诉一次" not in sign_in("second_reporter").get(f"/topics/{uid}").text
    refused = sign_in("reporter").call("POST", f"/api/v1/topics/{uid}/appeal", {"reason": ""})
    assert refused.status_code == 422
    sent = sign_in("reporter").post_form(f"/topics/{uid}/appeal", {"reason": "<b>新材料</b>"})
    assert sent.status_code == 302
    page = sign_in("chief").get(f"/topics/{uid}").text
    assert "&lt;b&gt;新材料&lt;/b&gt;" in page
    assert "排在下一次会上再议" in page
    again = sign_in("reporter").call("POST", f"/api/v1/topics/{uid}/appeal", {"reason": "再来"})
    assert again.status_code == 409
    assert any("有申诉" in notice["text"] for notice in _notices(sign_in))


def _notices(sign_in: Door) -> list[dict[str, str]]:
    return sign_in("committee").get("/api/v1/notifications").json["items"]
