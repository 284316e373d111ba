"""Douyin's callbacks: whose they are, how they are answered, what they prove."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from channels.abilities import Call, Forged, Heard, Listens
from channels.base import Outcome
from channels.douyin import Douyin
from channels.douyin_webhook import signed
from tests.channels.cases import OPEN_PLATFORM, SECRET
from tests.channels.twins import MemoryFiles, MemoryTokens

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
CONTENT = {"item_id": "@9V/+==", "share_id": "", "video_id": "73"}


def opened() -> Douyin:
    return Douyin(Douyin.Settings(**OPEN_PLATFORM), MemoryFiles(), MemoryTokens())


def call(body: bytes, **headers: str) -> Call:
    given = {"x-douyin-signature": signed(SECRET, body), "msg-id": "m-1", **headers}
    return Call("POST", {}, given, body, NOW)


def event(name: str = "create_video", content: Any = CONTENT, **changes: Any) -> bytes:
    given = {"event": name, "client_key": "awkey", "from_user_id": "open-1", "content": content}
    return json.dumps({**given, **changes}).encode()


def test_the_signature_of_the_platform() -> None:
    body = b'{"event":"create_video","client_key":"awkey"}'
    assert signed("clientsecret", body) == "bae01b24516c04fdd4e096e9f45cd40a42db8f88"


def test_douyin_listens() -> None:
    assert isinstance(opened(), Listens)


@pytest.mark.parametrize("content", [CONTENT, json.dumps(CONTENT)], ids=["object", "text"])
def test_a_new_post_is_proved_and_still_reviewed(content: Any) -> None:
    heard = opened().listen(call(event(content=content)))
    (notice,) = heard.notices
    assert (notice.key, notice.proof, heard.answer) == ("m-1", True, b"success")
    assert notice.receipt.outcome is Outcome.ACCEPTED
    assert (notice.receipt.remote_id, notice.receipt.task_id) == ("@9V/+==", "@9V/+==")
    assert notice.receipt.evidence["video_id"] == "73"


def test_a_repeat_carries_the_same_key() -> None:
    first, second = (opened().listen(call(event())).notices[0].key for _ in range(2))
    assert first == second
    bare = opened().listen(call(event(), **{"msg-id": ""})).notices[0].key
    assert bare == "create_video:@9V/+=="


def test_the_platform_tries_the_address() -> None:
    heard = opened().listen(call(event("verify_webhook", {"challenge": 12345})))
    assert json.loads(heard.answer) == {"challenge": 12345}
    assert (heard.mime, heard.notices) == ("application/json", ())


@pytest.mark.parametrize(
    "body",
    [
        event("item_comment_reply"),
        event("unauthorize"),
        event(content={}),
        event(content="no json"),
        event(content=None),
        event(from_user_id="another-account"),
    ],
    ids=["comment", "unauthorize", "no item", "unreadable", "nothing", "another account"],
)
def test_what_tells_nothing_of_our_posts_is_taken_and_left(body: bytes) -> None:
    assert opened().listen(call(body)) == Heard()


@pytest.mark.parametrize(
    "signature", ["", "0" * 40, signed("another", event()), signed(SECRET, event() + b" "), "签名"]
)
def test_a_callback_that_is_not_the_platforms_is_refused(signature: str) -> None:
    with pytest.raises(Forged):
        opened().listen(call(event(), **{"x-douyin-signature": signature}))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", event(client_key="another")])
def test_signed_nonsense_is_refused_as_well(body: bytes) -> None:
    with pytest.raises(Forged):
        opened().listen(call(body))
