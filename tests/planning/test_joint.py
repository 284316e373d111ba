"""Joint activities: one story said by a whole group, parts done one by one, three kinds."""

from __future__ import annotations

from typing import Any

import pytest

from kitchen.core.access import Actor
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.matrix import grouping
from kitchen.matrix.models import Account
from kitchen.planning import joint
from kitchen.planning.rules import Joint
from kitchen.stories.models import Story
from kitchen.stories.queries import the_story
from kitchen.stories.rules import State
from tests.fixtures.newsroom import Door, Newsroom


@pytest.fixture
def group(newsroom: Newsroom) -> str:
    with newsroom.database.unit() as session:
        accounts = [
            Account(
                channel="outlet",
                name=f"知青禾{number}",
                handle=f"qinghe-{number}",
                unit_id=newsroom.units[unit].id,
            )
            for number, unit in enumerate(["青禾区融媒体中心", "青禾区融媒体中心", "云溪街道"])
        ]
        session.add_all(accounts)
        session.flush()
        lead, *followers = accounts
        return grouping.form_group(
            session, newsroom.operator, name="政务矩阵", lead=lead, followers=followers
        ).uid


def begin(newsroom: Newsroom, group: str, kind: Joint, name: str = "防汛提示") -> str:
    with newsroom.database.unit() as session:
        found = grouping.the_group(session, group)
        return joint.begin(session, newsroom.editor, found, kind=kind, name=name).uid


def act(newsroom: Newsroom, verb: str, actor: Actor, uid: str, *more: Any) -> None:
    with newsroom.database.unit() as session:
        getattr(joint, verb)(session, actor, joint.the_activity(session, uid), *more)


def accounts_of(newsroom: Newsroom, uid: str) -> list[str]:
    with newsroom.database.unit(write=False) as session:
        return [part.account.uid for part in joint.the_activity(session, uid).parts]


@pytest.fixture
def story(newsroom: Newsroom) -> Story:
    with newsroom.database.unit() as session:
        row = Story(
            title="今夜有暴雨",
            doc={"type": "doc", "content": [{"type": "paragraph"}]},
            state=State.DRAFT,
            author_id=newsroom.editor.id,
            unit_id=newsroom.editor.unit_id,
        )
        session.add(row)
    return row


def speak(newsroom: Newsroom, uid: str, story: Story) -> None:
    with newsroom.database.unit() as session:
        activity = joint.the_activity(session, uid)
        joint.speak(session, newsroom.editor, activity, the_story(session, story.uid))


def test_the_whole_group_says_one_story_and_nobody_twice(
    newsroom: Newsroom, group: str, story: Story
) -> None:
    uid = begin(newsroom, group, Joint.VOICE)
    for _ in range(2):
        speak(newsroom, uid, story)
    with newsroom.database.unit(write=False) as session:
        aimed = [each.account.uid for each in the_story(session, story.uid).targets]
        activity = joint.the_activity(session, uid)
        assert joint.done(activity, joint.spoken(session, [activity])) == 0
    assert aimed == accounts_of(newsroom, uid)
    account = accounts_of(newsroom, uid)[0]
    with pytest.raises(WrongState):
        act(newsroom, "finish_part", newsroom.editor, uid, account, "已发")


def test_how_far_a_voice_is_follows_from_the_deliveries(
    newsroom: Newsroom, group: str, story: Story
) -> None:
    uid = begin(newsroom, group, Joint.VOICE)
    speak(newsroom, uid, story)
    with newsroom.database.unit(write=False) as session:
        activity = joint.the_activity(session, uid)
        first = activity.parts[0]
        live = {(story.id, first.account_id): "https://platform.example/1"}
        assert joint.done(activity, live) == 1
        assert joint.done(activity, {(story.id + 1, first.account_id): "another story"}) == 0


def test_parts_are_given_and_done_by_those_who_keep_the_account(
    newsroom: Newsroom, group: str, story: Story
) -> None:
    uid = begin(newsroom, group, Joint.SERVICE, "社保集中办理")
    with pytest.raises(WrongState):
        speak(newsroom, uid, story)
    ours, _, towns = accounts_of(newsroom, uid)
    act(newsroom, "give_part", newsroom.editor, uid, ours, "开通预约入口")
    with pytest.raises(Forbidden):
        act(newsroom, "finish_part", newsroom.reporter, uid, ours, "已开通")
    with pytest.raises(Forbidden):
        act(newsroom, "finish_part", newsroom.town_editor, uid, towns, "已开通")
    with pytest.raises(Invalid):
        act(newsroom, "finish_part", newsroom.operator, uid, ours, " ")
    act(newsroom, "finish_part", newsroom.operator, uid, ours, "已办 320 件")
    with pytest.raises(WrongState):
        act(newsroom, "finish_part", newsroom.operator, uid, ours, "再报一次")
    with newsroom.database.unit(write=False) as session:
        assert joint.done(joint.the_activity(session, uid), {}) == 1


def test_what_has_ended_moves_no_more(newsroom: Newsroom, group: str) -> None:
    uid = begin(newsroom, group, Joint.FEATURE)
    with pytest.raises(Invalid):
        act(newsroom, "end", newsroom.editor, uid, "")
    act(newsroom, "end", newsroom.editor, uid, "三个号合办一期")
    for verb, more in (("end", ["又一次"]), ("give_part", [accounts_of(newsroom, uid)[0], "晚了"])):
        with pytest.raises(WrongState):
            act(newsroom, verb, newsroom.editor, uid, *more)


def test_an_activity_on_its_pages_and_by_programs(
    sign_in: Door, newsroom: Newsroom, group: str, story: Story
) -> None:
    editor = sign_in("editor")
    assert "还没有协作活动" in sign_in("reporter").get("/planning/joint").text
    typed = {"kind": "voice", "name": "防汛提示", "group": group}
    refused = editor.post_form("/planning/joint/new", {**typed, "group": ""})
    assert (refused.status_code, "防汛提示" in refused.text) == (422, True)
    assert sign_in("reporter").post_form("/planning/joint/new", typed).status_code == 403
    url = editor.post_form("/planning/joint/new", typed).headers["Location"]
    assert "今夜有暴雨" in editor.get(url).text
    assert editor.post_form(f"{url}/story", {"story": story.uid}).status_code == 302
    assert "0 / 3 个账号已完成" in sign_in("reporter").get(url).text
    assert editor.post_form(f"{url}/end", {"outcome": ""}).status_code == 422
    assert editor.post_form(f"{url}/end", {"outcome": "按时发出"}).status_code == 302
    assert "已结束" in sign_in("reporter").get("/planning/joint").text
    given = {"kind": "service", "name": "社保集中办理", "group": group, "due_on": "2026-12-31"}
    made = editor.call("POST", "/api/v1/joint_activities", given)
    account = made.json["parts"][0]["account"]
    api = f"/api/v1/joint_activities/{made.json['uid']}"
    part = {"account": account, "task": "开通预约入口"}
    assert editor.call("POST", f"{api}/parts", part).json["parts"][0]["task"] == "开通预约入口"
    finished = {"account": account, "result": "已办 320 件"}
    page = f"/planning/joint/{made.json['uid']}"
    assert editor.post_form(f"{page}/parts", {**part, "task": "开通入口"}).status_code == 302
    assert editor.post_form(f"{page}/parts/done", {"account": account}).status_code == 422
    told = sign_in("operator").call("POST", f"{api}/parts/done", finished)
    assert told.json["done"] == 1
    assert editor.call("POST", f"{api}/story", {"story": story.uid}).status_code == 409
    assert editor.call("POST", f"{api}/end", {"outcome": "办结"}).json["ended_at"]
    assert [each["done"] for each in editor.get("/api/v1/joint_activities").json["items"]] == [1, 0]
    assert editor.get(api).json["outcome"] == "办结"
