"""The wall and its remote: they obey the chair alone, and only the last word is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kitchen.core.errors import Forbidden, WrongState
from kitchen.topics import hosting, meeting, queries
from kitchen.topics.rules import Decision, Risk
from tests.fixtures.newsroom import Door
from tests.topics.conftest import Sitting, take_back, topic_called


def _shown(sitting: Sitting) -> str:
    with sitting.unit() as (_, found):
        item = queries.shown_item(found)
        return item.topic.title if item else ""


def _turn(sitting: Sitting, act: str, role: str = "chief") -> None:
    with sitting.unit() as (session, found):
        hosting.turn(session, sitting.newsroom.actors[role], found, act)


@pytest.mark.parametrize(
    ("acts", "title"),
    [
        ([], "选题一"),
        (["next"], "选题二"),
        (["next", "next"], "选题三"),
        (["next", "next", "next"], "选题三"),
        (["previous"], "选题一"),
        (["next", "previous"], "选题一"),
        (["clock"], "选题一"),
    ],
)
def test_the_pages_turn_and_stop_at_either_end(
    sitting: Sitting, acts: list[str], title: str
) -> None:
    for act in acts:
        _turn(sitting, act)
    assert _shown(sitting) == title


@pytest.mark.parametrize("role", ["committee", "deputy", "reporter", "editor"])
def test_a_stranger_turns_no_page(sitting: Sitting, role: str) -> None:
    with pytest.raises(Forbidden):
        _turn(sitting, "next", role)
    assert _shown(sitting) == "选题一"


def test_whoever_takes_the_chair_takes_the_remote(sitting: Sitting) -> None:
    with sitting.unit() as (session, found):
        hosting.take_chair(session, sitting.newsroom.deputy, found)
    with pytest.raises(Forbidden):
        _turn(sitting, "next")
    _turn(sitting, "next", "deputy")
    assert _shown(sitting) == "选题二"


def test_a_reporter_does_not_take_the_chair(sitting: Sitting) -> None:
    with sitting.unit() as (session, found), pytest.raises(Forbidden):
        hosting.take_chair(session, sitting.newsroom.reporter, found)


def test_the_topics_clock_begins_with_its_page_and_anew_when_asked(sitting: Sitting) -> None:
    with sitting.unit() as (session, found):
        began = found.shown_since
        assert began == found.opened_at
        session.info["shift"] = timedelta(seconds=40)
        session.info.pop("moment", None)
        hosting.restart_clock(session, sitting.newsroom.chief, found)
        assert began is not None
        assert found.shown_since is not None
        assert found.shown_since > began


def test_a_closed_meeting_turns_no_page(sitting: Sitting) -> None:
    with sitting.unit() as (session, found):
        meeting.close(session, sitting.newsroom.chief, found)
    with pytest.raises(WrongState):
        _turn(sitting, "next")
    with sitting.unit() as (session, found), pytest.raises(WrongState):
        hosting.take_chair(session, sitting.newsroom.deputy, found)


def _decide(sitting: Sitting, title: str) -> None:
    with sitting.unit() as (session, found):
        topic = topic_called(session, title)
        meeting.decide(session, sitting.newsroom.chief, found, topic, Decision.APPROVE)


def test_only_the_last_word_is_taken_back_and_the_wall_returns_to_it(sitting: Sitting) -> None:
    _decide(sitting, "选题二")
    assert _shown(sitting) == "选题三"
    _decide(sitting, "选题一")
    with sitting.unit() as (session, found):
        taken = take_back(session, sitting.newsroom.chief, found)
        assert taken.title == "选题一"
    assert _shown(sitting) == "选题一"
    with sitting.unit() as (_, found):
        assert [item.decision for item in found.items] == [None, Decision.APPROVE, None]


def _last_decided(sitting: Sitting) -> str:
    with sitting.unit() as (_, found):
        last = queries.last_decided(found)
        assert last is not None
        assert last.decided_at is not None
        return last.decided_at.isoformat()


def test_one_mistake_undone_by_two_takes_back_one_decision(sitting: Sitting) -> None:
    _decide(sitting, "选题一")
    _decide(sitting, "选题二")
    with sitting.unit() as (session, found):
        shown = queries.last_decided(found)
        assert shown is not None
        assert shown.decided_at is not None
        seen = shown.topic.uid, shown.decided_at
    with sitting.unit() as (session, found):
        meeting.undo_last(session, sitting.newsroom.chief, found, *seen)
    with sitting.unit() as (session, found), pytest.raises(WrongState, match="不是最近的决定"):
        meeting.undo_last(session, sitting.newsroom.deputy, found, *seen)
    _decide(sitting, "选题二")
    with sitting.unit() as (session, found), pytest.raises(WrongState, match="不是最近的决定"):
        meeting.undo_last(session, sitting.newsroom.deputy, found, *seen)
    with sitting.unit() as (_, found):
        assert [item.decision for item in found.items] == [Decision.APPROVE] * 2 + [None]


@pytest.mark.parametrize("back", ["wall", "remote"])
def test_a_page_that_is_behind_says_so_and_stays(
    sign_in: Door, sitting: Sitting, back: str
) -> None:
    _decide(sitting, "选题一")
    chief = sign_in("chief")
    with sitting.unit() as (_, found):
        day, uid = found.day, found.items[0].topic.uid
    old = {"topic": uid, "decided_at": _last_decided(sitting)}
    page = chief.get(f"/meetings/{day}/{'present' if back == 'wall' else 'remote'}").text
    assert f'name="decided_at" value="{old["decided_at"]}"' in page
    _decide(sitting, "选题二")
    behind = chief.post_form(f"/meetings/{day}/undo?back={back}", old)
    assert behind.status_code == 409
    assert "不是最近的决定" in behind.text
    assert 'data-live-topic="meeting"' in behind.text, "the page itself, kept fresh"
    assert chief.post_form(f"/meetings/{day}/undo?back={back}").status_code == 422
    api = f"/api/v1/meetings/{day}"
    assert chief.call("POST", f"{api}/undo", old).status_code == 409
    last = chief.call("GET", api).json["agenda"][1]
    now = {"topic": last["topic"], "decided_at": last["decided_at"]}
    assert chief.call("POST", f"{api}/undo", now).json["agenda"][1]["decision"] is None


def test_the_remote_by_its_page_and_its_code(sign_in: Door, sitting: Sitting) -> None:
    with sitting.unit() as (_, found):
        day, uid = found.day, found.items[0].topic.uid
    url = f"/meetings/{day}/remote"
    assert "选题一" in sign_in("chief").get(url).text
    code = sign_in("chief").get(f"{url}.svg")
    assert code.mimetype == "image/svg+xml"
    assert code.headers["Cache-Control"] == "private, no-store"
    for role in ("committee", "reporter"):
        assert sign_in(role).get(url).status_code == 403
        assert sign_in(role).get(f"{url}.svg").status_code == 403
        assert sign_in(role).get(f"{url}/part").status_code == 403
        spoken = {"topic": uid, "decision": "approve"}
        assert sign_in(role).post_form(url, spoken).status_code == 403
        assert sign_in(role).post_form(f"/meetings/{day}/turn", {"act": "next"}).status_code == 403
    assert sign_in.stranger().get(url).status_code == 302
    turned = sign_in("chief").post_form(f"/meetings/{day}/turn?back=remote", {"act": "next"})
    assert turned.headers["Location"].endswith("/remote")
    assert "选题二" in sign_in("reporter").get(f"/meetings/{day}/wall").text
    refused = sign_in("chief").post_form(url, {"topic": uid, "decision": "reject"})
    assert refused.status_code == 422
    assert "请写明理由" in refused.text
    spoken = {"topic": uid, "decision": "reject", "reason": "近期做过"}
    assert sign_in("chief").post_form(url, spoken).status_code == 302
    taken = {"topic": uid, "decided_at": _last_decided(sitting)}
    undone = sign_in("chief").post_form(f"/meetings/{day}/undo?back=remote", taken)
    assert undone.headers["Location"].endswith("/remote")


@pytest.mark.parametrize("page", ["present", "remote"])
def test_the_class_may_be_changed_with_the_word(sign_in: Door, sitting: Sitting, page: str) -> None:
    with sitting.unit() as (_, found):
        day, uid = found.day, found.items[0].topic.uid
    url = f"/meetings/{day}/{page}"
    assert '<select class="input" id="decide-risk" name="risk"' in sign_in("chief").get(url).text
    spoken = {"topic": uid, "decision": "approve", "risk": "major"}
    assert sign_in("chief").post_form(url, spoken).status_code == 302
    with sitting.unit() as (session, _):
        assert topic_called(session, "选题一").risk == Risk.MAJOR


def test_the_remote_by_the_api(sign_in: Door, sitting: Sitting) -> None:
    with sitting.unit() as (_, found):
        day, second = found.day, found.items[1].topic.uid
    turned = sign_in("chief").call("POST", f"/api/v1/meetings/{day}/turn", {"act": "next"})
    assert turned.json["shown"] == second
    refused = sign_in("deputy").call("POST", f"/api/v1/meetings/{day}/turn", {"act": "next"})
    assert refused.status_code == 403
    taken = sign_in("deputy").call("POST", f"/api/v1/meetings/{day}/chair")
    assert taken.json["chair"] == "测试deputy"
    assert sign_in("chief").call("POST", f"/api/v1/meetings/{day}/leave").status_code == 200


def test_the_minutes_are_a_pdf_with_their_font_inside(sign_in: Door, sitting: Sitting) -> None:
    with sitting.unit() as (_, found):
        day = found.day
    answer = sign_in("reporter").get(f"/meetings/{day}/minutes.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert b"NotoSansCJK" in answer.data
    assert sign_in("reporter").get(f"/meetings/{day}/minutes.exe").status_code == 404
