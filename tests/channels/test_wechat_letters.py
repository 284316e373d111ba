"""Private letters to an official account: pushed to us sealed or plain, and answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels import wechat_callback
from channels.abilities import Answers, BoundsReplies, Call, TellsLatest
from channels.base import Rejected
from channels.registry import channel_classes
from channels.sandbox import wechat_event
from channels.sandbox.accounts import Account
from channels.wechat import WeChat
from channels.wechat_api import WeChatSettings
from tests.channels.cases import CASES
from tests.channels.platform import Answer, Platform

CASE = next(case for case in CASES if case.name == "wechat")
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"
SEND = "/cgi-bin/message/custom/send"


def heard(words: str, *, sealed: bool) -> list[tuple[str, str, str]]:
    """What our side reads of a letter that the sandbox pushes."""
    credentials = {"token": "kitchentoken", "encoding_aes_key": KEY}
    account = Account(
        channel="wechat",
        account="wx0000000000000001",
        name="青禾发布",
        credentials=credentials,
        settings={"callback_aes": sealed},
    )
    push = wechat_event.letter(account, 7, "o_reader", words, NOW.timestamp())
    settings = WeChatSettings(
        app_id=account.account,
        app_secret="s",
        callback_token="kitchentoken",
        encoding_aes_key=KEY if sealed else "",
    )
    call = Call("POST", dict(push.query), {}, push.body, NOW)
    told = wechat_callback.listen(settings, call)
    assert told.notices == ()
    return [(it.key, it.sender, it.text) for it in told.letters]


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("words", ["社保怎么转？", "a]]>b <xml>", ""])
def test_a_letter_is_read_as_it_was_written(words: str, sealed: bool) -> None:
    assert heard(words, sealed=sealed) == [("7", "o_reader", words)]


def test_a_letter_is_answered_to_whoever_wrote_it(platform: Platform) -> None:
    channel = CASE.play(platform)
    assert isinstance(channel, Answers)
    platform.on(SEND, Answer({"errcode": 0, "errmsg": "ok"}))
    channel.answer("o_reader", "请到窗口办理")
    (request,) = platform.asked(SEND)
    assert request.json == {
        "touser": "o_reader",
        "msgtype": "text",
        "text": {"content": "请到窗口办理"},
    }


@pytest.mark.parametrize("code", ["45015", "45047"])
def test_a_letter_that_may_no_longer_be_answered_is_refused(platform: Platform, code: str) -> None:
    channel = CASE.play(platform)
    assert isinstance(channel, WeChat)
    platform.on(SEND, Answer({"errcode": int(code), "errmsg": "no"}))
    with pytest.raises(Rejected) as refused:
        channel.answer("o_reader", "请到窗口办理")
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("key", "fits", "over"),
    [
        ("wechat", "好" * 600, 1),
        ("weibo", "好" * 140, 1),
        ("weibo", "a" * 280, 1),
        ("douyin", "好" * 100, 1),
    ],
)
def test_how_long_a_reply_may_be_is_the_platforms(key: str, fits: str, over: int) -> None:
    kind = channel_classes()[key]
    assert issubclass(kind, BoundsReplies)
    assert kind.reply_overrun(fits) == 0
    assert kind.reply_overrun(fits + "好" * over) == over


def test_who_lists_comments_newest_first_says_so() -> None:
    found = {key for key, kind in channel_classes().items() if issubclass(kind, TellsLatest)}
    assert found == {"weibo", "weibo_article", "douyin"}
