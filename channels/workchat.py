"""Robots in work chats: a line of text to a group of 企业微信, 钉钉 or 飞书 by its secret address.

Sources, read in November 2026: developer.work.weixin.qq.com/document/path/91770 (WeCom),
open.dingtalk.com/document/robots/custom-robot-access and customize-robot-security-settings
(DingTalk, signed address), open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (Feishu,
signed body). The address itself is the credential: it appears in no error and no log line.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

from channels import strangers
from channels.base import Rejected, Unavailable

LONGEST_WORDS = 300
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
LONGEST = {"wecom": 2048, "dingtalk": 20_000, "feishu": 20_000}
"""Bytes of a text; WeCom counts them so, the others are far away."""
AGAIN = frozenset({"45009", "130101", "660026", "11232", "9499"})
"""Codes for "too often" (WeCom, DingTalk twice, Feishu twice): another try may help."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A request to a robot, ready to be sent."""

    url: str
    body: Mapping[str, Any]


def fault_of(url: str, *, loopback: bool = False) -> str:
    """What is wrong with a robot's address by its looks: a word, or empty."""
    if fault := strangers.fault_of(url):
        return fault
    parts = urlsplit(url)
    if parts.scheme != "https" and not (loopback and parts.hostname in LOCAL):
        return "scheme"
    return ""


def spoken(robot: str, url: str, text: str, secret: str, now: float) -> Spoken:
    """The request that says ``text``; ``now`` is in seconds since 1970, for the signature."""
    text = _cut(text, LONGEST[robot])
    if robot == "feishu":
        body = {"msg_type": "text", "content": {"text": text}}
        return Spoken(url, {**_feishu_signature(secret, int(now)), **body} if secret else body)
    body = {"msgtype": "text", "text": {"content": text}}
    if robot == "dingtalk" and secret:
        stamp = int(now * 1000)
        url = f"{url}&timestamp={stamp}&sign={quote_plus(dingtalk_sign(secret, stamp))}"
    return Spoken(url, body)


def dingtalk_sign(secret: str, stamp: int) -> str:
    """DingTalk's signature; ``stamp`` is in milliseconds."""
    return _digest(secret.encode(), f"{stamp}\n{secret}".encode())


def feishu_sign(secret: str, stamp: int) -> str:
    """Feishu's signature, whose key is what one would take for the text; seconds."""
    return _digest(f"{stamp}\n{secret}".encode(), b"")


def _feishu_signature(secret: str, stamp: int) -> dict[str, str]:
    return {"timestamp": str(stamp), "sign": feishu_sign(secret, stamp)}


def _digest(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def _cut(text: str, octets: int) -> str:
    return text.encode()[:octets].decode(errors="ignore")


def say(robot: str, url: str, text: str, *, secret: str = "", loopback: bool = False) -> None:
    """Say a line once.

    Raises :class:`Rejected` where the robot refuses or the address must not be called,
    :class:`Unavailable` where nothing was said and another try may help, and otherwise what
    :func:`channels.strangers.call` raises.
    """
    if fault := fault_of(url, loopback=loopback):
        raise Rejected(fault, code="not_public")
    request = spoken(robot, url, text, secret, time.time())
    reply = strangers.call(
        "POST",
        request.url,
        headers={"Content-Type": "application/json; charset=utf-8"},
        content=json.dumps(request.body, ensure_ascii=False).encode(),
        loopback=loopback,
    )
    data = reply.object()
    code = data.get("errcode", data.get("code", data.get("StatusCode")))
    if code is None:
        raise reply.unclear("no_code")
    if code != 0:
        words = str(data.get("errmsg") or data.get("msg") or "")[:LONGEST_WORDS]
        error = Unavailable if str(code) in AGAIN else Rejected
        raise error(f"{code} {words}".strip(), code=str(code))
