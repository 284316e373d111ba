"""极光推送: one notification to the phones that carry our app.

The platform gives out request keys (``cid``): one is fetched while preparing and lies in the
parcel before anything is sent, so that the same request can be made again without a second
notification. Nothing lists what was pushed, so a look tells nothing; the key does. A notification
that a phone has shown cannot be unsent: the platform cancels only what has not gone out yet, which
after seconds is nothing, and so this channel recalls nothing.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from channels.abilities import Numbers
from channels.base import (
    N_,
    Abilities,
    Channel,
    Edition,
    Files,
    Finding,
    Form,
    Limits,
    Listing,
    Master,
    NeedsReauth,
    Outcome,
    Owner,
    Post,
    Problem,
    Receipt,
    Rejected,
    Remedy,
    Tokens,
    Unavailable,
    Unsure,
)
from channels.editions import alert, findings
from channels.http import Aim, Reply, Veil, Wire
from channels.settings import Place, listed, setting

BODY_BYTES = 4096
_LINK = "https://link.example/" + "x" * 100
"""Stands for the post's link while measuring; :meth:`JPush.prepare` measures the true one."""
_CID = "x" * 61
_ENVELOPE = 300
"""Bytes for the request key, a few tags and the options, whatever the message is."""
_AT_ONCE = 100
_NOBODY = "1011"

_EDITOR, _OPERATOR, _ADMIN = Owner.EDITOR, Owner.OPERATOR, Owner.ADMINISTRATOR
_BUSY = Remedy(Unsure, _OPERATOR, N_("极光系统出错：系统会用同一编号再问一次，不会重复推送"))
_SETUP = Remedy(Rejected, _ADMIN, N_("极光不接受这个请求：请管理员检查应用设置和接口地址"))
_KEYS = Remedy(NeedsReauth, _ADMIN, N_("极光的 AppKey 或 Master Secret 不对：请管理员核对"))
_OFTEN = Remedy(Unavailable, _OPERATOR, N_("极光推送次数已满：稍后自动再试"), timedelta(minutes=1))
_REMEDIES = {
    **dict.fromkeys(("1000", "1030"), _BUSY),
    **dict.fromkeys(("1001", "1002", "1020"), _SETUP),
    "1003": Remedy(Rejected, _EDITOR, N_("极光不接受某个字段：请检查推送的标题、文字和标签")),
    **dict.fromkeys(("1004", "1008"), _KEYS),
    "1005": Remedy(Rejected, _EDITOR, N_("推送内容超过 4 KB：请缩短标题和文字")),
    _NOBODY: Remedy(Rejected, _OPERATOR, N_("没有设备符合推送条件：这次没有人收到")),
    **dict.fromkeys(("2002", "2003"), _OFTEN),
    "no_list": Remedy(
        Unsure, _OPERATOR, N_("极光没有推送列表可查：请到极光后台核对，再决定是否重发")
    ),
}


@dataclass(frozen=True)
class JPushSettings:
    app_key: str = setting("AppKey")
    master_secret: str = setting("Master Secret", secret=True)
    tags: str = setting(N_("推送标签"), default="", hint=N_("逗号分隔；空着就推送给所有用户"))
    platforms: str = setting(
        N_("推送平台"), default="all", hint=N_("all，或逗号分隔的 android,ios,hmos")
    )
    apns_production: bool = setting(N_("苹果正式环境"), default=True, hint=N_("测试版客户端请关掉"))
    time_to_live: int = setting(
        N_("离线保留秒数"), default=86_400, hint=N_("手机不在线时，推送保留多久")
    )
    base_url: str = setting(N_("接口地址"), default="https://api.jpush.cn", place=Place.URL)
    report_url: str = setting(
        N_("统计接口地址"), default="https://report.jpush.cn", place=Place.URL
    )


class JPush(Channel):
    """The phones of one app, by way of JPush."""

    key = "jpush"
    label = N_("客户端推送（极光）")
    limits = Limits(Form.PUSH, title_min=1, title_max=50)
    abilities = Abilities(listing=Listing.NONE, native_key=timedelta(hours=23))
    remedies = _REMEDIES
    Settings = JPushSettings

    def __init__(self, settings: JPushSettings, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        pair = f"{settings.app_key}:{settings.master_secret}".encode()
        credential = b64encode(pair).decode()
        veil = Veil(settings.master_secret, credential)
        self._headers = {"Authorization": f"Basic {credential}"}
        self._wire = Wire(settings.base_url, veil)
        self._report = Wire(settings.report_url, veil)

    @classmethod
    def compose(cls, master: Master) -> Edition:
        return alert(master)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        """The whole request is weighed, as the platform does."""
        found = findings(cls.limits, edition)
        size = _ENVELOPE + _size(_message(edition, _LINK))
        too_large = Finding(Problem.PUSH_TOO_LARGE, BODY_BYTES, size)
        return found + [too_large] * (size > BODY_BYTES)

    def prepare(self, post: Post) -> dict[str, Any]:
        """Fetch the request key; one that is never used runs out by itself after a day."""
        if _size(self._request(post, _CID)) > BODY_BYTES:
            raise Rejected("", code="1005")
        query = {"count": 1, "type": "push"}
        reply = self._call("GET", "/v3/push/cid", params=query)
        keys = reply.object().get("cidlist")
        if not isinstance(keys, list) or not keys:
            raise reply.unclear("no_cid")
        return {"cid": str(keys[0])}

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        request = self._request(post, parcel["cid"])
        try:
            reply = self._call("POST", "/v3/push", aim=Aim.CREATE, body=request)
        except Rejected as refusal:
            if refusal.code != _NOBODY:
                raise
            return _nobody(refusal, parcel["cid"])
        return _receipt(reply)

    def replay(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        """With the same ``cid`` the platform answers its first success and pushes nothing."""
        return self.publish(post, parcel)

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        raise Unsure("the platform keeps no list of what was pushed", code="no_list")

    def measure(self, receipts: Sequence[Receipt], day: date) -> list[Numbers]:
        """How many phones it reached so far; the platform keeps count for 28 days."""
        known = [it.remote_id for it in receipts if it.remote_id.isdecimal()]
        return [
            Numbers(str(counted["msg_id"]), more=dict(counted))
            for at in range(0, len(known), _AT_ONCE)
            for counted in self._counted(known[at : at + _AT_ONCE])
        ]

    def probe(self) -> None:
        self._call("GET", "/v3/push/cid", params={"count": 1, "type": "push"})

    def _request(self, post: Post, cid: str) -> dict[str, Any]:
        tags, platforms = listed(self._settings.tags), listed(self._settings.platforms)
        return {
            "cid": cid,
            "platform": "all" if platforms == ["all"] else platforms,
            "audience": {"tag": tags} if tags else "all",
            **_message(post.edition, post.link),
            "options": {
                "time_to_live": self._settings.time_to_live,
                "apns_production": self._settings.apns_production,
            },
        }

    def _counted(self, ids: Sequence[str]) -> list[Mapping[str, Any]]:
        query = {"msg_ids": ",".join(ids)}
        reply = self._report.send("GET", "/v3/received/detail", params=query, headers=self._headers)
        if reply.status >= 400:
            _judged(reply)
        return [it for it in reply.array() if isinstance(it, Mapping) and it.get("msg_id")]

    def _call(self, method: str, path: str, *, aim: Aim = Aim.REPEAT, **request: Any) -> Reply:
        headers = self._headers
        return _judged(self._wire.send(method, path, aim=aim, headers=headers, **request))


def _message(edition: Edition, link: str) -> dict[str, Any]:
    """What each kind of phone shows, and where it leads."""
    title, words, extras = edition.title.strip(), edition.body.strip(), {"uri": link}
    return {
        "notification": {
            "alert": words,
            "android": {"title": title, "extras": extras},
            "ios": {
                "alert": {"title": title, "body": words},
                "sound": "default",
                "badge": "+1",
                "extras": extras,
            },
            "hmos": {"title": title, "extras": extras},
        }
    }


def _size(data: Mapping[str, Any]) -> int:
    """Bytes of the JSON as :class:`~channels.http.Wire` sends it."""
    return len(json.dumps(data, ensure_ascii=False).encode())


def _judged(reply: Reply) -> Reply:
    """The reply, unless it tells of an error: here the HTTP status is true as well."""
    error = reply.object().get("error")
    if isinstance(error, Mapping):
        raise reply.failure(_REMEDIES, str(error.get("code")), str(error.get("message", "")))
    if reply.status >= 400:
        raise reply.failure(_REMEDIES, f"http_{reply.status}", "")
    return reply


def _receipt(reply: Reply) -> Receipt:
    identity = str(reply.object().get("msg_id") or "")
    if not identity:
        raise reply.unclear("no_msg_id")
    return Receipt(Outcome.LIVE, remote_id=identity, evidence=reply.evidence())


def _nobody(refusal: Rejected, cid: str) -> Receipt:
    """No phone matches: the push is over, and has reached nobody."""
    return Receipt(
        Outcome.LIVE,
        remote_id=cid,
        code=refusal.code,
        words=_REMEDIES[_NOBODY].sentence,
        evidence=refusal.evidence,
    )
