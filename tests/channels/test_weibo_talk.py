"""What stands on a Weibo account, how it is read, what readers write, and when access ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from channels.abilities import Converses, CountsFollowers, Expires, Lists, Measures
from channels.base import ChannelError, NeedsReauth, Outcome, Receipt, Rejected, Unavailable, Unsure
from channels.weibo_account import WeiboChannel
from tests.channels.cases import CASES, Case
from tests.channels.platform import Answer, Platform, Request
from tests.channels.twins import LINK

BOTH = [case for case in CASES if issubclass(case.channel, WeiboChannel)]
both = pytest.mark.parametrize("case", BOTH, ids=lambda case: case.name)
TIMELINE, COUNT = "/2/statuses/user_timeline.json", "/2/statuses/count.json"
SHOW, REPLY = "/2/comments/show.json", "/2/comments/reply.json"
INFO, USER = "/oauth2/get_token_info", "/2/users/show.json"
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
LIVE = Receipt(Outcome.LIVE, "5100000000000001")
OURS = {"id": 1404376560, "idstr": "1404376560", "screen_name": "我们"}


def play(case: Case, platform: Platform) -> WeiboChannel:
    channel = case.play(platform)
    assert isinstance(channel, WeiboChannel)
    return channel


def told(number: int, words: str, made: datetime = NOW, **more: Any) -> dict[str, Any]:
    created = made.strftime("%a %b %d %H:%M:%S +0000 %Y")
    return {"idstr": str(number), "text": words, "created_at": created, **more}


def test_both_kinds_of_post_do_all_of_it() -> None:
    assert [case.name for case in BOTH] == ["weibo", "weibo article"]
    for case in BOTH:
        for ability in (Lists, Measures, Converses, Expires):
            assert issubclass(case.channel, ability)


@both
def test_the_timeline_is_read_through(case: Case, platform: Platform) -> None:
    statuses = [
        told(3, f"【题】话 {LINK}"),
        told(2, "手发的 http://t.cn/A6x", urls=[{"long": LINK}]),
        told(1, "昨天的", NOW - timedelta(days=1)),
    ]
    channel = play(case, platform)
    platform.once(TIMELINE, Answer({"statuses": statuses, "total_number": 900}))
    platform.on(TIMELINE, Answer({"statuses": statuses[-1:], "total_number": 900}))
    first, second = channel.listed(NOW - timedelta(hours=1))
    assert len(platform.asked(TIMELINE)) == 2
    assert (first.remote_id, first.title, first.link) == ("3", "【题】话", LINK)
    assert (second.remote_id, second.title, second.link) == ("2", "手发的", LINK)
    assert first.at == NOW
    assert first.url == "https://weibo.com/1404376560/3"


@both
def test_a_post_without_date_ends_the_reading(case: Case, platform: Platform) -> None:
    channel = play(case, platform)
    platform.on(TIMELINE, Answer({"statuses": [{"idstr": "1", "text": "x"}], "total_number": 1}))
    with pytest.raises(Unsure):
        list(channel.listed(NOW))


@both
def test_a_hundred_posts_are_counted_in_one_call(case: Case, platform: Platform) -> None:
    def count(request: Request) -> Answer:
        rows = [
            {"id": int(identity), "comments": "1", "reposts": 2, "attitudes": "3"}
            for identity in request.query["ids"].split(",")
            if identity != "7"
        ]
        return Answer(rows)

    channel = play(case, platform)
    platform.on(COUNT, count)
    found = channel.measure([Receipt(Outcome.LIVE, str(at)) for at in range(1, 131)], TODAY)
    asked = [len(request.query["ids"].split(",")) for request in platform.asked(COUNT)]
    assert asked == [100, 30]
    assert (found[0].comments, found[0].shares, found[0].likes, found[0].reads) == (1, 2, 3, None)
    assert len(found) == 129


@both
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer({"error_code": 10023, "error": "rate"}, 403), Unavailable),
        (Answer({"error_code": 21327, "error": "expired"}, 403), NeedsReauth),
        (Answer({}), Unavailable),
        (Answer("<p>no json"), Unavailable),
    ],
)
def test_what_cannot_be_counted_now_is_told(
    case: Case, platform: Platform, answer: Answer, error: type[Exception]
) -> None:
    channel = play(case, platform)
    platform.on(COUNT, answer)
    with pytest.raises(error):
        channel.measure([LIVE], TODAY)


def comments(*shown: dict[str, Any], total: int | None = None) -> Answer:
    return Answer({"comments": list(shown), "total_number": total or len(shown)})


READER = {"idstr": "77", "screen_name": "乙"}
ASKED = told(41, "几点开门", user=READER)
ANSWERED = told(42, "九点", user=OURS, reply_comment=told(41, "几点开门"))


@both
def test_comments_come_with_our_reply(case: Case, platform: Platform) -> None:
    channel = play(case, platform)
    platform.on(SHOW, comments(ANSWERED, told(43, "好", user=READER), ASKED))
    first, second = channel.comments(LIVE)
    assert (first.id, first.author, first.text, first.reply, first.at) == (
        "43",
        "乙",
        "好",
        "",
        NOW,
    )
    assert (second.id, second.reply) == ("41", "九点")


@both
def test_comments_are_paged_until_the_total_even_past_hidden_ones(
    case: Case, platform: Platform
) -> None:
    every = [told(at, f"第{at}", user=READER) for at in range(1, 71)]

    def page(request: Request) -> Answer:
        start = (int(request.query["page"]) - 1) * 50
        return comments(*every[start : start + 50], total=80)

    channel = play(case, platform)
    platform.on(SHOW, page)
    assert len(list(channel.comments(LIVE))) == 70
    assert len(platform.asked(SHOW)) == 3


@both
def test_an_answer_is_given_once(case: Case, platform: Platform) -> None:
    channel = play(case, platform)
    platform.on(REPLY, Answer({"idstr": "42"}))
    platform.once(SHOW, comments(ASKED), comments(ANSWERED, ASKED))
    channel.reply(LIVE, "41", "九点")
    channel.reply(LIVE, "41", "九点")
    (sent,) = platform.asked(REPLY)
    assert (sent.form["cid"], sent.form["id"], sent.form["comment"]) == (
        "41",
        LIVE.remote_id,
        "九点",
    )
    assert sent.form["rip"] == "203.0.113.7"


@both
def test_a_comment_that_was_taken_back_cannot_be_answered(case: Case, platform: Platform) -> None:
    channel = play(case, platform)
    platform.on(SHOW, comments(total=0))
    platform.on(REPLY, Answer({"error_code": 20201, "error": "comment does not exist"}, 400))
    with pytest.raises(Rejected) as caught:
        channel.reply(LIVE, "41", "九点")
    assert caught.value.code in case.channel.remedies


@both
def test_the_platform_tells_when_access_ends(case: Case, platform: Platform) -> None:
    channel = play(case, platform)
    platform.once(INFO, Answer({"uid": 1, "create_at": 0, "expire_in": 3600}))
    end = channel.access_until()
    assert end is not None
    assert abs(end - datetime.now(UTC) - timedelta(hours=1)) < timedelta(minutes=1)
    platform.once(INFO, Answer({"uid": 1}))
    assert channel.access_until() is None
    platform.once(INFO, case.auth)
    with pytest.raises(NeedsReauth):
        channel.access_until()


@both
def test_followers_are_those_of_this_moment(case: Case, platform: Platform) -> None:
    channel = play(case, platform)
    assert isinstance(channel, CountsFollowers)
    platform.once(USER, Answer({"id": 1404376560, "followers_count": 52013}), Answer({"id": 1}))
    assert (channel.followers(TODAY), channel.followers(TODAY)) == (52013, None)
    platform.on(USER, Answer({"error_code": 10014, "error": "insufficient permissions"}, 403))
    with pytest.raises(ChannelError):
        channel.followers(TODAY)
