"""What people call the forms of a film and the states of a work; catalogue ids."""

from __future__ import annotations

from assets.film_presets import Fit
from kitchen.core.errors import N_
from kitchen.media.filming.rules import POSTER, PROXY, SHARED, STRIP, SUBTITLES, State
from kitchen.media.rules import FILM

FORMS = {
    "film_outlet": N_("本端客户端"),
    "film_wechat": N_("微信公众号"),
    "film_bilibili": N_("哔哩哔哩"),
    "film_douyin": N_("抖音"),
    "film_kuaishou": N_("快手"),
    "film_toutiao": N_("今日头条"),
    "film_shipinhao": N_("视频号"),
}
OWN = {
    STRIP: N_("预览条"),
    PROXY: N_("预览小样"),
    FILM: N_("成片"),
    POSTER: N_("封面"),
    SHARED: N_("对外分享，带水印"),
    SUBTITLES: N_("字幕"),
}
PRESETS = {**FORMS, **OWN}
STATES = {
    State.QUEUED: N_("等待制作"),
    State.MAKING: N_("正在制作"),
    State.DONE: N_("已做好"),
    State.FAILED: N_("没有做成"),
    State.CANCELLED: N_("已取消"),
}
TONES = {
    State.QUEUED: "plain",
    State.MAKING: "accent",
    State.DONE: "ok",
    State.FAILED: "danger",
    State.CANCELLED: "plain",
}
FITS = {
    Fit.BLUR: N_("完整画面，四周虚化"),
    Fit.CROP: N_("裁切铺满"),
    Fit.WHOLE: N_("保持原来的横竖"),
}
NOTICES = {1: "人工智能生成", 2: "可能由人工智能生成", 3: "疑似人工智能生成"}
"""What is set on the opening frames of a film, by its level: it speaks to readers, in Chinese."""
