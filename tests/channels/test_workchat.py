"""Robots in work chats: what is said to each, how it is signed, and where no call is made."""

from __future__ import annotations

from typing import Any

import pytest

from channels import workchat
from channels.base import ChannelError, Rejected, Unavailable, Unsure
from tests.channels.platform import BAD_GATEWAY, DROPPED, Answer, Platform, Reaction

TEXT = "请我审稿：荷塘镇三百亩藕田开挖\nhttps://desk.example/review/x"
HOOK = "https://oapi.dingtalk.com/robot/send?access_token=abc"
PLAIN = {"msgtype": "text", "text": {"content": TEXT}}


@pytest.mark.parametrize(
    ("robot", "secret", "url", "body"),
    [
        ("wecom", "", HOOK, PLAIN),
        ("dingtalk", "", HOOK, PLAIN),
        (
            "dingtalk",
            "this is secret",
            f"{HOOK}&timestamp=1577262236757&sign=hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D",
            PLAIN,
        ),
        ("feishu", "", HOOK, {"msg_type": "text", "content": {"text": TEXT}}),
    ],
)
def test_what_is_said_to_each(robot: str, secret: str, url: str, body: dict[str, Any]) -> None:
    spoken = workchat.spoken(robot, HOOK, TEXT, secret, 1577262236.757)
    assert (spoken.url, spoken.body) == (url, body)


def test_feishu_is_signed_in_the_body() -> None:
    """The vector was computed with openssl, whose key is the text."""
    spoken = workchat.spoken("feishu", HOOK, TEXT, "demo", 1599360473.9)
    assert spoken.body["timestamp"] == "1599360473"
    assert spoken.body["sign"] == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


def test_a_text_too_long_for_the_robot_is_cut_between_characters() -> None:
    said = workchat.spoken("wecom", HOOK, "藕" * 1000, "", 0).body["text"]["content"]
    assert said == "藕" * 682


@pytest.mark.parametrize(
    "url",
    [
        "http://qyapi.weixin.qq.com/hook",
        "ftp://example.com/hook",
        "https://user@example.com/hook",
        "https://example.com:25/hook",
        "https://exam ple.com/hook",
        "http://127.0.0.1:8000/hook",
        "",
    ],
)
def test_an_address_that_looks_wrong_is_refused(url: str) -> None:
    assert workchat.fault_of(url)
    with pytest.raises(Rejected) as refused:
        workchat.say("wecom", url, TEXT)
    assert refused.value.code == "not_public"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.9",
        "169.254.169.254",
        "0.0.0.0",
        "[::ffff:10.0.0.1]",
        "[fd00::1]",
        "100.64.0.1",
    ],
)
def test_no_neighbour_is_called(host: str) -> None:
    with pytest.raises(Rejected) as refused:
        workchat.say("feishu", f"https://{host}/hook", TEXT)
    assert refused.value.code == "not_public"


@pytest.mark.parametrize(
    ("reaction", "error"),
    [
        (Answer({"errcode": 0, "errmsg": "ok"}), None),
        (Answer({"code": 0, "msg": "success"}), None),
        (Answer({"errcode": 310000, "errmsg": "sign not match"}), Rejected),
        (Answer({"errcode": 130101, "errmsg": "send too fast"}), Unavailable),
        (Answer({"code": 19021, "msg": "sign match fail"}), Rejected),
        (Answer("", 429), Unavailable),
        (Answer("no such robot", 404), Rejected),
        (Answer({"strange": True}), Unsure),
        (BAD_GATEWAY, Unsure),
        (DROPPED, Unsure),
    ],
    ids=str,
)
def test_what_the_answer_proves(
    platform: Platform, reaction: Reaction, error: type[ChannelError] | None
) -> None:
    platform.on("/hook", reaction)
    url = f"{platform.url}/hook?key=secret-key"
    if error is None:
        workchat.say("dingtalk", url, TEXT, secret="s", loopback=True)
        (request,) = platform.asked("/hook")
        assert request.json == PLAIN
        assert set(request.query) == {"key", "timestamp", "sign"}
        return
    with pytest.raises(error) as failed:
        workchat.say("dingtalk", url, TEXT, loopback=True)
    assert "secret-key" not in str(failed.value)
    assert len(platform.asked("/hook")) == 1, "never twice"
