"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.topics.rules import Decision, Form, MeetingState, Risk, State

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
    State.DEFERRED: N_("缓办"),
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
    Decision.DEFER: N_("缓办"),
}
MEETING_STATES = {
    MeetingState.PLANNED: N_("未开"),
    MeetingState.OPEN: N_("正在开"),
    MeetingState.CLOSED: N_("已结束"),
}
