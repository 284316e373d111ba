"""头条号 articles, by hand: the platform's open interface takes small video only."""

from __future__ import annotations

from dataclasses import dataclass

from channels.base import N_, Form, Limits
from channels.handoff import HandoffChannel, hosts_setting


@dataclass(frozen=True)
class ToutiaoArticleSettings:
    allowed_hosts: str = hosts_setting("toutiao.com")


class ToutiaoArticle(HandoffChannel):
    """Title of 2 to 30; the creator site's editor takes pasted HTML and re-hosts pictures."""

    key = "toutiao_article"
    label = N_("头条号文章")
    limits = Limits(Form.ARTICLE, title_min=2, title_max=30, digest_max=120, cover_required=True)
    Settings = ToutiaoArticleSettings
    steps = (
        N_("下载发布包并解压"),
        N_("打开图文发布页 https://mp.toutiao.com/profile_v4/graphic/publish"),
        N_("粘贴标题和正文，按编号插入图片，设置封面"),
        N_("勾选来源声明，发布，等平台审核通过"),
        N_("同一内容不要再以微头条等其他体裁发布，平台会判重"),
        N_("把发布后的链接粘贴回来"),
    )
