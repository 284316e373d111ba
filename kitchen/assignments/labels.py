"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from kitchen.assignments.rules import (
    Answer,
    Claim,
    ClashKind,
    GearKind,
    GearState,
    Kind,
    Role,
    State,
    Step,
)
from kitchen.core.errors import N_

STATES = {
    State.DRAFTED: N_("待派发"),
    State.DISPATCHED: N_("待接受"),
    State.ACCEPTED: N_("已接受"),
    State.DECLINED: N_("没人能去"),
    State.UNDER_WAY: N_("进行中"),
    State.DONE: N_("已完成"),
    State.CANCELLED: N_("已取消"),
}
TONES = {
    State.DRAFTED: "warn",
    State.DISPATCHED: "info",
    State.ACCEPTED: "info",
    State.DECLINED: "danger",
    State.UNDER_WAY: "ok",
    State.DONE: "plain",
    State.CANCELLED: "plain",
}
ROLES = {
    Role.TEXT: N_("文字"),
    Role.PHOTO: N_("摄影"),
    Role.VIDEO: N_("摄像"),
    Role.LIVE: N_("直播"),
    Role.DRIVER: N_("司机"),
}
ANSWERS = {
    Answer.ASKED: N_("待答复"),
    Answer.ACCEPTED: N_("能去"),
    Answer.DECLINED: N_("不能去"),
}
ANSWER_TONES = {Answer.ASKED: "info", Answer.ACCEPTED: "ok", Answer.DECLINED: "danger"}
KINDS = {
    Kind.MESSAGE: N_("消息"),
    Kind.REQUEST: N_("编辑要求"),
    Kind.MATERIAL: N_("回传材料"),
}
GEAR_KINDS = {
    GearKind.CAMERA: N_("相机"),
    GearKind.VIDEO: N_("摄像机"),
    GearKind.SOUND: N_("录音话筒"),
    GearKind.DRONE: N_("无人机"),
    GearKind.LIVE: N_("直播设备"),
    GearKind.VEHICLE: N_("车辆"),
    GearKind.OTHER: N_("其他"),
}
GEAR_STATES = {
    GearState.IN: N_("在库"),
    GearState.OUT: N_("已领出"),
    GearState.REPAIR: N_("送修"),
    GearState.RETIRED: N_("停用"),
}
GEAR_TONES = {
    GearState.IN: "ok",
    GearState.OUT: "info",
    GearState.REPAIR: "warn",
    GearState.RETIRED: "plain",
}
CLAIMS = {
    Claim.LEAVE: N_("请假"),
    Claim.SICK: N_("病假"),
    Claim.AWAY: N_("外出"),
    Claim.DUTY: N_("值班"),
}
STEPS = {
    Step.LEFT: N_("出发"),
    Step.ARRIVED: N_("到场"),
    Step.SENT_IN: N_("回传"),
}
CLASHES = {
    ClashKind.OVERLAP: N_("时间重叠"),
    ClashKind.TRAVEL: N_("路上时间不够"),
}
WEEKDAYS = (
    N_("周一"),
    N_("周二"),
    N_("周三"),
    N_("周四"),
    N_("周五"),
    N_("周六"),
    N_("周日"),
)
