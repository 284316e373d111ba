"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.tips.rules import Family, Look, Reward, State, Way

STATES = {
    State.NEW: N_("待处理"),
    State.ADOPTED: N_("已采用"),
    State.REJECTED: N_("不采用"),
    State.TO_PETITIONS: N_("已转问政"),
    State.MERGED: N_("已合并"),
    State.ERASED: N_("已销毁"),
}
TONES = {
    State.NEW: "info",
    State.ADOPTED: "ok",
    State.REJECTED: "plain",
    State.TO_PETITIONS: "plain",
    State.MERGED: "plain",
    State.ERASED: "plain",
}
TOLD = {
    State.NEW: N_("已收到，编辑正在看"),
    State.ADOPTED: N_("编辑部采用了，正在采访核实"),
    State.REJECTED: N_("编辑部没有采用"),
    State.TO_PETITIONS: N_("编辑部已转给问政平台，请有关单位答复"),
    State.MERGED: N_("已和同一件事的报料一并处理"),
    State.ERASED: N_("已经销毁，内容谁也看不到了"),
}
"""How a source is told where the tip stands."""
WAYS = {
    Way.FORM: N_("网页"),
    Way.PHONE: N_("电话"),
    Way.VISIT: N_("来访"),
    Way.LETTER: N_("来信"),
}
FAMILIES = {
    Family.PICTURE: N_("图片"),
    Family.FILM: N_("视频"),
    Family.TEXT: N_("文档"),
    Family.PAPER: N_("PDF"),
}
LOOKS = {
    Look.ASKED: N_("等同意"),
    Look.GRANTED: N_("已同意"),
    Look.DENIED: N_("没有同意"),
}
LOOK_TONES = {Look.ASKED: "warn", Look.GRANTED: "ok", Look.DENIED: "plain"}
REWARDS = {Reward.OFFERED: N_("待领取"), Reward.PAID: N_("已领取")}
WHY = {
    "pdf": N_("PDF 里藏着作者和设备，页面上不显示。需要时请报料人改发图片或文字。"),
    "too_heavy": N_("文件太大，没有做出可看的版本。需要时请报料人剪短或缩小后再发。"),
    "codec_not_accepted": N_("这种视频编码做不出干净的版本。需要时请报料人转成 MP4 再发。"),
    "lost": N_("文件不在了，或已经销毁。"),
}
"""Why nothing of a file is shown, by code."""
WHY_OTHERWISE = N_("这个文件打不开，没有做出可看的版本。需要时请报料人重新发一份。")
ACTS = {
    "read_tip": N_("看了"),
    "name_tip": N_("命名"),
    "ask_source": N_("问报料人"),
    "adopt": N_("采用"),
    "take_along": N_("附件带进线索"),
    "reject": N_("不采用"),
    "pass_on": N_("转问政"),
    "merge": N_("合并"),
    "reopen": N_("重新考虑"),
    "erase": N_("销毁"),
    "ask_to_reach_source": N_("申请看联系方式"),
    "reach_source": N_("看了联系方式"),
    "offer_reward": N_("发奖励"),
}
"""What stands in a tip's history."""
