"""What people call the values of the patrol; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.patrols.rules import Kind, Severity, State
from kitchen.publishing.labels import STATES as DELIVERIES
from kitchen.wordlists.labels import LEVELS

KINDS = {
    Kind.STALE: N_("长期不更新"),
    Kind.UNANSWERED: N_("留言超时未答"),
    Kind.BROKEN_LINK: N_("主页打不开"),
    Kind.SENSITIVE: N_("敏感用词"),
    Kind.BOUGHT_FOLLOWERS: N_("疑似买粉"),
    Kind.NO_INTERACTION: N_("没有互动"),
    Kind.SLOW: N_("慢发声"),
    Kind.DISORDERLY: N_("乱发声"),
    Kind.OVERSTEPPING: N_("越权抢发"),
    Kind.EDGE_BALL: N_("打擦边球"),
    Kind.ERRORS: N_("错误百出"),
    Kind.SELF_TALK: N_("自发自看"),
    Kind.OTHER: N_("其他问题"),
}
SEVERITIES = {
    Severity.WARN: N_("提醒"),
    Severity.FAIL: N_("不达标"),
    Severity.VETO: N_("单项否决"),
}
SEVERITY_TONES = {Severity.WARN: "warn", Severity.FAIL: "danger", Severity.VETO: "danger"}
STATES = {
    State.OPEN: N_("待处理"),
    State.MENDING: N_("整改中"),
    State.MENDED: N_("待复查"),
    State.CLOSED: N_("已销号"),
    State.FALSE_ALARM: N_("误报"),
    State.ESCALATED: N_("已升级处置"),
}
TONES = {
    State.OPEN: "warn",
    State.MENDING: "info",
    State.MENDED: "warn",
    State.CLOSED: "ok",
    State.FALSE_ALARM: "plain",
    State.ESCALATED: "danger",
}
ACTS = {
    "find": N_("发现问题"),
    "order": N_("责令整改"),
    "report": N_("报告已整改"),
    "close": N_("复查通过"),
    "reopen": N_("复查不通过"),
    "dismiss": N_("记为误报"),
    "revive": N_("撤销误报"),
    "escalate": N_("升级处置"),
    "resume": N_("没有处置，退回"),
    "settle": N_("处置完毕，销号"),
}
"""Acts as the audit names them."""
OCCASIONS = {
    "found": N_("发现时"),
    "graver": N_("加重时"),
    "again": N_("复查时"),
}
SEEN = {
    "last_post_at": N_("最近一次更新"),
    "days": N_("未更新天数"),
    "allowed_days": N_("标准天数"),
    "waiting": N_("未答留言"),
    "waiting_since": N_("最早一条"),
    "hours": N_("已等小时"),
    "allowed_hours": N_("标准小时"),
    "url": N_("地址"),
    "failures": N_("连续失败次数"),
    "words": N_("所见"),
    "word": N_("词语"),
    "level": N_("级别"),
    "list_version": N_("词表版本"),
    "around": N_("上下文"),
    "title": N_("标题"),
    "published_at": N_("发布时间"),
    "piece": N_("发布编号"),
    "state": N_("状态"),
    "day": N_("日期"),
    "followers_before": N_("前一日粉丝"),
    "followers_after": N_("当日粉丝"),
    "came": N_("一天新增"),
    "reads": N_("当日阅读"),
    "interactions": N_("互动"),
    "since": N_("起始日期"),
    "days_told": N_("有数据的天数"),
    "posts": N_("发布条数"),
    "struck": N_("问题还在"),
    "seen_at": N_("取证时间"),
}
"""The fields of evidence."""
MOMENTS = frozenset({"last_post_at", "waiting_since", "published_at"})
"""Those of them that are moments, kept as ISO 8601 in UTC."""
VALUES = {"level": LEVELS, "state": DELIVERIES}
"""Those of them whose values have names of their own."""
PARAMETERS = {
    "stale_warn_days": N_("多少天不更新提醒"),
    "stale_fail_days": N_("多少天不更新算不达标（区）"),
    "stale_veto_days": N_("多少天不更新单项否决（国家）"),
    "unanswered_hours": N_("留言多少小时未答"),
    "broken_failures": N_("主页连续几次打不开"),
    "jump_percent": N_("粉丝一天涨百分之多少"),
    "jump_least": N_("同时至少涨多少人"),
    "silent_days": N_("看多少天的互动"),
    "silent_posts": N_("这段时间至少发了几条"),
    "mend_days": N_("整改期限（工作日）"),
    "look_hours": N_("每个账号隔多少小时查一次"),
    "appeal_days": N_("申诉期限（工作日）"),
    "remember_months": N_("多少个月内的处置算累犯"),
}
