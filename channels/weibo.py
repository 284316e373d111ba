"""微博: one short post by ``statuses/share``, with at most one picture.

The text must hold a link under the domain bound to the app; the post's public link serves as that
and as the fingerprint. Topics (``#话题#``) are refused there. The platform has no request key, but
refuses an identical text: that answer is a sign of an earlier success, so it is ``Unsure``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from channels import text
from channels.base import (
    N_,
    Abilities,
    Edition,
    Finding,
    Form,
    Limits,
    Listing,
    Master,
    Media,
    Outcome,
    Post,
    Problem,
    Receipt,
    Rejected,
)
from channels.editions import findings
from channels.http import Aim
from channels.identity import identity_of
from channels.media import filename, read, verify
from channels.settings import host_allowed, host_of
from channels.weibo_account import WeiboChannel, WeiboSettings, code_of, holds, judged
from channels.weibo_codes import LATER, MISSING, REMEDIES

_LINK = "https://link.example/"
"""Stands for the post's link while measuring: Weibo counts every link alike."""
_MARGIN = 4
"""Room left by ``compose``, because the platform's own count is only known roughly."""


class Weibo(WeiboChannel):
    """One Weibo account."""

    key = "weibo"
    label = N_("微博")
    limits = Limits(
        Form.STATUS,
        body_max=140,
        pictures_max=1,
        picture_bytes=5 * 1024 * 1024 - 1,
        picture_mimes=("image/jpeg", "image/png", "image/gif"),
    )
    abilities = Abilities(listing=Listing.AUTHORITATIVE, settle_window=timedelta(minutes=1))
    remedies = REMEDIES
    Settings = WeiboSettings

    @classmethod
    def compose(cls, master: Master) -> Edition:
        """Headline, then as much of the digest as the weight allows beside the link."""
        title = text.fit(text.without_hashtags(master.title), 40)
        digest = text.without_hashtags(master.digest or master.text)
        room = cls.limits.body_max - _MARGIN - text.weibo_weight(_status(title, "", _LINK)) - 1
        body = text.fit(digest, room, measure=text.weibo_weight, ellipsis="…")
        suitable = (it for it in master.pictures if it.mime in cls.limits.picture_mimes)
        picture = next(suitable, None)
        media = (picture,) if picture else ()
        return Edition(form=Form.STATUS, title=title, body=body, media=media)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        """The whole status is weighed, link included."""
        words = _status(edition.title, edition.body, _LINK)
        found = findings(cls.limits, edition, body_length=text.weibo_weight(words))
        if not (edition.title.strip() or edition.body.strip()):
            found.append(Finding(Problem.BODY_MISSING, 1, 0))
        topics = len(text.HASHTAG.findall(words)) or len(edition.tags)
        return found + [Finding(Problem.HASHTAG_FORBIDDEN, 0, topics)] * bool(topics)

    def prepare(self, post: Post) -> dict[str, Any]:
        """Nothing can be uploaded ahead; what can be found wrong is found wrong here."""
        if not host_allowed(host_of(post.link), self._settings.bound_domain):
            raise Rejected(post.link, code="link_foreign")
        for medium in post.edition.media:
            verify(self._files, medium)
        return {}

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        form = {
            "access_token": self._settings.access_token,
            "status": _status(post.edition.title, post.edition.body, post.link),
            "rip": self._settings.server_ip,
        }
        files = [("pic", self._picture(medium)) for medium in post.edition.media]
        path = "/2/statuses/share.json"
        reply = self._wire.send("POST", path, aim=Aim.CREATE, form=form, files=files or None)
        if code_of(reply) == LATER:
            return Receipt(Outcome.ACCEPTED, task_id=post.link, evidence=reply.evidence())
        return self._receipt(judged(reply).object())

    def poll(self, receipt: Receipt) -> Receipt:
        """A post that is shown later has no id yet: its link is looked for in the newest page."""
        shown = (it for it in self._newest() if holds(it, receipt.task_id))
        return next(map(self._receipt, shown), receipt)

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        words = _status(post.edition.title, post.edition.body, post.link)
        status = self._look_back(since, post.link, words)
        return self._receipt(status) if status else None

    def recall(self, receipt: Receipt) -> Receipt:
        """Delete the post; one that is gone already counts as deleted."""
        fields = {"id": identity_of(receipt)}
        reply = self._send("POST", "/2/statuses/destroy.json", fields, Aim.CREATE)
        if code_of(reply) != MISSING:
            judged(reply)
        return Receipt(
            Outcome.GONE,
            remote_id=receipt.remote_id,
            remote_url=receipt.remote_url,
            words=N_("微博已删除；他人的转发只显示原微博已删除，截图无法收回"),
            evidence=reply.evidence(),
        )

    def _picture(self, medium: Media) -> tuple[str, bytes, str]:
        return filename(medium), read(self._files, medium), medium.mime


def _status(title: str, body: str, link: str) -> str:
    headline = f"【{title.strip()}】" if title.strip() else ""
    return f"{headline}{body.strip()} {link}"
