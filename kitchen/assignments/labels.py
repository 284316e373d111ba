"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from kitchen.assignments.rules import Answer, Kind, Role, State
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
