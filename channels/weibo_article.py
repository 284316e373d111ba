"""微博 headline article (头条文章): one call makes the article and the short post that carries it.

For government, media and institution accounts that the platform let in. The carrier post holds
our public link, so the account's timeline proves presence; but the article comes into being before
its carrier, so a timeline without it does not prove absence. Numbers and comments are those of the
carrier. The platform has no call that takes an article back: a person deletes both.

The platform takes addresses of pictures, not pictures. Whether it keeps copies is not documented,
so the signed addresses are good for as long as an article may be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from channels.base import (
    N_,
    Abilities,
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
    Rejected,
    Tokens,
)
from channels.editions import article, findings
from channels.http import Aim, Reply
from channels.markup import Plain, figures
from channels.media import verify
from channels.medialinks import base_setting, media_link, secret_setting
from channels.package import media_of
from channels.weibo_account import Status, WeiboChannel, WeiboSettings, code_of, judged
from channels.weibo_codes import ARTICLE_REMEDIES

_DONE = "100000"
_CARRIER = 1_900
_PAGE = re.compile(r"https?://[^\s\"<>]+/ttarticle/p/show\?id=(\w+)")
_LINKS_LIVE = timedelta(days=3650)
_ADDRESS = "https://media.example.gov.cn/f/" + "0" * 90
"""As long as a signed picture address, for measuring before there is one."""


@dataclass(frozen=True, kw_only=True)
class WeiboArticleSettings(WeiboSettings):
    media_base_url: str = base_setting()
    media_secret: str = secret_setting()


class WeiboArticle(WeiboChannel):
    """One Weibo account, for headline articles."""

    key = "weibo_article"
    label = N_("微博头条文章")
    limits = Limits(
        Form.ARTICLE,
        title_min=1,
        title_max=32,
        digest_max=200,
        body_max=90_000,
        picture_mimes=("image/jpeg", "image/png", "image/gif"),
        cover_required=True,
    )
    abilities = Abilities(listing=Listing.LAGGING, settle_window=timedelta(minutes=1))
    remedies = ARTICLE_REMEDIES
    Settings = WeiboArticleSettings
    _settings: WeiboArticleSettings

    def __init__(self, settings: WeiboArticleSettings, files: Files, tokens: Tokens) -> None:
        super().__init__(settings, files, tokens)
        self._wire.veil.add(settings.media_secret)

    @classmethod
    def compose(cls, master: Master) -> Edition:
        return article(master, cls.limits)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        """The body is measured as it will be sent, with the addresses of its pictures."""
        addresses = dict.fromkeys(figures(edition.body), _ADDRESS)
        length = len(Plain(addresses.get).rewrite(edition.body))
        return findings(cls.limits, edition, body_length=length)

    def prepare(self, post: Post) -> dict[str, Any]:
        """Nothing can be uploaded ahead; what can be found wrong is found wrong here."""
        if post.edition.cover is None:
            raise Rejected("", code="10008")
        files = media_of(post.edition)
        for medium in files:
            verify(self._files, medium)
        return {"urls": {medium.sha256: self._link(medium) for medium in files}}

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        edition, urls = post.edition, parcel["urls"]
        fields = {
            "access_token": self._settings.access_token,
            "title": edition.title,
            "content": Plain(urls.get).rewrite(edition.body),
            "cover": urls[edition.cover.sha256] if edition.cover else "",
            "summary": edition.digest,
            "text": _carrier(edition, post.link),
            "rip": self._settings.server_ip,
        }
        reply = self._wire.send(
            "POST",
            "/proxy/article/publish.json",
            aim=Aim.CREATE,
            content=_encoded(fields),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        return self._made(_accepted(reply))

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        status = self._look_back(since, post.link, _carrier(post.edition, post.link))
        return self._carried(status) if status else None

    def _link(self, medium: Media) -> str:
        base, secret = self._settings.media_base_url, self._settings.media_secret
        return media_link(base, secret, medium, datetime.now(UTC) + _LINKS_LIVE)

    def _made(self, reply: Reply) -> Receipt:
        """Both things that now stand; an answer that lacks one of them proves too little."""
        made = reply.object().get("data")
        if not isinstance(made, Mapping) or not (made.get("mid") and made.get("url")):
            raise reply.unclear("no_id")
        return Receipt(
            Outcome.LIVE,
            remote_id=str(made["mid"]),
            remote_url=str(made["url"]),
            evidence=reply.evidence(),
        )

    def _carried(self, status: Status) -> Receipt:
        """The carrier as listed, and the article's address where the carrier shows it."""
        receipt = self._receipt(status)
        page = _PAGE.search(str(status.get("text", "")))
        object_id = f"1022:{page.group(1)}" if page else ""
        return Receipt(
            Outcome.LIVE,
            remote_id=receipt.remote_id,
            remote_url=page.group() if page else receipt.remote_url,
            evidence={**receipt.evidence, "object_id": object_id},
        )


def _accepted(reply: Reply) -> Reply:
    """The reply if both were made. Its code is a text, and errors come in either shape."""
    code = str(reply.object().get("code") or "")
    if code_of(reply) or code in ("", _DONE):
        return judged(reply, ARTICLE_REMEDIES)
    raise reply.failure(ARTICLE_REMEDIES, code, str(reply.object().get("msg", "")))


def _carrier(edition: Edition, link: str) -> str:
    words = f"【{edition.title}】{edition.digest}"
    return f"{words[: _CARRIER - len(link) - 1]} {link}"


def _encoded(fields: Mapping[str, str]) -> bytes:
    """A form in which a blank is ``%20``: the platform asks for the encoding of RFC 3986."""
    return urlencode(fields, quote_via=quote, safe="").encode()
