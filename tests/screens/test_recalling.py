"""A withdrawn asset, and every story that shows it: listed, called back, and what cannot be."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kitchen.core import audit
from kitchen.core.errors import Forbidden, Invalid, Refusal, WrongState
from kitchen.media import queries, rights
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Kind, State
from kitchen.review import service as review
from kitchen.screens import asset_uses, recalling
from kitchen.stories.models import FrozenPost, FrozenPostAsset, Story
from tests.fixtures.newsroom import Door, Newsroom
from tests.publishing.conftest import Outside, Platform, outside, platform, ports

__all__ = ["outside", "platform", "ports"]


@pytest.fixture
def asset(newsroom: Newsroom) -> str:
    """The uid of a picture of the centre's."""
    with newsroom.database.unit() as session:
        unit_id = newsroom.reporter.unit_id
        found = MediaAsset(kind=Kind.PICTURE, sha256="a", title="旧照", unit_id=unit_id)
        session.add(found)
        session.flush()
        return found.uid


@pytest.fixture
def publish(outside: Outside, asset: str) -> Callable[..., int]:
    """``publish(unit=…)`` sends a story that shows the picture; ``sent=False``: it waits."""

    def published(unit: str = "", sent: bool = True) -> int:
        story = outside.approve()
        with outside.database.unit() as session:
            shown = queries.the_asset(session, asset)
            row = session.get_one(Story, story.id)
            row.unit_id = outside.newsroom.units[unit].id if unit else shown.unit_id
            for post in session.query(FrozenPost).filter_by(story_id=story.id):
                session.add(FrozenPostAsset(frozen_post_id=post.id, asset_id=shown.id))
        if sent:
            outside.carry()
        return story.id

    return published


def _withdraw(newsroom: Newsroom, uid: str) -> None:
    with newsroom.database.unit() as session:
        found = queries.the_asset(session, uid)
        rights.withdraw(session, newsroom.chief, found, "当事人要求")


def _recall(newsroom: Newsroom, uid: str, actor: str = "chief", reason: str = "当事人要求") -> Any:
    with newsroom.database.unit() as session:
        found = queries.the_asset(session, uid)
        return recalling.recall(session, newsroom.actors[actor], found, reason)


def _state(newsroom: Newsroom, uid: str) -> State:
    with newsroom.database.unit(write=False) as session:
        return queries.the_asset(session, uid).state


def test_what_is_live_is_taken_down_what_waits_is_cancelled_and_there_is_no_way_back(
    outside: Outside, asset: str, publish: Callable[..., int], platform: Platform
) -> None:
    publish()
    waiting = publish(sent=False)
    newsroom = outside.newsroom
    _withdraw(newsroom, asset)
    with newsroom.database.unit(write=False) as session:
        uses = asset_uses.uses_of(session, queries.the_asset(session, asset))
        assert [(use.story.id == waiting, use.stands) for use in uses] == [
            (True, True),
            (False, True),
        ]
        (sent,) = uses[1].publications
        assert (sent.account.name, sent.frozen_post.story_version.number) == ("知青禾1", 1)
    came = _recall(newsroom, asset)
    assert (len(came.called_back), came.left) == (2, [])
    outside.carry()
    assert outside.states() == ["gone", "cancelled", "removed"]
    assert sum(platform.copies.values()) == 0
    assert _state(newsroom, asset) == State.SETTLED
    with newsroom.database.unit() as session:
        found = queries.the_asset(session, asset)
        entry = next(it for it in audit.history(session, found) if it.action == "recall_uses")
        assert (len(entry.after["called_back"]), entry.note) == (2, "当事人要求")
        with pytest.raises(WrongState):
            rights.restore(session, newsroom.chief, found)


def test_nothing_is_called_back_of_what_is_in_use_without_a_reason_or_twice(
    outside: Outside, asset: str, publish: Callable[..., int]
) -> None:
    newsroom = outside.newsroom
    publish()
    with pytest.raises(WrongState):
        _recall(newsroom, asset)
    _withdraw(newsroom, asset)
    with pytest.raises(Invalid):
        _recall(newsroom, asset, reason=" ")
    with pytest.raises(Forbidden):
        _recall(newsroom, asset, actor="reporter")
    assert _state(newsroom, asset) == State.WITHDRAWN
    _recall(newsroom, asset)
    with pytest.raises(WrongState) as twice:
        _recall(newsroom, asset)
    assert "不用收回" in str(twice.value)


def test_what_another_unit_has_to_call_back_is_left_and_named(
    outside: Outside, asset: str, publish: Callable[..., int], sign_in: Door
) -> None:
    newsroom = outside.newsroom
    publish(unit="云溪街道")
    _withdraw(newsroom, asset)
    with newsroom.database.unit() as session:
        found = queries.the_asset(session, asset)
        found.unit_id = None
        (story,) = recalling.to_call_back(session, found)
        assert recalling.beyond(newsroom.actors["committee"], [story]) == [story]
    came = _recall(newsroom, asset, actor="committee")
    assert came.called_back == []
    assert [each.story.id for each in came.left] == [story.id]
    assert _state(newsroom, asset) == State.WITHDRAWN


def test_a_newer_version_without_it_is_left_alone(
    outside: Outside, asset: str, publish: Callable[..., int]
) -> None:
    story_id = publish()
    with outside.database.unit(write=False) as session:
        story = session.get_one(Story, story_id)
    outside.platform.can_correct = True
    outside.approve_again(story, outside.accounts)
    outside.carry()
    assert outside.states() == ["superseded", "live"]
    _withdraw(outside.newsroom, asset)
    with pytest.raises(WrongState):
        _recall(outside.newsroom, asset)


def test_of_two_who_call_back_at_once_one_does_it(
    outside: Outside, asset: str, publish: Callable[..., int]
) -> None:
    publish()
    newsroom = outside.newsroom
    _withdraw(newsroom, asset)
    told: list[str] = []
    start = threading.Barrier(2)

    def press(actor: str) -> None:
        start.wait()
        try:
            told.append(f"{len(_recall(newsroom, asset, actor).called_back)} called back")
        except Refusal as refusal:
            told.append(refusal.reason)

    both = [threading.Thread(target=press, args=[name]) for name in ("chief", "deputy")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(told) == ["1 called back", "wrong_state"]
    with newsroom.database.unit(write=False) as session:
        rows = session.scalars(select(Story.state)).all()
    assert len(rows) == 1


def test_a_story_that_somebody_revoked_meanwhile_is_not_called_back_twice(
    outside: Outside, asset: str, publish: Callable[..., int]
) -> None:
    first, second = publish(), publish()
    newsroom = outside.newsroom
    _withdraw(newsroom, asset)
    with newsroom.database.unit() as session:
        review.revoke(session, newsroom.chief, session.get_one(Story, first), "先撤这篇")
    came = _recall(newsroom, asset)
    assert [story.id for story in came.called_back] == [second]


def test_the_page_lists_calls_back_and_says_what_came_of_it(
    outside: Outside, asset: str, publish: Callable[..., int], sign_in: Door
) -> None:
    publish()
    chief, url = sign_in("chief"), f"/assets/{asset}/recall"
    assert "素材还在使用" in chief.get(url).text
    _withdraw(outside.newsroom, asset)
    assert "收回这些稿件" in chief.get(f"/assets/{asset}").text
    page = chief.get(url).text
    assert "荷塘整治完成" in page
    assert "当事人要求" in page
    assert sign_in("reporter").get(url).status_code == 403
    refused = chief.post_form(url, {"note": ""})
    assert (refused.status_code, "请写明理由" in refused.text) == (422, True)
    assert chief.post_form(url, {"note": "当事人要求"}).status_code == 302
    shown = chief.get(f"/assets/{asset}").text
    assert "1 篇稿件的签发已撤销" in shown
    assert "收回这些稿件" not in shown
    assert "第 1 版" in shown
    assert chief.post_form(url, {"note": "再来"}).status_code == 409


def test_a_program_lists_and_calls_back(
    outside: Outside, asset: str, publish: Callable[..., int], sign_in: Door
) -> None:
    publish()
    _withdraw(outside.newsroom, asset)
    chief = sign_in("chief")
    (use,) = chief.get(f"/api/v1/assets/{asset}/uses").json["items"]
    assert (use["stands"], use["sent"][0]["channel"]) == (True, "outlet")
    url = f"/api/v1/assets/{asset}/recall"
    assert sign_in("editor").call("POST", url, {"note": "x"}).status_code == 403
    came = chief.call("POST", url, {"note": "当事人要求"})
    assert (came.json["called_back"], came.json["left"]) == ([use["story"]], [])
    assert chief.call("POST", url, {"note": "当事人要求"}).json["code"] == "wrong_state"
