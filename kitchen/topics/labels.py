"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.topics.quick import Fault
from kitchen.topics.recurrence import Rhythm
from kitchen.topics.rules import Choice, Decision, Form, Lane, MeetingState, Risk, State

RISKS = {
    Risk.ROUTINE: N_("常规（三审）"),
    Risk.IMPORTANT: N_("重要（四审）"),
    Risk.MAJOR: N_("重大（五审）"),
}
FORMS = {
    Form.TEXT: N_("文字"),
    Form.PHOTO: N_("图片"),
    Form.VIDEO: N_("视频"),
    Form.LIVE: N_("直播"),
}
STATES = {
    State.DRAFT: N_("草稿"),
    State.PROPOSED: N_("待研判"),
    State.APPROVED: N_("已通过"),
    State.MERGED: N_("已合并"),
    State.RETURNED: N_("已退回"),
    State.REJECTED: N_("不做"),
    State.DEFERRED: N_("待再议"),
}
TONES = {
    State.DRAFT: "plain",
    State.PROPOSED: "info",
    State.APPROVED: "ok",
    State.MERGED: "plain",
    State.RETURNED: "warn",
    State.REJECTED: "plain",
    State.DEFERRED: "plain",
}
DECISIONS = {
    Decision.APPROVE: N_("通过"),
    Decision.MERGE: N_("合并"),
    Decision.RETURN: N_("退回"),
    Decision.REJECT: N_("不做"),
    Decision.DEFER: N_("再议"),
}
REASONS = {
    Decision.DEFER: (N_("材料不足"), N_("时机未到"), N_("先核实"), N_("换个角度再报")),
    Decision.REJECT: (N_("近期做过"), N_("价值不足"), N_("力量不够"), N_("不合定位")),
}
"""What the committee says most often; on the wall each is one key."""
CHOICES = {
    Choice.FOR: N_("赞成"),
    Choice.AGAINST: N_("反对"),
    Choice.ABSTAIN: N_("弃权"),
}
LANES = {
    Lane.DRAFT: N_("草稿和退回"),
    Lane.PROPOSED: N_("待研判"),
    Lane.PLANNED: N_("已立项"),
    Lane.GATHERING: N_("采访中"),
    Lane.WRITING: N_("写稿中"),
    Lane.REVIEWING: N_("审核中"),
    Lane.DONE: N_("已完成"),
}
RHYTHMS = {
    Rhythm.WEEKLY: N_("每周"),
    Rhythm.MONTHLY: N_("每月"),
    Rhythm.YEARLY: N_("每年"),
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
FAULTS = {
    Fault.NO_TITLE: N_("还没有标题，请先写要做什么。"),
    Fault.TWICE: N_("“%(word)s”多了一个，同一种标记只写一次。"),
    Fault.EMPTY_MARK: N_("“%(word)s”后面要紧跟着写，中间不空格。"),
    Fault.BAD_MARK: N_("不认识“%(word)s”，可以写 !紧急、!重要 或 !重大。"),
    Fault.BAD_DATE: N_("看不懂日期“%(word)s”，可以写 ^周五、^明天、^12-01 或 ^3天后。"),
    Fault.PAST: N_("日期“%(word)s”已经过去。"),
}
MEETING_STATES = {
    MeetingState.PLANNED: N_("未开"),
    MeetingState.OPEN: N_("正在开"),
    MeetingState.CLOSED: N_("已结束"),
}
