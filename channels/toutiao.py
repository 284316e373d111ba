"""头条号 small video: the only form that the platform's open interface takes (articles go by hand).

Creating twice from one uploaded ``video_id`` makes no second video, so an unclear outcome may be
answered by sending the same parcel again. Accepted videos are reviewed before readers see them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

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
    Tokens,
)
from channels.bytedance import Account, VideoPaths, look_for, seen
from channels.bytedance_codes import REMEDIES
from channels.bytedance_consent import App, authorised_setting, renewable_setting
from channels.bytedance_envelope import number, text_of
from channels.bytedance_numbers import batched
from channels.editions import clip, findings
from channels.http import Aim
from channels.settings import Place, setting

_PATHS = VideoPaths(
    whole="/toutiao/video/upload/",
    start="/toutiao/video/part/init/",
    part="/toutiao/video/part/upload/",
    complete="/toutiao/video/part/complete/",
)
_LIST = "/toutiao/video/list/"
_POLLED_PAGES = 5
_REFUSED, _REVIEWING = 2, 4
"""``video_status`` where it is still filled: 1 is public."""


@dataclass(frozen=True)
class ToutiaoSettings:
    client_key: str = setting("Client Key")
    client_secret: str = setting("Client Secret", secret=True)
    open_id: str = setting("open_id")
    refresh_token: str = setting(
        N_("刷新令牌"), secret=True, hint=N_("授权后 30 天内有效，到期须重新授权")
    )
    authorised_at: str = authorised_setting()
    renewable: bool = renewable_setting()
    base_url: str = setting(N_("内容接口地址"), default="https://open.douyin.com", place=Place.URL)
    auth_url: str = setting(N_("授权接口地址"), default="https://open.snssdk.com", place=Place.URL)


class Toutiao(Channel):
    """One Toutiao account, for small video."""

    key = "toutiao"
    label = N_("头条号小视频")
    limits = Limits(
        Form.VIDEO,
        title_min=1,
        title_max=30,
        video_bytes=300 * 1024 * 1024,
        video_seconds=60,
        video_mimes=("video/mp4", "video/webm"),
        portrait=True,
    )
    abilities = Abilities(
        listing=Listing.LAGGING,
        settle_window=timedelta(minutes=1),
        native_key=timedelta(hours=2),
    )
    remedies = REMEDIES
    Settings = ToutiaoSettings

    def __init__(self, settings: ToutiaoSettings, files: Files, tokens: Tokens) -> None:
        self._files = files
        app = App(
            settings.client_key,
            settings.client_secret,
            settings.open_id,
            settings.refresh_token,
            settings.authorised_at,
            settings.renewable,
        )
        self._account = Account(app, settings.base_url, settings.auth_url, tokens)

    @classmethod
    def compose(cls, master: Master) -> Edition:
        """The clip and its title: the platform has no field for anything else."""
        return replace(clip(master, cls.limits), body="", tags=())

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        return findings(cls.limits, edition)

    def prepare(self, post: Post) -> dict[str, Any]:
        (video,) = post.edition.media
        return {"video_id": self._account.upload_video(_PATHS, self._files, video)}

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        body = {"video_id": parcel["video_id"], "text": post.edition.title}
        reply = self._account.call("POST", "/toutiao/video/create/", aim=Aim.CREATE, body=body)
        identity = text_of(reply, "item_id")
        return Receipt(
            Outcome.ACCEPTED, remote_id=identity, task_id=identity, evidence=reply.evidence()
        )

    def replay(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        """The platform knows the uploaded video again and answers with its first item."""
        return self.publish(post, parcel)

    def poll(self, receipt: Receipt) -> Receipt:
        for page in islice(self._account.pages(_LIST), _POLLED_PAGES):
            for item in page:
                if str(item.get("item_id")) == receipt.task_id:
                    return _standing(item)
        return receipt

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        item = look_for(self._account.pages(_LIST), post.edition.title, since)
        return _standing(item) if item else None

    def listed(self, since: datetime) -> Iterator[Seen]:
        return seen(self._account.pages(_LIST), since, _standing)

    def measure(self, receipts: Sequence[Receipt], day: date) -> list[Numbers]:
        """Everything so far: the platform does not count by the day."""
        identities = [receipt.remote_id for receipt in receipts if receipt.remote_id]
        return list(batched(self._account, "/toutiao/video/data/", identities))

    def access_until(self) -> datetime | None:
        return self._account.access_until()

    def probe(self) -> None:
        next(self._account.pages(_LIST))


def _standing(item: Mapping[str, Any]) -> Receipt:
    """Listed means live, unless the platform fills the fields that say otherwise."""
    status = number(item.get("video_status"))
    identity = str(item.get("item_id", ""))
    reviewing = status == _REVIEWING or item.get("is_reviewed") is False
    outcome = Outcome.ACCEPTED if reviewing or not item.get("share_url") else Outcome.LIVE
    return Receipt(
        Outcome.REFUSED if status == _REFUSED else outcome,
        remote_id=identity,
        remote_url=str(item.get("share_url") or ""),
        task_id=identity,
        evidence={
            name: item.get(name)
            for name in ("item_id", "create_time", "share_url", "video_status", "is_reviewed")
        },
    )
