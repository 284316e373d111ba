"""Weibo's adapters against the sandbox: posts, articles, comments, repeats."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels.base import Outcome, Post, Unsure
from channels.weibo import Weibo
from channels.weibo_account import WeiboChannel
from channels.weibo_article import WeiboArticle
from tests.channels.meeting import account, copies, direct, live, set_account, world
from tests.channels.twins import FILES, LINK, MemoryFiles, MemoryTokens, master, post

__all__ = ["live", "world"]
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _bound(world: str) -> None:
    set_account(world, "weibo", domains=["news.example.cn"])


def opened(world: str, kind: type[WeiboChannel], **more: str) -> Any:
    found = account(world, "weibo")
    settings = kind.Settings(
        uid=found["uid"],
        access_token=found["access_token"],
        bound_domain="example.cn",
        server_ip="127.0.0.1",
        base_url=f"{world}/weibo",
        site_url=f"{world}/weibo",
        **more,
    )
    return kind(settings, MemoryFiles(*FILES), MemoryTokens())


def article(world: str) -> WeiboArticle:
    media = {"media_base_url": "https://m.example.cn", "media_secret": "m3dia"}
    channel = opened(world, WeiboArticle, **media)
    assert isinstance(channel, WeiboArticle)
    return channel


def piece(kind: type[WeiboChannel]) -> Post:
    return post(kind.compose(master(pictures=(), html="<h2>改造</h2><p>公园今天开放。</p>")))


def since() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


def test_a_post_its_list_its_numbers_and_a_comment(world: str) -> None:
    channel = opened(world, Weibo)
    receipt = channel.publish(piece(Weibo), {})
    (seen,) = channel.listed(since())
    assert (seen.remote_id, seen.link, seen.url) == (receipt.remote_id, LINK, receipt.remote_url)
    direct(world, "readers/comments", channel="weibo", id=receipt.remote_id, text="几点开门")
    (asked,) = channel.comments(receipt)
    for _ in range(2):
        channel.reply(receipt, asked.id, "九点")
    (answered,) = channel.comments(receipt)
    assert (answered.text, answered.reply) == ("几点开门", "九点")
    (numbers,) = channel.measure([receipt], TODAY)
    assert (numbers.remote_id, numbers.comments) == (receipt.remote_id, 2)
    end = channel.access_until()
    assert end is not None
    assert end > datetime.now(UTC) + timedelta(days=1800)


def test_the_same_words_twice_mean_go_and_look(world: str) -> None:
    channel = opened(world, Weibo)
    first = channel.publish(piece(Weibo), {})
    with pytest.raises(Unsure) as caught:
        channel.publish(piece(Weibo), {})
    assert caught.value.code == "20019"
    found = channel.find(piece(Weibo), {}, since())
    assert found is not None
    assert found.remote_id == first.remote_id


def test_an_article_and_its_carrier(world: str) -> None:
    channel = article(world)
    given = piece(WeiboArticle)
    receipt = channel.publish(given, channel.prepare(given))
    assert receipt.outcome is Outcome.LIVE
    assert "公园今天开放" in httpx.get(receipt.remote_url).text
    found = channel.find(given, {}, since())
    assert found is not None
    assert (found.remote_id, found.remote_url) == (receipt.remote_id, receipt.remote_url)
    assert found.evidence["object_id"] == receipt.evidence["data"]["object_id"]
    assert [it.remote_id for it in channel.measure([receipt], TODAY)] == [receipt.remote_id]
    assert copies(world) == [1]


@pytest.mark.parametrize("fault", ["drop_after", "truncate", "carrier_fails"])
def test_an_article_that_ended_unclear_is_looked_for_and_never_called_absent(
    world: str, fault: str
) -> None:
    if fault == "carrier_fails":
        set_account(world, "weibo", carrier_fails=True)
    else:
        direct(world, "faults", path="/weibo/proxy/*", fault=fault)
    channel = article(world)
    given = piece(WeiboArticle)
    with pytest.raises(Unsure):
        channel.publish(given, channel.prepare(given))
    found = channel.find(given, {}, since())
    assert (found is None) is (fault == "carrier_fails")
    assert channel.abilities.listing == "lagging"
