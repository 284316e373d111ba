"""快手 short video: get an upload token, send the file (in fragments), publish with a cover, poll.

The refresh token can be spent once: the new pair is stored under the account's lock before
anything else happens. The platform names the host to upload to; it is only believed if it lies
under one of the allowed domains. There is no request key, and a video that is still processing may
be missing from lists, so absence proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from channels import text
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
    Media,
    NeedsReauth,
    Outcome,
    Owner,
    Post,
    Receipt,
    Rejected,
    Remedy,
    StaleToken,
    Tokens,
    Unsure,
)
from channels.editions import caption, clip, findings
from channels.http import Aim, Reply, Veil, Wire
from channels.listing import look_back, recent
from channels.media import filename, parts, read
from channels.settings import host_allowed, setting
from channels.tokens import Bearer, Grant, token_name

FRAGMENT_BYTES = 10 * 1024 * 1024 - 1
"""A file up to this goes in one piece ("under 10 MB"), a larger one in fragments of this."""
_PAGE = 100
_MISSING = "100120001"

_STALE = Remedy(StaleToken, Owner.ADMINISTRATOR, N_("快手账号的授权已失效：请管理员重新授权"))
_REMEDIES = {
    "100200102": _STALE,
    "10000200": Remedy(Rejected, Owner.EDITOR, N_("快手不接受某个字段：请检查文字、封面和视频")),
    _MISSING: Remedy(Rejected, Owner.OPERATOR, N_("快手找不到这个视频：请到账号主页核对")),
    "refresh": Remedy(NeedsReauth, Owner.ADMINISTRATOR, N_("快手账号授权已到期：请管理员重新授权")),
    "upload_host": Remedy(
        Rejected, Owner.ADMINISTRATOR, N_("快手指定的上传地址不在允许之列：请管理员核对设置")
    ),
}


@dataclass(frozen=True)
class KuaishouSettings:
    app_id: str = setting("App ID")
    app_secret: str = setting("App Secret", secret=True)
    refresh_token: str = setting(
        N_("刷新令牌"), secret=True, hint=N_("只在首次使用；之后由系统保管最新的一个")
    )
    base_url: str = setting(N_("接口地址"), default="https://open.kuaishou.com")
    upload_hosts: str = setting(
        N_("上传域名"),
        default="kuaishouzt.com,kuaishou.com",
        hint=N_("逗号分隔；平台返回的上传地址须在其中"),
    )
    upload_scheme: str = setting(
        N_("上传协议"), default="http", hint=N_("平台文档写明为 http；支持时可改为 https")
    )


class Kuaishou(Channel):
    """One Kuaishou account."""

    key = "kuaishou"
    label = N_("短视频（快手）")
    limits = Limits(
        Form.VIDEO,
        title_max=30,
        body_max=1000,
        cover_required=True,
        cover_bytes=10 * 1024 * 1024,
        picture_mimes=("image/jpeg", "image/png"),
        video_mimes=("video/mp4",),
        portrait=True,
    )
    abilities = Abilities(listing=Listing.LAGGING, settle_window=timedelta(minutes=5))
    remedies = _REMEDIES
    Settings = KuaishouSettings

    def __init__(self, settings: KuaishouSettings, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        self._files = files
        self._tokens = tokens
        self._veil = Veil(settings.app_secret, settings.refresh_token)
        self._wire = Wire(settings.base_url, self._veil)
        credential = f"{settings.app_id}:{settings.refresh_token}"
        self._refresh_name = token_name("refresh", credential)
        self._bearer = Bearer(tokens, credential, self._veil, self._renew)

    @classmethod
    def compose(cls, master: Master) -> Edition:
        return clip(master, cls.limits)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        return findings(cls.limits, edition, body_length=len(caption(edition)))

    def prepare(self, post: Post) -> dict[str, Any]:
        """Upload the video; a token that is never published with runs out by itself."""
        (video,) = post.edition.media
        reply = self._call("POST", "/openapi/photo/start_upload")
        token = self._veil.add(_text(reply, "upload_token"))
        self._upload(self._endpoint(_text(reply, "endpoint")), token, video)
        return {"upload_token": token}

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        cover = post.edition.cover
        if cover is None:
            raise Rejected("", code="10000200")
        self._veil.add(parcel["upload_token"])
        reply = self._call(
            "POST",
            "/openapi/photo/publish",
            aim=Aim.CREATE,
            params={"upload_token": parcel["upload_token"]},
            form={"caption": caption(post.edition), "stereo_type": "NOT_SPHERICAL_VIDEO"},
            files={"cover": (filename(cover), read(self._files, cover), cover.mime)},
        )
        return _standing(reply, reply.object().get("video_info"))

    def poll(self, receipt: Receipt) -> Receipt:
        """For some minutes after publishing the platform may not know its own video."""
        query = {"photo_id": receipt.task_id}
        try:
            reply = self._call("GET", "/openapi/photo/info", params=query)
        except Rejected as refusal:
            if refusal.code != _MISSING:
                raise
            return receipt
        return _standing(reply, reply.object().get("video_info"))

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        words = text.squeezed(caption(post.edition))

        def ours(found: tuple[Reply, Mapping[str, Any]]) -> bool:
            same = text.squeezed(str(found[1].get("caption", ""))) == words
            return same and recent(_created(found), since)

        found = look_back(self._photos(), since, created=_created, ours=ours)
        return _standing(*found) if found else None

    def recall(self, receipt: Receipt) -> Receipt:
        """Delete the video; one that is gone already counts as deleted."""
        query = {"photo_id": receipt.remote_id}
        evidence: Mapping[str, Any]
        try:
            reply = self._call("POST", "/openapi/photo/delete", aim=Aim.CREATE, params=query)
            evidence = reply.evidence()
        except Rejected as refusal:
            if refusal.code != _MISSING:
                raise
            evidence = refusal.evidence
        return Receipt(
            Outcome.GONE,
            remote_id=receipt.remote_id,
            remote_url=receipt.remote_url,
            words=N_("视频已删除；他人下载或录屏的内容无法收回"),
            evidence=evidence,
        )

    def probe(self) -> None:
        self._call("GET", "/openapi/photo/list", params={"count": 1})

    def _upload(self, wire: Wire, token: str, video: Media) -> None:
        if video.size <= FRAGMENT_BYTES:
            data = read(self._files, video)
            _sent(wire, "/api/upload", {"upload_token": token}, data, video.mime)
            return
        count = 0
        for count, piece in enumerate(parts(self._files, video, FRAGMENT_BYTES), start=1):
            query = {"upload_token": token, "fragment_id": count - 1}
            _sent(wire, "/api/upload/fragment", query, piece, "application/octet-stream")
        query = {"upload_token": token, "fragment_count": count}
        _sent(wire, "/api/upload/complete", query, b"", "application/octet-stream")

    def _endpoint(self, endpoint: str) -> Wire:
        """The upload host as the platform named it, if it is one that we know.

        An answer that could send our file, and our server's requests, anywhere must not be
        believed as it stands.
        """
        address = f"{self._settings.upload_scheme}://{endpoint}"
        named = urlsplit(address)
        known = host_allowed(named.hostname or "", self._settings.upload_hosts)
        if not known or named.username is not None or named.query or named.fragment:
            raise Rejected(endpoint, code="upload_host")
        return Wire(address, self._veil)

    def _photos(self) -> Iterator[Sequence[tuple[Reply, Mapping[str, Any]]]]:
        cursor: Any = ""
        while True:
            query = {"count": _PAGE, **({"cursor": cursor} if cursor else {})}
            reply = self._call("GET", "/openapi/photo/list", params=query)
            photos = reply.object().get("video_list")
            if not isinstance(photos, list):
                raise reply.unclear("no_list")
            yield [(reply, photo) for photo in photos]
            if not photos:
                return
            if photos[-1].get("photo_id") == cursor:
                raise Unsure("the platform's list stands still", code="list_cut")
            cursor = photos[-1].get("photo_id")

    def _call(self, method: str, path: str, *, aim: Aim = Aim.REPEAT, **request: Any) -> Reply:
        params = {"app_id": self._settings.app_id, **request.pop("params", {})}

        def send(token: str) -> Reply:
            query = {**params, "access_token": token}
            return _judged(self._wire.send(method, path, aim=aim, params=query, **request))

        return self._bearer.spend(send)

    def _renew(self, stale: str | None) -> Grant:
        """Spend the newest refresh token; the one it buys is stored before anything else."""
        spent = self._tokens.get(self._refresh_name) or self._settings.refresh_token
        query = {
            "app_id": self._settings.app_id,
            "app_secret": self._settings.app_secret,
            "refresh_token": self._veil.add(spent),
            "grant_type": "refresh_token",
        }
        reply = self._wire.send("GET", "/oauth2/refresh_token", params=query)
        data = reply.object()
        if str(data.get("result")) != "1":
            raise reply.failure(_REMEDIES, "refresh", _words(data))
        successor = self._veil.add(_text(reply, "refresh_token"))
        self._tokens.put(self._refresh_name, successor, _span(data, "refresh_token_expires_in"))
        return Grant(_text(reply, "access_token"), _span(data, "expires_in"))


def _sent(wire: Wire, path: str, query: Mapping[str, Any], data: bytes, mime: str) -> None:
    _judged(wire.send("POST", path, params=query, content=data, headers={"Content-Type": mime}))


def _judged(reply: Reply) -> Reply:
    data = reply.object()
    code = str(data.get("result", ""))
    if code == "1" and reply.status < 400:
        return reply
    if not code:
        raise reply.unclear("no_result")
    raise reply.failure(_REMEDIES, code, _words(data))


def _words(data: Mapping[str, Any]) -> str:
    return str(data.get("error_msg") or data.get("error") or "")


def _text(reply: Reply, name: str) -> str:
    value = reply.object().get(name)
    if not value:
        raise reply.unclear(f"no_{name}")
    return str(value)


def _span(data: Mapping[str, Any], name: str) -> timedelta:
    value = str(data.get(name, ""))
    return timedelta(seconds=int(value) if value.isdecimal() else 3600)


def _standing(reply: Reply, photo: Any) -> Receipt:
    """Live unless the platform says that it is still processing or reviewing."""
    if not isinstance(photo, Mapping) or not photo.get("photo_id"):
        raise reply.unclear("no_photo_id")
    identity = str(photo["photo_id"])
    return Receipt(
        Outcome.ACCEPTED if photo.get("pending") else Outcome.LIVE,
        remote_id=identity,
        remote_url=str(photo.get("play_url") or ""),
        task_id=identity,
        evidence=reply.veil.data(dict(photo)),
    )


def _created(found: tuple[Reply, Mapping[str, Any]]) -> datetime:
    reply, photo = found
    milliseconds = str(photo.get("create_time", ""))
    if not milliseconds.isdecimal():
        raise reply.unclear("no_date")
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
