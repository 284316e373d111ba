"""What the error codes of 抖音 and 头条 mean: how each is raised, whose it is, what helps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from channels.base import (
    N_,
    NeedsReauth,
    Owner,
    Rejected,
    Remedy,
    Spent,
    StaleToken,
    Unavailable,
    Unsure,
)

_EDITOR, _OPERATOR, _ADMIN = Owner.EDITOR, Owner.OPERATOR, Owner.ADMINISTRATOR
_BUSY = Remedy(Unsure, _OPERATOR, N_("平台系统繁忙：先到账号主页查看是否已发出，再决定是否重发"))
_STALE = Remedy(StaleToken, _ADMIN, N_("账号的访问令牌已失效：请管理员重新授权"))
_EXPIRED = Remedy(NeedsReauth, _ADMIN, N_("账号授权已到期：请管理员重新授权"))
_RIGHT = Remedy(Rejected, _ADMIN, N_("应用没有这项能力的权限：请管理员在开放平台申请"))
_SETUP = Remedy(NeedsReauth, _ADMIN, N_("开放平台应用设置有误：请管理员核对 Client Key 和密钥"))
_DAILY = Remedy(Spent, _OPERATOR, N_("今天的发布或调用次数已用完：零点后恢复"), timedelta(hours=1))
_RATE = Remedy(Unavailable, _OPERATOR, N_("调用太频繁：稍后自动再试"), timedelta(seconds=10))
_PARAMETER = Remedy(Rejected, _EDITOR, N_("平台不接受某个字段：请检查标题、文字和视频"))
_CONTENT = Remedy(Rejected, _EDITOR, N_("平台判定内容不合规：请修改后重新送审"))
_BANNED = Remedy(NeedsReauth, _ADMIN, N_("账号或应用被平台限制：请管理员登录平台查看通知"))

REMEDIES: Mapping[str, Remedy] = {
    **dict.fromkeys(("2100004", "28001005", "28001006"), _BUSY),
    **dict.fromkeys(("10008", "2190002", "2190008", "28001003", "28001008"), _STALE),
    **dict.fromkeys(("10010", "10007", "2190015", "28001012", "10020"), _EXPIRED),
    **dict.fromkeys(("10003", "10004", "16", "2100007", "2190003", "2190004"), _RIGHT),
    **dict.fromkeys((str(code) for code in range(28001014, 28001020)), _RIGHT),
    **dict.fromkeys(("10013", "10014"), _SETUP),
    **dict.fromkeys(("2190001", "2114007", "28003017"), _DAILY),
    "28003018": _RATE,
    **dict.fromkeys(("10002", "10005", "2100005", "28001007"), _PARAMETER),
    "2190005": Remedy(Rejected, _EDITOR, N_("视频文件太大：请压缩后再发")),
    "2190006": Remedy(Rejected, _EDITOR, N_("视频时长超过限制：请剪短后再发")),
    "2190007": Remedy(Rejected, _OPERATOR, N_("平台找不到已上传的视频：请重新发送")),
    **dict.fromkeys((*(str(code) for code in range(2111001, 2111010)), "2112001"), _CONTENT),
    **dict.fromkeys(("2100009", "2190016", "2114005"), _BANNED),
    "28001056": Remedy(
        Rejected, _ADMIN, N_("平台已停用这个接口：一天后自动再试，期间请在平台后台查看")
    ),
}
