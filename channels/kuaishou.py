"""快手 short video: get an upload token, send the file (in fragments), publish with a cover, poll.

The refresh token can be spent once: the new pair is stored under the account's lock before
anything else happens. The platform names the host to upload to; it is only believed if it lies
under one of the allowed domains. There is no request key, and a video that is still processing may
be missing from lists, so absence proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from channels import text
from channels.abilities import Numbers, Seen
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
    Outcome,
    Post,
    Receipt,
    Rejected,
    Tokens,
    Unsure,
)
from channels.editions import caption, clip, findings
from channels.http import Aim, Reply, Veil, Wire
from channels.identity import identity_of
from channels.kuaishou_codes import MISSING, REMEDIES, judged, number_of, text_of, words_of
from channels.kuaishou_upload import Ticket, Uploads
from channels.listing import look_back, made_since, recent
from channels.media import filename, read
from channels.settings import Place, setting
from channels.tokens import Bearer, Grant, token_name

_PAGE = 100


@dataclass(frozen=True)
class KuaishouSettings:
    app_id: str = setting("App ID")
    app_secret: str = setting("App Secret", secret=True)
    refresh_token: str = setting(
        N_("刷新令牌"), secret=True, hint=N_("只在首次使用；之后由系统保管最新的一个")
    )
    base_url: str = setting(N_("接口地址"), default="https://open.kuaishou.com", place=Place.URL)
    upload_hosts: str = setting(
        N_("上传域名"),
        default="kuaishouzt.com,kuaishou.com",
        hint=N_("逗号分隔；平台返回的上传地址须在其中"),
        place=Place.HOSTS,
    )
    upload_scheme: str = setting(
        N_("上传协议"),
        default="http",
        hint=N_("平台文档写明为 http；支持时可改为 https"),
        place=Place.SCHEME,
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
    remedies = REMEDIES
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
        self._uploads = Uploads(
            self._start_upload,
            settings.upload_hosts,
            settings.upload_scheme,
            files,
            tokens,
            self._veil,
        )

    @classmethod
    def compose(cls, master: Master) -> Edition:
        return clip(master, cls.limits)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        return findings(cls.limits, edition, body_length=len(caption(edition)))

    def prepare(self, post: Post) -> dict[str, Any]:
        """Upload the video; a token that is never published with runs out by itself."""
        (video,) = post.edition.media
        name = token_name("upload", f"{post.uid}:{video.sha256}")
        return {"upload_token": self._uploads.send(name, video)}

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
        reply = self._info(receipt.task_id)
        return _standing(reply, reply.object().get("video_info")) if reply else receipt

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        words = text.squeezed(caption(post.edition))

        def ours(found: tuple[Reply, Mapping[str, Any]]) -> bool:
            same = text.squeezed(str(found[1].get("caption", ""))) == words
            return same and recent(_created(found), since)

        found = look_back(self._photos(), since, created=_created, ours=ours)
        return _standing(*found) if found else None

    def recall(self, receipt: Receipt) -> Receipt:
        """Delete the video; one that is gone already counts as deleted."""
        query = {"photo_id": identity_of(receipt)}
        evidence: Mapping[str, Any]
        try:
            reply = self._call("POST", "/openapi/photo/delete", aim=Aim.CREATE, params=query)
            evidence = reply.evidence()
        except Rejected as refusal:
            if refusal.code != MISSING:
                raise
            evidence = refusal.evidence
        return Receipt(
            Outcome.GONE,
            remote_id=receipt.remote_id,
            remote_url=receipt.remote_url,
            words=N_("视频已删除；他人下载或录屏的内容无法收回"),
            evidence=evidence,
        )

    def listed(self, since: datetime) -> Iterator[Seen]:
        for reply, photo in made_since(self._photos(), since, created=_created):
            receipt, words = _standing(reply, photo), str(photo.get("caption", ""))
            link = text.URL.search(words)
            yield Seen(
                remote_id=receipt.remote_id,
                at=_created((reply, photo)),
                title=words.partition("\n")[0],
                url=receipt.remote_url,
                link=link.group() if link else "",
                outcome=receipt.outcome,
            )

    def measure(self, receipts: Sequence[Receipt], day: date) -> list[Numbers]:
        """Everything so far; the platform counts no shares, and nothing by the day."""
        told = {it.remote_id: self._info(it.remote_id) for it in receipts if it.remote_id}
        return [_numbers(identity, reply) for identity, reply in told.items() if reply]

    def probe(self) -> None:
        self._call("GET", "/openapi/photo/list", params={"count": 1})

    def _start_upload(self) -> Ticket:
        reply = self._call("POST", "/openapi/photo/start_upload")
        token = self._veil.add(text_of(reply, "upload_token"))
        return Ticket(token, text_of(reply, "endpoint"))

    def _info(self, identity: str) -> Reply | None:
        """What the platform tells of a video; for some minutes it may not know its own."""
        try:
            return self._call("GET", "/openapi/photo/info", params={"photo_id": identity})
        except Rejected as refusal:
            if refusal.code != MISSING:
                raise
            return None

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
            return judged(self._wire.send(method, path, aim=aim, params=query, **request))

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
            raise reply.failure(REMEDIES, "refresh", words_of(data))
        successor = self._veil.add(text_of(reply, "refresh_token"))
        self._tokens.put(self._refresh_name, successor, _span(data, "refresh_token_expires_in"))
        return Grant(text_of(reply, "access_token"), _span(data, "expires_in"))


def _span(data: Mapping[str, Any], name: str) -> timedelta:
    return timedelta(seconds=number_of(data, name) or 3600)


def _numbers(identity: str, reply: Reply) -> Numbers:
    told = reply.object().get("video_info") or {}
    return Numbers(
        identity,
        reads=number_of(told, "view_count"),
        likes=number_of(told, "like_count"),
        comments=number_of(told, "comment_count"),
    )


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
    milliseconds = number_of(photo, "create_time")
    if milliseconds is None:
        raise reply.unclear("no_date")
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
