"""Votes: one for each member present, changeable until the word is spoken, secret or named."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from kitchen.core import audit
from kitchen.core.errors import Forbidden, Invalid, Refusal, WrongState
from kitchen.topics import hosting, meeting, minutes, queries, voting
from kitchen.topics.models import AgendaItem, Vote
from kitchen.topics.rules import Choice, Decision, State, Tally, defies
from tests.fixtures.newsroom import Door
from tests.topics.conftest import Sitting, propose, take_back, topic_called

FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN


@pytest.mark.parametrize(
    ("decision", "tally", "against_most"),
    [
        (Decision.APPROVE, Tally(2, 1, 0), False),
        (Decision.APPROVE, Tally(1, 2, 0), True),
        (Decision.APPROVE, Tally(1, 1, 1), False),
        (Decision.APPROVE, Tally(0, 1, 2), True),
        (Decision.REJECT, Tally(2, 1, 0), True),
        (Decision.REJECT, Tally(1, 2, 0), False),
        (Decision.REJECT, Tally(0, 0, 3), False),
        (Decision.DEFER, Tally(3, 0, 0), False),
        (Decision.RETURN, Tally(3, 0, 0), False),
    ],
)
def test_what_goes_against_most_votes(decision: Decision, tally: Tally, against_most: bool) -> None:
    assert defies(decision, tally) is against_most


def _cast(sitting: Sitting, *votes: tuple[str, Choice], title: str = "选题一") -> None:
    for role, choice in votes:
        with sitting.unit() as (session, found):
            actor = sitting.newsroom.actors[role]
            voting.vote(session, actor, found, topic_called(session, title), choice)


def _decide(sitting: Sitting, role: str, decision: Decision, reason: str = "") -> None:
    with sitting.unit() as (session, found):
        topic = topic_called(session, "选题一")
        meeting.decide(
            session, sitting.newsroom.actors[role], found, topic, decision, reason=reason
        )


def _day(sitting: Sitting) -> str:
    with sitting.unit() as (_, found):
        return found.day.isoformat()


def _item(sitting: Sitting) -> AgendaItem:
    with sitting.unit() as (_, found):
        return found.items[0]


def test_the_tally_is_written_down_with_the_decision(sitting: Sitting) -> None:
    _cast(sitting, ("committee", FOR), ("chief", FOR), ("deputy", AGAINST))
    _decide(sitting, "chief", Decision.APPROVE)
    item = _item(sitting)
    assert (item.votes_for, item.votes_against, item.abstentions) == (2, 1, 0)
    with sitting.unit() as (session, found):
        text = minutes.as_text(found, queries.yesterday_of(session, found.day), str)
    assert "表决：赞成 2，反对 1，弃权 0" in text


def test_a_vote_is_changed_until_the_word_is_spoken(sitting: Sitting) -> None:
    _cast(sitting, ("committee", FOR), ("committee", ABSTAIN))
    with sitting.unit() as (session, found):
        assert voting.tally_of(session, found.items[0]) == Tally(0, 0, 1)
    _decide(sitting, "chief", Decision.APPROVE)
    with pytest.raises(WrongState, match="已经定过"):
        _cast(sitting, ("committee", FOR))
    assert _item(sitting).votes_for == 0


@pytest.mark.parametrize(
    ("role", "said"), [("head", "到会的编委"), ("editor", "权限"), ("reporter", "权限")]
)
def test_only_members_who_are_there_vote(sitting: Sitting, role: str, said: str) -> None:
    with pytest.raises(Forbidden, match=said):
        _cast(sitting, (role, FOR))


def test_nobody_votes_on_their_own_topic(sitting: Sitting) -> None:
    with sitting.unit() as (session, found):
        propose(session, sitting.newsroom.deputy, "自己的")
        meeting.convene(session, sitting.newsroom.chief, found.day)
    with pytest.raises(Forbidden, match="自己报的"):
        _cast(sitting, ("deputy", FOR), title="自己的")


def test_after_a_vote_the_chair_speaks(sitting: Sitting) -> None:
    _cast(sitting, ("committee", FOR))
    with pytest.raises(Forbidden, match="主持人"):
        _decide(sitting, "deputy", Decision.APPROVE)
    _decide(sitting, "chief", Decision.APPROVE)


def test_on_the_chairs_own_topic_another_member_speaks(sitting: Sitting) -> None:
    with sitting.unit() as (session, found):
        propose(session, sitting.newsroom.chief, "主持人的")
        meeting.convene(session, sitting.newsroom.chief, found.day)
    _cast(sitting, ("committee", FOR), title="主持人的")
    with sitting.unit() as (session, found):
        topic = topic_called(session, "主持人的")
        meeting.decide(session, sitting.newsroom.deputy, found, topic, Decision.APPROVE)
        assert topic.state == State.APPROVED


def test_a_word_against_most_votes_says_why(sitting: Sitting) -> None:
    _cast(sitting, ("committee", AGAINST), ("deputy", AGAINST))
    with pytest.raises(Invalid) as refused:
        _decide(sitting, "chief", Decision.APPROVE)
    assert "reason" in refused.value.fields
    _decide(sitting, "chief", Decision.APPROVE, "上级已有安排")
    assert _item(sitting).reason == "上级已有安排"


def test_whoever_left_is_not_counted_and_may_take_the_quorum_along(sitting: Sitting) -> None:
    _cast(sitting, ("committee", AGAINST), ("chief", FOR))
    with sitting.unit() as (session, found):
        meeting.leave(session, sitting.newsroom.committee, found)
        assert voting.tally_of(session, found.items[0]) == Tally(1, 0, 0)
    with pytest.raises(WrongState) as refused:
        _decide(sitting, "chief", Decision.APPROVE)
    assert refused.value.reason == "no_quorum"
    with sitting.unit() as (session, found):
        meeting.attend(session, sitting.newsroom.head, found)
    _decide(sitting, "chief", Decision.APPROVE)
    assert _item(sitting).votes_against == 0


def test_the_roll_says_who_is_not_there_as_well(sitting: Sitting) -> None:
    with sitting.unit() as (session, found):
        shown = ["committee", "chief", "deputy"]
        meeting.call_the_roll(session, sitting.newsroom.chief, found, ["chief", "head"], shown)
    with sitting.unit() as (session, found):
        assert {each.staff.username for each in found.attendance} == {"chief", "head"}
        assert not meeting.has_quorum(session, found)


def test_the_roll_changes_what_the_chair_changed_and_nothing_else(
    sign_in: Door, sitting: Sitting
) -> None:
    """The chair's page shows three; meanwhile one comes, votes and stays, and another leaves."""
    newsroom = sitting.newsroom
    page = sign_in("chief").get(f"/meetings/{_day(sitting)}").text
    for name in ("committee", "chief", "deputy"):
        assert f'<input type="hidden" name="shown" value="{name}">' in page
    with sitting.unit() as (session, found):
        meeting.attend(session, newsroom.head, found)
        meeting.leave(session, newsroom.deputy, found)
    _cast(sitting, ("head", AGAINST))
    told = {"shown": ["committee", "chief", "deputy"], "present": ["chief", "deputy"]}
    sign_in("chief").post_form(f"/meetings/{_day(sitting)}/roll", told)
    with sitting.unit() as (session, found):
        assert {each.staff.username for each in found.attendance} == {"chief", "head"}
        assert voting.tally_of(session, found.items[0]) == Tally(0, 1, 0)


def test_a_roll_that_was_shown_nothing_sends_nobody_away(sign_in: Door, sitting: Sitting) -> None:
    url = f"/api/v1/meetings/{_day(sitting)}/roll"
    answer = sign_in("chief").call("POST", url, {"present": ["head"]})
    assert len(answer.json["present"]) == 4
    sent = {"present": ["head"], "shown": ["head", "deputy"]}
    assert len(sign_in("chief").call("POST", url, sent).json["present"]) == 3


def test_a_secret_vote_leaves_the_tally_and_no_names(sitting: Sitting) -> None:
    with sitting.unit() as (session, found):
        voting.set_secrecy(session, sitting.newsroom.chief, found, secret=True)
    _cast(sitting, ("committee", AGAINST), ("deputy", FOR), ("chief", FOR))
    _decide(sitting, "chief", Decision.APPROVE)
    with sitting.unit() as (session, _):
        assert session.scalars(select(Vote)).all() == []
        told = audit.history(session, topic_called(session, "选题一"))
        assert not any("choice" in (entry.after or {}) for entry in told)
    assert _item(sitting).votes_against == 1


def test_secrecy_is_fixed_by_the_first_vote(sitting: Sitting) -> None:
    _cast(sitting, ("committee", FOR))
    with sitting.unit() as (session, found), pytest.raises(WrongState):
        voting.set_secrecy(session, sitting.newsroom.chief, found, secret=True)


def test_taking_the_word_back_opens_the_vote_again(sitting: Sitting) -> None:
    _cast(sitting, ("committee", FOR))
    _decide(sitting, "chief", Decision.APPROVE)
    with sitting.unit() as (session, found):
        take_back(session, sitting.newsroom.chief, found)
    assert _item(sitting).votes_for is None
    _cast(sitting, ("deputy", AGAINST))


@pytest.mark.parametrize("secret", [True, False])
def test_after_a_vote_the_chair_alone_takes_the_word_back(sitting: Sitting, secret: bool) -> None:
    with sitting.unit() as (session, found):
        voting.set_secrecy(session, sitting.newsroom.chief, found, secret=secret)
    _cast(sitting, ("committee", AGAINST), ("deputy", FOR), ("chief", AGAINST))
    _decide(sitting, "chief", Decision.REJECT, "近期做过")
    with sitting.unit() as (session, found), pytest.raises(Forbidden, match="主持人"):
        take_back(session, sitting.newsroom.deputy, found)
    with sitting.unit() as (session, found):
        take_back(session, sitting.newsroom.chief, found)


def test_a_secret_vote_outlives_the_word_that_is_taken_back(
    sign_in: Door, sitting: Sitting
) -> None:
    with sitting.unit() as (session, found):
        voting.set_secrecy(session, sitting.newsroom.chief, found, secret=True)
    _cast(sitting, ("committee", AGAINST), ("deputy", FOR), ("chief", AGAINST))
    _decide(sitting, "chief", Decision.REJECT, "近期做过")
    with sitting.unit() as (session, found):
        take_back(session, sitting.newsroom.chief, found)
        assert voting.tally_of(session, found.items[0]) == Tally(1, 2, 0)
        assert session.scalars(select(Vote)).all() == []
    with pytest.raises(WrongState, match="已经计票"):
        _cast(sitting, ("deputy", FOR))
    page = sign_in("deputy").get(f"/meetings/{found.day}/ballot").text
    assert "已经计票" in page
    assert 'name="choice"' not in page
    with pytest.raises(Forbidden, match="主持人"):
        _decide(sitting, "deputy", Decision.APPROVE)
    with pytest.raises(Invalid):
        _decide(sitting, "chief", Decision.APPROVE)
    _decide(sitting, "chief", Decision.APPROVE, "上级已有安排")
    item = _item(sitting)
    assert (item.votes_for, item.votes_against, item.abstentions) == (1, 2, 0)


def _at_once(*acts: object) -> list[str]:
    """Run these at once; what each was refused with, empty for what went through."""
    gate, said = Barrier(len(acts)), [""] * len(acts)

    def run(number: int, act: object) -> None:
        gate.wait()
        try:
            act()  # type: ignore[operator]
        except Refusal as refusal:
            said[number] = str(refusal)

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_two_votes_at_once_are_two_and_two_of_one_member_are_one(sitting: Sitting) -> None:
    votes = [("committee", FOR), ("deputy", AGAINST), ("committee", FOR)]
    assert _at_once(*(lambda each=each: _cast(sitting, each) for each in votes)) == ["", "", ""]
    with sitting.unit() as (session, found):
        assert voting.tally_of(session, found.items[0]) == Tally(1, 1, 0)


def test_a_vote_that_meets_the_word_is_counted_or_told(sitting: Sitting) -> None:
    said = _at_once(
        lambda: _cast(sitting, ("committee", FOR)),
        lambda: _decide(sitting, "chief", Decision.APPROVE),
    )
    counted = _item(sitting).votes_for
    assert said[1] == ""
    assert (said[0] == "" and counted == 1) or ("已经定过" in said[0] and counted is None)


def test_the_ballot_in_the_browser_and_by_the_api(sign_in: Door, sitting: Sitting) -> None:
    with sitting.unit() as (_, found):
        day, uid = found.day, found.items[0].topic.uid
    member = sign_in("committee")
    assert "赞成" in member.get(f"/meetings/{day}/ballot").text
    assert (
        member.post_form(f"/meetings/{day}/votes", {"topic": uid, "choice": "for"}).status_code
        == 302
    )
    assert "我投了：赞成" in member.get(f"/meetings/{day}/ballot").text
    assert "赞成 1" in sign_in("reporter").get(f"/meetings/{day}/present").text
    body = {"topic": uid, "choice": "maybe"}
    assert member.call("POST", f"/api/v1/meetings/{day}/votes", body).status_code == 422
    body["choice"] = "against"
    assert sign_in("deputy").call("POST", f"/api/v1/meetings/{day}/votes", body).status_code == 200
    body = {"decision": "approve", "reason": ""}
    answer = sign_in("chief").call("POST", f"/api/v1/meetings/{day}/topics/{uid}", body)
    assert answer.json["agenda"][0]["tally"] == {
        "votes_for": 1,
        "votes_against": 1,
        "abstentions": 0,
    }
    assert sign_in("reporter").get(f"/meetings/{day}/ballot").status_code == 403


def test_the_wall_moves_on_after_the_word(sitting: Sitting) -> None:
    with sitting.unit() as (session, found):
        hosting.step(session, sitting.newsroom.chief, found, 1)
        shown = queries.shown_item(found)
        assert shown is not None
        meeting.decide(session, sitting.newsroom.chief, found, shown.topic, Decision.APPROVE)
        after = queries.shown_item(found)
        assert after is not None
        assert after.topic.title == "选题三"
