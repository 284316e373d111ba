"""抖音: a video, or a set of pictures where there is no video, reviewed after it is accepted.

Needs the right to publish for the authorised account (``video.create.bind``), which reviewed
website apps of government and media bodies can get. There is no request key and no field for a
fingerprint: after an unclear outcome the account's list is searched by words and time, and since
posts under review may be missing there, absence proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from channels import douyin_talk
from channels.abilities import Call, Comment, Heard, Numbers, Seen
from channels.base import (
    N_,
    Abilities,
    Files,
    Form,
    Listing,
    Media,
    Outcome,
    Post,
    Receipt,
    Tokens,
)
from channels.bytedance import Account, VideoPaths, look_for, seen
from channels.bytedance_codes import REMEDIES
from channels.bytedance_consent import App, authorised_setting, renewable_setting
from channels.bytedance_envelope import data_of, text_of
from channels.douyin_editions import DouyinEditions
from channels.douyin_webhook import Created, heard
from channels.editions import caption
from channels.http import Aim
from channels.settings import Place, setting

_API = "/api/douyin/v1/video"
_LIST, _NUMBERS = f"{_API}/video_list/", f"{_API}/video_data/"
_PATHS = VideoPaths(
    whole=f"{_API}/upload_video/",
    start=f"{_API}/init_video_part_upload/",
    part=f"{_API}/upload_video_part/",
    complete=f"{_API}/complete_video_part_upload/",
)


@dataclass(frozen=True)
class DouyinSettings:
    client_key: str = setting("Client Key")
    client_secret: str = setting("Client Secret", secret=True)
    open_id: str = setting("open_id")
    refresh_token: str = setting(
        N_("刷新令牌"), secret=True, hint=N_("授权后 30 天内有效，到期须重新授权")
    )
    authorised_at: str = authorised_setting()
    renewable: bool = renewable_setting()
    base_url: str = setting(N_("接口地址"), default="https://open.douyin.com", place=Place.URL)


class Douyin(DouyinEditions):
    """One Douyin account."""

    key = "douyin"
    label = N_("抖音")
    abilities = Abilities(listing=Listing.LAGGING, settle_window=timedelta(minutes=1))
    remedies = REMEDIES
    Settings = DouyinSettings

    def __init__(self, settings: DouyinSettings, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        self._files = files
        app = App(
            settings.client_key,
            settings.client_secret,
            settings.open_id,
            settings.refresh_token,
            settings.authorised_at,
            settings.renewable,
        )
        self._account = Account(app, settings.base_url, settings.base_url, tokens)

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
        reply = self._account.ask("POST", _NUMBERS, body=body)
        for item in data_of(reply).get("list") or ():
            if str(item.get("item_id")) == receipt.task_id:
                return _standing(item)
        return receipt

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        pages = self._account.pages(_LIST)
        item = look_for(pages, caption(post.edition), since)
        return _standing(item) if item else None

    def listen(self, call: Call) -> Heard:
        """A new post of this account is accepted; polling tells when readers may see it."""
        return heard(call, self._settings.client_key, self._settings.client_secret, self._created)

    def listed(self, since: datetime) -> Iterator[Seen]:
        return seen(self._account.pages(_LIST), since, _standing)

    def measure(self, receipts: Sequence[Receipt], day: date) -> list[Numbers]:
        """Everything so far: the platform does not count by the day."""
        identities = [receipt.remote_id for receipt in receipts if receipt.remote_id]
        return list(douyin_talk.numbers(self._account, _NUMBERS, identities))

    def comments(self, receipt: Receipt) -> Iterator[Comment]:
        return douyin_talk.comments(self._account, receipt.remote_id)

    def latest(self, receipt: Receipt, since: datetime) -> Iterator[Comment]:
        return takewhile(lambda comment: comment.at >= since, self.comments(receipt))

    @staticmethod
    def reply_overrun(text: str) -> int:
        return max(0, len(text) - douyin_talk.REPLY)

    def reply(self, receipt: Receipt, comment_id: str, text: str) -> None:
        douyin_talk.reply(self._account, receipt.remote_id, comment_id, text)

    def access_until(self) -> datetime | None:
        return self._account.access_until()

    def probe(self) -> None:
        next(self._account.pages(_LIST))

    def _created(self, post: Created) -> Receipt | None:
        if post.open_id != self._settings.open_id:
            return None
        told = {"item_id": post.item_id, "video_id": post.video_id, "share_id": post.share_id}
        return Receipt(
            Outcome.ACCEPTED, remote_id=post.item_id, task_id=post.item_id, evidence=told
        )

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
