"""What Weibo's error codes mean: how each is raised, whose it is, what helps.

The calls for headline articles have a few codes of their own and give some a meaning of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from channels.base import N_, NeedsReauth, Owner, Rejected, Remedy, Unavailable, Unsure

MISSING = "20101"
LATER = "20032"
"""Accepted, and shown later."""

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

REMEDIES: Mapping[str, Remedy] = {
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
    MISSING: Remedy(Rejected, _OPERATOR, N_("这条微博已不存在：请到账号主页核对")),
    "20102": Remedy(Rejected, _ADMIN, N_("这条微博不属于本账号：请管理员核对账号授权")),
    **dict.fromkeys(
        ("20201", "20203", "20204"),
        Remedy(Rejected, _OPERATOR, N_("这条评论已不存在：请刷新评论列表")),
    ),
    "20202": Remedy(Rejected, _EDITOR, N_("微博判定评论不合规：请修改后再回复")),
    "link_foreign": Remedy(
        Rejected, _ADMIN, N_("公开站点的域名与微博应用绑定的安全域名不一致：请管理员检查设置")
    ),
}

ARTICLE_REMEDIES: Mapping[str, Remedy] = {
    **REMEDIES,
    "10008": Remedy(Rejected, _EDITOR, N_("微博头条文章不接受某个字段：请检查标题、正文和封面")),
    "10014": Remedy(
        Rejected, _ADMIN, N_("账号没有头条文章接口的权限：请管理员联系微博蓝 V 客服申请")
    ),
    "11001": _OFTEN,
    "11002": Remedy(
        Unsure, _OPERATOR, N_("头条文章可能已生成，但没有发出微博：请到微博后台核对后再决定")
    ),
    "11003": Remedy(
        Unsure, _OPERATOR, N_("头条文章可能已生成，但没有与微博绑定：请到微博后台核对后再决定")
    ),
}
