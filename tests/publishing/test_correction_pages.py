"""Correcting and stopping from the desk and by the API: who may, what is asked, what comes back."""

from __future__ import annotations

import pytest

from kitchen.core.errors import Invalid
from kitchen.publishing.standstill import HOUSE_WIDE
from kitchen.stories import queries as stories
from kitchen.stories import release, versions
from kitchen.stories.models import Story
from kitchen.stories.rules import Kind, State
from tests.fixtures.newsroom import Door
from tests.publishing.conftest import Outside

NOTE = "更正合龙日期：应为十一月二十六日。"


@pytest.fixture
def story(outside: Outside) -> Story:
    """One that stands on two accounts, of which the first is no longer among its targets."""
    found = outside.approve(accounts=2)
    outside.carry()
    assert outside.states() == ["live", "live"]
    return found


def _read(outside: Outside, story: Story) -> Story:
    with outside.database.unit(write=False) as session:
        return stories.the_story(session, story.uid)


def test_it_goes_wherever_the_piece_was_received(
    outside: Outside, story: Story, sign_in: Door
) -> None:
    page = sign_in("editor").get(f"/publish/corrections/story/{story.uid}")
    for account in outside.accounts:
        assert account.name in page.text
    answer = sign_in("editor").post_form(f"/publish/corrections/story/{story.uid}", {"note": NOTE})
    assert answer.status_code == 302
    found = _read(outside, story)
    assert (found.state, found.correction) == (State.CORRECTING, NOTE)
    assert {(it.account_id, it.bound) for it in found.targets} == {
        (account.id, True) for account in outside.accounts
    }


def test_an_account_on_which_it_stands_cannot_be_left_out(
    outside: Outside, story: Story, sign_in: Door
) -> None:
    sign_in("editor").post_form(f"/publish/corrections/story/{story.uid}", {"note": NOTE})
    with pytest.raises(Invalid) as refused, outside.database.unit() as session:
        release.set_targets(
            session, outside.newsroom.editor, stories.the_story(session, story.uid), []
        )
    assert "targets" in refused.value.fields


@pytest.mark.parametrize("note", ["", " ", "改" * 201])
def test_readers_are_told_something_and_not_too_much(
    outside: Outside, story: Story, sign_in: Door, note: str
) -> None:
    answer = sign_in("editor").post_form(f"/publish/corrections/story/{story.uid}", {"note": note})
    assert answer.status_code == 422
    assert note.strip() in answer.text
    assert _read(outside, story).state == State.PUBLISHED


def test_what_reached_nobody_is_simply_taken_back(outside: Outside, sign_in: Door) -> None:
    story = outside.approve()
    answer = sign_in("editor").post_form(f"/publish/corrections/story/{story.uid}", {"note": NOTE})
    assert answer.status_code == 409
    assert "还没有发到任何账号" in answer.text


def test_only_editors_correct(story: Story, sign_in: Door) -> None:
    assert sign_in("reporter").get(f"/publish/corrections/story/{story.uid}").status_code == 403
    answer = sign_in("inspector").call(
        "POST", f"/api/v1/stories/{story.uid}/correct", {"note": NOTE}
    )
    assert answer.status_code == 403


def test_given_up_it_is_again_what_was_approved(
    outside: Outside, story: Story, sign_in: Door
) -> None:
    with outside.database.unit() as session:
        found = stories.the_story(session, story.uid)
        versions.snapshot(session, outside.newsroom.deputy, found, Kind.APPROVED)
    api = f"/api/v1/stories/{story.uid}"
    begun = sign_in("editor").call("POST", f"{api}/correct", {"note": NOTE})
    assert begun.json["state"] == "correcting"
    with outside.database.unit() as session:
        session.get_one(Story, story.id).title = "改坏了的标题"
    assert sign_in("editor").call("POST", f"{api}/drop_correction").json["state"] == "approved"
    found = _read(outside, story)
    assert (found.title, found.correction) == ("荷塘整治完成", "")
    assert not any(target.bound for target in found.targets)


class TestStopping:
    def test_from_the_desk_and_lifted_again(self, outside: Outside, sign_in: Door) -> None:
        duty = sign_in("duty")
        given = {"scope": HOUSE_WIDE, "reason": "发现重大差错"}
        assert duty.post_form("/publish/stops", given).status_code == 302
        page = duty.get("/publish/stops")
        assert "全部渠道已停发" in page.text
        assert "发现重大差错" in page.text
        outside.approve()
        outside.carry()
        assert outside.row().hold_reason == "stopped"
        assert duty.post_form("/publish/stops/lift", {"scope": HOUSE_WIDE}).status_code == 302
        assert "全部渠道正常发送" in duty.get("/publish/stops").text

    def test_a_reason_is_asked_for_and_what_was_typed_stays(self, sign_in: Door) -> None:
        answer = sign_in("duty").post_form(
            "/publish/stops", {"scope": "channel:weibo", "reason": ""}
        )
        assert answer.status_code == 422
        assert 'value="channel:weibo" selected' in answer.text

    def test_by_the_api(self, outside: Outside, sign_in: Door) -> None:
        duty = sign_in("duty")
        given = {"scope": "channel:wechat", "reason": "接口异常"}
        assert duty.call("POST", "/api/v1/standstills", given).status_code == 201
        assert duty.call("POST", "/api/v1/standstills", given).status_code == 409
        (found,) = duty.call("GET", "/api/v1/standstills").json["items"]
        assert (found["scope"], found["stopped_by"]) == (
            "channel:wechat",
            outside.newsroom.duty.name,
        )
        lift = duty.call("POST", "/api/v1/standstills/lift", {"scope": "channel:wechat"})
        assert lift.status_code == 204
        assert duty.call("GET", "/api/v1/standstills").json["items"] == []

    def test_not_by_everybody(self, sign_in: Door) -> None:
        assert sign_in("reporter").get("/publish/stops").status_code == 403
        answer = sign_in("reporter").call(
            "POST", "/api/v1/standstills", {"scope": HOUSE_WIDE, "reason": "为什么"}
        )
        assert answer.status_code == 403
