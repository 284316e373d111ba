"""The official account: draft, submission, the later decision, and proof by listing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.abilities import Kept, Lists, ReadsBack, Seen
from channels.base import Outcome, Receipt, Rejected, Unavailable, Unsure
from channels.wechat import WeChat
from channels.wechat_api import WeChatSettings
from tests.channels.cases import CASES, SECRET, TOKEN
from tests.channels.platform import Answer, Platform, Request
from tests.channels.twins import FILES, LINK, MemoryFiles, MemoryTokens, master, post

CASE = next(case for case in CASES if case.name == "wechat")
POST = CASE.post()
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
LISTING = "/cgi-bin/freepublish/batchget"
GONE = Answer({"errcode": 40007, "errmsg": "invalid media_id"})


def item(link: str, made: datetime = NOW, **news: Any) -> dict[str, Any]:
    content = {"news_item": [{"content_source_url": link, "url": "https://mp/s/1", **news}]}
    return {"article_id": "A1", "content": content, "update_time": int(made.timestamp())}


def listing(*items: dict[str, Any], total: int | None = None) -> Answer:
    count = len(items) if total is None else total
    return Answer({"total_count": count, "item_count": len(items), "item": list(items)})


def draft_only(platform: Platform) -> WeChat:
    settings = WeChatSettings("wx1", SECRET, draft_only=True, base_url=platform.url)
    return WeChat(settings, MemoryFiles(*FILES), MemoryTokens())


def test_the_draft_carries_the_fingerprint_the_cover_and_our_pictures(platform: Platform) -> None:
    assert CASE.play(platform).prepare(POST) == {"media_id": "draft-1"}

    (request,) = platform.asked("/cgi-bin/draft/add")
    (draft,) = request.json["articles"]
    assert draft["content_source_url"] == LINK
    assert draft["thumb_media_id"] == "cover-1"
    assert draft["title"] == POST.edition.title
    assert 'src="https://mmbiz.qpic.cn/p/0"' in draft["content"]
    assert b"\\u" not in request.body
    assert request.query == {"access_token": TOKEN}
    (cover,) = platform.asked("/cgi-bin/material/add_material")
    assert cover.query["type"] == "image"
    assert b'name="media"; filename="' in cover.body


def test_a_cover_not_yet_everywhere_is_tried_again_later(platform: Platform) -> None:
    channel = CASE.play(platform)
    platform.once("/cgi-bin/draft/add", GONE)
    with pytest.raises(Unavailable) as caught:
        channel.prepare(POST)
    assert caught.value.retry_after == timedelta(seconds=15)


def test_a_submitted_draft_is_not_submitted_again(platform: Platform) -> None:
    """A draft that has left the box may have gone out before: that is a receipt, not a failure."""
    channel = CASE.play(platform)
    platform.once("/cgi-bin/freepublish/submit", GONE)
    with pytest.raises(Unsure):
        channel.publish(POST, {"media_id": "draft-1"})


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        (0, Outcome.LIVE, ""),
        (1, Outcome.ACCEPTED, "publish_1"),
        (2, Outcome.REFUSED, "publish_2"),
        (3, Outcome.REFUSED, "publish_3"),
        (4, Outcome.REFUSED, "publish_4"),
        (5, Outcome.GONE, "publish_5"),
        (6, Outcome.GONE, "publish_6"),
    ],
)
def test_polling_tells_every_standing(
    platform: Platform, status: int, outcome: Outcome, code: str
) -> None:
    detail = {"count": 1, "item": [{"idx": 1, "article_url": "https://mp/s/1"}]}
    said = {"publish_id": "1", "publish_status": status, "fail_idx": []}
    if status == 0:
        said |= {"article_id": "A1", "article_detail": detail}
    channel = CASE.play(platform)
    platform.on("/cgi-bin/freepublish/get", Answer(said))
    assert isinstance(channel, WeChat)
    receipt = channel.poll(Receipt(Outcome.ACCEPTED, task_id="1"))
    assert (receipt.outcome, receipt.code, receipt.task_id) == (outcome, code, "1")
    if status == 0:
        assert (receipt.remote_id, receipt.remote_url) == ("A1", "https://mp/s/1")


@pytest.mark.parametrize("said", [{}, {"publish_status": 9}, {"publish_status": None}])
def test_an_unknown_standing_is_no_standing(platform: Platform, said: dict[str, Any]) -> None:
    channel = CASE.play(platform)
    platform.on("/cgi-bin/freepublish/get", Answer(said))
    assert isinstance(channel, WeChat)
    with pytest.raises(Unavailable):
        channel.poll(Receipt(Outcome.ACCEPTED, task_id="1"))


@pytest.mark.parametrize(
    ("listed", "in_drafts", "expected"),
    [
        (listing(item(LINK)), False, Outcome.LIVE),
        (listing(item("other"), item(LINK)), True, Outcome.LIVE),
        (listing(item(LINK, is_deleted=True)), False, Outcome.GONE),
        (listing(), True, None),
        (listing(item("other", NOW - timedelta(hours=1)), total=99), True, None),
        (listing(), False, Unsure),
        (listing(item("other"), total=99), True, Unsure),
    ],
    ids=["live", "second", "deleted", "draft", "older", "neither", "cut short"],
)
def test_the_listing_and_the_draft_box_prove_what_happened(
    platform: Platform, listed: Answer, in_drafts: bool, expected: object
) -> None:
    channel = CASE.play(platform)
    platform.once(LISTING, listed)
    platform.on(LISTING, listing(total=99))
    platform.on("/cgi-bin/draft/get", Answer({"news_item": []}) if in_drafts else GONE)
    if expected is Unsure:
        with pytest.raises(Unsure):
            channel.find(POST, {"media_id": "draft-1"}, NOW)
        return
    found = channel.find(POST, {"media_id": "draft-1"}, NOW)
    assert (found and found.outcome) == expected


def test_the_listing_is_paged_back_to_five_minutes_before(platform: Platform) -> None:
    ages = [timedelta(minutes=-minute) for minute in range(60)]
    items = [item(f"other-{at}", NOW + age) for at, age in enumerate(ages)]

    def page(request: Request) -> Answer:
        offset, count = request.json["offset"], request.json["count"]
        return listing(*items[offset : offset + count], total=len(items))

    channel = CASE.play(platform)
    platform.on(LISTING, page)
    platform.on("/cgi-bin/draft/get", Answer({"news_item": []}))
    assert channel.find(POST, {"media_id": "draft-1"}, NOW - timedelta(minutes=20)) is None
    assert [request.json["offset"] for request in platform.asked(LISTING)] == [0, 20, 40]


def test_recall_deletes_and_says_what_stays_visible(platform: Platform) -> None:
    channel = CASE.play(platform)
    platform.on("/cgi-bin/freepublish/delete", Answer({"errcode": 0, "errmsg": "ok"}))
    assert isinstance(channel, WeChat)
    receipt = channel.recall(Receipt(Outcome.LIVE, "A1", "https://mp/s/1"))
    assert receipt.outcome is Outcome.GONE
    assert "卡片" in receipt.words
    (request,) = platform.asked("/cgi-bin/freepublish/delete")
    assert request.json == {"article_id": "A1", "index": 0}


def test_the_token_is_forced_only_if_it_comes_back_stale(platform: Platform) -> None:
    channel = CASE.play(platform)
    path = "/cgi-bin/draft/batchget"
    fresh = Answer({"access_token": "t0ken-fresh", "expires_in": 7200})
    platform.on("/cgi-bin/stable_token", lambda r: fresh if r.json["force_refresh"] else old)
    old = Answer({"access_token": TOKEN, "expires_in": 7200})
    platform.on(path, lambda r: CASE.auth if r.query["access_token"] == TOKEN else Answer({}))
    assert isinstance(channel, WeChat)
    channel.probe()
    asked = [request.json["force_refresh"] for request in platform.asked("/cgi-bin/stable_token")]
    assert asked == [False, False, True]


def test_an_account_without_the_right_stops_at_the_draft(platform: Platform) -> None:
    CASE.play(platform)
    channel = draft_only(platform)
    parcel = channel.prepare(POST)
    assert channel.publish(POST, parcel).outcome is Outcome.HANDED
    assert platform.asked("/cgi-bin/freepublish/submit") == []
    assert channel.checklist()
    assert channel.accepts_url("https://mp.weixin.qq.com/s/abc")
    assert not channel.accepts_url("https://mp.weixin.qq.com.evil.example/s/abc")

    platform.on("/cgi-bin/draft/get", Answer({"news_item": []}))
    found = channel.find(POST, parcel, NOW)
    assert found is not None
    assert found.outcome is Outcome.HANDED
    platform.on("/cgi-bin/draft/get", GONE)
    with pytest.raises(Unsure):
        channel.find(POST, parcel, NOW)


def test_a_post_without_its_picture_is_not_sent(platform: Platform) -> None:
    edition = replace(WeChat.compose(master()), media=())
    with pytest.raises(Rejected) as caught:
        CASE.play(platform).prepare(post(edition))
    assert caught.value.code == "media_missing"
    assert platform.asked("/cgi-bin/draft/add") == []


def test_what_the_platform_kept_of_the_draft_is_read_back(platform: Platform) -> None:
    channel = CASE.play(platform)
    told = {"title": "题", "content": "<p>文</p>", "url": "https://mp/preview"}
    platform.on("/cgi-bin/draft/get", Answer({"news_item": [told]}))
    assert isinstance(channel, ReadsBack)
    assert channel.read_back({"media_id": "draft-1"}) == Kept("题", "<p>文</p>", told["url"])


@pytest.mark.parametrize(
    ("answer", "error"), [(GONE, Rejected), (Answer({"news_item": []}), Unavailable)]
)
def test_a_draft_that_cannot_be_read_is_not_guessed(
    platform: Platform, answer: Answer, error: type[Exception]
) -> None:
    channel = CASE.play(platform)
    platform.on("/cgi-bin/draft/get", answer)
    assert isinstance(channel, ReadsBack)
    with pytest.raises(error):
        channel.read_back({"media_id": "draft-1"})


def test_the_account_is_read_through_whoever_put_it_there(platform: Platform) -> None:
    old = item("old", NOW - timedelta(hours=2))
    channel = CASE.play(platform)
    platform.once(LISTING, listing(item(LINK, title="题"), item("", is_deleted=True), total=60))
    platform.once(LISTING, listing(old, total=60))
    assert isinstance(channel, Lists)
    first, second = channel.listed(NOW - timedelta(hours=1))
    assert first == Seen("A1", NOW, "题", "https://mp/s/1", LINK)
    assert (second.link, second.outcome) == ("", Outcome.GONE)
    assert len(platform.asked(LISTING)) == 2


def test_a_list_that_breaks_off_is_no_whole_list(platform: Platform) -> None:
    channel = CASE.play(platform)
    platform.once(LISTING, listing(item(LINK), total=60))
    platform.on(LISTING, listing(total=60))
    assert isinstance(channel, Lists)
    with pytest.raises(Unsure):
        list(channel.listed(NOW - timedelta(hours=1)))
