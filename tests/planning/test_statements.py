"""Statements of the whole matrix, what follows them, and mobile-first by the receipts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from kitchen.core import clock
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.notifications.models import Notice
from kitchen.people.models import Staff
from kitchen.planning import queries, service
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.stories.models import Story, Target
from tests.fixtures.newsroom import Door
from tests.publishing.conftest import Outside, even_dice, outside, platform, ports

__all__ = ["even_dice", "outside", "platform", "ports"]


def state(outside: Outside) -> Story:
    """A statement that went out on two of its three accounts."""
    story = outside.approve(accounts=3)
    with outside.database.unit() as session:
        session.add_all(
            Target(story_id=story.id, account_id=account.id) for account in outside.accounts
        )
        session.execute(update(Story).values(in_unison=True))
        outside.accounts[2] = session.merge(outside.accounts[2], load=False)
        outside.accounts[2].sending = False
    outside.carry()
    return story


def follow(outside: Outside, story: Story, hours: float = 1, **who: Any) -> str:
    room = outside.newsroom
    with outside.database.unit() as session:
        staff = session.get_one(Staff, who.get("staff", room.operator).id)
        due_at = clock.now(session) + timedelta(hours=hours)
        row = session.get_one(Story, story.id)
        return service.set_follow_up(
            session,
            who.get("actor", room.editor),
            row,
            staff=staff,
            due_at=due_at,
            note="通报调查进展",
        ).uid


def told(outside: Outside, words: str) -> list[int]:
    with outside.database.unit(write=False) as session:
        return sorted(it.staff_id for it in session.query(Notice) if words in it.text)


def test_how_many_of_its_accounts_say_it(outside: Outside) -> None:
    state(outside)
    with outside.database.unit(write=False) as session:
        (statement,) = queries.statements(session)
        assert (statement.live, statement.of) == (2, 3)


def test_a_follow_up_is_called_once_when_its_time_has_come(outside: Outside) -> None:
    room, story = outside.newsroom, state(outside)
    follow(outside, story)
    assert told(outside, "请您继续发布") == [room.operator.id]
    service.remind(outside.database)
    assert told(outside, "后续该发了") == []
    outside.later(hours=2)
    service.remind(outside.database)
    service.remind(outside.database)
    assert told(outside, "后续该发了") == sorted([room.operator.id, room.reporter.id])
    with outside.database.unit(write=False) as session:
        assert len(queries.overdue(session, clock.now(session))) == 1


def test_what_is_done_is_no_longer_overdue_and_is_done_once(outside: Outside) -> None:
    room, story = outside.newsroom, state(outside)
    uid = follow(outside, story)
    outside.later(hours=2)
    with outside.database.unit() as session:
        follow_up = queries.the_follow_up(session, uid)
        with pytest.raises(Forbidden):
            service.finish_follow_up(session, room.reporter, follow_up)
        service.finish_follow_up(session, room.operator, follow_up)
        with pytest.raises(WrongState):
            service.finish_follow_up(session, room.operator, follow_up)
        assert queries.overdue(session, clock.now(session)) == []
    service.remind(outside.database)
    assert told(outside, "后续该发了") == []


def test_a_follow_up_lies_ahead_and_is_set_by_who_plans(outside: Outside) -> None:
    room, story = outside.newsroom, state(outside)
    with pytest.raises(Invalid):
        follow(outside, story, hours=-1)
    with pytest.raises(Forbidden):
        follow(outside, story, actor=room.reporter)


def test_pages_and_api_of_statements(outside: Outside, sign_in: Door) -> None:
    story = state(outside)
    editor = sign_in("editor")
    at = f"/planning/statements/{story.uid}"
    with outside.database.unit(write=False) as session:
        due = f"{clock.local(clock.now(session) + timedelta(minutes=5)):%Y-%m-%dT%H:%M}"
    assert "2 / 3 个账号" in editor.get("/planning/statements").text
    assert editor.post_form(at, {"due_at": due, "note": "通报进展"}).status_code == 302
    assert editor.post_form(at, {"due_at": "2001-01-01T09:00"}).status_code == 422
    assert "通报进展" in editor.get(at).text
    assert "发布后续进展" in editor.get("/").text
    (shown,) = editor.get("/api/v1/statements").json["items"]
    uid = shown["follow_ups"][0]["uid"]
    outside.later(minutes=6)
    assert "该发后续了" in editor.get("/planning/statements").text
    assert [it["uid"] for it in editor.get("/api/v1/follow_ups").json["items"]] == [uid]
    assert sign_in("reporter").call("POST", f"/api/v1/follow_ups/{uid}/done").status_code == 403
    assert editor.post_form(f"/planning/follow_ups/{uid}/done").status_code == 302
    assert editor.get("/api/v1/follow_ups").json["items"] == []
    body = {"due_at": "2001-01-01T09:00"}
    refused = editor.call("POST", f"/api/v1/stories/{story.uid}/follow_ups", body)
    assert refused.status_code == 422


def channels(outside: Outside, *keys: str) -> None:
    """Let the deliveries be of these channels."""
    with outside.database.unit() as session:
        for row, key in zip(session.query(Publication).order_by("id"), keys, strict=True):
            row.channel = key


def test_the_receipts_tell_how_a_piece_came_out(outside: Outside, sign_in: Door) -> None:
    story = outside.approve(accounts=3)
    outside.carry()
    channels(outside, "douyin", "outlet", "wechat")
    with outside.database.unit() as session:
        for minutes, receipt in zip(
            (0, 2, 5), session.query(ReceiptRow).order_by("publication_id"), strict=True
        ):
            receipt.observed_at = clock.now(session) + timedelta(minutes=minutes)
    with outside.database.unit(write=False) as session:
        release = queries.release_of(session, story.id)
        assert release is not None
        assert release.first.channel == "douyin"
        assert release.first.breaches == ("ahead", None, None)
        today = clock.today(session)
        assert [it.story.id for it in queries.releases_on(session, today)] == [story.id]
        assert queries.releases_on(session, today - timedelta(days=1)) == []
    editor = sign_in("editor")
    assert "先于移动端首发渠道" in editor.get("/planning/mobile_first").text
    assert "先于移动端首发渠道" in editor.get(f"/stories/{story.uid}").text
    assert "没有首次发布" in editor.get("/planning/mobile_first?day=2001-01-01").text
    (shown,) = editor.get("/api/v1/releases").json["items"]
    assert not shown["kept"]
    assert shown["deliveries"][2]["lag_seconds"] == 300


def test_what_is_out_nowhere_or_was_called_off_breaks_nothing(outside: Outside) -> None:
    story = outside.approve(accounts=2)
    with outside.database.unit(write=False) as session:
        assert queries.release_of(session, story.id) is None
    outside.carry()
    channels(outside, "outlet", "wechat")
    with outside.database.unit() as session:
        outlet = session.query(Publication).filter_by(channel="outlet").one()
        outlet.state = "cancelled"  # type: ignore[assignment]
    with outside.database.unit(write=False) as session:
        release = queries.release_of(session, story.id)
        assert release is not None
        assert release.first.kept
        assert len(release.deliveries) == 1
