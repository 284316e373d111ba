"""What 抖音 and 头条 share: one open platform with one envelope, one OAuth and one way to upload.

Every answer is HTTP 200; success is ``error_code`` 0 in both ``data`` and ``extra``, as a number or
as a digit string. The access token is renewed with the account's refresh token, whose life (30
days) a renewal does not lengthen: then a person authorises again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from channels import text
from channels.base import (
    N_,
    Files,
    Media,
    NeedsReauth,
    Owner,
    Rejected,
    Remedy,
    StaleToken,
    Tokens,
    Unavailable,
    Unsure,
)
from channels.http import Aim, Reply, Veil, Wire
from channels.listing import look_back, recent
from channels.media import filename, parts, read
from channels.tokens import Bearer, Grant

WHOLE_BYTES = 50 * 1024 * 1024
"""Above this a video goes up in parts."""
PART_BYTES = 20 * 1024 * 1024
_PAGE = 20

_EDITOR, _OPERATOR, _ADMIN = Owner.EDITOR, Owner.OPERATOR, Owner.ADMINISTRATOR
_BUSY = Remedy(Unsure, _OPERATOR, N_("平台系统繁忙：先到账号主页查看是否已发出，再决定是否重发"))
_STALE = Remedy(StaleToken, _ADMIN, N_("账号的访问令牌已失效：请管理员重新授权"))
_EXPIRED = Remedy(NeedsReauth, _ADMIN, N_("账号授权已到期：请管理员重新授权"))
_RIGHT = Remedy(Rejected, _ADMIN, N_("应用没有这项能力的权限：请管理员在开放平台申请"))
_SETUP = Remedy(NeedsReauth, _ADMIN, N_("开放平台应用设置有误：请管理员核对 Client Key 和密钥"))
_DAILY = Remedy(
    Unavailable, _OPERATOR, N_("今天的发布或调用次数已用完：稍后自动再试"), timedelta(hours=1)
)
_RATE = Remedy(Unavailable, _OPERATOR, N_("调用太频繁：稍后自动再试"), timedelta(seconds=10))
_PARAMETER = Remedy(Rejected, _EDITOR, N_("平台不接受某个字段：请检查标题、文字和视频"))
_CONTENT = Remedy(Rejected, _EDITOR, N_("平台判定内容不合规：请修改后重新送审"))
_BANNED = Remedy(NeedsReauth, _ADMIN, N_("账号或应用被平台限制：请管理员登录平台查看通知"))

REMEDIES: Mapping[str, Remedy] = {
    **dict.fromkeys(("2100004", "28001005", "28001006"), _BUSY),
    **dict.fromkeys(("10008", "2190002", "2190008", "28001003", "28001008"), _STALE),
    **dict.fromkeys(("10010", "10007", "2190015", "28001012", "10020"), _EXPIRED),
    **dict.fromkeys(("10003", "10004", "16", "2100007", "2190003", "2190004"), _RIGHT),
    **dict.fromkeys((str(code) for code in range(28001014, 28001020)), _RIGHT),
    **dict.fromkeys(("10013", "10014"), _SETUP),
    **dict.fromkeys(("2190001", "2114007", "28003017"), _DAILY),
    "28003018": _RATE,
    **dict.fromkeys(("10002", "10005", "2100005", "28001007"), _PARAMETER),
    "2190005": Remedy(Rejected, _EDITOR, N_("视频文件太大：请压缩后再发")),
    "2190006": Remedy(Rejected, _EDITOR, N_("视频时长超过限制：请剪短后再发")),
    "2190007": Remedy(Rejected, _OPERATOR, N_("平台找不到已上传的视频：请重新发送")),
    **dict.fromkeys((*(str(code) for code in range(2111001, 2111010)), "2112001"), _CONTENT),
    **dict.fromkeys(("2100009", "2190016", "2114005"), _BANNED),
    "28001056": Remedy(Rejected, _ADMIN, N_("平台已停用这个接口：请管理员关闭相应功能")),
}


@dataclass(frozen=True, slots=True)
class App:
    """The credentials of one authorised account."""

    client_key: str
    client_secret: str
    open_id: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class VideoPaths:
    """Where a platform takes videos."""

    whole: str
    start: str
    part: str
    complete: str


class Account:
    """One account on the open platform, as its adapters use it."""

    def __init__(self, app: App, base_url: str, auth_url: str, tokens: Tokens) -> None:
        veil = Veil(app.client_secret, app.refresh_token)
        self._app = app
        self._wire = Wire(base_url, veil)
        self._auth = Wire(auth_url, veil)
        self._bearer = Bearer(tokens, f"{app.client_key}:{app.refresh_token}", veil, self._renew)

    def call(self, method: str, path: str, *, aim: Aim = Aim.REPEAT, **request: Any) -> Reply:
        """One judged request as this account; ``request`` as :meth:`Wire.send` takes it."""
        params = {"open_id": self._app.open_id, **request.pop("params", {})}

        def send(token: str) -> Reply:
            headers = {"access-token": token}
            reply = self._wire.send(
                method, path, aim=aim, params=params, headers=headers, **request
            )
            return judged(reply)

        return self._bearer.spend(send)

    def upload_video(self, paths: VideoPaths, files: Files, video: Media) -> str:
        """The platform's id of an uploaded video."""
        if video.size <= WHOLE_BYTES:
            reply = self._upload(paths.whole, "video", video, read(files, video), {})
        else:
            reply = self._upload_parts(paths, files, video)
        return text_of(reply, "video", "video_id")

    def upload_image(self, path: str, files: Files, image: Media) -> str:
        """The platform's id of an uploaded picture."""
        reply = self._upload(path, "image", image, read(files, image), {})
        return text_of(reply, "image", "image_id")

    def pages(self, path: str) -> Iterator[Sequence[dict[str, Any]]]:
        """The account's posts, newest first; pinned ones are where the platform puts them."""
        cursor: Any = 0
        while True:
            reply = self.call("GET", path, params={"cursor": cursor, "count": _PAGE})
            data = data_of(reply)
            if not isinstance(data.get("list"), list):
                raise reply.unclear("no_list")
            yield data["list"]
            if not data.get("has_more"):
                return
            if data.get("cursor") == cursor:
                raise Unsure("the platform's list stands still", code="list_cut")
            cursor = data.get("cursor")

    def _upload_parts(self, paths: VideoPaths, files: Files, video: Media) -> Reply:
        upload_id = text_of(self.call("POST", paths.start), "upload_id")
        for number, piece in enumerate(parts(files, video, PART_BYTES), start=1):
            where = {"upload_id": upload_id, "part_number": number}
            self._upload(paths.part, "video", video, piece, where)
        return self.call("POST", paths.complete, params={"upload_id": upload_id})

    def _upload(
        self, path: str, field: str, medium: Media, data: bytes, params: Mapping[str, Any]
    ) -> Reply:
        file = (filename(medium), data, medium.mime)
        return self.call("POST", path, params=params, files={field: file})

    def _renew(self, stale: str | None) -> Grant:
        form = {
            "client_key": self._app.client_key,
            "grant_type": "refresh_token",
            "refresh_token": self._app.refresh_token,
        }
        reply = self._auth.send("POST", "/oauth/refresh_token/", form=form)
        try:
            token = text_of(judged(reply), "access_token")
        except StaleToken as refusal:
            words, code, evidence = refusal.words, refusal.code, refusal.evidence
        else:
            seconds = number(data_of(reply).get("expires_in"))
            return Grant(self._auth.veil.add(token), timedelta(seconds=max(seconds, 60)))
        raise NeedsReauth(words, code=code, evidence=evidence)


def judged(reply: Reply) -> Reply:
    """The reply if both of its error codes are 0."""
    data, extra = data_of(reply), reply.object().get("extra") or {}
    for part in (data, extra):
        code = number(part.get("error_code", 0))
        if code:
            said = (part.get("description"), extra.get("sub_description"))
            raise reply.failure(REMEDIES, str(code), " ".join(str(it) for it in said if it))
    if reply.status >= 400 or "data" not in reply.object():
        raise reply.unclear(f"http_{reply.status}")
    return reply


def text_of(reply: Reply, *names: str) -> str:
    """A text deep in ``data``; an answer that lacks it proves nothing."""
    value: Any = data_of(reply)
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    if not value:
        raise reply.unclear(f"no_{names[-1]}")
    return str(value)


def number(value: Any) -> int:
    """A number or its digits; anything else is -1."""
    return int(value) if str(value).isdecimal() else -1


def created(item: Mapping[str, Any]) -> datetime:
    """When a listed post was made; the platform gives seconds, in some answers milliseconds.

    A pinned post stands at the head of the list whatever its age, and so must not end the search.
    """
    if item.get("is_top"):
        return datetime.max.replace(tzinfo=UTC)
    return _moment(item)


def look_for(
    pages: Iterator[Sequence[dict[str, Any]]], words: str, since: datetime
) -> dict[str, Any] | None:
    """The listed post with these words that was made since then."""
    wanted = text.squeezed(words)

    def ours(item: dict[str, Any]) -> bool:
        same = text.squeezed(str(item.get("title", ""))) == wanted
        return same and recent(_moment(item), since)

    return look_back(pages, since, created=created, ours=ours)


def _moment(item: Mapping[str, Any]) -> datetime:
    seconds = number(item.get("create_time"))
    if seconds < 0:
        raise Unsure("a listed post has no date", code="no_date")
    return datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)


def data_of(reply: Reply) -> Mapping[str, Any]:
    """The payload of the envelope; empty if there is none."""
    data = reply.object().get("data")
    return data if isinstance(data, Mapping) else {}
