"""What people call the values of the catalogue; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
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
    "want_sealed": N_("要求封存原件"),
    "seal_original": N_("封存了原件"),
    "request_clip": N_("请求合成视频"),
    "make_clip": N_("合成了视频"),
    "fail_clip": N_("合成视频没有成功"),
    "make_clip_again": N_("请求重新合成"),
}
"""Acts as the audit names them."""
