"""What people call the kinds and ways of notices; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.notifications.rules import Kind, Robot, Way

KINDS = {
    Kind.BREAKING: N_("突发线索"),
    Kind.LEAD: N_("线索处理结果"),
    Kind.TOPIC: N_("选题结果"),
    Kind.TASK: N_("派给我的任务"),
    Kind.REQUEST: N_("编辑的新要求"),
    Kind.FIELD: N_("答复与现场进展"),
    Kind.LATE: N_("到点没人出发"),
    Kind.REVIEW: N_("请我审稿"),
    Kind.STORY: N_("稿件结果"),
    Kind.RETURNED: N_("临近发布被退回"),
    Kind.DELIVERY: N_("发布失败或等人工"),
    Kind.UNKNOWN: N_("发布结果不明"),
    Kind.ACCOUNT: N_("账号授权"),
    Kind.FOREIGN: N_("账号上的陌生内容"),
    Kind.FOLLOW_UP: N_("后续发布"),
    Kind.DUTY: N_("排班和换班"),
    Kind.DUTY_CALL: N_("叫我值班"),
    Kind.VOICE: N_("留言办理"),
    Kind.VOICE_LATE: N_("留言快超时或已超时"),
    Kind.PETITION: N_("问政"),
    Kind.OPINION: N_("舆情"),
    Kind.INCIDENT: N_("重大舆情"),
    Kind.DIGEST: N_("每日提要"),
    Kind.OTHER: N_("其他"),
}
WAYS = {Way.MAIL: N_("邮件"), Way.CHAT: N_("工作群")}
ROBOTS = {
    Robot.WECOM: N_("企业微信"),
    Robot.DINGTALK: N_("钉钉"),
    Robot.FEISHU: N_("飞书"),
}
