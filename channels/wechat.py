"""微信公众号: a draft by ``draft/add``, made public by ``freepublish``, which decides later.

Pictures are re-hosted first (``media/uploadimg`` for the body, a permanent material for the
cover). The draft carries the post's public link as ``content_source_url``: the fingerprint by
which a listing proves whether the piece is there. Accounts without the publishing right (personal
and unverified ones, since July 2025) set ``draft_only``: the draft is made and a person publishes.
Published articles are not pushed to followers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
    Rejected,
    Remedy,
    Tokens,
    Unavailable,
    Unsure,
)
from channels.editions import article, findings
from channels.handoff import hosts_setting, url_allowed
from channels.http import Aim, Reply, Veil, Wire
from channels.listing import look_back
from channels.markup import figures
from channels.media import filename, read
from channels.package import package
from channels.settings import setting
from channels.tokens import Bearer, Grant
from channels.wechat_codes import REMEDIES, TOKEN_REMEDIES
from channels.wechat_html import render

_PAGE = 20
_PICTURE_ADDRESS = "https://mmbiz.qpic.cn/" + "0" * 110
"""As long as the platform's own picture addresses, for measuring before anything is uploaded."""
_STATUS = {
    0: Outcome.LIVE,
    1: Outcome.ACCEPTED,
    2: Outcome.REFUSED,
    3: Outcome.REFUSED,
    4: Outcome.REFUSED,
    5: Outcome.GONE,
    6: Outcome.GONE,
}
_RESIDUE = N_("文章页已删除；读者此前转发的卡片标题和摘要仍可见")


@dataclass(frozen=True)
class WeChatSettings:
    app_id: str = setting("AppID")
    app_secret: str = setting("AppSecret", secret=True)
    draft_only: bool = setting(
        N_("只存草稿"), default=False, hint=N_("没有发布接口权限的公众号：由值班员在后台发布")
    )
    open_comments: bool = setting(N_("打开留言"), default=False)
    allowed_hosts: str = hosts_setting("mp.weixin.qq.com")
    base_url: str = setting(N_("接口地址"), default="https://api.weixin.qq.com")


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

    def __init__(self, settings: WeChatSettings, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        self._files = files
        veil = Veil(settings.app_secret)
        self._wire = Wire(settings.base_url, veil)
        credential = f"{settings.app_id}:{settings.app_secret}"
        self._bearer = Bearer(tokens, credential, veil, self._renew)

    @classmethod
    def compose(cls, master: Master) -> Edition:
        return article(master, cls.limits)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        """The body is measured as it will be sent: with styles, pictures and notes."""
        sizes = dict.fromkeys(figures(edition.body), _PICTURE_ADDRESS)
        return findings(cls.limits, edition, body_length=len(render(edition.body, sizes)))

    def prepare(self, post: Post) -> dict[str, Any]:
        """Upload the pictures and make the draft; a draft left over is seen by no reader."""
        cover = post.edition.cover
        if cover is None:
            raise Rejected("", code="40007")
        pictures = {medium.sha256: self._picture(medium) for medium in post.edition.media}
        try:
            content = render(post.edition.body, pictures)
        except KeyError as missing:
            raise Rejected(str(missing), code="media_missing") from None
        return {"media_id": self._draft(post, self._cover(cover), content)}

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        if self._settings.draft_only:
            return Receipt(Outcome.HANDED, evidence=dict(parcel))
        reply = self._submit(parcel["media_id"])
        data = reply.object()
        if not data.get("publish_id"):
            raise reply.unclear("no_publish_id")
        return Receipt(Outcome.ACCEPTED, task_id=str(data["publish_id"]), evidence=reply.evidence())

    def poll(self, receipt: Receipt) -> Receipt:
        body = {"publish_id": receipt.task_id}
        reply = self._call("/cgi-bin/freepublish/get", body)
        data = reply.object()
        outcome = _STATUS.get(_number(data.get("publish_status")))
        if outcome is None:
            raise reply.unclear("no_publish_status")
        articles = (data.get("article_detail") or {}).get("item") or [{}]
        return Receipt(
            outcome,
            remote_id=str(data.get("article_id") or receipt.remote_id),
            remote_url=str(articles[0].get("article_url") or receipt.remote_url),
            task_id=receipt.task_id,
            code="" if outcome is Outcome.LIVE else f"publish_{data['publish_status']}",
            evidence=reply.evidence(),
        )

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        """Listed: live. Still a draft: never submitted. Neither: submitted or deleted, unsure."""
        listed = None if self._settings.draft_only else self._listed(post, since)
        if listed or "media_id" not in parcel:
            return listed
        if not self._is_draft(parcel["media_id"]):
            raise Unsure("the draft is gone and no article is listed", code="draft_gone")
        handed = self._settings.draft_only
        return Receipt(Outcome.HANDED, evidence=dict(parcel)) if handed else None

    def recall(self, receipt: Receipt) -> Receipt:
        """Delete the article for good; deleting one that is gone already changes nothing."""
        if not receipt.remote_id:
            raise Rejected("", code="53600")
        body = {"article_id": receipt.remote_id, "index": 0}
        reply = self._call("/cgi-bin/freepublish/delete", body, aim=Aim.CREATE)
        return Receipt(
            Outcome.GONE,
            remote_id=receipt.remote_id,
            remote_url=receipt.remote_url,
            words=_RESIDUE,
            evidence=reply.evidence(),
        )

    def probe(self) -> None:
        self._call("/cgi-bin/draft/batchget", {"offset": 0, "count": 1, "no_content": 1})

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

    def _picture(self, medium: Media) -> str:
        reply = self._upload("/cgi-bin/media/uploadimg", medium)
        return _text(reply, "url")

    def _cover(self, medium: Media) -> str:
        reply = self._upload("/cgi-bin/material/add_material", medium, type="image")
        return _text(reply, "media_id")

    def _upload(self, path: str, medium: Media, **params: str) -> Reply:
        data = read(self._files, medium)

        def call(token: str) -> Reply:
            file = (filename(medium), data, medium.mime)
            query = {**params, "access_token": token}
            return _judged(self._wire.send("POST", path, params=query, files={"media": file}))

        return self._bearer.spend(call)

    def _draft(self, post: Post, cover_id: str, content: str) -> str:
        edition = post.edition
        draft = {
            "article_type": "news",
            "title": edition.title,
            "author": edition.author,
            "digest": edition.digest,
            "content": content,
            "content_source_url": post.link,
            "thumb_media_id": cover_id,
            "need_open_comment": int(self._settings.open_comments),
            "only_fans_can_comment": 0,
        }
        try:
            return _text(self._call("/cgi-bin/draft/add", {"articles": [draft]}), "media_id")
        except Rejected as refusal:
            if refusal.code != "40007":
                raise
        # A cover just uploaded may not have reached all of the platform's machines yet.
        raise Unavailable("", code="40007", retry_after=timedelta(seconds=15))

    def _submit(self, media_id: str) -> Reply:
        """Submit the draft. A draft that is gone may have been submitted before: go and look."""
        try:
            path = "/cgi-bin/freepublish/submit"
            return self._call(path, {"media_id": media_id}, aim=Aim.CREATE)
        except Rejected as refusal:
            if refusal.code != "40007":
                raise
            words, evidence = refusal.words, refusal.evidence
        raise Unsure(words, code="draft_gone", evidence=evidence)

    def _is_draft(self, media_id: str) -> bool:
        try:
            self._call("/cgi-bin/draft/get", {"media_id": media_id})
        except Rejected as refusal:
            if refusal.code != "40007":
                raise
            return False
        return True

    def _listed(self, post: Post, since: datetime) -> Receipt | None:
        item = look_back(
            self._articles(),
            since,
            created=lambda item: datetime.fromtimestamp(_number(item.get("update_time")), UTC),
            ours=lambda item: any(
                news.get("content_source_url") == post.link for news in _news(item)
            ),
        )
        if item is None:
            return None
        return _found(item, post.link)

    def _articles(self) -> Iterator[Sequence[dict[str, Any]]]:
        seen = 0
        while True:
            body = {"offset": seen, "count": _PAGE, "no_content": 1}
            reply = self._call("/cgi-bin/freepublish/batchget", body)
            data = reply.object()
            if not isinstance(data.get("item"), list):
                raise reply.unclear("no_list")
            yield data["item"]
            seen += len(data["item"])
            if seen >= _number(data.get("total_count")):
                return
            if not data["item"]:
                raise Unsure("the platform's list breaks off", code="list_cut")

    def _call(self, path: str, body: Mapping[str, Any], *, aim: Aim = Aim.REPEAT) -> Reply:
        def call(token: str) -> Reply:
            query = {"access_token": token}
            return _judged(self._wire.send("POST", path, aim=aim, params=query, body=body))

        return self._bearer.spend(call)

    def _renew(self, stale: str | None) -> Grant:
        """The stable token; forced (which kills the former at once) only if it comes back stale."""
        grant = self._stable_token(force=False)
        return self._stable_token(force=True) if grant.value == stale else grant

    def _stable_token(self, *, force: bool) -> Grant:
        body = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret,
            "force_refresh": force,
        }
        reply = self._wire.send("POST", "/cgi-bin/stable_token", body=body)
        data = _judged(reply, TOKEN_REMEDIES).object()
        token = self._wire.veil.add(_text(reply, "access_token"))
        return Grant(token, timedelta(seconds=_number(data.get("expires_in"))))


def _judged(reply: Reply, remedies: Mapping[str, Remedy] = REMEDIES) -> Reply:
    """The reply if the platform is content. It answers HTTP 200 for errors as well."""
    data = reply.object()
    code = str(data.get("errcode") or 0)
    if code == "0" and reply.status < 400:
        return reply
    raise reply.failure(remedies, code, str(data.get("errmsg", "")))


def _text(reply: Reply, name: str) -> str:
    value = reply.object().get(name)
    if not value:
        raise reply.unclear(f"no_{name}")
    return str(value)


def _number(value: Any) -> int:
    """Numbers come as numbers or as digits; anything else is -1, which no table knows."""
    return int(value) if str(value).isdecimal() else -1


def _news(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    return (item.get("content") or {}).get("news_item") or []


def _found(item: Mapping[str, Any], link: str) -> Receipt:
    news = next(news for news in _news(item) if news.get("content_source_url") == link)
    return Receipt(
        Outcome.GONE if news.get("is_deleted") else Outcome.LIVE,
        remote_id=str(item.get("article_id", "")),
        remote_url=str(news.get("url", "")),
        evidence={"listed": item.get("article_id"), "update_time": item.get("update_time")},
    )
