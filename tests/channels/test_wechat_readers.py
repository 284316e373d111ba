"""The official account's readers: comments, one reply each, and the numbers of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from channels.abilities import Converses, CountsFollowers, Measures, NotYet, TellsDays
from channels.base import Outcome, Receipt, Rejected, Unavailable
from channels.wechat import WeChat
from tests.channels.cases import CASES
from tests.channels.platform import Answer, Platform, Request

CASE = next(case for case in CASES if case.name == "wechat")
COMMENTS, REPLY = "/cgi-bin/comment/list", "/cgi-bin/comment/reply/add"
DETAIL, READ = "/datacube/getarticletotaldetail", "/datacube/getarticleread"
DAY = date(2026, 11, 3)
PIECE = Receipt(
    Outcome.LIVE, "ARTICLE", "https://mp/s/1", "1", evidence={"msg_data_id": 2247483649}
)
SENT = Receipt(Outcome.LIVE, "2247483650", task_id="mass:34182")


def playing(platform: Platform) -> WeChat:
    channel = CASE.play(platform)
    assert isinstance(channel, WeChat)
    return channel


def comment(number: int, **more: Any) -> dict[str, Any]:
    told = {"user_comment_id": number, "openid": "o1", "create_time": 1700000000}
    return {**told, "content": f"第 {number} 条", "comment_type": 0, **more}


def article(message: int, stats: dict[str, Any], url: str = "", **more: Any) -> dict[str, Any]:
    told = {"msgid": f"{message}_1", "content_url": url, "title": "t"}
    return {**told, "detail_list": [{"stat_date": DAY.isoformat(), **stats}], **more}


def counted(*articles: dict[str, Any], **more: Any) -> Answer:
    return Answer({"list": list(articles), "is_delay": False, **more})


# ---- comments ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [dict, list])
def test_comments_come_with_our_reply_in_either_shape(platform: Platform, shape: type) -> None:
    channel = playing(platform)
    assert isinstance(channel, Converses)
    told = {"content": "谢谢", "create_time": 1700000100}
    replied = comment(2, comment_type=1, reply=told if shape is dict else [told])
    page = [comment(1, reply=shape()), replied]
    platform.on(COMMENTS, Answer({"errcode": 0, "total": 2, "comment": page}))
    first, second = channel.comments(PIECE)
    assert (first.id, first.author, first.text) == ("1", "o1", "第 1 条")
    assert (first.at, first.reply) == (datetime.fromtimestamp(1700000000, UTC), "")
    assert (second.reply, second.elected) == ("谢谢", True)
    (request,) = platform.asked(COMMENTS)
    assert request.json["msg_data_id"] == 2247483649
    assert (request.json["index"], request.json["count"]) == (0, 49)


def test_comments_are_read_page_by_page(platform: Platform) -> None:
    def page(request: Request) -> Answer:
        begin, count = request.json["begin"], request.json["count"]
        told = [comment(number) for number in range(begin, min(begin + count, 60))]
        return Answer({"errcode": 0, "total": 60, "comment": told})

    channel = playing(platform)
    platform.on(COMMENTS, page)
    assert [it.id for it in channel.comments(PIECE)] == [str(number) for number in range(60)]
    assert len(platform.asked(COMMENTS)) == 2


def test_a_second_reply_changes_nothing(platform: Platform) -> None:
    channel = playing(platform)
    platform.once(REPLY, Answer({"errcode": 0}), Answer({"errcode": 88005, "errmsg": "replied"}))
    channel.reply(PIECE, "7", "谢谢")
    channel.reply(PIECE, "7", "谢谢")
    wanted = {"msg_data_id": 2247483649, "index": 0, "user_comment_id": 7, "content": "谢谢"}
    assert [request.json for request in platform.asked(REPLY)] == [wanted, wanted]


@pytest.mark.parametrize("code", [88004, 88008])
def test_a_comment_taken_back_cannot_be_answered(platform: Platform, code: int) -> None:
    channel = playing(platform)
    platform.once(REPLY, Answer({"errcode": code, "errmsg": "gone"}))
    with pytest.raises(Rejected) as caught:
        channel.reply(PIECE, "7", "谢谢")
    assert caught.value.code == str(code)


def test_the_message_is_known_by_any_of_three_ways(platform: Platform) -> None:
    channel = playing(platform)
    platform.on(COMMENTS, Answer({"errcode": 0, "total": 0, "comment": []}))
    long = "https://mp.weixin.qq.com/s?__biz=MzA=&mid=2247483651&idx=1&sn=ab"
    for receipt in (PIECE, SENT, Receipt(Outcome.LIVE, "ARTICLE", long)):
        assert list(channel.comments(receipt)) == []
    asked = [request.json["msg_data_id"] for request in platform.asked(COMMENTS)]
    assert asked == [2247483649, 2247483650, 2247483651]


def test_a_piece_whose_message_was_lost_is_refused_by_name(platform: Platform) -> None:
    channel = playing(platform)
    with pytest.raises(Rejected) as caught:
        list(channel.comments(Receipt(Outcome.LIVE, "ARTICLE", "https://mp/s/1")))
    assert caught.value.code == "message_unknown"
    assert platform.requests == []


def test_polling_keeps_the_message_that_the_acceptance_named(platform: Platform) -> None:
    channel = playing(platform)
    platform.once(
        "/cgi-bin/freepublish/submit",
        Answer({"errcode": 0, "publish_id": "1", "msg_data_id": 2247483649}),
    )
    platform.on("/cgi-bin/freepublish/get", Answer({"publish_id": "1", "publish_status": 0}))
    accepted = channel.publish(CASE.post(), {"media_id": "draft-1"})
    assert channel.poll(accepted).evidence["msg_data_id"] == 2247483649


# ---- numbers ----------------------------------------------------------------------------------


def test_the_day_of_a_piece_published_earlier_is_found(platform: Platform) -> None:
    stats = {"read_user": 120, "share_user": 3, "like_user": 5, "comment_count": 1}
    stats |= {"zaikan_user": 2, "read_finish_rate": 0.4}  # type: ignore[dict-item]
    sources = [{"user_count": 40, "scene_desc": "朋友圈"}]
    told = article(2247483649, {**stats, "read_user_source": sources})
    told["detail_list"].append({"stat_date": "2026-11-02", "read_user": 900})

    def day(request: Request) -> Answer:
        assert request.json["begin_date"] == request.json["end_date"]
        return counted(*[told] * (request.json["begin_date"] == "2026-11-01"))

    channel = playing(platform)
    assert isinstance(channel, Measures)
    platform.on(DETAIL, day)
    (found,) = channel.measure([PIECE], DAY)
    assert (found.remote_id, found.day) == ("ARTICLE", DAY)
    assert (found.reads, found.shares, found.likes, found.comments) == (120, 3, 5, 1)
    assert found.more == {
        "zaikan_user": 2,
        "read_finish_rate": 0.4,
        "sources": {"朋友圈": 40},
    }
    assert len(platform.asked(DETAIL)) == 3


def test_what_is_older_than_the_details_has_its_reads_alone(platform: Platform) -> None:
    channel = playing(platform)
    platform.on(DETAIL, counted())
    read = {"ref_date": DAY.isoformat(), "msgid": "2247483650_1", "detail": {"read_user": 8}}
    platform.on(READ, counted(read))
    (found,) = channel.measure([PIECE, SENT], DAY)
    assert (found.remote_id, found.reads, found.likes) == ("2247483650", 8, None)


def test_a_piece_without_its_message_is_known_by_its_address(platform: Platform) -> None:
    channel = playing(platform)
    platform.on(DETAIL, counted(article(5, {"read_user": 4}, url="https://mp/s/1")))
    (found,) = channel.measure([Receipt(Outcome.LIVE, "A", "https://mp/s/1")], DAY)
    assert found.reads == 4


def test_a_day_that_is_not_told_is_not_nought(platform: Platform) -> None:
    channel = playing(platform)
    quiet = article(2247483649, {})
    quiet["detail_list"] = []
    platform.on(DETAIL, counted(quiet))
    assert channel.measure([PIECE], DAY) == []
    assert channel.measure([], DAY) == []


def test_all_days_of_a_piece_are_told_in_one_call(platform: Platform) -> None:
    channel = playing(platform)
    assert isinstance(channel, TellsDays)
    told = article(2247483649, {"read_user": 120, "zaikan_user": 2})
    told["detail_list"].append({"stat_date": "2026-11-04", "read_user": 60})
    platform.on(DETAIL, counted(told))
    found = channel.days_of([PIECE], DAY)
    assert [(it.remote_id, it.day, it.reads) for it in found] == [
        ("ARTICLE", DAY, 120),
        ("ARTICLE", date(2026, 11, 4), 60),
    ]
    assert found[0].more["zaikan_user"] == 2
    assert [call.json["begin_date"] for call in platform.asked(DETAIL)] == ["2026-11-03"]


def test_a_piece_that_the_platform_lists_under_the_day_before_is_found(platform: Platform) -> None:
    channel = playing(platform)
    assert isinstance(channel, TellsDays)

    def day(request: Request) -> Answer:
        told = article(2247483649, {"read_user": 4})
        return counted(*[told] * (request.json["begin_date"] == "2026-11-02"))

    platform.on(DETAIL, day)
    assert [it.reads for it in channel.days_of([PIECE, SENT], DAY)] == [4]
    assert channel.days_of([], DAY) == []


@pytest.mark.parametrize(
    "answer",
    [Answer({"errcode": 61503, "errmsg": "data not ready"}), counted(is_delay=True)],
    ids=["61503", "is_delay"],
)
def test_a_day_that_is_not_counted_yet_is_asked_for_later(
    platform: Platform, answer: Answer
) -> None:
    channel = playing(platform)
    platform.on(DETAIL, answer)
    with pytest.raises(NotYet):
        channel.measure([PIECE], DAY)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer({"errcode": 47009, "errmsg": "offline"}), Rejected),
        (Answer({"errcode": 45011, "errmsg": "too fast"}), Unavailable),
        (Answer({"nothing": True}), Unavailable),
    ],
)
def test_another_failure_is_told_as_what_it_is(
    platform: Platform, answer: Answer, error: type[Exception]
) -> None:
    channel = playing(platform)
    platform.on(DETAIL, answer)
    with pytest.raises(error):
        channel.measure([PIECE], DAY)


FANS = "/datacube/getusercumulate"


def test_followers_are_those_of_the_end_of_the_day(platform: Platform) -> None:
    channel = playing(platform)
    assert isinstance(channel, CountsFollowers)
    rows = [{"ref_date": DAY.isoformat(), "user_source": 0, "cumulate_user": 1217}]
    platform.once(FANS, Answer({"list": rows}), Answer({"list": []}))
    assert (channel.followers(DAY), channel.followers(DAY)) == (1217, None)
    platform.on(FANS, Answer({"list": [], "is_delay": True}))
    with pytest.raises(NotYet):
        channel.followers(DAY)
