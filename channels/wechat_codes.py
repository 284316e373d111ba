"""WeChat's return codes: the global table, and those of drafts, publishing, mass send and readers.

Codes with words in them are ours: ``publish_*`` and ``mass_*`` say how a task ended.
"""

from __future__ import annotations

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
_CREDENTIALS = N_("公众号的接口凭证无效：请管理员核对 AppID 和 AppSecret")
_TOO_BIG = N_("图片超过微信的大小限制：请换一张较小的图片")
_NO_RIGHT = N_("这个公众号没有发布接口的权限：请管理员改为“只存草稿”，由值班员在公众号后台发布")
_CONTENT = N_("微信不接受正文中的某些内容：请检查链接和特殊格式后重新送审")
_BANNED = N_("公众号的发布能力被限制：请管理员登录公众号后台查看通知")
_OUR_FAULT = N_("微信看不懂这次请求：请管理员把错误代码告诉系统维护人员")
_NOT_CONFIRMED = N_("等待公众号管理员在微信中确认这次群发：30 分钟内不确认就不会发出")
_SHOPPING = N_("微信不接受稿件中的商品：请去掉商品卡片")
_REPRINT = N_("原创校验没有通过，没有群发：请确认转载授权，或修改后重新送审")
_CONTENT_BANNED = N_("微信判定群发内容违规，没有发出：请修改内容后重新送审")

_PUBLISHING = {
    "-1": Remedy(Unsure, _OPERATOR, N_("微信系统繁忙：先查看是否已发布，再决定是否重发")),
    "40001": Remedy(StaleToken, _ADMIN, _CREDENTIALS),
    "40014": Remedy(StaleToken, _ADMIN, _CREDENTIALS),
    "42001": Remedy(StaleToken, _ADMIN, _CREDENTIALS),
    "40002": Remedy(NeedsReauth, _ADMIN, _CREDENTIALS),
    "40013": Remedy(NeedsReauth, _ADMIN, _CREDENTIALS),
    "40125": Remedy(NeedsReauth, _ADMIN, _CREDENTIALS),
    "41002": Remedy(NeedsReauth, _ADMIN, _CREDENTIALS),
    "41004": Remedy(NeedsReauth, _ADMIN, _CREDENTIALS),
    "40164": Remedy(
        NeedsReauth, _ADMIN, N_("服务器地址不在公众号的 IP 白名单中：请管理员在公众号后台添加")
    ),
    "40243": Remedy(NeedsReauth, _ADMIN, N_("AppSecret 已被冻结：请管理员在公众号后台解冻")),
    "50004": Remedy(NeedsReauth, _ADMIN, _BANNED),
    "50007": Remedy(NeedsReauth, _ADMIN, N_("公众号已被冻结：请管理员登录公众号后台处理")),
    "89503": Remedy(NeedsReauth, _ADMIN, N_("等待公众号管理员在微信中确认接口调用")),
    "89506": Remedy(NeedsReauth, _ADMIN, N_("公众号管理员拒绝了这个服务器地址，24 小时内不可用")),
    "89507": Remedy(NeedsReauth, _ADMIN, N_("公众号管理员拒绝了这个服务器地址，1 小时内不可用")),
    "45009": Remedy(Spent, _OPERATOR, N_("今天的接口次数已用完：零点后恢复"), timedelta(hours=1)),
    "45011": Remedy(
        Unavailable, _OPERATOR, N_("接口调用太频繁：稍后自动再试"), timedelta(minutes=1)
    ),
    "53501": Remedy(
        Unavailable, _OPERATOR, N_("公众号发布太频繁：几分钟后自动再试"), timedelta(minutes=5)
    ),
    "40004": Remedy(Rejected, _EDITOR, N_("微信不接受这种文件类型：请换成 JPG 或 PNG 图片")),
    "40005": Remedy(Rejected, _EDITOR, N_("微信不接受这种文件类型：请换成 JPG 或 PNG 图片")),
    **dict.fromkeys(
        ("40006", "40009", "40010", "40011", "40012", "45001"),
        Remedy(Rejected, _EDITOR, _TOO_BIG),
    ),
    "45007": Remedy(Rejected, _EDITOR, N_("音频太长：微信限 60 秒，请剪短")),
    "40007": Remedy(
        Rejected, _OPERATOR, N_("微信找不到封面或草稿素材：请重新发送，会重新上传素材")
    ),
    "40033": Remedy(Rejected, _EDITOR, N_("正文中有微信不接受的字符：请检查特殊符号")),
    "41005": Remedy(Rejected, _EDITOR, N_("图片文件是空的：请重新上传图片")),
    "45002": Remedy(Rejected, _EDITOR, N_("正文太长：微信限 2 万字符（含格式），请删减或拆分")),
    "45003": Remedy(Rejected, _EDITOR, N_("标题太长：请缩短微信版的标题")),
    "45004": Remedy(Rejected, _EDITOR, N_("摘要太长：请缩短微信版的摘要")),
    "45005": Remedy(Rejected, _ADMIN, N_("原文链接太长：请管理员检查公开站点的地址设置")),
    "45008": Remedy(Rejected, _ADMIN, N_("一次的图文条数超过微信限制")),
    "45110": Remedy(Rejected, _EDITOR, N_("作者名太长：请缩短微信版的作者")),
    "45166": Remedy(Rejected, _EDITOR, _CONTENT),
    "41039": Remedy(Rejected, _ADMIN, N_("原文链接不被微信接受：请管理员检查公开站点的地址设置")),
    "48001": Remedy(Rejected, _ADMIN, _NO_RIGHT),
    "48004": Remedy(Rejected, _ADMIN, _BANNED),
    "50002": Remedy(Rejected, _ADMIN, _BANNED),
    "53500": Remedy(Rejected, _ADMIN, _BANNED),
    "53404": Remedy(Rejected, _ADMIN, N_("公众号的商品能力受限：请去掉商品卡片")),
    **dict.fromkeys(("53405", "53406"), Remedy(Rejected, _EDITOR, _SHOPPING)),
    "48006": Remedy(Rejected, _ADMIN, N_("本月清零接口次数的机会已用完：请等待次数恢复")),
    **dict.fromkeys(
        (
            *("40003", "40035", "40114", "41001", "41006", "43001", "43002"),
            *("44001", "44002", "44003", "47001", "50005"),
        ),
        Remedy(Rejected, _ADMIN, _OUR_FAULT),
    ),
    "53502": Remedy(Rejected, _OPERATOR, N_("微信不认识这个发布任务：请在公众号后台核对")),
    "53503": Remedy(
        Rejected, _EDITOR, N_("草稿没有通过微信的发布检查：请在公众号后台打开草稿查看原因")
    ),
    "53504": Remedy(Rejected, _OPERATOR, N_("这篇草稿须在公众号后台手工发布")),
    "53505": Remedy(Rejected, _OPERATOR, N_("请先在公众号后台手工保存一次草稿，再发布")),
    "53600": Remedy(Rejected, _OPERATOR, N_("微信不认识这篇文章的编号：请在公众号后台核对")),
    "publish_2": Remedy(Rejected, _EDITOR, N_("原创校验没有通过：请修改后重新送审")),
    "publish_3": Remedy(Rejected, _OPERATOR, N_("微信发布失败：请在公众号后台查看原因")),
    "publish_4": Remedy(Rejected, _EDITOR, N_("没有通过微信的平台审核：请修改内容后重新送审")),
    "publish_5": Remedy(Rejected, _OPERATOR, N_("文章发布后被账号方删除")),
    "publish_6": Remedy(Rejected, _EDITOR, N_("文章发布后被微信下架：请查看公众号后台的通知")),
    "draft_gone": Remedy(
        Unsure, _OPERATOR, N_("草稿已不在草稿箱，文章列表里也还没有：请到公众号后台查看是否已发布")
    ),
}

_MASS_SEND = {
    "45028": Remedy(Rejected, _OPERATOR, N_("群发次数已用完：订阅号每天 1 次，服务号每月 4 次")),
    "45065": Remedy(Unsure, _OPERATOR, N_("这一篇已经群发过：请在公众号后台核对")),
    "45066": Remedy(
        Unavailable, _OPERATOR, N_("同一篇群发重试太快：一分钟后自动再试"), timedelta(minutes=1)
    ),
    "42010": Remedy(Unavailable, _OPERATOR, N_("群发操作太快：稍后自动再试"), timedelta(minutes=1)),
    **dict.fromkeys(
        ("89504", "89505"),
        Remedy(Unavailable, _ADMIN, _NOT_CONFIRMED, timedelta(minutes=5)),
    ),
    "confirm_lapsed": Remedy(
        Rejected, _ADMIN, N_("公众号管理员没有在 30 分钟内确认，没有群发：请联系管理员后重新发送")
    ),
    **dict.fromkeys(
        ("40059", "40060"),
        Remedy(Rejected, _OPERATOR, N_("微信不认识这条群发：请在公众号后台核对")),
    ),
    "48021": Remedy(Rejected, _OPERATOR, N_("自动保存的草稿不能群发：请重新发送，会另存草稿")),
    "48022": Remedy(Rejected, _OPERATOR, N_("通过接口上传的视频不能群发：请在公众号后台操作")),
    "45113": Remedy(Rejected, _EDITOR, N_("稿件中的卡券不能群发：请去掉卡券")),
    **dict.fromkeys(
        ("40215", "45062"), Remedy(Rejected, _OPERATOR, N_("稿件带有广告，不能群发：请在后台处理"))
    ),
    "41040": Remedy(Rejected, _EDITOR, _REPRINT),
    **dict.fromkeys(
        ("40008", "40032", "40130", "40152", "45067"), Remedy(Rejected, _ADMIN, _OUR_FAULT)
    ),
    "mass_unlisted": Remedy(
        Unsure, _OPERATOR, N_("查不到群发的结果：请到公众号后台查看是否已发出，再决定是否重发")
    ),
    "no_key": Remedy(
        Unsure, _OPERATOR, N_("不能确定是否已发布：请到公众号后台查看，再决定是否重发")
    ),
    **dict.fromkeys(
        ("mass_send_fail", "mass_sendfail"),
        Remedy(Rejected, _OPERATOR, N_("微信群发失败：请在公众号后台查看原因")),
    ),
    "mass_delete": Remedy(Rejected, _OPERATOR, N_("群发的内容页已被删除")),
    **dict.fromkeys(
        (f"mass_{reason}" for reason in (10001, 20001, 20002, 20004, 20006, 20008, 21000)),
        Remedy(Rejected, _EDITOR, _CONTENT_BANNED),
    ),
    "mass_20013": Remedy(Rejected, _EDITOR, N_("微信判定群发内容涉嫌侵权：请修改后重新送审")),
    "mass_22000": Remedy(Rejected, _EDITOR, N_("微信判定为互相推广，没有群发：请修改后重新送审")),
    **dict.fromkeys(
        (f"mass_{reason}" for reason in (30001, 30002, 30003)),
        Remedy(Rejected, _EDITOR, _REPRINT),
    ),
}
"""Sending to all followers; what the event says as ``err(10001)`` is ``mass_10001`` here."""

_READERS = {
    "88000": Remedy(Rejected, _ADMIN, N_("这篇文章没有打开留言，或公众号没有留言权限")),
    "88001": Remedy(Rejected, _OPERATOR, N_("微信找不到这篇文章的留言：请在公众号后台查看")),
    "88002": Remedy(Rejected, _EDITOR, N_("留言或回复没有通过微信的安全检查：请修改回复")),
    "88003": Remedy(Rejected, _OPERATOR, N_("精选留言已达上限：请先取消几条精选")),
    "88004": Remedy(Rejected, _OPERATOR, N_("这条留言已被读者删除，不能回复")),
    "88005": Remedy(Rejected, _OPERATOR, N_("这条留言已经回复过：一条留言只能回复一次")),
    "88007": Remedy(Rejected, _EDITOR, N_("回复是空的或太长：请修改回复")),
    "88008": Remedy(Rejected, _OPERATOR, N_("这条留言已不存在，不能回复")),
    "45015": Remedy(Rejected, _OPERATOR, N_("对方超过 48 小时没有再来信，微信不让再回私信")),
    "45047": Remedy(Rejected, _OPERATOR, N_("给对方连发的私信已到上限，等对方再来信才能回")),
    "87009": Remedy(Rejected, _OPERATOR, N_("这条留言没有可以删除的回复")),
    "message_unknown": Remedy(
        Rejected, _OPERATOR, N_("微信没有告诉这篇文章的消息编号：留言请在公众号后台查看")
    ),
    "61503": Remedy(
        Unavailable, _OPERATOR, N_("微信还没有统计好：每天上午 8 点后自动再试"), timedelta(hours=1)
    ),
    "47009": Remedy(Rejected, _ADMIN, N_("微信已停用这个统计接口：请联系系统维护人员")),
    **dict.fromkeys(("88010", "61500", "61501"), Remedy(Rejected, _ADMIN, _OUR_FAULT)),
}
"""Comments, letters and numbers."""

REMEDIES = {**_PUBLISHING, **_MASS_SEND, **_READERS}

TOKEN_REMEDIES = {**REMEDIES, "40001": Remedy(NeedsReauth, _ADMIN, _CREDENTIALS)}
"""At the token's own address 40001 says that the secret is wrong: renewing cannot help."""
