"""抖音 by a person's phone: we prepare all, a person scans a QR code, looks and publishes.

For accounts without ``video.create.bind``, which most applications no longer get. The code holds
a ``snssdk1128://`` address that opens the post in the 抖音 app, words filled in; the app fetches
the film or pictures from us by short-lived signed links (:mod:`channels.medialinks`). Afterwards
the platform calls back with the share's id, which closes the hand-off.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from channels.abilities import Call, Heard
from channels.base import (
    N_,
    Abilities,
    Edition,
    Files,
    Form,
    Listing,
    Media,
    Outcome,
    Post,
    Receipt,
    Tokens,
)
from channels.bytedance_codes import REMEDIES
from channels.bytedance_envelope import data_of, judged, number, text_of
from channels.douyin_editions import DouyinEditions
from channels.douyin_webhook import Created, heard
from channels.handoff import hosts_setting, url_allowed
from channels.http import Reply, Veil, Wire
from channels.media import verify
from channels.medialinks import base_setting, media_link, secret_setting
from channels.package import media_of, package
from channels.settings import Place, setting
from channels.tokens import Bearer, Grant, token_name

SCHEMA = "snssdk1128://openplatform/share"
LINK_LIFE = timedelta(hours=2)
"""A ticket lives as long; after it a scan leads nowhere, and neither do the media links."""
READABLE = 1_800
"""Bytes of a QR code that a phone still reads from a screen without trouble."""
MOST_TAGS = 5
_MARGIN = timedelta(minutes=30)
"""A ticket this near to its end is not signed with any more: somebody must still find a phone."""


@dataclass(frozen=True)
class DouyinShareSettings:
    client_key: str = setting("Client Key")
    client_secret: str = setting("Client Secret", secret=True)
    media_base_url: str = base_setting()
    media_secret: str = secret_setting()
    open_id: str = setting(
        "open_id", default="", hint=N_("填写后，只有这个账号发布的作品才会自动登记")
    )
    allowed_hosts: str = hosts_setting("douyin.com,iesdouyin.com")
    base_url: str = setting(N_("接口地址"), default="https://open.douyin.com", place=Place.URL)
    site_url: str = setting(N_("抖音网页地址"), default="https://www.douyin.com")


class DouyinShare(DouyinEditions):
    """One Douyin account, served by whoever scans for it."""

    key = "douyin_share"
    label = N_("抖音（扫码发布）")
    abilities = Abilities(listing=Listing.NONE)
    remedies = REMEDIES
    Settings = DouyinShareSettings

    def __init__(self, settings: DouyinShareSettings, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        self._files = files
        self._tokens = tokens
        veil = Veil(settings.client_secret, settings.media_secret)
        self._wire = Wire(settings.base_url, veil)
        credential = f"{settings.client_key}:{settings.client_secret}"
        self._ticket_name = token_name("ticket", credential)
        self._bearer = Bearer(tokens, credential, veil, self._client_token)

    def prepare(self, post: Post) -> dict[str, Any]:
        """Get the share's id, by which the callback names this hand-off; unused ones harm nobody.

        Every file is read once, so that a missing one is found now and not on the phone.
        """
        for medium in media_of(post.edition):
            verify(self._files, medium)
        self._ticket()
        reply = self._call("/share-id/", need_callback="true")
        return {"share_id": text_of(reply, "share_id"), **_shown(post.edition)}

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        return Receipt(
            Outcome.HANDED,
            task_id=parcel["share_id"],
            evidence={**parcel, "scan_link": self.scan_link(parcel)},
        )

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        """Nothing was sent anywhere: the code lies ready, whenever one asks."""
        return self.publish(post, parcel)

    def scan_link(self, handed: Mapping[str, Any]) -> str:
        """The address, with all the words if a phone can still read so dense a code."""
        nonce, now = secrets.token_hex(8), str(int(time.time()))
        fields = {
            "share_type": "h5",
            "client_key": self._settings.client_key,
            "nonce_str": nonce,
            "timestamp": now,
            "signature": signature(nonce, self._ticket(), now),
            "state": handed["share_id"],
            "share_to_publish": "1",
            **self._linked(handed["form"], [Media(**medium) for medium in handed["media"]]),
            **_tagged(handed["tags"]),
        }
        full = _address({**fields, "title": f"{handed['title']}\n{handed['body']}".strip()})
        return full if len(full) <= READABLE else _address({**fields, "title": handed["title"]})

    def listen(self, call: Call) -> Heard:
        """Somebody scanned and published; a review may still follow, of which nothing tells."""
        return heard(call, self._settings.client_key, self._settings.client_secret, self._created)

    def package(self, post: Post) -> bytes:
        return package(self.key, post, self._files)

    def checklist(self) -> list[str]:
        return [
            N_("用登录了本单位账号的抖音 App 扫描二维码；半小时内有效，过期请刷新页面"),
            N_("在抖音里核对画面、文字和话题，没有带上的描述从发布包里粘贴，然后发布"),
            N_("发布成功后会自动登记；没有登记时，把作品链接粘贴回来"),
        ]

    def accepts_url(self, url: str) -> bool:
        return url_allowed(url, self._settings.allowed_hosts)

    def probe(self) -> None:
        self._call("/open/getticket/")

    def _created(self, post: Created) -> Receipt | None:
        """What was published from one of our codes, on our account if we know which that is."""
        known = self._settings.open_id
        if not post.share_id or (known and post.open_id != known):
            return None
        site = self._settings.site_url.rstrip("/")
        return Receipt(
            Outcome.LIVE,
            remote_id=post.item_id,
            remote_url=f"{site}/video/{quote(post.video_id, safe='')}" if post.video_id else "",
            task_id=post.share_id,
            evidence={"item_id": post.item_id, "video_id": post.video_id, "open_id": post.open_id},
        )

    def _linked(self, form: str, media: list[Media]) -> dict[str, str]:
        until = datetime.now(UTC) + LINK_LIFE
        base, secret = self._settings.media_base_url, self._settings.media_secret
        links = [media_link(base, secret, medium, until) for medium in media]
        if form == Form.VIDEO:
            return {"video_path": links[0]}
        return {"image_list_path": json.dumps(links, separators=(",", ":"))}

    def _ticket(self) -> str:
        """What links are signed with; shared by all workers while it is fresh."""
        ticket = self._tokens.get(self._ticket_name)
        if ticket is None:
            reply = self._call("/open/getticket/")
            ticket = text_of(reply, "ticket")
            seconds = number(data_of(reply).get("expires_in"))
            life = timedelta(seconds=seconds) if seconds > 0 else LINK_LIFE
            self._tokens.put(self._ticket_name, ticket, life - min(_MARGIN, life / 2))
        return self._wire.veil.add(ticket)

    def _call(self, path: str, **params: str) -> Reply:
        def send(token: str) -> Reply:
            headers = {"access-token": token}
            return judged(self._wire.send("GET", path, params=params, headers=headers))

        return self._bearer.spend(send)

    def _client_token(self, stale: str | None) -> Grant:
        body = {
            "client_key": self._settings.client_key,
            "client_secret": self._settings.client_secret,
            "grant_type": "client_credential",
        }
        reply = judged(self._wire.send("POST", "/oauth/client_token/", body=body))
        token = self._wire.veil.add(text_of(reply, "access_token"))
        return Grant(token, timedelta(seconds=max(number(data_of(reply).get("expires_in")), 60)))


def signature(nonce: str, ticket: str, timestamp: str) -> str:
    """The signature of a share address, over the fields in the order of their names."""
    string = f"nonce_str={nonce}&ticket={ticket}&timestamp={timestamp}"
    return hashlib.md5(string.encode()).hexdigest()  # noqa: S324 (theirs)


def _address(fields: Mapping[str, str]) -> str:
    return f"{SCHEMA}?{urlencode(fields, quote_via=quote, safe='')}"


def _shown(edition: Edition) -> dict[str, Any]:
    """What the phone will show, as plain data: the words, and which files."""
    return {
        "form": str(edition.form),
        "title": edition.title.strip(),
        "body": edition.body.strip(),
        "tags": list(edition.tags[:MOST_TAGS]),
        "media": [{"sha256": it.sha256, "mime": it.mime, "size": it.size} for it in edition.media],
    }


def _tagged(tags: list[str]) -> dict[str, str]:
    spelt = json.dumps(tags, ensure_ascii=False, separators=(",", ":"))
    return {"hashtag_list": spelt} if tags else {}
