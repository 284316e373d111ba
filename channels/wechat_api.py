"""What all calls to 微信公众号 share: settings, the access token, and how an answer is judged.

The token comes from ``stable_token``, whose normal mode answers the same one to all callers. The
platform answers HTTP 200 for errors as well: ``errcode`` is the verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from channels.base import N_, Files, Media, Remedy, Tokens
from channels.handoff import hosts_setting
from channels.http import Aim, Reply, Veil, Wire
from channels.media import filename, read
from channels.settings import Place, setting
from channels.tokens import Bearer, Grant
from channels.wechat_codes import REMEDIES, TOKEN_REMEDIES


@dataclass(frozen=True)
class WeChatSettings:
    app_id: str = setting("AppID")
    app_secret: str = setting("AppSecret", secret=True)
    draft_only: bool = setting(
        N_("只存草稿"), default=False, hint=N_("没有发布接口权限的公众号：由值班员在后台发布")
    )
    mass_send: bool = setting(
        N_("群发"), default=False, hint=N_("推送给全部关注者；次数有限，不勾选则发布但不推送")
    )
    service_account: bool = setting(
        N_("服务号"), default=False, hint=N_("群发次数：服务号每月 4 次，订阅号每天 1 次")
    )
    send_ignore_reprint: bool = setting(
        N_("判为转载时继续群发"), default=False, hint=N_("不勾选时，被判为转载的文章不会发出")
    )
    open_comments: bool = setting(N_("打开留言"), default=False)
    callback_token: str = setting(
        N_("消息推送的 Token"),
        default="",
        secret=True,
        hint=N_("与公众号后台的服务器配置一致；留空则不接收推送"),
    )
    encoding_aes_key: str = setting(
        "EncodingAESKey",
        default="",
        secret=True,
        hint=N_("填写后只接收加密的推送；明文推送不能单凭它认定结果"),
    )
    allowed_hosts: str = hosts_setting("mp.weixin.qq.com")
    base_url: str = setting(N_("接口地址"), default="https://api.weixin.qq.com", place=Place.URL)


class Api:
    """One account's way to the platform."""

    def __init__(self, settings: WeChatSettings, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        self._files = files
        secrets = (settings.app_secret, settings.callback_token, settings.encoding_aes_key)
        veil = Veil(*secrets)
        self._wire = Wire(settings.base_url, veil)
        credential = f"{settings.app_id}:{settings.app_secret}"
        self._bearer = Bearer(tokens, credential, veil, self._renew)

    def call(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        aim: Aim = Aim.REPEAT,
        taken: Collection[str] = (),
    ) -> Reply:
        """Make a call. Codes in ``taken`` are answers for the caller to read, not errors."""

        def call(token: str) -> Reply:
            query = {"access_token": token}
            reply = self._wire.send("POST", path, aim=aim, params=query, body=body)
            return _judged(reply, taken=taken)

        return self._bearer.spend(call)

    def upload(self, path: str, medium: Media, **params: str) -> Reply:
        """Send one file of a post, checked against its hash."""
        data = read(self._files, medium)

        def call(token: str) -> Reply:
            file = (filename(medium), data, medium.mime)
            query = {**params, "access_token": token}
            return _judged(self._wire.send("POST", path, params=query, files={"media": file}))

        return self._bearer.spend(call)

    def _renew(self, stale: str | None) -> Grant:
        """The stable token; forced (which kills the former at once) only if it comes back stale."""
        grant = self._stable_token(force=False)
        return self._stable_token(force=True) if grant.value == stale else grant

    def _stable_token(self, *, force: bool) -> Grant:
        body = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret,
            "force_refresh": force,
        }
        reply = self._wire.send("POST", "/cgi-bin/stable_token", body=body)
        data = _judged(reply, TOKEN_REMEDIES).object()
        token = self._wire.veil.add(text(reply, "access_token"))
        return Grant(token, timedelta(seconds=number(data.get("expires_in"))))


def text(reply: Reply, name: str) -> str:
    """A field that the answer must have; without it nobody knows what happened."""
    value = reply.object().get(name)
    if not value:
        raise reply.unclear(f"no_{name}")
    return str(value)


def number(value: Any) -> int:
    """Numbers come as numbers or as digits; anything else is -1, which no table knows."""
    return int(value) if str(value).isdecimal() else -1


def code_of(reply: Reply) -> str:
    """The verdict; answers that carry none are successes."""
    return str(reply.object().get("errcode") or 0)


def _judged(
    reply: Reply, remedies: Mapping[str, Remedy] = REMEDIES, taken: Collection[str] = ()
) -> Reply:
    """The reply if the platform is content, or says what the caller wants to hear."""
    code = code_of(reply)
    if (code == "0" or code in taken) and reply.status < 400:
        return reply
    raise reply.failure(remedies, code, str(reply.object().get("errmsg", "")))
