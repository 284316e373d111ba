"""Every channel there is, by its key. A new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from channels.base import Channel
from channels.bilibili import Bilibili
from channels.douyin import Douyin
from channels.douyin_share import DouyinShare
from channels.getui import Getui
from channels.handoff import Shandian, Shipinhao, Xiaohongshu
from channels.jpush import JPush
from channels.kuaishou import Kuaishou
from channels.outlet import Outlet
from channels.toutiao import Toutiao
from channels.toutiao_article import ToutiaoArticle
from channels.wechat import WeChat
from channels.wechat_pictures import WeChatPictures
from channels.weibo import Weibo
from channels.weibo_article import WeiboArticle

_CHANNELS: Mapping[str, type[Channel]] = MappingProxyType(
    {
        "outlet": Outlet,
        "wechat": WeChat,
        "wechat_pictures": WeChatPictures,
        "weibo": Weibo,
        "weibo_article": WeiboArticle,
        "toutiao": Toutiao,
        "toutiao_article": ToutiaoArticle,
        "douyin": Douyin,
        "douyin_share": DouyinShare,
        "kuaishou": Kuaishou,
        "bilibili": Bilibili,
        "shandian": Shandian,
        "shipinhao": Shipinhao,
        "xiaohongshu": Xiaohongshu,
        "jpush": JPush,
        "getui": Getui,
    }
)


def channel_classes() -> Mapping[str, type[Channel]]:
    """Key to class, in the order in which people see them."""
    return _CHANNELS


def channel_class(key: str) -> type[Channel]:
    """The class of a channel. Raises ``LookupError`` that names the keys that exist."""
    try:
        return _CHANNELS[key]
    except KeyError:
        known = ", ".join(_CHANNELS)
        raise LookupError(f"there is no channel {key!r}; known are: {known}") from None
