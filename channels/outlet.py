"""Our own news app: the reference adapter, where repeating a request is free.

The wire, in full (the public face serves it; nothing else about the two sides is shared):

**Signing.** Every request carries three headers::

    X-Kitchen-Key        the key's id
    X-Kitchen-Timestamp  seconds since 1970, as decimal digits
    X-Kitchen-Signature  "sha256=" + hex HMAC-SHA256(secret, string)

    string = METHOD + "\\n" + target + "\\n" + timestamp + "\\n" + hex SHA-256(body)

``target`` is the path (with the query, if any) exactly as in the request line, *from*
``/content/v1/`` *on* (a prefix under which the API is mounted is not signed); METHOD is in
capitals; the body of a GET is empty. All strings are UTF-8. The server refuses a timestamp more
than 300 seconds off, and compares in constant time.

**Media.** ``PUT /content/v1/media/{sha256}``: the bytes, with their ``Content-Type``. Answers 201
(stored) or 200 (was there), both ``{"sha256", "size", "mime", "url"}``, where ``url`` is the public
address; 409 if the bytes do not hash to the name; 413 too large; 415 type not taken.

**Items.** ``PUT /content/v1/items/{uri}`` with ``Idempotency-Key`` and, for everything but the
first version, ``If-Match: "<version>"`` (the version now stored, quoted as an ETag). ``uri`` is the
uid of the first post of the item and never changes. JSON, shaped as ninjs 1.4::

    {"uri": "…", "version": "1", "pubstatus": "usable", "type": "text" | "picture" | "video",
     "language": "zh-Hans", "altids": {"uid": "<uid of this very version>"},
     "headline": "…", "description_text": "…", "byline": "…", "link": "https://…/s/<uid>",
     "body_xhtml": "<p>…</p><figure data-sha256=\\"…\\"><img src=\\"<url>\\" alt=\\"\\">…</figure>",
     "body_text": "…", "subject": [{"name": "<tag>"}, {"name": "<column>", "scheme": "column"}],
     "correction": "<what is corrected and why, for readers; later versions only>",
     "associations": {"cover": OBJECT, "media-1": OBJECT, "media-2": OBJECT}}
    OBJECT = {"uri": "sha256:<hex>", "type": "picture" | "video", "mimetype": "…",
              "description_text": "<caption>", "renditions": {"original": {"href": "<url>",
              "mimetype": "…", "sizeinbytes": 1, "width": 1, "height": 1, "duration": 1.5}}}

``cover``, the column and ``correction`` may be missing. ``version`` is the revision as decimal
digits. A withdrawal has only ``uri``, ``version``, ``pubstatus: "canceled"`` and ``altids`` (the
uid that was live), and leaves a tombstone.

Answers: 201 (first version) or 200 (later ones, and a repeated key) with
``{"uri", "version", "pubstatus", "url", "altids"}``, where ``url`` is the reader's page and
``version`` is digits in a string. The same ``Idempotency-Key`` with the same body gets the first
answer again for 24 hours; with another body 422 ``key_reused``. Refusals are problem details
(RFC 9457) with ``code``: 400 ``malformed``; 401 ``signature``, ``timestamp`` or ``key``; 403
``forbidden``; 404 ``unknown`` (no such item to correct); 409 ``version`` (not higher than the
stored one) or ``withdrawn``; 412 ``mismatch`` (``If-Match`` is not the stored version, or is
missing for a later one); 413 ``too_large``; 422 ``invalid`` with ``fields``, ``media_unknown`` or
``key_reused``; 429 with ``Retry-After``.

**Looking.** ``GET /content/v1/items/{uid}``, signed, ``uid`` of any version of the item: 200 with
the answer above for the newest version (tombstones too); 404 ``unknown`` if no version has that
uid. The answer is read from the place that PUT writes to, without caches; it carries the version
as its ``ETag``, and whoever has that one already (``If-None-Match``) gets 304.

``GET /content/v1/items?limit=…&cursor=…``, signed: the sender's own items, tombstones too, the
newest first: ``{"items": [ITEM, …], "next": "<cursor>" | null}``, where ITEM is the answer above
with ``"headline"``, ``"link"`` (the fingerprint link of the version that stands) and
``"firstcreated"`` (when it was first shown, ISO 8601).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from channels.abilities import Seen
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
    Tokens,
    Unsure,
)
from channels.editions import article, findings
from channels.http import Aim, Reply, Veil, Wire
from channels.identity import identity_of
from channels.markup import Pictured, plain_text
from channels.media import read
from channels.settings import Place, setting

_TYPES = {Form.ARTICLE: "text", Form.STATUS: "text", Form.IMAGES: "picture", Form.VIDEO: "video"}
LIST = "/content/v1/items?limit=100"
_OUTCOMES = {"usable": Outcome.LIVE, "canceled": Outcome.GONE}

_EDITOR, _OPERATOR, _ADMIN = Owner.EDITOR, Owner.OPERATOR, Owner.ADMINISTRATOR
_SETUP = Remedy(Rejected, _ADMIN, N_("客户端内容接口不接受这个请求：请管理员检查接口版本和设置"))
_KEY = Remedy(NeedsReauth, _ADMIN, N_("客户端内容接口的密钥不对：请管理员核对密钥编号和密钥"))
_NEWER = Remedy(Unsure, _OPERATOR, N_("客户端上已有更新的版本：请核对后再决定"))

_REMEDIES = {
    "malformed": _SETUP,
    "forbidden": _SETUP,
    "signature": _KEY,
    "key": _KEY,
    "timestamp": Remedy(NeedsReauth, _ADMIN, N_("服务器时间不准：请管理员校准时钟")),
    "unknown": Remedy(Rejected, _OPERATOR, N_("客户端上没有这篇稿件，无法更正：请重新发布")),
    "version": _NEWER,
    "mismatch": _NEWER,
    "withdrawn": Remedy(Rejected, _OPERATOR, N_("稿件已从客户端撤下：如需恢复请作为新稿发布")),
    "too_large": Remedy(Rejected, _EDITOR, N_("文件超过客户端的大小限制：请换较小的文件")),
    "invalid": Remedy(Rejected, _EDITOR, N_("客户端不接受某些字段：请按提示修改后重新送审")),
    "media_unknown": Remedy(Rejected, _OPERATOR, N_("客户端缺少稿件中的图片或视频：请重新发送")),
    "key_reused": Remedy(Unsure, _OPERATOR, N_("同一编号已发过另一份内容：请到客户端核对")),
}


@dataclass(frozen=True)
class OutletSettings:
    base_url: str = setting(
        N_("客户端内容接口地址"), hint=N_("公开站点的地址，不含 /content"), place=Place.URL
    )
    key_id: str = setting(N_("密钥编号"))
    secret: str = setting(N_("密钥"), secret=True)


class Outlet(Channel):
    """The centre's own app."""

    key = "outlet"
    label = N_("新闻客户端")
    limits = Limits(
        Form.ARTICLE,
        title_min=1,
        title_max=60,
        digest_max=200,
        author_max=60,
        picture_bytes=20 * 1024 * 1024,
        picture_mimes=("image/jpeg", "image/png", "image/gif", "image/webp"),
    )
    abilities = Abilities(
        listing=Listing.AUTHORITATIVE,
        settle_window=timedelta(seconds=10),
        native_key=timedelta(hours=24),
    )
    remedies = _REMEDIES
    Settings = OutletSettings

    def __init__(self, settings: OutletSettings, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        self._files = files
        self._wire = Wire(settings.base_url, Veil(settings.secret))

    @classmethod
    def compose(cls, master: Master) -> Edition:
        """The whole piece; a film, where there is one, stands before the pictures."""
        edition = article(master, cls.limits)
        return replace(
            edition, media=(*filter(None, [master.video]), *edition.media), tags=master.tags
        )

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        pictures = tuple(it for it in edition.media if not it.mime.startswith("video/"))
        return findings(cls.limits, replace(edition, media=pictures))

    def prepare(self, post: Post) -> dict[str, Any]:
        """Upload every file; the server keeps each once, under its hash."""
        every = filter(None, (post.edition.cover, *post.edition.media))
        return {"urls": {medium.sha256: self._upload(medium) for medium in every}}

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        return self._put(post.uid, _item(post.uid, post, parcel["urls"]), post.uid)

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        reply = self._send("GET", f"/content/v1/items/{post.uid}")
        if reply.status == 404 and reply.object().get("code") == "unknown":
            return None
        return _receipt(_judged(reply))

    def replay(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        """The same bytes under the same key: the server answers what it answered first."""
        return self.publish(post, parcel)

    def listed(self, since: datetime) -> Iterator[Seen]:
        """Our items page by page, the newest first, as far back as ``since``."""
        path = LIST
        while path:
            page, cursor = _listed(_judged(self._send("GET", path)))
            yield from (seen for seen in page if seen.at >= since)
            goes_on = cursor and all(seen.at >= since for seen in page)
            path = f"{LIST}&cursor={cursor}" if goes_on else ""

    def correct(self, receipt: Receipt, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        """Put the post in the place of the version that ``receipt`` proves.

        The post's extra ``correction`` tells readers what is corrected and why.
        """
        identity = identity_of(receipt)
        item = _item(identity, post, parcel["urls"])
        if note := post.extras.get("correction"):
            item["correction"] = str(note)
        return self._put(identity, item, post.uid, match=self._version(receipt))

    def recall(self, receipt: Receipt) -> Receipt:
        """Leave a tombstone: page and feeds say that the piece was withdrawn."""
        stored = _judged(self._send("GET", f"/content/v1/items/{identity_of(receipt)}"))
        current = _receipt(stored)
        if current.outcome is Outcome.GONE:
            return current
        data = stored.object()
        tombstone = {
            "uri": data["uri"],
            "version": str(int(data["version"]) + 1),
            "pubstatus": "canceled",
            "altids": data.get("altids", {}),
        }
        key = f"{data['uri']}-canceled"
        return self._put(data["uri"], tombstone, key, match=str(data["version"]))

    def probe(self) -> None:
        """Ask for an item that cannot exist: only a good signature gets as far as "unknown"."""
        reply = self._send("GET", "/content/v1/items/probe")
        if reply.status != 404:
            _judged(reply)

    def _version(self, receipt: Receipt) -> str:
        if version := receipt.evidence.get("version"):
            return str(version)
        reply = _judged(self._send("GET", f"/content/v1/items/{receipt.remote_id}"))
        return str(_receipt(reply).evidence["version"])

    def _upload(self, medium: Media) -> str:
        path = f"/content/v1/media/{medium.sha256}"
        reply = _judged(self._send("PUT", path, read(self._files, medium), type=medium.mime))
        url = reply.object().get("url")
        if not isinstance(url, str) or not url:
            raise reply.unclear("no_url")
        return url

    def _put(self, uri: str, item: Mapping[str, Any], key: str, match: str = "") -> Receipt:
        headers = {"Idempotency-Key": key, **({"If-Match": f'"{match}"'} if match else {})}
        content = json.dumps(item, ensure_ascii=False).encode()
        path = f"/content/v1/items/{uri}"
        reply = self._send("PUT", path, content, aim=Aim.CREATE, headers=headers)
        return _receipt(_judged(reply))

    def _send(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        *,
        aim: Aim = Aim.REPEAT,
        type: str = "application/json",  # noqa: A002
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        now = str(int(time.time()))
        signed = {
            "X-Kitchen-Key": self._settings.key_id,
            "X-Kitchen-Timestamp": now,
            "X-Kitchen-Signature": signature(self._settings.secret, method, path, now, content),
            **({"Content-Type": type} if content else {}),
            **(headers or {}),
        }
        return self._wire.send(method, path, aim=aim, headers=signed, content=content or None)


def signature(secret: str, method: str, target: str, timestamp: str, content: bytes) -> str:
    """The value of ``X-Kitchen-Signature``; see the module's docstring."""
    string = "\n".join((method, target, timestamp, hashlib.sha256(content).hexdigest()))
    digest = hmac.new(secret.encode(), string.encode(), hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def _item(uri: str, post: Post, urls: Mapping[str, str]) -> dict[str, Any]:
    edition = post.edition
    named = {f"media-{at}": medium for at, medium in enumerate(edition.media, start=1)}
    covers = {"cover": edition.cover} if edition.cover else {}
    return {
        "uri": uri,
        "version": str(post.revision),
        "pubstatus": "usable",
        "type": _TYPES[edition.form],
        "language": "zh-Hans",
        "altids": {"uid": post.uid},
        "headline": edition.title,
        "description_text": edition.digest,
        "byline": edition.author,
        "link": post.link,
        "body_xhtml": Pictured(urls.get).rewrite(edition.body),
        "body_text": plain_text(edition.body),
        "subject": [*({"name": tag} for tag in edition.tags), *_column(post)],
        "associations": {
            name: _associated(medium, urls[medium.sha256])
            for name, medium in {**covers, **named}.items()
        },
    }


def _column(post: Post) -> list[dict[str, str]]:
    """The column in which the piece shall stand, as the newsroom calls it."""
    name = post.extras.get("column")
    return [{"name": str(name), "scheme": "column"}] if name else []


def _associated(medium: Media, url: str) -> dict[str, Any]:
    original = {
        "href": url,
        "mimetype": medium.mime,
        "sizeinbytes": medium.size,
        "width": medium.width,
        "height": medium.height,
        "duration": medium.seconds,
    }
    return {
        "uri": f"sha256:{medium.sha256}",
        "type": "video" if medium.mime.startswith("video/") else "picture",
        "mimetype": medium.mime,
        "description_text": medium.caption,
        "renditions": {"original": original},
    }


def _judged(reply: Reply) -> Reply:
    data = reply.object()
    if reply.status < 400:
        return reply
    words = str(data.get("detail") or data.get("title") or "")
    raise reply.failure(_REMEDIES, str(data.get("code") or f"http_{reply.status}"), words)


def _receipt(reply: Reply) -> Receipt:
    """What the server says of an item; an answer that lacks a field proves nothing."""
    data = reply.object()
    outcome = _OUTCOMES.get(str(data.get("pubstatus")))
    if outcome is None or not (data.get("uri") and data.get("url") and _is_version(data)):
        raise reply.unclear("incomplete")
    return Receipt(
        outcome,
        remote_id=str(data["uri"]),
        remote_url=str(data["url"]),
        evidence=reply.evidence(),
    )


def _is_version(data: Mapping[str, Any]) -> bool:
    return str(data.get("version")).isdecimal()


def _listed(reply: Reply) -> tuple[list[Seen], str]:
    """A page of our items, and the cursor of the next; a page that lacks a field proves nothing."""
    data = reply.object()
    try:
        return [_seen(item) for item in data["items"]], str(data["next"] or "")
    except (KeyError, TypeError, ValueError) as error:
        raise reply.unclear("incomplete") from error


def _seen(item: Mapping[str, Any]) -> Seen:
    return Seen(
        remote_id=str(item["uri"]),
        at=datetime.fromisoformat(str(item["firstcreated"])),
        title=str(item["headline"]),
        url=str(item["url"]),
        link=str(item["link"]),
        outcome=_OUTCOMES[str(item["pubstatus"])],
    )
