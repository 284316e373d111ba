"""What people call the values of points; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.evaluation.pickups.rules import Tier
from kitchen.evaluation.scores.formula import Key, Silence
from kitchen.evaluation.scores.rules import AppealState, Fault, Genre, Grade, Role, State

STATES = {
    State.PROPOSED: N_("评级中"),
    State.GRADED: N_("待公布"),
    State.PUBLISHED: N_("已公布，可申诉"),
    State.LOCKED: N_("已锁定"),
}
TONES = {
    State.PROPOSED: "plain",
    State.GRADED: "warn",
    State.PUBLISHED: "info",
    State.LOCKED: "ok",
}
APPEALS = {
    AppealState.OPEN: N_("待答复"),
    AppealState.GRANTED: N_("申诉成立"),
    AppealState.REFUSED: N_("维持原分"),
}
APPEAL_TONES = {
    AppealState.OPEN: "warn",
    AppealState.GRANTED: "ok",
    AppealState.REFUSED: "plain",
}
GENRES = {
    Genre.REPRINT: N_("转载稿"),
    Genre.BRIEF: N_("简讯"),
    Genre.NEWS: N_("消息"),
    Genre.FEATURE: N_("通讯、深度"),
    Genre.PHOTO: N_("图片新闻"),
    Genre.VIDEO: N_("视频"),
    Genre.LIVE: N_("直播"),
}
GRADES = {Grade.A: "A", Grade.B: "B", Grade.C: "C", Grade.D: "D"}
FAULTS = {
    Fault.ORIENTATION: N_("导向差错"),
    Fault.FACT: N_("事实差错"),
    Fault.WORDING: N_("文字差错"),
    Fault.OVERDUE: N_("逾期交稿"),
    Fault.MISSED: N_("漏报"),
}
ROLES = {
    Role.WRITING: N_("采写"),
    Role.CAMERA: N_("摄像"),
    Role.EDITING: N_("编辑"),
    Role.MAKING: N_("制作"),
    Role.PROOFREADING: N_("校对"),
}
TIERS = {
    Tier.DISTRICT: N_("区级"),
    Tier.CITY: N_("市级"),
    Tier.PROVINCE: N_("省级"),
    Tier.CENTRAL: N_("中央级"),
}
LINES = {
    Key.BASE: N_("基础分"),
    Key.QUALITY: N_("质量系数"),
    Key.MOBILE_FIRST: N_("移动端首发系数"),
    Key.REACH: N_("传播加分"),
    Key.PICKUP: N_("采用加分"),
    Key.TASK: N_("按时完成任务"),
    Key.FAULT: N_("差错扣分"),
}
SILENCES = {
    Silence.NO_READS: N_("7 天和 72 小时的阅读数都不知道，不加分"),
    Silence.NO_BASELINE: N_("这个账号可比的稿件太少，算不出基线，不加分"),
    Silence.DOUBTED: N_("阅读数存疑，不加分"),
}
PARAMETERS = {
    "base_reprint": N_("转载稿的基础分"),
    "base_brief": N_("简讯的基础分"),
    "base_news": N_("消息的基础分"),
    "base_feature": N_("通讯、深度的基础分"),
    "base_photo": N_("图片新闻的基础分"),
    "base_video": N_("视频的基础分"),
    "base_live": N_("直播的基础分"),
    "quality_a": N_("A 级的系数"),
    "quality_b": N_("B 级的系数"),
    "quality_c": N_("C 级的系数"),
    "quality_d": N_("D 级的系数"),
    "mobile_first": N_("移动端首发系数"),
    "reach_factor": N_("传播加分的倍数 k"),
    "reach_cap": N_("传播加分的上限"),
    "pickup_district": N_("区级采用"),
    "pickup_city": N_("市级采用"),
    "pickup_province": N_("省级采用"),
    "pickup_central": N_("中央级采用"),
    "on_time": N_("按时完成任务"),
    "fault_fact": N_("事实差错扣分"),
    "fault_wording": N_("文字差错扣分"),
    "fault_overdue": N_("逾期交稿扣分"),
    "fault_missed": N_("漏报扣分"),
    "share_writing": N_("采写的分摊权重"),
    "share_camera": N_("摄像的分摊权重"),
    "share_editing": N_("编辑的分摊权重"),
    "share_making": N_("制作的分摊权重"),
    "share_proofreading": N_("校对的分摊权重"),
    "duty_points": N_("每个值班班次的分"),
    "yuan_per_point": N_("定额上下每分多少元"),
    "appeal_days": N_("申诉期（工作日）"),
}
GROUPS = (
    (N_("基础分（按体裁）"), "base_"),
    (N_("质量系数（按评级）"), "quality_"),
    (N_("首发和传播"), ("mobile_first", "reach_")),
    (N_("采用加分（只取最高一级）"), "pickup_"),
    (N_("任务和差错"), ("on_time", "fault_")),
    (N_("没有写份额时怎么分摊"), "share_"),
    (N_("绩效"), ("duty_points", "yuan_per_point", "appeal_days")),
)
"""The parameters as the form groups them, by the beginnings of their names."""
ACTS = {
    "finish": N_("评级完毕"),
    "reopen": N_("退回评级"),
    "publish": N_("向职工公布"),
    "lock": N_("锁定"),
    "export_pay": N_("导出绩效表"),
    "grade_story": N_("评级"),
    "set_shares": N_("改分摊"),
    "note_fault": N_("记差错"),
    "strike_fault": N_("撤销差错"),
    "make_appeal": N_("提出申诉"),
}
"""Acts as the audit names them."""
