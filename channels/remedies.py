"""What an error code of a channel means for people: whose it is, and what helps.

Each adapter holds the table of its platform; here are the codes that arise on the way to any
platform (connection, gateway, our own files), and the one place to ask.
"""

from __future__ import annotations

from datetime import timedelta

from channels.base import N_, Owner, Rejected, Remedy, Unavailable, Unsure
from channels.registry import channel_class

_OPERATOR, _ADMIN = Owner.OPERATOR, Owner.ADMINISTRATOR
_UNKNOWN_END = Remedy(
    Unsure, _OPERATOR, N_("平台没有给出明确答复：先到账号主页查看是否已发出，再决定是否重发")
)
_ADDRESS = Remedy(Rejected, _ADMIN, N_("接口地址不对或平台已更改接口：请管理员检查账号设置"))
_ON_THE_WAY = {
    "unsent": Remedy(Unavailable, _ADMIN, N_("连不上平台：会自动再试；一直不通请检查接口地址")),
    **dict.fromkeys(("no_answer", "unreadable", "list_cut", "list_too_long"), _UNKNOWN_END),
    **dict.fromkeys(("http_500", "http_502", "http_503", "http_504", "http_408"), _UNKNOWN_END),
    "http_429": Remedy(
        Unavailable, _OPERATOR, N_("平台限制了调用频率：稍后自动再试"), timedelta(minutes=1)
    ),
    **dict.fromkeys(("http_400", "http_401", "http_403", "http_404", "http_405"), _ADDRESS),
    "http_413": Remedy(Rejected, Owner.EDITOR, N_("文件超过平台的大小限制：请换较小的文件")),
    "media_missing": Remedy(Rejected, Owner.EDITOR, N_("稿件中的文件已不在媒体库：请重新选用")),
    "media_changed": Remedy(
        Rejected, _ADMIN, N_("文件内容与审核时不一致，已停止发送：请管理员检查媒体库")
    ),
    "media_unreadable": Remedy(Unavailable, _ADMIN, N_("媒体库暂时读不出文件：会自动再试")),
}


def remedy(channel_key: str, code: str) -> Remedy | None:
    """What ``code`` of that channel means; ``None`` if no table knows it.

    Raises ``LookupError`` for a channel that does not exist.
    """
    return channel_class(channel_key).remedies.get(code) or _ON_THE_WAY.get(code)
