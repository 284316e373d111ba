"""What stands on a Douyin or Toutiao account, how it is read, and what readers write."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from channels.abilities import Converses, Lists, Measures, Replays
from channels.base import Outcome, Receipt, Rejected
from channels.douyin import Douyin
from channels.toutiao import Toutiao
from tests.channels.cases import CASES, douyin_answer, douyin_error
from tests.channels.platform import Answer, Platform, Request

BY_NAME = {case.name: case for case in CASES}
DOUYIN, TOUTIAO = BY_NAME["douyin video"], BY_NAME["toutiao"]
LIST, DATA = "/api/douyin/v1/video/video_list/", "/api/douyin/v1/video/video_data/"
BASE = "/data/external/item/base/"
COMMENTS, REPLIES = "/item/comment/list/", "/item/comment/reply/list/"
ANSWER = "/item/comment/reply/"
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
LIVE = Receipt(Outcome.LIVE, "9")


def douyin(platform: Platform) -> Douyin:
    channel = DOUYIN.play(platform)
    assert isinstance(channel, Douyin)
    return channel


def item(identity: str, made: datetime = NOW, **more: Any) -> dict[str, Any]:
    given = {
        "item_id": identity,
        "title": f"第{identity}条\n话",
        "share_url": f"https://v/{identity}",
    }
    return {**given, "create_time": int(made.timestamp()), "is_top": False, **more}


def listed(*items: dict[str, Any], has_more: bool = False, cursor: int = 0) -> Answer:
    return douyin_answer(list=list(items), has_more=has_more, cursor=cursor)


# ---- lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "path"), [(DOUYIN, LIST), (TOUTIAO, "/toutiao/video/list/")], ids=["douyin", "toutiao"]
)
def test_the_account_is_read_through_newest_first(case: Any, path: str, platform: Platform) -> None:
    old = NOW - timedelta(days=2)
    first = listed(
        item("1", old, is_top=True), item("5"), item("4", share_url=""), has_more=True, cursor=3
    )
    second = listed(item("3", title="看 https://n.example/s/a1"), item("2", old))

    def page(request: Request) -> Answer:
        return first if request.query["cursor"] == "0" else second

    channel = case.play(platform)
    assert isinstance(channel, Lists)
    platform.on(path, page)
    found = list(channel.listed(NOW - timedelta(days=1)))
    assert [one.remote_id for one in found] == ["5", "4", "3"]
    assert [one.outcome for one in found] == [Outcome.LIVE, Outcome.ACCEPTED, Outcome.LIVE]
    assert (found[0].title, found[0].url, found[0].at) == ("第5条", "https://v/5", NOW)
    assert found[2].link == "https://n.example/s/a1"


def test_a_list_that_was_switched_off_is_not_asked_for_a_day(platform: Platform) -> None:
    channel = douyin(platform)
    platform.on(LIST, douyin_error(28001056, "接口已下线"))
    for _ in range(3):
        with pytest.raises(Rejected) as caught:
            list(channel.listed(NOW))
        assert caught.value.code == "28001056"
    assert len(platform.asked(LIST)) == 1
    platform.on(DATA, listed())
    assert channel.measure([LIVE], date(2026, 11, 22)) == []


# ---- numbers ----------------------------------------------------------------------------------


def test_numbers_are_asked_for_in_batches(platform: Platform) -> None:
    channel = douyin(platform)
    assert isinstance(channel, Measures)
    told = {"play_count": 120, "digg_count": "7", "comment_count": 0, "forward_count": 2}
    platform.on(DATA, listed({"item_id": "9", "statistics": told}))
    receipts = [Receipt(Outcome.LIVE, str(number)) for number in range(21)]
    found = channel.measure(receipts, date(2026, 11, 22))[0]
    assert (found.reads, found.likes, found.comments, found.shares) == (120, 7, 0, None)
    assert (found.remote_id, found.day, found.more) == ("9", None, {"forward_count": 2})
    assert [len(request.json["item_ids"]) for request in platform.asked(DATA)] == [20, 1]


def test_where_that_call_was_switched_off_each_post_is_asked_alone(platform: Platform) -> None:
    channel = douyin(platform)
    platform.on(DATA, douyin_error(28001056, "接口已下线"))
    result = {"total_play": 5, "total_like": 4, "total_share": 3, "total_comment": 2}
    platform.on(BASE, douyin_answer(result={**result, "avg_play_duration": 7.5}))
    for _ in range(2):
        (found,) = channel.measure([LIVE], date(2026, 11, 22))
        assert (found.reads, found.likes, found.shares, found.comments) == (5, 4, 3, 2)
        assert found.more == {"avg_play_duration": 7.5}
    assert len(platform.asked(DATA)) == 1


def test_toutiao_is_counted_by_its_own_call(platform: Platform) -> None:
    channel = TOUTIAO.play(platform)
    assert isinstance(channel, Measures)
    told = {"play_count": 12, "digg_count": 3, "comment_count": 2, "share_count": 1}
    platform.on("/toutiao/video/data/", listed({"item_id": "9", "statistics": told}))
    (found,) = channel.measure([LIVE, Receipt(Outcome.ACCEPTED)], date(2026, 11, 22))
    assert (found.reads, found.likes, found.comments, found.shares) == (12, 3, 2, 1)
    (asked,) = platform.asked("/toutiao/video/data/")
    assert asked.json == {"item_ids": ["9"]}


# ---- comments ---------------------------------------------------------------------------------


def remark(identity: str, words: str, user: str = "reader", **more: Any) -> dict[str, Any]:
    given = {"comment_id": identity, "comment_user_id": user, "content": words, "nick_name": "乙"}
    return {**given, "create_time": int(NOW.timestamp()), "reply_comment_total": 0, **more}


def test_comments_come_with_our_reply(platform: Platform) -> None:
    channel = douyin(platform)
    assert isinstance(channel, Converses)
    answered = remark("c1", "几点开门", reply_comment_total=2, top=True)
    platform.on(COMMENTS, listed(remark("c2", "好"), answered, remark("c3", "自己", "open-1")))
    platform.on(REPLIES, listed(remark("r2", "同问"), remark("r1", "九点", "open-1")))
    first, second = channel.comments(LIVE)
    assert (first.id, first.author, first.text, first.reply) == ("c2", "乙", "好", "")
    assert (second.reply, second.elected, second.at) == ("九点", True, NOW)
    (asked,) = platform.asked(REPLIES)
    assert (asked.query["item_id"], asked.query["comment_id"]) == ("9", "c1")


def test_an_answer_is_given_once(platform: Platform) -> None:
    channel = douyin(platform)
    platform.on(ANSWER, douyin_answer(comment_id="r1"))
    platform.once(REPLIES, listed())
    channel.reply(LIVE, "c1", "九点")
    platform.once(REPLIES, listed(remark("r1", "九点", "open-1")))
    channel.reply(LIVE, "c1", "九点")
    (sent,) = platform.asked(ANSWER)
    assert sent.json == {"item_id": "9", "comment_id": "c1", "content": "九点"}


def test_a_comment_that_was_taken_back_cannot_be_answered(platform: Platform) -> None:
    channel = douyin(platform)
    platform.on(REPLIES, listed())
    platform.on(ANSWER, douyin_error(2100005, "comment_id"))
    with pytest.raises(Rejected):
        channel.reply(LIVE, "c1", "九点")


# ---- replays ----------------------------------------------------------------------------------


def test_toutiao_knows_an_uploaded_video_again(platform: Platform) -> None:
    channel = TOUTIAO.play(platform)
    assert isinstance(channel, Toutiao)
    assert isinstance(channel, Replays)
    assert channel.abilities.native_key == timedelta(hours=2)
    parcel = channel.prepare(TOUTIAO.post())
    first = channel.publish(TOUTIAO.post(), parcel)
    again = channel.replay(TOUTIAO.post(), parcel)
    assert (again.remote_id, again.outcome) == (first.remote_id, Outcome.ACCEPTED)
    bodies = [request.json for request in platform.asked(TOUTIAO.create)]
    assert bodies == [{"video_id": "v1", "text": "湖滨公园今天开放"}] * 2


def test_douyin_makes_a_second_video_and_so_never_replays(platform: Platform) -> None:
    assert not isinstance(douyin(platform), Replays)
