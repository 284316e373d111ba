"""What a piece shows may stop it between its approval and its leaving, and lets it go again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from kitchen.core import clock
from kitchen.media import rights
from kitchen.media.models import MediaAsset
from kitchen.media.rights_models import MediaRight
from kitchen.media.rules import Kind, Rights, State
from kitchen.publishing import schedule, sweep
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Hold
from kitchen.stories.models import FrozenPost, FrozenPostAsset
from tests.fixtures.newsroom import Door
from tests.publishing.conftest import Outside, Platform

Show = Callable[..., int]
DAY = timedelta(days=1)


@pytest.fixture
def show(outside: Outside) -> Show:
    """``show(rights_until=…)``: every frozen post shows one more asset of its own; its id."""

    def shown(**said: Any) -> int:
        with outside.database.unit() as session:
            asset = MediaAsset(kind=Kind.PICTURE, title="旧照", source="通讯站", **said)
            session.add(asset)
            session.flush()
            session.add_all(
                FrozenPostAsset(frozen_post_id=post.id, asset_id=asset.id)
                for post in session.query(FrozenPost)
            )
            return asset.id

    return shown


def _change(outside: Outside, asset_id: int, **said: Any) -> None:
    with outside.database.unit() as session:
        asset = session.get_one(MediaAsset, asset_id)
        for name, value in said.items():
            setattr(asset, name, value)


def _withdraw(outside: Outside, asset_id: int) -> None:
    with outside.database.unit() as session:
        asset = session.get_one(MediaAsset, asset_id)
        rights.withdraw(session, outside.newsroom.chief, asset, "当事人要求")


def _today(outside: Outside) -> date:
    with outside.database.unit(write=False) as session:
        return clock.today(session)


@pytest.mark.parametrize(
    ("said", "written", "held"),
    [
        ({}, None, False),
        ({"rights_until": 0}, None, False),
        ({"rights_until": -1}, None, True),
        ({"rights": Rights.UNKNOWN}, None, True),
        ({"state": State.WITHDRAWN}, None, True),
        ({}, {"channels": ["weibo"]}, True),
        ({}, {"channels": ["outlet"], "valid_until": 0}, False),
        ({}, {"valid_until": -1}, True),
    ],
)
def test_what_was_approved_leaves_only_while_all_that_it_shows_may_be_shown(
    outside: Outside,
    show: Show,
    platform: Platform,
    said: dict[str, Any],
    written: dict[str, Any] | None,
    held: bool,
) -> None:
    today = _today(outside)

    def dated(values: dict[str, Any]) -> dict[str, Any]:
        days = {it: today + DAY * values[it] for it in values if isinstance(values[it], int)}
        return {**values, **days}

    outside.approve()
    asset_id = show(**dated(said))
    if written is not None:
        with outside.database.unit() as session:
            session.add(MediaRight(asset_id=asset_id, basis=Rights.LICENSED, **dated(written)))
    outside.carry()
    assert (outside.row().hold_reason == Hold.RIGHTS) is held
    assert len(platform.sent) == (not held)


def test_it_waits_past_midnight_of_its_last_day_and_goes_once_the_right_is_renewed(
    outside: Outside, show: Show, platform: Platform
) -> None:
    with outside.database.unit(write=False) as session:
        slot = clock.now(session) + timedelta(hours=25)
    outside.approve(not_before=slot)
    asset_id = show(rights_until=_today(outside))
    outside.later(hours=26)
    sweep.sweep(outside.database)
    assert outside.row().hold_reason == Hold.RIGHTS
    sweep.sweep(outside.database)
    outside.carry()
    assert platform.sent == []
    _change(outside, asset_id, rights_until=_today(outside))
    sweep.sweep(outside.database)
    outside.carry()
    assert outside.states() == ["live"]


def test_a_withdrawal_that_is_taken_back_lets_it_go_by_a_press(
    outside: Outside, show: Show, platform: Platform
) -> None:
    outside.approve()
    asset_id = show()
    _withdraw(outside, asset_id)
    outside.carry()
    assert outside.row().hold_reason == Hold.RIGHTS
    chief = outside.newsroom.chief
    with outside.database.unit() as session:
        row = session.get_one(Publication, outside.row().id)
        assert schedule.send_now(session, chief, row) == Hold.RIGHTS
        rights.restore(session, chief, session.get_one(MediaAsset, asset_id))
        assert schedule.send_now(session, chief, row) is None
    outside.carry()
    assert outside.states() == ["live"]


def test_of_a_withdrawal_and_an_arming_the_withdrawal_that_comes_first_stops_it(
    outside: Outside, show: Show, platform: Platform
) -> None:
    """It is withdrawn while the post is prepared: after the claim, before the arming."""
    outside.approve()
    asset_id = show()
    platform.on_prepare = lambda: _withdraw(outside, asset_id)
    outside.carry()
    assert platform.sent == []
    assert (outside.row().state, outside.row().hold_reason) == ("held", Hold.RIGHTS)


def test_a_withdrawal_that_comes_after_the_arming_finds_it_live_and_its_recall_is_not_held(
    outside: Outside, show: Show, platform: Platform
) -> None:
    story = outside.approve()
    asset_id = show()
    platform.on_publish = lambda: _withdraw(outside, asset_id)
    outside.carry()
    assert outside.states() == ["live"]
    outside.revoke(story)
    outside.carry()
    assert outside.states() == ["live", "removed"] or outside.states() == ["gone", "removed"]
    assert sum(platform.copies.values()) == 0


def test_the_page_of_a_held_delivery_says_which_asset_why_and_what_helps(
    outside: Outside, show: Show, sign_in: Door
) -> None:
    outside.approve()
    yesterday = _today(outside) - DAY
    show(rights_until=yesterday)
    outside.carry()
    uid = outside.row().uid
    page = sign_in("operator").get(f"/publish/{uid}").text
    assert "有素材现在不能用在这个渠道" in page
    assert f"授权已于 {yesterday} 到期：请与通讯站续期后改日期，或换一张。" in page
    told = sign_in("operator").get(f"/api/v1/publications/{uid}").json
    assert told["hold_reason"] == "rights"
    (each,) = sign_in("operator").get(f"/api/v1/publications/{uid}/objections").json["items"]
    assert each["sentence"].startswith("“旧照”不能发到")
