"""What people call the values of the inbox; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.feedback.rules import Kind, Late, Reading, ReplyState, State, Tone

KINDS = {Kind.COMMENT: N_("评论"), Kind.FOLLOW: N_("跟帖"), Kind.LETTER: N_("私信")}
STATES = {
    State.NEW: N_("待分派"),
    State.ASSIGNED: N_("办理中"),
    State.REVIEWING: N_("待审核"),
    State.SENDING: N_("发送中"),
    State.REPLIED: N_("已回复"),
    State.CLOSED: N_("不用回复"),
    State.MERGED: N_("已合并"),
    State.GONE: N_("留言被删除"),
}
TONES = {
    State.NEW: "warn",
    State.ASSIGNED: "info",
    State.REVIEWING: "info",
    State.SENDING: "info",
    State.REPLIED: "ok",
    State.CLOSED: "plain",
    State.MERGED: "plain",
    State.GONE: "plain",
}
TONED = {
    Tone.NEGATIVE: N_("偏负面词 %(n)s 个：%(words)s"),
    Tone.POSITIVE: N_("偏正面词 %(n)s 个：%(words)s"),
    Tone.MIXED: N_("正负面词都有：%(words)s"),
}
TONED_TONES = {Tone.NEGATIVE: "warn", Tone.POSITIVE: "ok", Tone.MIXED: "plain"}
REPLY_STATES = {
    ReplyState.DRAFT: N_("草稿"),
    ReplyState.IN_REVIEW: N_("待审核"),
    ReplyState.READY: N_("等待发送"),
    ReplyState.ARMED: N_("正在发送"),
    ReplyState.SENT: N_("已送达"),
    ReplyState.UNKNOWN: N_("结果不明，正在核实"),
    ReplyState.ASKING: N_("请人核对发出去没有"),
    ReplyState.REFUSED: N_("没有发出去"),
    ReplyState.DROPPED: N_("不发了"),
}
REPLY_TONES = {
    ReplyState.DRAFT: "plain",
    ReplyState.IN_REVIEW: "info",
    ReplyState.READY: "info",
    ReplyState.ARMED: "info",
    ReplyState.SENT: "ok",
    ReplyState.UNKNOWN: "warn",
    ReplyState.ASKING: "danger",
    ReplyState.REFUSED: "danger",
    ReplyState.DROPPED: "plain",
}
LATES = {Late.WARNED: N_("快到时限"), Late.OVERDUE: N_("已超时")}
ALERTS = {"block": N_("禁用词"), "warn": N_("慎用词"), "hint": N_("提示词")}
ALERT_TONES = {"block": "danger", "warn": "warn", "hint": "plain"}
READINGS = {
    Reading.CALENDAR: N_("自然小时：从留言起连续计算"),
    Reading.WORKING: N_("工作小时：只算工作日的上班时间"),
}
OWN_CODES = {
    "answered_elsewhere": N_("这条留言已经在平台上回复过别的话，没有再发"),
    "gone": N_("留言已被删除，回复没有发出"),
    "no_replies": N_("这个平台不能由系统回复，请到平台后台回复"),
    "lapsed": N_("发送中断，没有发出"),
    "cannot_tell": N_("看不出发出去没有，请登录账号核对"),
}
