"""Platforms without a machine interface: we pack, a person posts, and pastes back the address.

闪电号, 视频号 and 小红书 have no public API for publishing (as of 2026), so each is a declaration
of limits, hosts and steps. Nothing leaves the house in ``publish``; it may be repeated at will.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

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
    Remedy,
    Tokens,
)
from channels.editions import album, article, caption, clip, findings
from channels.media import verify
from channels.package import media_of, package
from channels.settings import host_allowed, setting

_COMPOSERS = {Form.ARTICLE: article, Form.VIDEO: clip, Form.IMAGES: album}


def hosts_setting(default: str) -> Any:
    """The field of ``Settings`` that says where a pasted address may point."""
    hint = N_("逗号分隔；粘贴回来的链接必须属于其中之一")
    return setting(N_("发布后地址的域名"), hint=hint, default=default)


class HandoffChannel(Channel):
    """What all hand-off channels do; a subclass declares key, label, limits, Settings, steps."""

    abilities = Abilities(listing=Listing.NONE)
    remedies: ClassVar[Mapping[str, Remedy]] = {}
    steps: ClassVar[tuple[str, ...]]

    def __init__(self, settings: Any, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        self._files = files

    @classmethod
    def compose(cls, master: Master) -> Edition:
        return _COMPOSERS[cls.limits.form](master, cls.limits)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        words = edition.body if edition.form is Form.ARTICLE else caption(edition)
        return findings(cls.limits, edition, body_length=len(words))

    def prepare(self, post: Post) -> dict[str, Any]:
        """Read every file once, so that a missing one is found now and not at the desk."""
        files = media_of(post.edition)
        for medium in files:
            verify(self._files, medium)
        return {"files": [medium.sha256 for medium in files]}

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        return Receipt(Outcome.HANDED, evidence=dict(parcel))

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        """Nothing was sent anywhere: the package lies ready, whenever one asks."""
        return self.publish(post, parcel)

    def package(self, post: Post) -> bytes:
        return package(self.key, post, self._files)

    def checklist(self) -> list[str]:
        return list(self.steps)

    def accepts_url(self, url: str) -> bool:
        return url_allowed(url, self._settings.allowed_hosts)


def url_allowed(url: str, allowed_hosts: str) -> bool:
    """Whether ``url`` is an ``http(s)`` address on one of the comma-separated hosts."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return False
    plain = parts.username is None and parts.scheme in ("http", "https")
    return plain and host_allowed(host, allowed_hosts)


@dataclass(frozen=True)
class ShandianSettings:
    allowed_hosts: str = hosts_setting("iqilu.com")


class Shandian(HandoffChannel):
    """闪电号, the accounts of the provincial television's news app."""

    key = "shandian"
    label = N_("闪电号")
    limits = Limits(Form.ARTICLE, title_min=2, title_max=30, digest_max=120)
    Settings = ShandianSettings
    steps = (
        N_("下载发布包并解压"),
        N_("登录闪电号后台，新建图文"),
        N_("粘贴标题和正文，按编号插入图片，核对图注"),
        N_("提交发布，等平台审核通过"),
        N_("把发布后的链接粘贴回来"),
    )


@dataclass(frozen=True)
class ShipinhaoSettings:
    allowed_hosts: str = hosts_setting("channels.weixin.qq.com,weixin.qq.com")


class Shipinhao(HandoffChannel):
    """视频号: short title of 6 to 16, words up to 1000, 2 GB."""

    key = "shipinhao"
    label = N_("视频号")
    limits = Limits(
        Form.VIDEO,
        title_min=6,
        title_max=16,
        body_max=1000,
        video_bytes=2 * 1024**3,
        video_seconds=8 * 3600,
        video_mimes=("video/mp4",),
    )
    Settings = ShipinhaoSettings
    steps = (
        N_("下载发布包并解压"),
        N_("登录视频号助手，上传视频和封面"),
        N_("粘贴短标题、描述和话题"),
        N_("发表，等平台审核通过"),
        N_("把发布后的链接粘贴回来"),
    )


@dataclass(frozen=True)
class XiaohongshuSettings:
    allowed_hosts: str = hosts_setting("xiaohongshu.com,xhslink.com")


class Xiaohongshu(HandoffChannel):
    """小红书 notes: title up to 20, words up to 1000, 1 to 18 pictures."""

    key = "xiaohongshu"
    label = N_("小红书")
    limits = Limits(Form.IMAGES, title_max=20, body_max=1000, pictures_min=1, pictures_max=18)
    Settings = XiaohongshuSettings
    steps = (
        N_("下载发布包并解压"),
        N_("登录小红书创作服务平台，按编号上传图片"),
        N_("粘贴标题、正文和话题"),
        N_("发布，等平台审核通过"),
        N_("把发布后的链接粘贴回来"),
    )
