"""哔哩哔哩 video: send the film and its cover, hand in the piece, ask until it is decided.

A piece is reviewed before readers see it. There is no request key; our link stands in the
description, and so the account's own list proves what is there. It may show a piece late, so
absence proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from channels import text
from channels.abilities import Numbers, Quota, Seen, Window
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
    Rejected,
    Tokens,
    Unsure,
)
from channels.bilibili_account import ARCHIVE, Account, App, Hosts, data_of, text_of
from channels.bilibili_codes import DELETED, MISSING, REMEDIES
from channels.editions import clip, findings
from channels.http import Aim, Reply
from channels.identity import identity_of
from channels.listing import look_back, recent
from channels.settings import Place, setting

_LINK = "https://link.example/" + "x" * 40
"""Stands for the post's link while measuring the description that carries it."""
_TAGS = 199
_FALLBACK_TAG = "新闻"
_PAGE = 50
_REFUSED = frozenset({-2, -3, -4, -5, -11, -12, -14, -16})
"""Sent back, locked, film broken, put away: states from which only a person helps."""
_DELETED = -100


@dataclass(frozen=True)
class BilibiliSettings:
    client_id: str = setting("Client ID")
    client_secret: str = setting("App Secret", secret=True)
    refresh_token: str = setting(
        N_("刷新令牌"), secret=True, hint=N_("只在首次使用；之后由系统保管最新的一个")
    )
    zone: int = setting(N_("分区编号（tid）"), default=202, hint=N_("资讯区为 202"))
    original: bool = setting(N_("自制稿件"), default=True, hint=N_("不是自制的按转载投稿"))
    daily_posts: int = setting(
        N_("每天最多投稿数"), default=0, hint=N_("非正式会员每天 5 个；0 表示不限")
    )
    base_url: str = setting(N_("接口地址"), default="https://member.bilibili.com", place=Place.URL)
    upload_url: str = setting(
        N_("上传地址"), default="https://openupos.bilivideo.com", place=Place.URL
    )
    auth_url: str = setting(N_("授权接口地址"), default="https://api.bilibili.com", place=Place.URL)


class Bilibili(Channel):
    """One account on Bilibili."""

    key = "bilibili"
    label = N_("哔哩哔哩")
    limits = Limits(
        Form.VIDEO,
        title_min=1,
        title_max=79,
        body_max=249,
        cover_required=True,
        cover_bytes=5 * 1024 * 1024,
        picture_mimes=("image/jpeg", "image/png"),
        video_bytes=4 * 1024 * 1024 * 1024,
        video_mimes=("video/mp4",),
    )
    abilities = Abilities(listing=Listing.LAGGING, settle_window=timedelta(minutes=5))
    remedies = REMEDIES
    Settings = BilibiliSettings

    def __init__(self, settings: BilibiliSettings, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        app = App(settings.client_id, settings.client_secret, settings.refresh_token)
        hosts = Hosts(settings.base_url, settings.upload_url, settings.auth_url)
        self._account = Account(app, hosts, files, tokens)

    @property
    def quota(self) -> Quota | None:
        most = self._settings.daily_posts
        return Quota(Window.DAY, most) if most else None

    @classmethod
    def compose(cls, master: Master) -> Edition:
        return clip(master, cls.limits)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        """The description is measured as it will stand there, link included."""
        return findings(cls.limits, edition, body_length=len(_description(edition, _LINK)))

    def prepare(self, post: Post) -> dict[str, Any]:
        """Upload film and cover; a token that nothing is handed in with runs out by itself."""
        (film,) = post.edition.media
        cover = post.edition.cover
        if cover is None:
            raise Rejected("", code="127102")
        token = self._account.upload_film(film)
        return {"upload_token": token, "cover": self._account.upload_cover(cover)}

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        reply = self._account.call(
            "POST",
            f"{ARCHIVE}/add-by-utoken",
            aim=Aim.CREATE,
            params={"upload_token": self._account.veil.add(parcel["upload_token"])},
            body={
                "title": post.edition.title.strip(),
                "cover": parcel["cover"],
                "tid": self._settings.zone,
                "no_reprint": 1,
                "desc": _description(post.edition, post.link),
                "tag": _tags(post.edition.tags),
                "copyright": 1 if self._settings.original else 2,
                "source": post.link,
            },
        )
        identity = text_of(reply, "resource_id")
        evidence = reply.evidence()
        return Receipt(Outcome.ACCEPTED, identity, task_id=identity, evidence=evidence)

    def poll(self, receipt: Receipt) -> Receipt:
        """For some minutes after it was handed in the platform may not know its own piece."""
        query = {"resource_id": receipt.task_id}
        try:
            reply = self._account.call("GET", f"{ARCHIVE}/view", params=query)
        except Rejected as refusal:
            if refusal.code == DELETED:
                return replace(receipt, outcome=Outcome.GONE, evidence=refusal.evidence)
            if refusal.code != MISSING:
                raise
            return receipt
        return _standing(reply, data_of(reply))

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        def ours(found: tuple[Reply, Mapping[str, Any]]) -> bool:
            return post.link in str(found[1].get("desc", ""))

        found = look_back(self._pages(), since, created=_created, ours=ours)
        return _standing(*found) if found else None

    def recall(self, receipt: Receipt) -> Receipt:
        """Delete the piece; one that is gone already counts as deleted."""
        body = {"resource_id": identity_of(receipt)}
        evidence: Mapping[str, Any]
        try:
            reply = self._account.call("POST", f"{ARCHIVE}/delete", aim=Aim.CREATE, body=body)
            evidence = reply.evidence()
        except Rejected as refusal:
            if refusal.code not in (DELETED, MISSING):
                raise
            evidence = refusal.evidence
        return Receipt(
            Outcome.GONE,
            remote_id=receipt.remote_id,
            remote_url=receipt.remote_url,
            words=N_("稿件已删除；他人下载、录屏或转载的内容无法收回"),
            evidence=evidence,
        )

    def listed(self, since: datetime) -> Iterator[Seen]:
        for page in self._pages():
            for reply, piece in page:
                at = _created((reply, piece))
                if not recent(at, since):
                    return
                links = text.URL.findall(str(piece.get("desc", "")))
                receipt = _standing(reply, piece)
                yield Seen(
                    receipt.remote_id,
                    at,
                    title=str(piece.get("title", "")),
                    url=receipt.remote_url,
                    link=links[-1] if links else "",
                    outcome=receipt.outcome,
                )

    def measure(self, receipts: Sequence[Receipt], day: date) -> list[Numbers]:
        """Everything so far; the platform does not tell days apart."""
        return [self._numbers(receipt.remote_id) for receipt in receipts if receipt.remote_id]

    def probe(self) -> None:
        self._account.call("GET", f"{ARCHIVE}/viewlist", params={"pn": 1, "ps": 1, "status": "all"})

    def _numbers(self, identity: str) -> Numbers:
        query = {"resource_id": identity}
        data = data_of(self._account.call("GET", "/arcopen/fn/data/arc/stat", params=query))
        counts = {name: int(it) for name, it in data.items() if str(it).isdecimal()}
        return Numbers(
            identity,
            reads=counts.get("view"),
            likes=counts.get("like"),
            shares=counts.get("share"),
            comments=counts.get("reply"),
            more=counts,
        )

    def _pages(self) -> Iterator[Sequence[tuple[Reply, Mapping[str, Any]]]]:
        number = seen = 0
        while True:
            number += 1
            query = {"pn": number, "ps": _PAGE, "status": "all"}
            reply = self._account.call("GET", f"{ARCHIVE}/viewlist", params=query)
            pieces = data_of(reply).get("list")
            if not isinstance(pieces, list):
                raise reply.unclear("no_list")
            yield [(reply, piece) for piece in pieces]
            seen += len(pieces)
            if seen >= _total(reply):
                return
            if not pieces:
                raise Unsure("the platform's list breaks off", code="list_cut")


def _description(edition: Edition, link: str) -> str:
    return "\n".join(filter(None, (edition.body.strip(), link)))


def _tags(tags: Sequence[str]) -> str:
    """Comma-separated, as many as fit; the platform wants at least one."""
    clean = dict.fromkeys("".join(tag.split()).replace(",", "") for tag in tags)
    line = ""
    for tag in filter(None, clean):
        longer = f"{line},{tag}" if line else tag
        if len(longer) <= _TAGS:
            line = longer
    return line or _FALLBACK_TAG


def _total(reply: Reply) -> int:
    page = data_of(reply).get("page")
    total = page.get("total") if isinstance(page, Mapping) else None
    if not str(total).isdecimal():
        raise reply.unclear("no_total")
    return int(str(total))


def _created(found: tuple[Reply, Mapping[str, Any]]) -> datetime:
    reply, piece = found
    seconds = str(piece.get("ctime", ""))
    if not seconds.isdecimal():
        raise reply.unclear("no_date")
    return datetime.fromtimestamp(int(seconds), UTC)


def _standing(reply: Reply, piece: Mapping[str, Any]) -> Receipt:
    """Where a piece stands in review: open, sent back, deleted, or not decided."""
    identity, about = str(piece.get("resource_id") or ""), piece.get("addit_info")
    if not identity or not isinstance(about, Mapping):
        raise reply.unclear("no_state")
    film = piece.get("video_info")
    return Receipt(
        _outcome(_state(reply, about), str(about.get("reject_reason") or "")),
        remote_id=identity,
        remote_url=str(film.get("share_url") or "") if isinstance(film, Mapping) else "",
        task_id=identity,
        words=str(about.get("reject_reason") or ""),
        evidence=reply.veil.data(dict(piece)),
    )


def _state(reply: Reply, about: Mapping[str, Any]) -> int:
    try:
        return int(about["state"])
    except (KeyError, TypeError, ValueError):
        raise reply.unclear("no_state") from None


def _outcome(state: int, reason: str) -> Outcome:
    if state >= 0:
        return Outcome.LIVE
    if state == _DELETED:
        return Outcome.GONE
    return Outcome.REFUSED if reason or state in _REFUSED else Outcome.ACCEPTED
