"""Adapter and sandbox, two readings of each contract, over a real socket and under faults."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels.base import Outcome, Post, Unavailable, Unsure
from channels.bilibili import Bilibili
from channels.getui import Getui
from channels.http import close_connections
from channels.jpush import JPush
from tests.channels.sandbox.playing import film, picture
from tests.channels.twins import MemoryFiles, MemoryTokens, master, medium

LINK = "http://127.0.0.1/s/both1"
FILM, COVER = film(), picture()
Opened = Callable[[str], Any]


def state(live: str) -> dict[str, Any]:
    return dict(httpx.get(f"{live}/__sim__/state").json())


def copies(live: str) -> int:
    return int(state(live)["copies"].get("both1", 0))


def fault(live: str, path: str, kind: str, **wish: Any) -> None:
    answer = httpx.post(f"{live}/__sim__/faults", json={"path": path, "fault": kind, **wish})
    assert answer.status_code == 201, answer.text


def account(live: str, channel: str) -> dict[str, Any]:
    return next(it for it in state(live)["accounts"] if it["channel"] == channel)


@pytest.fixture(autouse=True)
def _closed() -> Any:
    yield
    close_connections()


def jpush(live: str) -> JPush:
    own = account(live, "jpush")
    urls = {"base_url": f"{live}/jpush", "report_url": f"{live}/jpush"}
    settings = JPush.Settings(own["app_key"], own["master_secret"], **urls)
    return JPush(settings, MemoryFiles(), MemoryTokens())


def getui(live: str) -> Getui:
    own = account(live, "getui")
    keys = (own["app_id"], own["app_key"], own["master_secret"])
    return Getui(Getui.Settings(*keys, base_url=f"{live}/getui"), MemoryFiles(), MemoryTokens())


def bilibili(live: str) -> Bilibili:
    own = account(live, "bilibili")
    urls = dict.fromkeys(("base_url", "upload_url", "auth_url"), f"{live}/bilibili")
    keys = (own["client_id"], own["client_secret"], own["refresh_token"])
    return Bilibili(Bilibili.Settings(*keys, **urls), MemoryFiles(FILM, COVER), MemoryTokens())


def piece(channel: Any) -> Post:
    given = master(video=medium(FILM, "video/mp4"), cover=medium(COVER), pictures=())
    return Post("both1", channel.compose(given), LINK)


pushing = pytest.mark.parametrize(
    ("opened", "path"),
    [(jpush, "/jpush/v3/push"), (getui, "/getui/v2/*/push/all")],
    ids=["jpush", "getui"],
)


@pushing
@pytest.mark.parametrize(
    ("kind", "before"),
    [
        ("drop_before", 0),
        ("drop_after", 1),
        ("truncate", 1),
        ("wrong_type", 1),
        ("bad_gateway", 0),
    ],
)
def test_made_again_with_its_key_a_push_goes_out_once(
    live: str, opened: Opened, path: str, kind: str, before: int
) -> None:
    channel = opened(live)
    post = piece(channel)
    parcel = channel.prepare(post)
    fault(live, path, kind)
    with pytest.raises(Unsure):
        channel.publish(post, parcel)
    assert copies(live) == before
    receipt = channel.replay(post, parcel)
    assert (receipt.outcome, bool(receipt.remote_id)) == (Outcome.LIVE, True)
    assert copies(live) == 1
    channel.replay(post, parcel)
    assert copies(live) == 1


@pushing
def test_a_push_that_came_late_is_not_doubled(live: str, opened: Opened, path: str) -> None:
    channel = opened(live)
    post = piece(channel)
    parcel = channel.prepare(post)
    fault(live, path, "late", seconds=0)
    with pytest.raises(Unsure):
        channel.publish(post, parcel)
    while not copies(live):
        pass
    assert channel.replay(post, parcel).outcome is Outcome.LIVE
    assert copies(live) == 1


def test_a_spent_quota_says_when_to_come_back(live: str) -> None:
    own = account(live, "jpush")["account"]
    httpx.post(f"{live}/__sim__/accounts/{own}/settings", json={"minute_pushes": 0})
    channel = jpush(live)
    with pytest.raises(Unavailable) as caught:
        channel.publish(piece(channel), channel.prepare(piece(channel)))
    assert timedelta(0) < (caught.value.retry_after or timedelta(0)) <= timedelta(minutes=1)
    assert copies(live) == 0


def test_nobody_there_is_done(live: str) -> None:
    own = account(live, "jpush")["account"]
    httpx.post(f"{live}/__sim__/accounts/{own}/settings", json={"phones": 0})
    channel = jpush(live)
    receipt = channel.publish(piece(channel), channel.prepare(piece(channel)))
    assert (receipt.outcome, receipt.code) == (Outcome.LIVE, "1011")


@pytest.mark.parametrize("opened", [jpush, getui])
def test_what_was_pushed_is_counted(live: str, opened: Opened) -> None:
    channel = opened(live)
    receipt = channel.publish(piece(channel), channel.prepare(piece(channel)))
    (numbers,) = channel.measure([receipt], date(2026, 11, 26))
    assert numbers.remote_id == receipt.remote_id
    assert numbers.more


def test_a_dead_token_is_fetched_again(live: str) -> None:
    channel = getui(live)
    channel.probe()
    own = account(live, "getui")["account"]
    httpx.post(f"{live}/__sim__/accounts/{own}/expire", json={"kind": "access"})
    channel.probe()


def test_a_film_is_handed_in_reviewed_listed_and_deleted(live: str) -> None:
    channel = bilibili(live)
    post, since = piece(channel), datetime.now(UTC)
    receipt = channel.publish(post, channel.prepare(post))
    assert receipt.outcome is Outcome.ACCEPTED
    found = channel.find(post, {}, since)
    assert found is not None
    assert found.remote_id == receipt.remote_id
    while receipt.outcome is Outcome.ACCEPTED:
        receipt = channel.poll(receipt)
    assert httpx.get(receipt.remote_url).status_code == 200
    (seen,) = channel.listed(since)
    assert (seen.link, seen.outcome) == (LINK, Outcome.LIVE)
    assert channel.measure([receipt], date(2026, 11, 26))[0].reads == 0
    assert channel.recall(receipt).outcome is Outcome.GONE
    assert channel.recall(receipt).outcome is Outcome.GONE
    assert channel.find(post, {}, since) is None


@pytest.mark.parametrize(("kind", "stands"), [("drop_before", 0), ("drop_after", 1)])
def test_after_an_unclear_ending_the_list_tells(live: str, kind: str, stands: int) -> None:
    channel = bilibili(live)
    post, since = piece(channel), datetime.now(UTC)
    parcel = channel.prepare(post)
    fault(live, "/bilibili/arcopen/fn/archive/add-by-utoken", kind)
    with pytest.raises(Unsure):
        channel.publish(post, parcel)
    found = channel.find(post, parcel, since)
    assert bool(found) is bool(stands)
    assert copies(live) == stands


def test_a_renewed_account_goes_on(live: str) -> None:
    channel = bilibili(live)
    channel.probe()
    own = account(live, "bilibili")["account"]
    httpx.post(f"{live}/__sim__/accounts/{own}/expire", json={"kind": "access"})
    channel.probe()


def test_a_large_film_is_joined_of_parts(live: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.bilibili_account.WHOLE_BYTES", 10)
    monkeypatch.setattr("channels.bilibili_account.PART_BYTES", 50)
    channel = bilibili(live)
    post = piece(channel)
    assert channel.publish(post, channel.prepare(post)).outcome is Outcome.ACCEPTED
