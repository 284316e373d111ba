"""What people call the values of the catalogue; catalogue ids."""

from __future__ import annotations

from assets.credentials import State
from kitchen.core.errors import N_
from kitchen.media.filming.labels import PRESETS as FILM_PRESETS
from kitchen.media.rules import FILM, Kind, Making, Obstacle, Rights

KINDS = {Kind.PICTURE: N_("图片"), Kind.VIDEO: N_("视频")}
RIGHTS = {
    Rights.OWN: N_("本单位拍摄"),
    Rights.LICENSED: N_("已获授权"),
    Rights.SUPPLIED: N_("他人提供"),
    Rights.UNKNOWN: N_("版权不明"),
}
MAKING = {
    Making.QUEUED: N_("等待制作"),
    Making.MAKING: N_("正在制作"),
    Making.FAILED: N_("没有做成"),
}
OBSTACLES = {
    Obstacle.WITHDRAWN: N_("已撤下，不能再发布"),
    Obstacle.RIGHTS_UNKNOWN: N_("版权不明，弄清之前不能发布"),
    Obstacle.RIGHTS_EXPIRED: N_("授权已过期，不能发布"),
    Obstacle.NOT_READY: N_("还没有做好"),
}
AIGC = {
    0: N_("不是人工智能生成"),
    1: N_("人工智能生成"),
    2: N_("可能由人工智能生成"),
    3: N_("疑似人工智能生成"),
}
AIGC_WORDS = {1: "人工智能生成", 2: "可能为人工智能生成", 3: "疑似人工智能生成"}
"""What is burnt into a picture, in Chinese wherever it is read, as GB 45438-2025 asks."""
CREDENTIALS = {
    State.VALID: N_("由“%(signer)s”签名，签名后没有改动过。签名者的名字是证书里写的，没有核实。"),
    State.INVALID: N_("带有“%(signer)s”的签名，但签名后被改动过，不能作准。"),
    State.UNREADABLE: N_("带有内容凭证，但在文件里读不出来。"),
}
"""What Content Credentials say, as a sentence."""
PRESETS = {
    FILM: N_("成片"),
    "thumb": N_("缩略图"),
    "preview": N_("预览"),
    "body": N_("正文配图"),
    "wechat_cover": N_("微信头条封面"),
    "square_cover": N_("方形封面"),
    "weibo": N_("微博配图"),
    "landscape_cover": N_("横版封面"),
    "portrait_cover": N_("竖版封面"),
    "image_set": N_("抖音图集"),
    "wechat_set": N_("微信图片消息"),
    "channels_cover": N_("视频号封面"),
    "xiaohongshu": N_("小红书配图"),
    "bilibili_cover": N_("哔哩哔哩封面"),
    "douyin_cover": N_("抖音封面"),
    "shared": N_("对外分享，带水印"),
    **FILM_PRESETS,
}
USERS = {
    "lead": N_("线索"),
    "topic": N_("选题"),
    "assignment": N_("任务"),
    "message": N_("任务消息"),
    "story": N_("稿件"),
    "frozen_post": N_("送审稿"),
}
"""What may show an asset, by the name of its table."""
PAGES = {
    "lead": "leads.show",
    "topic": "topics.show",
    "assignment": "assignments.show",
    "story": "stories.show",
}
"""Where what shows an asset has a page of its own."""
ACTS = {
    "catalogue_asset": N_("入库"),
    "describe_asset": N_("修改了说明或版权"),
    "take_original": N_("下载了原件"),
    "shape_asset": N_("重新裁剪或标注"),
    "want_sealed": N_("要求封存原件"),
    "seal_original": N_("封存了原件"),
    "request_clip": N_("请求合成视频"),
    "make_clip": N_("合成了视频"),
    "fail_clip": N_("合成视频没有成功"),
    "make_clip_again": N_("请求重新合成"),
    "write_right": N_("登记了权利"),
    "strike_right": N_("删除了一项权利"),
    "attach_paper": N_("放进了一项权利的字据"),
    "read_paper": N_("查看了一项权利的字据"),
    "tag_asset": N_("改了人物、地点、事件或栏目"),
    "withdraw": N_("撤下"),
    "restore": N_("恢复使用"),
    "settle": N_("开始收回用过它的稿件"),
    "recall_uses": N_("收回了用过它的稿件"),
    "adopt_asset": N_("认领"),
    "share_media": N_("建了分享链接"),
    "revoke_share": N_("收回了分享链接"),
    "request_transcode": N_("请求制作规格"),
    "set_subtitles": N_("换了字幕"),
}
"""Acts as the audit names them."""
