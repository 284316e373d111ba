"""What the codes of B 站 mean, and what helps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from channels.base import (
    N_,
    NeedsReauth,
    Owner,
    Rejected,
    Remedy,
    StaleToken,
    Unavailable,
    Unsure,
)

DELETED, MISSING = "127107", "127124"
REFRESH = "122007"

_EDITOR, _OPERATOR, _ADMIN = Owner.EDITOR, Owner.OPERATOR, Owner.ADMINISTRATOR
_BUSY = Remedy(Unsure, _OPERATOR, N_("B 站系统繁忙：先到稿件管理查看是否已投出，再决定是否重投"))
_APP = Remedy(NeedsReauth, _ADMIN, N_("B 站应用的 Client ID 或密钥不对：请管理员核对"))
_RIGHT = Remedy(Rejected, _ADMIN, N_("B 站应用没有这项能力的权限：请管理员在开放平台申请"))
_EXPIRED = Remedy(NeedsReauth, _ADMIN, N_("B 站账号授权已失效：请管理员重新授权"))
_PARAMETER = Remedy(Rejected, _EDITOR, N_("B 站不接受某个字段：请检查标题、简介、标签和分区"))
_OFTEN = Remedy(
    Unavailable, _OPERATOR, N_("B 站限制了投稿次数或频率：稍后自动再试"), timedelta(minutes=30)
)
_SIGNATURE = Remedy(NeedsReauth, _ADMIN, N_("B 站认为请求签名不对：请管理员核对应用密钥"))

REMEDIES: Mapping[str, Remedy] = {
    **dict.fromkeys(("122009", "127200", "127201", "5000", "5001", "5002"), _BUSY),
    **dict.fromkeys(("122000", "122001", "127004", "4001"), _APP),
    **dict.fromkeys(("4002", "4005", "4006", "4012", "127012"), _SIGNATURE),
    "4003": Remedy(NeedsReauth, _ADMIN, N_("服务器时间不准，B 站拒绝了请求：请管理员校准时钟")),
    "4004": Remedy(Unsure, _OPERATOR, N_("B 站提示请求重复：请到稿件管理核对是否已投出")),
    "4007": Remedy(Rejected, _ADMIN, N_("服务器的 IP 不在 B 站应用的白名单内：请管理员添加")),
    **dict.fromkeys(("4008", "4010", "127005", "127006", "127007"), _RIGHT),
    **dict.fromkeys((REFRESH, "127000", "127011"), _EXPIRED),
    "127001": Remedy(StaleToken, _ADMIN, N_("B 站的访问令牌已失效：请管理员重新授权")),
    **dict.fromkeys(("4000", "127100", "127207"), _PARAMETER),
    "127102": Remedy(Rejected, _EDITOR, N_("B 站不接受这种文件：视频用 MP4，封面用 JPG 或 PNG")),
    "123004": Remedy(Unsure, _OPERATOR, N_("B 站提示稿件冲突：请到稿件管理核对是否已投出")),
    "123013": Remedy(Rejected, _EDITOR, N_("B 站判定内容不合规：请修改后重新送审")),
    **dict.fromkeys(("4009", "123026", "127009", "127306"), _OFTEN),
    "123050": Remedy(NeedsReauth, _OPERATOR, N_("B 站要求人机验证：请值班员登录 B 站完成验证")),
    "127022": Remedy(
        Unsure, _OPERATOR, N_("B 站的上传凭证已失效或用过：请到稿件管理核对是否已投出")
    ),
    DELETED: Remedy(Rejected, _OPERATOR, N_("这个稿件已被删除：请到稿件管理核对")),
    MISSING: Remedy(Rejected, _OPERATOR, N_("B 站找不到这个稿件：请到稿件管理核对")),
}
