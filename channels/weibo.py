"""微博: one short post by ``statuses/share``, with at most one picture.

The text must hold a link under the domain bound to the app; the post's public link serves as that
and as the fingerprint. Topics (``#话题#``) are refused there. The platform has no request key, but
refuses an identical text: that answer is a sign of an earlier success, so it is ``Unsure``.
Access tokens of web apps cannot be refreshed; a person authorises the account again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from channels import text
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
    Problem,
    Receipt,
    Rejected,
    Remedy,
    Tokens,
    Unavailable,
    Unsure,
)
from channels.editions import findings
from channels.http import Aim, Reply, Veil, Wire
from channels.listing import look_back, recent
from channels.media import filename, read, verify
from channels.settings import host_allowed, setting

_PAGE = 100
_LINK = "https://link.example/"
"""Stands for the post's link while measuring: Weibo counts every link alike."""
_MARGIN = 4
"""Room left by ``compose``, because the platform's own count is only known roughly."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CREATED = "%a %b %d %H:%M:%S %z %Y"
_MISSING = "20101"

_EDITOR, _OPERATOR, _ADMIN = Owner.EDITOR, Owner.OPERATOR, Owner.ADMINISTRATOR
_BUSY = Remedy(Unsure, _OPERATOR, N_("微博系统出错：先到账号主页查看是否已发出，再决定是否重发"))
_HOURLY = Remedy(
    Unavailable, _OPERATOR, N_("微博接口调用次数已满：下一小时自动再试"), timedelta(hours=1)
)
_OFTEN = Remedy(Unavailable, _OPERATOR, N_("微博发布太频繁：稍后自动再试"), timedelta(minutes=10))
_EXPIRED = Remedy(NeedsReauth, _ADMIN, N_("微博账号的授权已失效：请管理员重新授权"))
_SETUP = Remedy(Rejected, _ADMIN, N_("微博应用的权限或参数设置有误：请管理员检查应用设置"))
_CONTENT = Remedy(Rejected, _EDITOR, N_("微博判定内容不合规：请修改后重新送审"))
_REPEATED = Remedy(Unsure, _OPERATOR, N_("微博提示内容重复：很可能已经发出，请到账号主页核对"))

_REMEDIES = {
    **dict.fromkeys(("10001", "10002", "10003", "10009", "10010"), _BUSY),
    **dict.fromkeys(("10022", "10023", "10024"), _HOURLY),
    **dict.fromkeys(("10004", "20014", "20016", "20022"), _OFTEN),
    **dict.fromkeys(("10006", "21327", "21332", "21325"), _EXPIRED),
    **dict.fromkeys((str(code) for code in range(21301, 21320)), _EXPIRED),
    **dict.fromkeys(("10005", "10008", "10014", "10016", "21321", "21322"), _SETUP),
    "10017": Remedy(
        Rejected, _ADMIN, N_("正文链接不在微博应用绑定的安全域名下：请管理员检查应用设置")
    ),
    "20005": Remedy(Rejected, _EDITOR, N_("微博不接受这种图片：请换成 JPG、PNG 或 GIF")),
    "20006": Remedy(Rejected, _EDITOR, N_("图片超过微博的 5 MB 限制：请换一张较小的图片")),
    "20008": Remedy(Rejected, _EDITOR, N_("微博正文是空的：请填写正文")),
    **dict.fromkeys(
        ("10013", "20012", "20013"),
        Remedy(Rejected, _EDITOR, N_("微博正文太长：含链接不超过 140 字，请缩短")),
    ),
    "20015": Remedy(Rejected, _ADMIN, N_("微博账号或应用被限制：请管理员登录微博查看通知")),
    **dict.fromkeys(("20018", "20020", "20021"), _CONTENT),
    **dict.fromkeys(("20017", "20019", "20111"), _REPEATED),
    "20031": Remedy(NeedsReauth, _OPERATOR, N_("微博要求输入验证码：请值班员登录微博完成验证")),
    "20032": Remedy(Unsure, _OPERATOR, N_("微博已收下，稍后才会显示")),
    _MISSING: Remedy(Rejected, _OPERATOR, N_("这条微博已不存在：请到账号主页核对")),
    "20102": Remedy(Rejected, _ADMIN, N_("这条微博不属于本账号：请管理员核对账号授权")),
    "link_foreign": Remedy(
        Rejected, _ADMIN, N_("公开站点的域名与微博应用绑定的安全域名不一致：请管理员检查设置")
    ),
}


@dataclass(frozen=True)
class WeiboSettings:
    uid: str = setting(N_("微博账号 UID"))
    access_token: str = setting(N_("授权令牌"), secret=True)
    bound_domain: str = setting(
        N_("安全域名"), hint=N_("微博应用绑定的域名；微博里的链接必须在它之下")
    )
    server_ip: str = setting(N_("服务器公网 IP"), hint=N_("微博要求随发布一并上报"))
    base_url: str = setting(N_("接口地址"), default="https://api.weibo.com")
    site_url: str = setting(N_("微博网页地址"), default="https://weibo.com")


class Weibo(Channel):
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
    remedies = _REMEDIES
    Settings = WeiboSettings

    def __init__(self, settings: WeiboSettings, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        self._files = files
        self._wire = Wire(settings.base_url, Veil(settings.access_token))

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
        if not host_allowed(urlsplit(post.link).hostname or "", self._settings.bound_domain):
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
        if _code(reply) == "20032":
            return Receipt(Outcome.ACCEPTED, task_id=post.link, evidence=reply.evidence())
        return self._receipt(reply, _judged(reply).object())

    def poll(self, receipt: Receipt) -> Receipt:
        """A post that is shown later has no id yet: its link is looked for in the newest page."""
        reply = self._timeline(1)
        for status in _statuses(reply):
            if _holds(status, receipt.task_id):
                return self._receipt(reply, status)
        return receipt

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        words = text.squeezed(_status(post.edition.title, post.edition.body, post.link))

        def ours(found: tuple[Reply, dict[str, Any]]) -> bool:
            """By the link, or by the words where the platform shows only a shortened link."""
            status = found[1]
            same = text.squeezed(str(status.get("text", ""))) == words
            return _holds(status, post.link) or (same and recent(_created(found), since))

        found = look_back(self._posts(), since, created=_created, ours=ours)
        return self._receipt(*found) if found else None

    def recall(self, receipt: Receipt) -> Receipt:
        """Delete the post; one that is gone already counts as deleted."""
        form = {"access_token": self._settings.access_token, "id": receipt.remote_id}
        reply = self._wire.send("POST", "/2/statuses/destroy.json", aim=Aim.CREATE, form=form)
        if _code(reply) != _MISSING:
            _judged(reply)
        return Receipt(
            Outcome.GONE,
            remote_id=receipt.remote_id,
            remote_url=receipt.remote_url,
            words=N_("微博已删除；他人的转发只显示原微博已删除，截图无法收回"),
            evidence=reply.evidence(),
        )

    def probe(self) -> None:
        self._timeline(1, count=1)

    def _picture(self, medium: Media) -> tuple[str, bytes, str]:
        return filename(medium), read(self._files, medium), medium.mime

    def _receipt(self, reply: Reply, status: Mapping[str, Any]) -> Receipt:
        identity = str(status.get("idstr") or status.get("mid") or "")
        if not identity.isdecimal():
            raise reply.unclear("no_id")
        address = f"{self._settings.site_url.rstrip('/')}/{self._settings.uid}/{mid62(identity)}"
        kept = {name: status.get(name) for name in ("idstr", "mid", "created_at", "text")}
        return Receipt(
            Outcome.LIVE,
            remote_id=identity,
            remote_url=address,
            evidence=self._wire.veil.data(kept),
        )

    def _timeline(self, page: int, count: int = _PAGE) -> Reply:
        query = {"access_token": self._settings.access_token, "uid": self._settings.uid}
        params = {**query, "count": count, "page": page}
        return _judged(self._wire.send("GET", "/2/statuses/user_timeline.json", params=params))

    def _posts(self) -> Iterator[Sequence[tuple[Reply, dict[str, Any]]]]:
        page, seen = 1, 0
        while True:
            reply = self._timeline(page)
            statuses = _statuses(reply)
            yield [(reply, status) for status in statuses]
            seen += len(statuses)
            total = reply.object().get("total_number", seen + len(statuses))
            if seen >= total:
                return
            if not statuses:
                raise Unsure("the platform's list breaks off", code="list_cut")
            page += 1


def mid62(identity: str) -> str:
    """The spelling of a post's id in web addresses: seven decimal digits become four of base 62."""
    cut = len(identity) % 7
    groups = [identity[at : at + 7] for at in range(cut, len(identity), 7)]
    spelt = "".join(_base62(int(group)).rjust(4, "0") for group in groups)
    return (_base62(int(identity[:cut])) + spelt) if cut else spelt.lstrip("0")


def _base62(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    return digits


def _status(title: str, body: str, link: str) -> str:
    headline = f"【{title.strip()}】" if title.strip() else ""
    return f"{headline}{body.strip()} {link}"


def _code(reply: Reply) -> str:
    return str(reply.object().get("error_code") or "")


def _judged(reply: Reply) -> Reply:
    code = _code(reply)
    if code or reply.status >= 400:
        words = str(reply.object().get("error", ""))
        raise reply.failure(_REMEDIES, code or f"http_{reply.status}", words)
    return reply


def _statuses(reply: Reply) -> list[dict[str, Any]]:
    statuses = reply.object().get("statuses")
    if not isinstance(statuses, list):
        raise reply.unclear("no_list")
    return statuses


def _created(found: tuple[Reply, Mapping[str, Any]]) -> datetime:
    reply, status = found
    try:
        return datetime.strptime(str(status.get("created_at")), _CREATED).astimezone(UTC)
    except ValueError:
        raise reply.unclear("no_date") from None


def _holds(status: Mapping[str, Any], link: str) -> bool:
    """Whether the link stands anywhere in a status: in its text, or in its expanded addresses."""
    return link in json.dumps(status, ensure_ascii=False)
