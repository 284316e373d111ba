"""What the official account's platform pushes: golden vectors, forgeries, and what is read."""

from __future__ import annotations

import base64
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels.abilities import Call, Forged, Heard, Listens, Notice
from channels.base import Outcome
from channels.wechat import WeChat
from channels.wechat_api import WeChatSettings
from channels.wechat_callback import signature
from tests.channels.twins import MemoryFiles, MemoryTokens

TOKEN, KEY, APP = (
    "kitchentoken",
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE",
    "wx0000000000000001",
)
TIMESTAMP, NONCE = "1714037059", "486452656"
NOW = datetime.fromtimestamp(int(TIMESTAMP), UTC)
SEALED = (
    "Q3stYC6hdFzMh9T8HCvyDIZNqBw/OTiAHF9MmjoVa6nVXd+5LTz9NfxNCLIK8BTGHOtWZe5LUkZ7QY+4sHg2pKbk9FNM"
    "M0+5Z2IUHIrk87Z+mJPu8vaP155tVB9swdfVgKnySlkBRtuFEUK2HA3C/uKJPGR8eN/ER9NbFqtOESEhKJ3M9aJcwsuL"
    "a6BTsUj6vppnY425juwOeEP+mPfJBQ=="
)
SIGNATURE_OF_SEALED = "131014e2d5540a181c63abaa6dddea5bd82145b8"
GOLDEN = "<xml><ToUserName><![CDATA[gh_test]]></ToUserName><Event><![CDATA[PUBLISHJOBFINISH]]></Event></xml>"  # noqa: E501
PUBLISHED = """<xml><ToUserName><![CDATA[gh_x]]></ToUserName>
<FromUserName><![CDATA[o_x]]></FromUserName><CreateTime>1714037000</CreateTime>
<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event><PublishEventInfo>
<publish_id>100000001</publish_id><publish_status>{status}</publish_status>{rest}
</PublishEventInfo></xml>"""
ARTICLE = """<article_id><![CDATA[ARTICLE]]></article_id><article_detail><count>1</count><item>
<idx>1</idx><article_url><![CDATA[https://mp/s/1]]></article_url></item></article_detail>"""
SENT = """<xml><ToUserName><![CDATA[gh_x]]></ToUserName>
<FromUserName><![CDATA[o_x]]></FromUserName><CreateTime>1714037000</CreateTime>
<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[MASSSENDJOBFINISH]]></Event>
<MsgID>34182</MsgID><Status><![CDATA[{status}]]></Status><TotalCount>100</TotalCount>
<SentCount>75</SentCount><ArticleUrlResult><Count>2</Count><ResultList>
<item><ArticleIdx>1</ArticleIdx><ArticleUrl><![CDATA[https://mp/s/1]]></ArticleUrl></item>
<item><ArticleIdx>2</ArticleIdx><ArticleUrl><![CDATA[https://mp/s/2]]></ArticleUrl></item>
</ResultList></ArticleUrlResult></xml>"""


def account(token: str = TOKEN, key: str = "", app: str = APP) -> WeChat:
    settings = WeChatSettings(app, "s3cret", callback_token=token, encoding_aes_key=key)
    return WeChat(settings, MemoryFiles(), MemoryTokens())


def plain(body: str, **query: str) -> Call:
    signed = {"signature": signature(TOKEN, TIMESTAMP, NONCE)}
    return Call(
        "POST",
        {"timestamp": TIMESTAMP, "nonce": NONCE, **signed, **query},
        {},
        body.encode(),
        NOW,
    )


def seal(message: str, key: str = KEY, app: str = APP) -> str:
    raw = base64.b64decode(key + "=")
    data = b"0123456789abcdef" + struct.pack(">I", len(message.encode())) + message.encode()
    data += app.encode()
    pad = 32 - len(data) % 32
    cipher = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).encryptor()
    sealed = cipher.update(data + bytes([pad]) * pad) + cipher.finalize()
    return base64.b64encode(sealed).decode()


def envelope(sealed: str, **query: str) -> Call:
    signed = {"msg_signature": signature(TOKEN, TIMESTAMP, NONCE, sealed)}
    body = f"<xml><ToUserName>gh_x</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    return plain(body, encrypt_type="aes", **{**signed, **query})


def only(heard: Heard) -> Notice:
    assert heard.answer == b"success"
    (notice,) = heard.notices
    return notice


def published(event: str = "PUBLISHJOBFINISH", status: Any = 0, rest: str = ARTICLE) -> str:
    return PUBLISHED.format(event=event, status=status, rest=rest)


# ---- what is let in ---------------------------------------------------------------------------


def test_the_platforms_own_example_of_a_signature() -> None:
    golden = "899cf89e464efb63f54ddac96b0a0a235f53aa78"
    assert signature("AAAAA", TIMESTAMP, NONCE) == golden


def test_the_address_is_proved_by_its_echo() -> None:
    query = {"timestamp": TIMESTAMP, "nonce": NONCE, "echostr": "5837"}
    query["signature"] = signature(TOKEN, TIMESTAMP, NONCE)
    for key in ("", KEY):
        channel = account(key=key)
        assert isinstance(channel, Listens)
        assert channel.listen(Call("GET", query, {}, b"", NOW)) == Heard(answer=b"5837")
    with pytest.raises(Forged):
        account().listen(Call("GET", {**query, "signature": "0" * 40}, {}, b"", NOW))


def test_the_golden_sealed_message_opens() -> None:
    """Made elsewhere: it has an event without content, so that reading it tells nothing."""
    assert seal(GOLDEN) == SEALED
    assert signature(TOKEN, TIMESTAMP, NONCE, SEALED) == SIGNATURE_OF_SEALED
    assert account(key=KEY).listen(envelope(SEALED)) == Heard()


def test_a_key_with_spare_bits_set_is_a_key() -> None:
    spare = KEY[:-1] + "F"
    assert only(account(key=spare).listen(envelope(seal(published())))).proof


def test_only_the_seal_proves_the_body() -> None:
    assert only(account(key=KEY).listen(envelope(seal(published())))).proof
    assert not only(account().listen(plain(published()))).proof


@pytest.mark.parametrize(
    "call",
    [
        plain(published()),
        envelope(seal(published()), msg_signature="0" * 40),
        envelope(seal(published()), nonce="1"),
        envelope(seal(published(), app="wx0000000000000002")),
        envelope(seal(published(), key="Z" * 43)),
        envelope("AAAA"),
        envelope(""),
        replace(envelope(SEALED), body=b"<xml>"),
        replace(envelope(SEALED), body=b"<xml><Encrypt>AAAA</Encrypt></xml>"),
    ],
    ids=[
        *("unsealed", "signature", "nonce", "other account", "other key"),
        *("too short", "empty", "no XML", "other body"),
    ],
)
def test_with_a_key_nothing_unsealed_or_wrong_is_believed(call: Call) -> None:
    with pytest.raises(Forged):
        account(key=KEY).listen(call)


@pytest.mark.parametrize(
    "call",
    [
        plain(published(), signature="0" * 40),
        plain(published(), signature="签名"),
        plain(published(), timestamp="never"),
        plain('<!DOCTYPE x [<!ENTITY a "b">]><xml><Event>&a;</Event></xml>'),
        plain("not XML"),
        replace(plain(published()), query={}),
    ],
    ids=["signature", "not ASCII", "no time", "entities", "no XML", "bare"],
)
def test_a_forged_or_hostile_callback_is_refused(call: Call) -> None:
    with pytest.raises(Forged):
        account().listen(call)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_callback_is_not_heard_again(minutes: int) -> None:
    call = plain(published())
    assert account().listen(replace(call, at=NOW + timedelta(minutes=minutes / 2))).notices
    with pytest.raises(Forged):
        account().listen(replace(call, at=NOW + timedelta(minutes=minutes)))


def test_an_account_without_a_token_takes_no_callback() -> None:
    with pytest.raises(Forged):
        account(token="").listen(plain(published(), signature=signature("", TIMESTAMP, NONCE)))


# ---- what is read -----------------------------------------------------------------------------


@pytest.mark.parametrize("event", ["PUBLISHJOBFINISH", "FREEPUBLISHJOBFINISH"])
def test_the_end_of_a_publication(event: str) -> None:
    receipt = only(account().listen(plain(published(event)))).receipt
    assert (receipt.outcome, receipt.task_id) == (Outcome.LIVE, "100000001")
    assert (receipt.remote_id, receipt.remote_url) == ("ARTICLE", "https://mp/s/1")
    assert receipt.code == ""


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(2, Outcome.REFUSED), (4, Outcome.REFUSED), (6, Outcome.GONE), (99, Outcome.ACCEPTED)],
)
def test_a_publication_that_ended_otherwise(status: int, outcome: Outcome) -> None:
    body = published(status=status, rest="<fail_idx>1</fail_idx><fail_idx>2</fail_idx>")
    receipt = only(account().listen(plain(body))).receipt
    assert (receipt.outcome, receipt.code) == (outcome, f"publish_{status}")
    assert receipt.evidence["fail_idx"] == ["1", "2"]


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        ("send success", Outcome.LIVE, ""),
        ("sendsuccess", Outcome.LIVE, ""),
        ("send fail", Outcome.REFUSED, "mass_sendfail"),
        ("err(10001)", Outcome.REFUSED, "mass_10001"),
        ("err(30002)", Outcome.REFUSED, "mass_30002"),
        ("pondering", Outcome.ACCEPTED, "mass_pondering"),
    ],
)
def test_the_end_of_a_mass_send(status: str, outcome: Outcome, code: str) -> None:
    receipt = only(account().listen(plain(SENT.format(status=status)))).receipt
    assert (receipt.outcome, receipt.code) == (outcome, code)
    assert (receipt.task_id, receipt.remote_id) == ("mass:34182", "")
    assert receipt.remote_url == "https://mp/s/1"
    assert receipt.evidence["SentCount"] == "75"


def test_a_repeat_has_the_same_key_and_another_task_another_one() -> None:
    one = published()
    other = one.replace("100000001", "100000002")
    again = {only(account().listen(plain(body))).key for body in (one, one)}
    assert again == {"o_x|1714037000|PUBLISHJOBFINISH|100000001"}
    assert only(account().listen(plain(other))).key not in again


@pytest.mark.parametrize(
    "body",
    [
        "<xml><MsgType>event</MsgType><Event>subscribe</Event></xml>",
        "<xml/>",
    ],
)
def test_what_followers_do_is_answered_and_left(body: str) -> None:
    assert account().listen(plain(body)) == Heard()
