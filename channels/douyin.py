"""抖音: a video, or a set of pictures where there is no video, reviewed after it is accepted.

Needs the right to publish for the authorised account (``video.create.bind``), which reviewed
website apps of government and media bodies can get. There is no request key and no field for a
fingerprint: after an unclear outcome the account's list is searched by words and time, and since
posts under review may be missing there, absence proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

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
    Outcome,
    Post,
    Receipt,
    Tokens,
)
from channels.bytedance import REMEDIES, Account, App, VideoPaths, data_of, look_for, text_of
from channels.editions import album, caption, clip, findings
from channels.http import Aim
from channels.settings import setting

_API = "/api/douyin/v1/video"
_PATHS = VideoPaths(
    whole=f"{_API}/upload_video/",
    start=f"{_API}/init_video_part_upload/",
    part=f"{_API}/upload_video_part/",
    complete=f"{_API}/complete_video_part_upload/",
)
_VIDEO = Limits(
    Form.VIDEO,
    title_max=30,
    body_max=1000,
    cover_bytes=20 * 1024 * 1024,
    picture_mimes=("image/jpeg", "image/png"),
    video_bytes=4 * 1024**3,
    video_seconds=15 * 60,
    video_mimes=("video/mp4", "video/webm"),
    portrait=True,
)
_IMAGES = Limits(
    Form.IMAGES,
    title_max=30,
    body_max=1000,
    pictures_min=1,
    pictures_max=12,
    picture_bytes=20 * 1024 * 1024,
    picture_mimes=("image/jpeg", "image/png"),
)


@dataclass(frozen=True)
class DouyinSettings:
    client_key: str = setting("Client Key")
    client_secret: str = setting("Client Secret", secret=True)
    open_id: str = setting("open_id")
    refresh_token: str = setting(
        N_("刷新令牌"), secret=True, hint=N_("授权后 30 天内有效，到期须重新授权")
    )
    base_url: str = setting(N_("接口地址"), default="https://open.douyin.com")


class Douyin(Channel):
    """One Douyin account."""

    key = "douyin"
    label = N_("抖音")
    limits = _VIDEO
    image_limits = _IMAGES
    abilities = Abilities(listing=Listing.LAGGING, settle_window=timedelta(minutes=1))
    remedies = REMEDIES
    Settings = DouyinSettings

    def __init__(self, settings: DouyinSettings, files: Files, tokens: Tokens) -> None:
        self._files = files
        app = App(
            settings.client_key, settings.client_secret, settings.open_id, settings.refresh_token
        )
        self._account = Account(app, settings.base_url, settings.base_url, tokens)

    @classmethod
    def compose(cls, master: Master) -> Edition:
        """A clip if there is film, else up to twelve pictures."""
        if master.video is None:
            return album(master, _IMAGES)
        edition = clip(master, _VIDEO)
        cover = master.cover if master.cover and master.cover.mime in _VIDEO.picture_mimes else None
        return replace(edition, cover=cover)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        limits = _IMAGES if edition.form is Form.IMAGES else _VIDEO
        return findings(limits, edition, body_length=len(caption(edition)))

    def prepare(self, post: Post) -> dict[str, Any]:
        edition = post.edition
        if edition.form is Form.IMAGES:
            return {"image_list": [self._image(image) for image in edition.media]}
        (video,) = edition.media
        parcel = {"video_id": self._account.upload_video(_PATHS, self._files, video)}
        cover = {"custom_cover_image_url": self._image(edition.cover)} if edition.cover else {}
        return {**parcel, **cover}

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        """Accepted means: the platform reviews it now."""
        verb = "create_image_text" if post.edition.form is Form.IMAGES else "create_video"
        body = {**parcel, "text": caption(post.edition)}
        reply = self._account.call("POST", f"{_API}/{verb}/", aim=Aim.CREATE, body=body)
        identity = text_of(reply, "item_id")
        return Receipt(
            Outcome.ACCEPTED, remote_id=identity, task_id=identity, evidence=reply.evidence()
        )

    def poll(self, receipt: Receipt) -> Receipt:
        """A post that its own list of numbers does not know yet is still under review."""
        body = {"item_ids": [receipt.task_id]}
        reply = self._account.call("POST", f"{_API}/video_data/", body=body)
        for item in data_of(reply).get("list") or ():
            if str(item.get("item_id")) == receipt.task_id:
                return _standing(item)
        return receipt

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        pages = self._account.pages(f"{_API}/video_list/")
        item = look_for(pages, caption(post.edition), since)
        return _standing(item) if item else None

    def probe(self) -> None:
        next(self._account.pages(f"{_API}/video_list/"))

    def _image(self, image: Media) -> str:
        return self._account.upload_image(f"{_API}/upload_image/", self._files, image)


def _standing(item: Mapping[str, Any]) -> Receipt:
    """Live once the platform gives readers an address; until then it is under review."""
    identity = str(item.get("item_id", ""))
    return Receipt(
        Outcome.LIVE if item.get("share_url") else Outcome.ACCEPTED,
        remote_id=identity,
        remote_url=str(item.get("share_url") or ""),
        task_id=identity,
        evidence={name: item.get(name) for name in ("item_id", "create_time", "share_url")},
    )
