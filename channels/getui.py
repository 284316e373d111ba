"""个推: one notification to the phones that carry our app.

The request key is ours (``request_id``) and follows from the post, so it is the same however often
the request is made; the platform drops a repeated one. It does not say for how long, nor in which
words: success, success without a task, and a refusal of the repeated key all prove that the
notification went out once. Nothing lists what was pushed. The platform stops only what no phone
has received yet, and so this channel recalls nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
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
    Receipt,
    Rejected,
    Remedy,
    StaleToken,
    Tokens,
    Unavailable,
    Unsure,
)
from channels.editions import alert, findings
from channels.http import Aim, Reply, Veil, Wire
from channels.settings import Place, listed, setting
from channels.tokens import Bearer, Grant

_AT_ONCE = 200
_PARAMETER = "20001"
_TASK = "RAS"
"""How the number of a task begins; a push that was only proved by its key has none."""

_EDITOR, _OPERATOR, _ADMIN = Owner.EDITOR, Owner.OPERATOR, Owner.ADMINISTRATOR
_KEYS = Remedy(NeedsReauth, _ADMIN, N_("个推的 AppID、AppKey 或 MasterSecret 不对：请管理员核对"))
_OFTEN = Remedy(
    Unavailable, _OPERATOR, N_("个推接口调用太频繁：稍后自动再试"), timedelta(minutes=1)
)
_REMEDIES = {
    "1": Remedy(Rejected, _ADMIN, N_("个推读不懂这个请求：请管理员检查接口地址")),
    "2": Remedy(
        Unavailable, _OPERATOR, N_("个推服务正在启动：稍后自动再试"), timedelta(seconds=30)
    ),
    **dict.fromkeys(
        ("301", "404", "405"),
        Remedy(Rejected, _ADMIN, N_("个推接口地址与应用不符：请管理员核对接口地址和 AppID")),
    ),
    "10001": Remedy(StaleToken, _ADMIN, N_("个推的访问令牌已失效：请管理员核对 MasterSecret")),
    "10002": Remedy(
        NeedsReauth, _ADMIN, N_("应用或服务器 IP 被个推限制：请管理员登录个推后台查看")
    ),
    **dict.fromkeys(("10003", "10005"), _OFTEN),
    "10004": Remedy(Rejected, _ADMIN, N_("个推应用没有这项权限：请管理员在个推后台申请")),
    _PARAMETER: Remedy(Rejected, _EDITOR, N_("个推不接受某个字段：请检查推送的标题、文字和标签")),
    "auth": _KEYS,
    "no_list": Remedy(
        Unsure, _OPERATOR, N_("个推没有推送列表可查：请到个推后台核对，再决定是否重发")
    ),
}


@dataclass(frozen=True)
class GetuiSettings:
    app_id: str = setting("AppID")
    app_key: str = setting("AppKey")
    master_secret: str = setting("MasterSecret", secret=True)
    tags: str = setting(N_("推送标签"), default="", hint=N_("逗号分隔；空着就推送给所有用户"))
    time_to_live: int = setting(
        N_("离线保留秒数"), default=7200, hint=N_("手机不在线时，推送保留多久；最多三天")
    )
    base_url: str = setting(N_("接口地址"), default="https://restapi.getui.com", place=Place.URL)


class Getui(Channel):
    """The phones of one app, by way of Getui."""

    key = "getui"
    label = N_("客户端推送（个推）")
    limits = Limits(Form.PUSH, title_min=1, title_max=50, body_max=256)
    abilities = Abilities(listing=Listing.NONE, native_key=timedelta(hours=2))
    """Two hours are the shortest life of a notification there; its key lives as long at least."""
    remedies = _REMEDIES
    Settings = GetuiSettings

    def __init__(self, settings: GetuiSettings, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        veil = Veil(settings.master_secret)
        self._wire = Wire(f"{settings.base_url.rstrip('/')}/v2/{settings.app_id}", veil)
        credential = f"{settings.app_id}:{settings.app_key}:{settings.master_secret}"
        self._bearer = Bearer(tokens, credential, veil, self._authorized)

    @classmethod
    def compose(cls, master: Master) -> Edition:
        return alert(master)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        return findings(cls.limits, edition)

    def prepare(self, post: Post) -> dict[str, Any]:
        """The request key; that the account answers is found out here, before anything is due."""
        self.probe()
        return {"request_id": request_id(post)}

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        reply = self._push(post, parcel)
        task = _task(reply)
        if not task:
            raise reply.unclear("no_taskid")
        return _sent(task, reply.evidence())

    def replay(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        """Whatever shows that the platform knows the key proves that the push went out once."""
        try:
            reply = self._push(post, parcel)
        except Rejected as refusal:
            if refusal.code != _PARAMETER or "request_id" not in refusal.words:
                raise
            return _sent(parcel["request_id"], refusal.evidence)
        return _sent(_task(reply) or parcel["request_id"], reply.evidence())

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        raise Unsure("the platform keeps no list of what was pushed", code="no_list")

    def measure(self, receipts: Sequence[Receipt], day: date) -> list[Numbers]:
        """Who received, saw and opened it so far; an opened push counts as read."""
        known = [it.remote_id for it in receipts if it.remote_id.startswith(_TASK)]
        return [
            Numbers(task, reads=_count(total, "click_num"), more=dict(total))
            for at in range(0, len(known), _AT_ONCE)
            for task, total in self._counted(known[at : at + _AT_ONCE])
        ]

    def probe(self) -> None:
        """A token is good for a day; with it, ask who is online."""
        self._call("GET", "/report/online_user")

    def _push(self, post: Post, parcel: Mapping[str, Any]) -> Reply:
        tags = listed(self._settings.tags)
        request = {
            "request_id": parcel["request_id"],
            "settings": {"ttl": self._settings.time_to_live * 1000},
            "audience": {"tag": [_any_of(tags)]} if tags else "all",
            **_message(post),
        }
        path = "/push/tag" if tags else "/push/all"
        return self._call("POST", path, aim=Aim.CREATE, body=request)

    def _counted(self, tasks: Sequence[str]) -> list[tuple[str, Mapping[str, Any]]]:
        reply = self._call("GET", f"/report/push/task/{','.join(tasks)}")
        data = reply.object().get("data")
        if not isinstance(data, Mapping):
            raise reply.unclear("no_data")
        return [(task, it["total"]) for task, it in data.items() if it.get("total")]

    def _call(self, method: str, path: str, *, aim: Aim = Aim.REPEAT, **request: Any) -> Reply:
        def send(token: str) -> Reply:
            headers = {"token": token}
            return _judged(self._wire.send(method, path, aim=aim, headers=headers, **request))

        return self._bearer.spend(send)

    def _authorized(self, stale: str | None) -> Grant:
        """A new token against the master secret; several may be good at once."""
        now = str(int(time.time() * 1000))
        key, secret = self._settings.app_key, self._settings.master_secret
        body = {"sign": sign(key, now, secret), "timestamp": now, "appkey": key}
        reply = self._wire.send("POST", "/auth", body=body)
        try:
            data = _judged(reply).object().get("data") or {}
        except Rejected as refusal:
            words, evidence = refusal.words, refusal.evidence
        else:
            return _granted(reply, data)
        raise NeedsReauth(words, code="auth", evidence=evidence)


def sign(app_key: str, timestamp: str, master_secret: str) -> str:
    """What proves to the platform that we know the secret: SHA-256 (hex) of the three in a row."""
    return hashlib.sha256(f"{app_key}{timestamp}{master_secret}".encode()).hexdigest()


def request_id(post: Post) -> str:
    """The same for the same post, whoever asks: 32 characters, as many as the platform takes."""
    return hashlib.sha256(f"{post.uid}:{post.revision}".encode()).hexdigest()[:32]


def _any_of(tags: Sequence[str]) -> dict[str, Any]:
    return {"key": "custom_tag", "values": list(tags), "opt_type": "or"}


def _message(post: Post) -> dict[str, Any]:
    """For phones that are online, and by the makers' own ways for those that are not."""
    title, words = post.edition.title.strip(), post.edition.body.strip()
    shown = {"title": title, "body": words, "click_type": "url", "url": post.link}
    apple = {"alert": {"title": title, "body": words}, "sound": "default"}
    return {
        "push_message": {"notification": shown},
        "push_channel": {
            "android": {"ups": {"notification": shown}},
            "ios": {"type": "notify", "payload": post.link, "auto_badge": "+1", "aps": apple},
        },
    }


def _judged(reply: Reply) -> Reply:
    data = reply.object()
    code = str(data.get("code", ""))
    if code == "0" and reply.status < 400:
        return reply
    if not code:
        raise reply.unclear("no_code")
    raise reply.failure(_REMEDIES, code, str(data.get("msg", "")))


def _granted(reply: Reply, data: Mapping[str, Any]) -> Grant:
    """``expire_time`` is a moment, in milliseconds."""
    token, until = data.get("token"), str(data.get("expire_time", ""))
    if not token or not until.isdecimal():
        raise reply.unclear("no_token")
    left = datetime.fromtimestamp(int(until) / 1000, UTC) - datetime.now(UTC)
    return Grant(reply.veil.add(str(token)), max(left, timedelta(minutes=1)))


def _task(reply: Reply) -> str:
    data = reply.object().get("data")
    return str(data.get("taskid") or "") if isinstance(data, Mapping) else ""


def _sent(identity: str, evidence: Mapping[str, Any]) -> Receipt:
    return Receipt(Outcome.LIVE, remote_id=identity, evidence=evidence)


def _count(total: Mapping[str, Any], name: str) -> int | None:
    value = str(total.get(name, ""))
    return int(value) if value.isdecimal() else None
