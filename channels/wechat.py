"""微信公众号: a draft by ``draft/add``, then published quietly or sent to all followers.

Pictures are re-hosted first (``media/uploadimg`` for the body, a permanent material for the
cover). The draft carries the post's public link as ``content_source_url``: the fingerprint by
which a listing proves whether the piece is there. What happens to the draft is the account's
setting: it is published without push (:mod:`channels.wechat_published`), sent to every follower
(``mass_send``, :mod:`channels.wechat_mass`), or left for a person (``draft_only``), since personal
and unverified accounts have no publishing right since July 2025.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from channels import wechat_callback
from channels.abilities import Call, Comment, Heard, Kept, Numbers, Quota, Seen, Window
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
    Rejected,
    Tokens,
    Unsure,
)
from channels.editions import article, findings
from channels.handoff import url_allowed
from channels.markup import figures
from channels.package import package
from channels.wechat_api import Api, WeChatSettings, text
from channels.wechat_codes import REMEDIES
from channels.wechat_drafts import Drafts
from channels.wechat_html import render
from channels.wechat_mass import KEY_LIFE, MassSend, is_mass
from channels.wechat_published import Published
from channels.wechat_readers import REPLY, Readers

_PICTURE_ADDRESS = "https://mmbiz.qpic.cn/" + "0" * 110
"""As long as the platform's own picture addresses, for measuring before anything is uploaded."""
_MASS = Abilities(listing=Listing.NONE, native_key=KEY_LIFE)
_SUBSCRIPTION, _SERVICE = Quota(Window.DAY, 1), Quota(Window.MONTH, 4)


class WeChat(Channel):
    """One official account."""

    key = "wechat"
    label = N_("微信公众号")
    limits = Limits(
        Form.ARTICLE,
        title_max=32,
        digest_max=120,
        body_max=19_999,
        author_max=16,
        picture_bytes=1024 * 1024 - 1,
        picture_mimes=("image/jpeg", "image/png"),
        cover_required=True,
        cover_bytes=10 * 1024 * 1024,
        title_min=1,
    )
    abilities = Abilities(listing=Listing.AUTHORITATIVE, settle_window=timedelta(minutes=1))
    remedies = REMEDIES
    Settings = WeChatSettings
    link_in_text: ClassVar[bool] = False
    """Whether the fingerprint stands in the text, for want of a field of its own."""

    def __init__(self, settings: WeChatSettings, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        self._files = files
        self._api = Api(settings, files, tokens)
        self._drafts = Drafts(self._api)
        self._published = Published(self._api, self._drafts, in_text=self.link_in_text)
        self._mass = MassSend(self._api, self._drafts, ignore_reprint=settings.send_ignore_reprint)
        self._readers = Readers(self._api)
        self._pushes = settings.mass_send and not settings.draft_only
        if self._pushes:
            self.abilities = _MASS

    @classmethod
    def compose(cls, master: Master) -> Edition:
        return article(master, cls.limits)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        """The body is measured as it will be sent: with styles, pictures and notes."""
        sizes = dict.fromkeys(figures(edition.body), _PICTURE_ADDRESS)
        return findings(cls.limits, edition, body_length=len(render(edition.body, sizes)))

    @property
    def quota(self) -> Quota | None:
        """Only pushing to followers is rationed."""
        if not self._pushes:
            return None
        return _SERVICE if self._settings.service_account else _SUBSCRIPTION

    def prepare(self, post: Post) -> dict[str, Any]:
        """Upload the pictures and make the draft; a draft left over is seen by no reader."""
        return {"media_id": self._drafts.add(self._article(post))}

    def read_back(self, parcel: Mapping[str, Any]) -> Kept:
        return self._drafts.kept(parcel["media_id"])

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        if self._settings.draft_only:
            return Receipt(Outcome.HANDED, evidence=dict(parcel))
        if self._pushes:
            return self._mass.send(post, parcel["media_id"])
        return self._published.submit(parcel["media_id"])

    def replay(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        """Only a mass send has a request key; anything else is looked for instead."""
        if not self._pushes:
            raise Unsure("publishing knows no request key", code="no_key")
        return self._mass.send(post, parcel["media_id"])

    def poll(self, receipt: Receipt) -> Receipt:
        return self._way_of(receipt).poll(receipt)

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        """Listed: live. Still a draft: never submitted. Neither: submitted or deleted, unsure.

        A mass send is in no list: it is asked for by its key (:meth:`replay`).
        """
        if self._pushes:
            raise Unsure("no list shows what was sent to followers", code="mass_unlisted")
        handed = self._settings.draft_only
        listed = None if handed else self._published.find(post.link, since)
        if listed or "media_id" not in parcel:
            return listed
        if not self._drafts.holds(parcel["media_id"]):
            raise Unsure("the draft is gone and no article is listed", code="draft_gone")
        return Receipt(Outcome.HANDED, evidence=dict(parcel)) if handed else None

    def listed(self, since: datetime) -> Iterator[Seen]:
        """What was published without push; an account that pushes cannot be read through."""
        if self._pushes:
            raise Unsure("no list shows what was sent to followers", code="mass_unlisted")
        return self._published.listed(since)

    def recall(self, receipt: Receipt) -> Receipt:
        return self._way_of(receipt).recall(receipt)

    def listen(self, call: Call) -> Heard:
        return wechat_callback.listen(self._settings, call)

    def comments(self, receipt: Receipt) -> Iterator[Comment]:
        return self._readers.comments(receipt)

    def reply(self, receipt: Receipt, comment_id: str, text: str) -> None:
        self._readers.reply(receipt, comment_id, text)

    @staticmethod
    def reply_overrun(text: str) -> int:
        return max(0, len(text) - REPLY)

    def answer(self, sender: str, text: str) -> None:
        self._readers.answer(sender, text)

    def measure(self, receipts: Sequence[Receipt], day: date) -> list[Numbers]:
        return self._readers.measure(receipts, day)

    def days_of(self, receipts: Sequence[Receipt], published: date) -> list[Numbers]:
        return self._readers.days_of(receipts, published)

    def followers(self, day: date) -> int | None:
        return self._readers.followers(day)

    def probe(self) -> None:
        self._api.call("/cgi-bin/draft/batchget", {"offset": 0, "count": 1, "no_content": 1})

    def package(self, post: Post) -> bytes:
        return package(self.key, post, self._files)

    def checklist(self) -> list[str]:
        return [
            N_("登录公众号后台或订阅号助手，打开草稿箱"),
            N_("找到同名草稿，核对标题、封面和正文"),
            N_("发表，等平台审核通过"),
            N_("把发布后的链接粘贴回来"),
        ]

    def accepts_url(self, url: str) -> bool:
        return url_allowed(url, self._settings.allowed_hosts)

    def _way_of(self, receipt: Receipt) -> Published | MassSend:
        """By the task, since the account's setting may have changed in the meantime."""
        return self._mass if is_mass(receipt) else self._published

    def _article(self, post: Post) -> dict[str, Any]:
        """The one article of the draft, its files uploaded."""
        edition = post.edition
        if edition.cover is None:
            raise Rejected("", code="40007")
        pictures = {medium.sha256: self._picture(medium) for medium in edition.media}
        try:
            content = render(edition.body, pictures)
        except KeyError as missing:
            raise Rejected(str(missing), code="media_missing") from None
        return {
            "article_type": "news",
            "title": edition.title,
            "author": edition.author,
            "digest": edition.digest,
            "content": content,
            "content_source_url": post.link,
            "thumb_media_id": self._material(edition.cover),
            **self._comment_switches(),
        }

    def _comment_switches(self) -> dict[str, int]:
        opened = int(self._settings.open_comments)
        return {"need_open_comment": opened, "only_fans_can_comment": 0}

    def _picture(self, medium: Media) -> str:
        """A body picture's address; it takes no room in the account's library."""
        return text(self._api.upload("/cgi-bin/media/uploadimg", medium), "url")

    def _material(self, medium: Media) -> str:
        """The id of a permanent picture, as covers and picture sets must have."""
        path = "/cgi-bin/material/add_material"
        return text(self._api.upload(path, medium, type="image"), "media_id")
